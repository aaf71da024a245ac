/**
 * A data folder in which every example of every ZTF route finds something: a small made-up sky, the
 * objects that the documentation names among it, and remote services that are played.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { ApiServer } from '../../src/api/server.js'
import { buildApp } from '../../src/app.js'
import { storeFolder } from '../../src/cli/data-folder.js'
import { readConfig, SETTINGS } from '../../src/config.js'
import { createToken } from '../../src/queries/clients/tokens.js'
import { textReader } from '../../src/rows/cell-reader.js'
import type { CellValue } from '../../src/rows/packed-row.js'
import { ringPixel } from '../../src/science/healpix/healpix.js'
import { encodeFixture } from '../../src/science/sky-map/skymap-fixture.js'
import { writeNights } from '../../src/simulate/night-file.js'
import { openStore } from '../../src/store/open.js'
import { ALL_KEYS, readRows, type Store } from '../../src/store/store.js'
import { tableSpec } from '../../src/surveys/survey.js'
import { derivationOf } from '../../src/surveys/surveys.js'
import { ztf } from '../../src/surveys/ztf/ztf.js'
import { dumpTable } from '../../src/transfer/dump.js'
import { loadDump } from '../../src/transfer/load.js'
import { fink } from '../cli/program.js'
import { playMiriade, playQuaero, playSesame, playSsodnet } from '../upstream/play-answers.js'
import { BODY_NAMES, bodyAlert, putRows } from '../upstream/play-rows.js'
import { openPlayServer, type PlayServer } from '../upstream/play-server.js'
import type { CaseRequest, Responder } from './examples.js'

/** A data folder with what is around it. */
export interface MadeUpSky {
  /** Settings of a service on it, by name. */
  readonly settings: Readonly<Record<string, string>>
  /** The same as environment variables. */
  readonly env: Readonly<Record<string, string>>
  /** Removes the folder and ends the played services. */
  close(): Promise<void>
}

/** A service on a made-up sky, in this process. */
export interface SkyService {
  readonly server: ApiServer
  /** The service for a client that has a token for writing. */
  readonly writer: Responder
  close(): Promise<void>
}

const SKY = { objects: 60, nights: 5, seed: 3 }

