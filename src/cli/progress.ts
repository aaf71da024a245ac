/** Progress of long work: a bar on a terminal, a plain line now and then otherwise. */

/** Progress that is being shown. */
export interface Progress {
  update(done: number): void
  stop(): void
}

/** Shows progress towards `total` on standard error. */
export async function openProgress(label: string, total: number): Promise<Progress> {
  return process.stderr.isTTY ? openBar(label, total) : openLines(label, total)
}

async function openBar(label: string, total: number): Promise<Progress> {
  const { Presets, SingleBar } = await import('cli-progress')
  const format = `${label} {bar} {value}/{total} | {eta_formatted} left`
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.rect)
  bar.start(total, 0)
  return { update: done => bar.update(done), stop: () => bar.stop() }
}

/** A line per tenth of the work is enough for a log. */
function openLines(label: string, total: number): Progress {
  let told = 0
  return {
    update: done => {
      const tenth = total === 0 ? 10 : Math.floor((done / total) * 10)
      if (tenth <= told) return
      told = tenth
      process.stderr.write(`${label}: ${done}/${total}\n`)
    },
    stop: () => undefined,
  }
}
