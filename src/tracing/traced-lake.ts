/** A lake whose reads are recorded under the request that they are for; it belongs below caches. */
import type { Datalake } from '../datalake/datalake.js'
import { type Tracing, traceWork } from './tracing.js'

/** The lake itself when there is no tracing. */
export function tracedLake(lake: Datalake, tracing: Tracing | undefined): Datalake {
  if (tracing === undefined) return lake
  const readEnd = lake.readEnd?.bind(lake)
  return {
    size: (path, options) => {
      const trace = tracing.begin('lake size', { 'file.path': path })
      return traceWork(trace, () => lake.size(path, options))
    },
    read: (path, start, end, options) => {
      const facts = { 'file.path': path, 'fink.start': start, 'fink.bytes': end - start }
      return traceWork(tracing.begin('lake read', facts), () =>
        lake.read(path, start, end, options),
      )
    },
    ...(readEnd !== undefined && {
      readEnd: (path, length, options) => {
        const facts = { 'file.path': path, 'fink.bytes': length }
        return traceWork(tracing.begin('lake read', facts), () => readEnd(path, length, options))
      },
    }),
    write: (path, content, options) => lake.write(path, content, options),
    close: () => lake.close(),
  }
}