/** Makes the folder; it takes a few seconds. */
export async function makeSky(): Promise<MadeUpSky> {
  const folder = mkdtempSync(join(tmpdir(), 'fink-sky-'))
  const nights = join(folder, 'nights')
  const data = join(folder, 'data')
  for (const { alerts } of writeNights(nights, SKY)) if (alerts === 0) throw new RangeError('empty')
  await fink('ingest', '--data', data, '--lake', nights, nights)
  const store = await openStore(storeFolder(data), { derivationOf })
  await addExampleObject(store)
  await addRows(store)
  await store.close()
  writeTables(join(data, 'sso'))
  const play = await openPlayServer()
  playServices(play)
  // Stamps are read from the lake, not through another service.
  const { cutouts: _, ...others } = play.addresses
  const addresses = Object.entries(others).map(([name, url]) => [`${name}Url`, url])
  const settings = { dataDir: data, lake: nights, ...Object.fromEntries(addresses) }
  return {
    settings,
    env: toVariables(settings),
    close: async () => {
      await play.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Opens a service on the sky. */
export async function openSkyService({ settings }: MadeUpSky): Promise<SkyService> {
  const config = readConfig({ overrides: { ...settings, logLevel: 'silent' } })
  const store = await openStore(storeFolder(config.dataDir), { derivationOf })
  const server = buildApp({ ...config, store, version: 'test' })
  const { token } = await createToken(store, 'test', new Date())
  const close = async (): Promise<void> => {
    await server.app.close()
    await store.close()
  }
  const writer: Responder = { inject: request => server.app.inject(withToken(request, token)) }
  return { server, writer, close }
}

/** Adds the token where notes are written and the body is an object without one. */
function withToken(request: CaseRequest, token: string): CaseRequest {
  const { method, url, payload } = request
  if (method !== 'POST' || !url.endsWith('/metadata') || !payload?.startsWith('{"')) return request
  if (payload.includes('"token":')) return request
  return { ...request, payload: `{"token":"${token}",${payload.slice(1)}` }
}

function toVariables(settings: Readonly<Record<string, string>>): Record<string, string> {
  const variables = Object.entries(SETTINGS).flatMap(([name, { variable }]) => {
    const value = settings[name]
    return value === undefined ? [] : [[variable, value]]
  })
  return Object.fromEntries(variables)
}

/** The light curve with most points, in all tables also under the id that the examples name. */
async function addExampleObject(store: Store): Promise<void> {
  const { table, idExample } = ztf.lightCurve
  const columns = [ztf.columns.object]
  const objectOf = textReader(ztf.columns.object)
  const counts = new Map<string, number>()
  for (const row of await readRows(store, { table, ranges: [ALL_KEYS], columns })) {
    const id = objectOf(row) ?? ''
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const [[id] = ['']] = [...counts].sort((a, b) => b[1] - a[1])
  for (const name of await store.tables()) {
    if (!name.startsWith('ztf')) continue
    const lines = async function* (): AsyncGenerator<string> {
      for await (const text of dumpTable(store, name)) {
        for (const line of text.split('\n')) {
          if (line.startsWith('{"table"') || line.includes(id)) yield line.replaceAll(id, idExample)
        }
      }
    }
    await loadDump(store, lines())
  }
}

/** A time within the month, and one on the day of the year 2023, that examples name. */
const JD = 2_460_618.75
const JD_OF_2023 = 2_459_969.75

/** Rows of tables that alert files do not fill. */
async function addRows(store: Store): Promise<void> {
  const [body = ''] = ztf.solarSystem?.examples ?? []
  const { idExample } = ztf.lightCurve
  await putRows(store, 'ztf.sso_resolver', BODY_NAMES)
  await putRows(
    store,
    'ztf.ssnamenr',
    [JD, JD + 1].map((jd, i) => bodyAlert(body, jd, i + 1)),
  )
  const track = 'TRCK_20210604_093609_00'
  await putFilled(store, 'ztf.tracklet', `${track}_${idExample}`, { 'd:tracklet': track })
  const candidate = ztf.ssoCandidates?.idExample ?? ''
  const ofCandidate = { 'd:ssoCandId': candidate, 'd:jd': JD_OF_2023 }
  await putFilled(store, 'ztf.orb_cand', `cand_${candidate}`, ofCandidate)
  await putFilled(store, 'ztf.sso_cand', `${JD_OF_2023}_${candidate}`, ofCandidate)
  const rising = { 'i:objectId': idExample, 'i:jd': JD, 'd:mag_rate': -0.5 }
  await putFilled(store, 'ztf.class', `SN candidate_${JD}_${idExample}`, rising)
  const unusual = { 'i:objectId': idExample, 'i:jd': JD_OF_2023 }
  await putFilled(store, 'ztf.anomaly', `${JD_OF_2023}_${idExample}`, unusual)
  await putFilled(store, 'statistics_class', 'ztf_20211103', {})
  await putPosition(store, 193.821739, 2.897311)
  await putFilled(store, 'ztf.tns_resolver', `sn 2022and_${idExample.toLowerCase()}`, {})
  const note = { 'd:internal_name': 'Fink J042203.10+362318.7' }
  const encoded = { 'd:internal_name_encoded': 'FinkJ042203.10+362318.7' }
  await putFilled(store, 'ztf.metadata', idExample, { ...note, ...encoded })
}

/** An alert at a position, in the table of positions. */
function putPosition(store: Store, raDeg: number, decDeg: number): Promise<void> {
  const { table, nside, firstSeen } = ztf.position
  const { object, time, ra, dec } = ztf.columns
  const cells = {
    [object]: 'ZTF24zzzzzzz',
    [time]: JD,
    [firstSeen]: JD,
    [ra]: raDeg,
    [dec]: decDeg,
  }
  const key = `${ringPixel(nside, raDeg, decDeg)}_${JD}_ZTF24zzzzzzz`
  return putFilled(store, table, key, cells)
}

/** A row with a value in every column. */
function putFilled(
  store: Store,
  table: string,
  key: string,
  cells: Readonly<Record<string, CellValue>>,
): Promise<void> {
  const values = tableSpec(ztf, table).columns.map(({ name, type }) => [name, sampleOf(type)])
  return putRows(store, table, [[key, { ...Object.fromEntries(values), ...cells }]])
}

function sampleOf(type: string): CellValue {
  if (type === 'string') return 'some text'
  return type === 'boolean' ? true : type === 'float' || type === 'double' ? 1.5 : 1
}

/** The published tables of Solar System objects, of one object each. */
function writeTables(folder: string): void {
  const files = ztf.solarSystemFiles
  if (files === undefined) throw new RangeError('The survey publishes no tables')
  const version = '2024.09'
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'sso_name', data: [files.nameExample], type: 'STRING' },
      { name: 'sso_number', data: [8467n], type: 'INT64' },
      { name: 'H_1', data: [15.25], type: 'DOUBLE' },
      { name: 'version', data: [version], type: 'STRING' },
    ],
  })
  const paths = Object.keys(files.flavors).map(flavor => files.tablePath(flavor, version))
  mkdirSync(join(folder, 'SSOFT'), { recursive: true })
  for (const path of [...paths, files.bulkPath(version)]) {
    writeFileSync(join(folder, path), Buffer.from(bytes))
  }
}

/** Objects that examples and acceptance criteria name. */
const BODIES = [
  { name: 'Benoitcarry', number: 8467 },
  { name: 'Julienpeloton', number: 33803 },
  { name: 'Phaethon', number: 3200 },
  { name: 'Lucretia', number: 281 },
  { name: 'Justitia', number: 269 },
  { name: '2003 BM80', number: 323137 },
  { name: '2002 MA6', number: 624188 },
  { name: 'Rubin', number: 5726 },
  { name: 'Zulu', number: 1922 },
]

function playServices(play: PlayServer): void {
  play.play('sesame', playSesame('Markarian 2', { oname: 'Mrk 2', otype: 'Sy1', jradeg: '1.5' }))
  play.play('quaero', playQuaero(BODIES))
  play.play('ssodnet', playSsodnet({}))
  play.play('miriade', playMiriade())
  // Two pixels in the north hold a fifth of the probability.
  const values = Array.from({ length: 12 }, (_, pixel) => (pixel < 2 ? 0.1 : 0.08))
  const cards = { ORDERING: 'NESTED', NSIDE: 1, 'DATE-OBS': '2024-11-02T06:00:00.0' }
  const map = encodeFixture([{ name: 'PROB', type: 'D', values }], cards)
  play.play('gracedb', ({ path }) =>
    path.startsWith('/S230709bi/') ? { body: map } : { status: 404, body: 'not found' },
  )
}
