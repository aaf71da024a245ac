/** Opens a store by its address: a folder, `memory:`, or that of an HBase cluster. */
import { openEmbeddedStore } from './embedded/embedded.js'
import { isHBaseAddress } from './hbase/address.js'
import { type DerivationOf, openMemoryStore } from './memory.js'
import type { Store } from './store.js'

/** What a store must know beside its address. */
export interface StoreOptions {
  readonly derivationOf?: DerivationOf
  /** Column families of a table that is made, beside those of the columns written first. */
  readonly familiesOf?: (table: string) => readonly string[]
}

/**
 * Opens the store at an address.
 *
 * @param address folder of an embedded store (made when missing), `memory:`, or
 *   `hbase://zookeeper,...` and `hbase-rpc://master,...` (see hbase/address.ts)
 * @throws StoreError when it cannot be opened, SyntaxError when an address of HBase is malformed
 */
export async function openStore(address: string, options: StoreOptions = {}): Promise<Store> {
  if (address === 'memory:') return openMemoryStore(options)
  if (isHBaseAddress(address)) {
    // Loaded here and not above: commands on other stores start sooner without.
    const { openHBaseStore } = await import('./hbase/store.js')
    return openHBaseStore(address, options)
  }
  return openEmbeddedStore(address, options)
}
