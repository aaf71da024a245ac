/**
 * GraceDB, the database of gravitational-wave candidates of LIGO, Virgo and KAGRA: the sky map of a
 * superevent.
 */
import { NotFoundError } from '../errors.js'
import { openRemote, type RemoteTools } from './remote.js'

/** The open service. */
export interface Gracedb {
  /**
   * The sky map of a superevent as the file is published, gzip included; not to be changed.
   *
   * @throws NotFoundError when there is no such superevent, or it has no sky map
   */
  readSkyMap(superevent: string, signal: AbortSignal): Promise<Uint8Array>
}

/** Names such as S190425z, and those of mock (MS) and test (TS) events. */
const SUPEREVENT = /^[MT]?S\d{6}[a-z]{1,6}$/
const SKY_MAP_FILE = 'bayestar.fits.gz'
const MIB = 1024 * 1024

/** Sky maps have about 1 MB. They may be made anew for some time after the event. */
const LIMITS = { maxBytes: 32 * MIB, cacheBytes: 64 * MIB, freshMs: 600_000 }

interface File {
  /** Undefined when there is none. */
  readonly bytes: Uint8Array | undefined
}

/** Opens GraceDB at its address (`.../api/superevents`). */
export function openGracedb(address: string | undefined, tools?: RemoteTools): Gracedb {
  const remote = openRemote<File>({ name: 'GraceDB', address, limits: LIMITS }, tools)
  return {
    async readSkyMap(superevent, signal) {
      if (!SUPEREVENT.test(superevent)) throw missingMap(superevent)
      const call = {
        key: superevent,
        request: (base: string) => ({
          url: new URL(`${base}/${superevent}/files/${SKY_MAP_FILE}`),
        }),
        statuses: [404],
        decode: ({ status, body }: { readonly status: number; readonly body: Buffer }): File => ({
          bytes: status === 404 ? undefined : body,
        }),
      }
      const { bytes } = await remote.ask(call, signal)
      if (bytes !== undefined) return bytes
      throw missingMap(superevent)
    },
  }
}

function missingMap(superevent: string): NotFoundError {
  const shown = superevent.slice(0, 40)
  return new NotFoundError(`Cannot find a sky map of superevent "${shown}" in GraceDB`)
}
