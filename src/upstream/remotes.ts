/** Every remote service, opened together from their addresses. */
import { type CutoutService, openCutoutService } from './cutout-service.js'
import { type Gracedb, openGracedb } from './gracedb.js'
import { type Miriade, openMiriade } from './miriade.js'
import { openQuaero, type Quaero } from './quaero.js'
import type { RemoteHealth, RemoteTools } from './remote.js'
import { openSesame, type Sesame } from './sesame.js'
import { openSsodnet, type Ssodnet } from './ssodnet.js'

/** Addresses of the services; one without an address is not asked, and fails when it is needed. */
export interface RemoteAddresses {
  readonly sesame?: string | undefined
  readonly quaero?: string | undefined
  readonly ssodnet?: string | undefined
  readonly miriade?: string | undefined
  readonly gracedb?: string | undefined
  readonly cutouts?: string | undefined
}

/** The open services. They hold no connection that would have to be closed. */
export interface Remotes {
  readonly sesame: Sesame
  readonly quaero: Quaero
  readonly ssodnet: Ssodnet
  readonly miriade: Miriade
  readonly gracedb: Gracedb
  readonly cutouts: CutoutService
  /** How each of them is doing. */
  health(): RemoteHealth[]
}

/** Opens all services. Nothing is sent before the first question. */
export function openRemotes(addresses: RemoteAddresses, given: RemoteTools = {}): Remotes {
  const readers: (() => RemoteHealth)[] = []
  const tools: RemoteTools = { ...given, onOpen: readHealth => readers.push(readHealth) }
  return {
    health: () => readers.map(readHealth => readHealth()),
    sesame: openSesame(toBase(addresses.sesame), tools),
    quaero: openQuaero(toBase(addresses.quaero), tools),
    ssodnet: openSsodnet(toBase(addresses.ssodnet), tools),
    miriade: openMiriade(toBase(addresses.miriade), tools),
    gracedb: openGracedb(toBase(addresses.gracedb), tools),
    cutouts: openCutoutService(toBase(addresses.cutouts), tools),
  }
}

function toBase(address: string | undefined): string | undefined {
  const base = address?.replace(/\/+$/, '')
  return base === '' ? undefined : base
}
