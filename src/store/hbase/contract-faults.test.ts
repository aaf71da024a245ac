/**
 * The store keeps the contract of all stores on servers that misbehave: one kind of fault at a
 * time, of all those that a client must see through.
 */
import { faultyContract, SPLIT_KEYS, testPlayed } from './testing/scripted-contract.js'
import { SEEN_THROUGH_KINDS } from './testing/scripted-faults.js'

/** Some pages of each region. */
const PAGE_BYTES = 3_000

for (const [seed, kind] of SEEN_THROUGH_KINDS.entries()) {
  const options = { splitKeys: SPLIT_KEYS, pageBytes: PAGE_BYTES }
  testPlayed(kind, [faultyContract(kind, { kinds: [kind], seed }, options)], [kind])
}
