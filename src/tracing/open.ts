/** Opens tracing as the settings say; the libraries are loaded only when it is wanted. */
import type { Tracing } from './tracing.js'

/** The settings that matter. */
export interface TraceSettings {
  readonly otelEndpoint: string
  readonly otelSampleRatio: number
}

/** What the settings do not say. */
export interface TraceSurroundings {
  readonly version: string
  /** Told now and then why spans could not be sent, and how many. */
  readonly onLoss: (error: Error | undefined, spans: number) => void
}

/** Undefined when no collector is configured. */
export async function openTracing(
  { otelEndpoint, otelSampleRatio }: TraceSettings,
  { version, onLoss }: TraceSurroundings,
): Promise<Tracing | undefined> {
  if (otelEndpoint === '') return undefined
  const { openOtlpTracing } = await import('./otlp.js')
  const sampleRatio = otelSampleRatio
  return openOtlpTracing({ endpoint: otelEndpoint, sampleRatio, version, onLoss })
}
