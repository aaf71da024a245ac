/** `fink simulate`: made-up nights of alerts. */
import type { Command } from 'commander'
import { openProgress } from '../progress.js'
import { UsageError } from '../usage-error.js'
import { parseCount } from './scan.js'

interface SimulateOptions {
  readonly out: string
  readonly survey: string
  readonly objects: number
  readonly nights: number
  readonly seed: number
}

/** Adds the command to the program. */
export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Write nights of made-up but plausible alerts, the same for the same seed')
    .requiredOption('--out <folder>', 'folder to write into')
    .option('--survey <name>', 'survey whose file layout to use', 'ztf')
    .option('--objects <n>', 'sources on the sky', parseCount, 1000)
    .option('--nights <n>', 'nights to observe', parseCount, 10)
    .option('--seed <n>', 'seed of the random numbers', parseCount, 1)
    .addHelpText(
      'after',
      '\nExamples:\n  bin/fink simulate --out nights\n  bin/fink simulate --out nights --objects 5000 --nights 30 --seed 7',
    )
    .action(simulate)
}

async function simulate(options: SimulateOptions): Promise<void> {
  const { out, survey, objects, nights, seed } = options
  if (survey !== 'ztf') throw new UsageError(`Cannot simulate survey "${survey}": expected ztf`)
  // Loaded here and not above: the other commands start sooner without.
  const { writeNights } = await import('../../simulate/night-file.js')
  const progress = await openProgress('nights', nights)
  let alerts = 0
  let files = 0
  for (const file of writeNights(out, { objects, nights, seed })) {
    alerts += file.alerts
    progress.update(++files)
  }
  progress.stop()
  process.stdout.write(`${alerts} alerts in ${files} files below ${out}\n`)
}
