/** A worker of a service: how it talks to the process that started it, and how it ends. */
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { PeerSnapshot, Peers } from '../../api/status/peers.js'
import { isMessage, type WorkerOrder, type WorkerReport } from './messages.js'

/** Time after which the status is told with what the other processes said before. */
const PEERS_TIMEOUT_MS = 2_000
/** Time that silent connections have to send another request, whose answer tells them to close. */
const SILENT_MS = 5_000
/** The same for connections whose answer was under way. */
const LAST_KEEP_ALIVE_MS = 2_000

/** The channel to the process that started this one. */
export interface Membership {
  readonly peers: Peers
  /** Resolves when this worker is to be replaced. */
  readonly drained: Promise<void>
}

/** Joins the processes of the service; `tell` gives what this one knows. */
export function joinPool(tell: () => Promise<PeerSnapshot>): Membership {
  const questions = new Map<number, (snapshots: readonly PeerSnapshot[]) => void>()
  let lastQuestion = 0
  let lastHeard: readonly PeerSnapshot[] = []
  const drained = new Promise<void>(resolve => {
    process.on('message', (message: unknown) => {
      if (!isMessage<WorkerOrder>(message)) return
      if (message.kind === 'drain') resolve()
      else if (message.kind === 'peers') questions.get(message.id)?.(message.snapshots)
      else {
        const { id } = message
        // A fault in telling must not end the worker: the asker does without it.
        tell().then(
          snapshot => report({ kind: 'told', id, snapshot }),
          () => undefined,
        )
      }
    })
  })
  const peers: Peers = snapshot =>
    new Promise(resolve => {
      const id = ++lastQuestion
      const end = (snapshots: readonly PeerSnapshot[]): void => {
        clearTimeout(timer)
        questions.delete(id)
        lastHeard = snapshots
        resolve(snapshots)
      }
      const timer = setTimeout(() => end(lastHeard), PEERS_TIMEOUT_MS)
      questions.set(id, end)
      report({ kind: 'ask', id, snapshot })
    })
  return { peers, drained }
}

function report(message: WorkerReport): void {
  if (process.connected) process.send?.(message)
}

/** Says a last time what this worker has counted; resolves when it is on its way. */
export function leaveLegacy(snapshot: PeerSnapshot): Promise<void> {
  const message: WorkerReport = { kind: 'told', snapshot }
  return new Promise(resolve => {
    // Without a channel there is nobody left to know.
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, undefined, undefined, () => resolve())
  })
}

/**
 * Takes no more connections and ends the open ones with their next answer, so that no request is
 * lost on a connection that closes while it is on its way. Connections that stay silent are closed
 * after a while, those that are still being answered after `maxRequestMs`.
 */
export async function drainConnections(server: Server, maxRequestMs: number): Promise<void> {
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive = false
  })
  server.keepAliveTimeout = LAST_KEEP_ALIVE_MS
  const closed = once(server, 'close')
  // That of HTTP would close silent connections at once.
  NetServer.prototype.close.call(server)
  const silent = setTimeout(() => server.closeIdleConnections(), SILENT_MS)
  const late = setTimeout(() => server.closeAllConnections(), SILENT_MS + maxRequestMs)
  await closed
  clearTimeout(silent)
  clearTimeout(late)
}
