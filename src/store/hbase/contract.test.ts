/**
 * The store on scripted servers keeps the contract of all stores: on healthy ones, and on such as
 * misbehave in many ways at a time. One way at a time is in `contract-faults.test.ts`.
 */
import { storeContract } from '../contract.js'
import { openHBaseStore } from './store.js'
import { startScriptedCluster } from './testing/scripted-cluster.js'
import {
  faultyContract,
  healthyContract,
  SMALL_PAGE_BYTES,
  SPLIT_KEYS,
  testPlayed,
} from './testing/scripted-contract.js'
import { SEEN_THROUGH_KINDS } from './testing/scripted-faults.js'
import { closingWith } from './testing/scripted-store.js'

const SEEDS = [1, 2, 3, 4, 5, 6]

healthyContract('one region', {})
healthyContract('many regions', { splitKeys: SPLIT_KEYS })
healthyContract('small pages', { splitKeys: SPLIT_KEYS, pageBytes: SMALL_PAGE_BYTES })

storeContract('HBase, by its address and the time of day', async () => {
  const cluster = await startScriptedCluster(2)
  cluster.master.runningAnswers = 1
  const store = openHBaseStore(`hbase-rpc://127.0.0.1:${cluster.servers[0]!.port}`, {
    familiesOf: () => ['d', 'i'],
  })
  return closingWith(store, () => cluster.close())
})

const played = SEEDS.map(seed => {
  const options = { splitKeys: SPLIT_KEYS, pageBytes: SMALL_PAGE_BYTES }
  return faultyContract(`faults, seed ${seed}`, { kinds: SEEN_THROUGH_KINDS, seed }, options)
})
testPlayed('faults of all seeds', played, SEEN_THROUGH_KINDS)
