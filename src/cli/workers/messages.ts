/** What the processes of one service say to each other. */
import type { PeerSnapshot } from '../../api/status/peers.js'

/** To a worker: answer what is under way and what open connections still ask, then end. */
export interface DrainMessage {
  readonly kind: 'drain'
}

/** To a worker: tell what you know. */
export interface TellMessage {
  readonly kind: 'tell'
  readonly id: number
}

/** From a worker: what it knows. */
export interface ToldMessage {
  readonly kind: 'told'
  /** Absent when it was not asked: it ends, and this is its last word. */
  readonly id?: number
  readonly snapshot: PeerSnapshot
}

/** From a worker: ask the others what they know. */
export interface AskMessage {
  readonly kind: 'ask'
  readonly id: number
  /** What the worker itself is about to tell. */
  readonly snapshot: PeerSnapshot
}

/** To a worker: what the others know. */
export interface PeersMessage {
  readonly kind: 'peers'
  readonly id: number
  readonly snapshots: readonly PeerSnapshot[]
}

/** What a worker is told. */
export type WorkerOrder = DrainMessage | TellMessage | PeersMessage

/** What a worker says. */
export type WorkerReport = ToldMessage | AskMessage

/** True for messages of this service; the channel carries others, too. */
export function isMessage<T extends WorkerOrder | WorkerReport>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && 'kind' in value
}
