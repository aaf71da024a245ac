/** An exporter of spans that tells when another one fails, now and then, and is never a burden itself. */
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'

/** Told that spans were lost since it was told last. */
export type LossListener = (error: Error | undefined, spans: number) => void

/** Failures are told this often at most. */
const REPORT_INTERVAL_MS = 60_000

/** Wraps the exporter. */
export function reportingExporter(
  exporter: SpanExporter,
  onLoss: LossListener,
  nowMs: () => number = () => performance.now(),
): SpanExporter {
  let lost = 0
  let lastMs = Number.NEGATIVE_INFINITY
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, result => {
        // Zero is success; importing the enumeration would be worth no more than this line.
        if (result.code !== 0) {
          lost += spans.length
          if (nowMs() - lastMs >= REPORT_INTERVAL_MS) {
            onLoss(result.error, lost)
            lost = 0
            lastMs = nowMs()
          }
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
