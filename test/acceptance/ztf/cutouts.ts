/** Acceptance of `cutouts`. */
import assert from 'node:assert/strict'
import { readPng } from '../../../src/cutouts/testing/png-reader.js'
import { criterion, type RouteCriteria, type Subject } from '../criterion.js'
import type { Arguments } from '../live-service.js'
import { NoData, need } from '../outcome.js'

const OBJECT = 'ZTF21aaxtctv'
const CANDID = '1622215345315015012'
const SIDE = 63
/** Alerts that are looked at to find two different stamps. */
const MAX_ALERTS = 20

/** A picture of the sample, as its pixels. */
async function picture({ service, samples }: Subject, args: Arguments = {}): Promise<Buffer> {
  const { id } = await samples.object(OBJECT)
  const asked = { objectId: id, kind: 'Science', ...args }
  const { body } = await service.answer('cutouts', asked)
  const { width, height, samples: pixels } = readPng(body)
  if (width !== SIDE || height !== SIDE) throw new NoData(`a stamp of ${width} x ${height} pixels`)
  return Buffer.from(pixels)
}

function isOther(title: string, args: Arguments, than: Arguments = {}) {
  return criterion(title, async subject => {
    const [one, other] = [await picture(subject, than), await picture(subject, args)]
    need(new Set(one).size > 1, 'a stamp of one colour')
    assert.ok(!one.equals(other), 'the pictures are the same')
  })
}

/** Criteria of the route. */
export const CUTOUTS: RouteCriteria = {
  route: 'cutouts',
  criteria: [
    criterion('a PNG has 63 x 63 pixels', async ({ service, samples }) => {
      const { id } = await samples.object(OBJECT)
      const { body } = await service.answer('cutouts', { objectId: id, kind: 'Science' })
      const { width, height } = readPng(body)
      assert.deepEqual([width, height], [SIDE, SIDE])
    }),
    criterion('a FITS file has one image of 63 x 63 pixels', async ({ service, samples }) => {
      const { id } = await samples.object(OBJECT)
      const args = { objectId: id, kind: 'Science', 'output-format': 'FITS' }
      const text = (await service.answer('cutouts', args)).body.toString('latin1')
      assert.match(text, /^SIMPLE {2}= +T/)
      const sides = [...text.matchAll(/NAXIS[12] *= +(\d+)/g)].map(([, side]) => Number(side))
      assert.deepEqual(sides, [SIDE, SIDE])
      assert.doesNotMatch(text, /^XTENSION=/m)
    }),
    criterion('an array has 63 rows of 63 numbers', async ({ service, samples }) => {
      const { id } = await samples.object(OBJECT)
      const args = { objectId: id, kind: 'Science', 'output-format': 'array' }
      const { body } = await service.answer('cutouts', args)
      const rows: unknown[][] = JSON.parse(body.toString())['b:cutoutScience_stampData']
      assert.deepEqual([rows.length, ...new Set(rows.map(row => row.length))], [SIDE, SIDE])
    }),
    isOther('Science and Template differ', { kind: 'Template' }),
    isOther('Science and Difference differ', { kind: 'Difference' }),
    isOther('Template and Difference differ', { kind: 'Template' }, { kind: 'Difference' }),
    criterion('pmin and pmax do not change a sigmoid', async subject => {
      const args = { stretch: 'sigmoid', pmin: 5, pmax: 95 }
      const plain = await picture(subject, { stretch: 'sigmoid' })
      assert.ok(plain.equals(await picture(subject, args)))
    }),
    ...['linear', 'sqrt', 'power', 'log'].map(stretch =>
      isOther(`${stretch} differs from sigmoid`, { stretch }),
    ),
    isOther('Greys differs from viridis', { colormap: 'Greys' }, { colormap: 'viridis' }),
    isOther('a Gaussian kernel changes the picture', { convolution_kernel: 'gauss' }),
    criterion('another alert has another picture than the latest', async subject => {
      const { id, alerts } = await subject.samples.object(OBJECT)
      const others = alerts.slice(1, MAX_ALERTS).map(alert => String(alert['i:candid']))
      const candids = id === OBJECT ? [CANDID] : others
      const latest = await picture(subject)
      for (const candid of candids) {
        if (!latest.equals(await picture(subject, { candid }))) return
      }
      // Made-up alerts may share their stamps; those of the object named here do not.
      need(id === OBJECT, `${candids.length} alerts of ${id} have one picture`)
      assert.fail('the pictures are the same')
    }),
  ],
}
