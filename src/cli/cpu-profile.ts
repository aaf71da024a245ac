/** A sampling profile of this process, in the format that developer tools open. */
import { writeFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector/promises'

/** Time between samples. */
const INTERVAL_US = 100

/** Runs with the profiler on and writes what it saw; also when the run fails. */
export async function writeCpuProfile(path: string, run: () => Promise<void>): Promise<void> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })
    await session.post('Profiler.start')
    await run()
    const stopped: Profiler.StopReturnType = await session.post('Profiler.stop')
    writeFileSync(path, JSON.stringify(stopped.profile))
  } finally {
    session.disconnect()
  }
}
