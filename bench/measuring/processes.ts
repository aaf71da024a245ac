/** What Linux tells about processes, in /proc: for servers and their workers. */
import { readdirSync, readFileSync } from 'node:fs'

/** Unit of the processor times in /proc on every Linux in use. */
const CLOCK_TICK_MS = 10

/** Processor time of the process so far in ms. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS
}

/** Resident memory in MB now. */
export function residentMbOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/**
 * Resident memory in MB without the pages of mapped files, such as those of the embedded store: the
 * system takes those back when somebody needs the room.
 */
export function ownMbOf(pid: number): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** Descriptors of the process: files, connections and the like. */
export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Processes that this one has started and that live, oldest first. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

/** Time in ms that the main thread was ready to run and waited for a processor. */
export function runDelayMsOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
}
