/** A collector for tests: takes traces by OTLP/HTTP as JSON on a free port, and keeps the spans. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as tests look at it. */
export interface ReceivedSpan {
  readonly name: string
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  /** Empty for a root. */
  readonly parentSpanId: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
  /** 0 unset, 2 error. */
  readonly status: number
  readonly durationMs: number
}

/** A collector that listens. */
export interface OtlpReceiver {
  readonly url: string
  /** Spans in the order in which they came. */
  readonly spans: readonly ReceivedSpan[]
  /** Facts about the service that sent the last spans. */
  readonly resource: Readonly<Record<string, string | number | boolean>>
  /** Paths asked for. */
  readonly paths: readonly string[]
  close(): Promise<void>
}

type OtlpValue = Readonly<{
  stringValue?: string
  intValue?: number | string
  doubleValue?: number
  boolValue?: boolean
}>
type OtlpFacts = readonly Readonly<{ key: string; value: OtlpValue }>[]

interface OtlpSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes?: OtlpFacts
  readonly status?: { readonly code?: number }
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

interface OtlpTraces {
  readonly resourceSpans: readonly Readonly<{
    resource?: { attributes?: OtlpFacts }
    scopeSpans: readonly Readonly<{ spans: readonly OtlpSpan[] }>[]
  }>[]
}

/** Opens a collector that answers with `status`; one that is not 200 keeps nothing. */
export async function openOtlpReceiver(status = 200): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const paths: string[] = []
  let resource: OtlpReceiver['resource'] = {}
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      paths.push(request.url ?? '')
      if (status === 200) {
        const { resourceSpans } = JSON.parse(Buffer.concat(parts).toString()) as OtlpTraces
        for (const { resource: of, scopeSpans } of resourceSpans) {
          resource = toFacts(of?.attributes)
          for (const scope of scopeSpans) spans.push(...scope.spans.map(toSpan))
        }
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    paths,
    get resource() {
      return resource
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function toSpan(span: OtlpSpan): ReceivedSpan {
  const { name, kind, traceId, spanId, parentSpanId = '', attributes, status } = span
  const durationNs = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)
  const durationMs = Number(durationNs) / 1e6
  const facts = toFacts(attributes)
  return {
    name,
    kind,
    traceId,
    spanId,
    parentSpanId,
    facts,
    status: status?.code ?? 0,
    durationMs,
  }
}

function toFacts(facts: OtlpFacts = []): ReceivedSpan['facts'] {
  return Object.fromEntries(
    facts.map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = value
      const number = intValue === undefined ? doubleValue : Number(intValue)
      return [key, stringValue ?? number ?? boolValue ?? '']
    }),
  )
}
