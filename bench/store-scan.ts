/** In process: from the embedded store to JSON bytes, against copying the same bytes. */
import { join } from 'node:path'
import { jsonFormat } from '../src/formats/json.js'
import { readLightCurve } from '../src/queries/alerts/light-curve.js'
import { openEmbeddedStore } from '../src/store/embedded/embedded.js'
import { derivationOf } from '../src/surveys/surveys.js'
import { ztf } from '../src/surveys/ztf/ztf.js'
import { objectsByLength } from './measuring/objects.js'
import { median, option, report } from './measuring/report.js'
import { benchData } from './measuring/sky.js'

const { folder } = await benchData(option('alerts', 100_000))
const ids = await objectsByLength(folder)
const store = openEmbeddedStore(join(folder, 'store'), { derivationOf })
const { signal } = new AbortController()

async function encode(id: string): Promise<Buffer> {
  const { table } = await readLightCurve(store, ztf, {
    ids: [id],
    selection: { kind: 'all' },
    hasUpperLimits: false,
    rowLimit: 10_000,
    signal,
  })
  const encoder = jsonFormat.encoder(table.columns, {})
  return Buffer.concat([encoder.begin(), encoder.rows(table), encoder.end()])
}

for (const [name, list, runs] of [
  ['14x130', ids.short, 2000],
  ['1575x130', [ids.long], 100],
] as const) {
  const ready = await Promise.all(list.slice(0, 200).map(encode))
  const ours: number[] = []
  const copies: number[] = []
  for (let i = 0; i < runs; i++) {
    let begin = performance.now()
    await encode(list[i % list.length]!)
    ours.push(performance.now() - begin)
    begin = performance.now()
    Buffer.from(ready[i % ready.length]!)
    copies.push(performance.now() - begin)
  }
  report({
    bench: `store to JSON bytes ${name}, against copying ready bytes`,
    value: median(ours) / median(copies),
    unit: 'time ratio',
    details: { medianMs: median(ours), copyMs: median(copies) },
  })
}
await store.close()
