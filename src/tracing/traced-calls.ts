/** Calls of remote services, recorded under the request that asks first. */
import type { WatchCall } from '../upstream/remote.js'
import { type Tracing, traceWork } from './tracing.js'

/** The watcher that records. Arguments of calls are left out: the request has them. */
export function traceCalls(tracing: Tracing): WatchCall {
  return ({ service, request: { url, method = 'GET' } }, send) => {
    const facts = {
      'peer.service': service,
      'http.request.method': method,
      'server.address': url.hostname,
      'url.path': url.pathname,
    }
    const trace = tracing.begin(`call ${service}`, facts, { isRemote: true })
    return traceWork(trace, async () => {
      const reply = await send()
      trace?.add({ 'http.response.status_code': reply.status })
      return reply
    })
  }
}
