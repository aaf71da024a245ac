/** Writes the reference pages: `npm run docs`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { referencePages } from './reference.js'

mkdirSync('docs/reference', { recursive: true })
for (const [name, text] of Object.entries(await referencePages())) {
  writeFileSync(`docs/reference/${name}`, text)
}
