/** Opens a store by its address: a folder, or `memory:`. */
import { openEmbeddedStore } from './embedded/embedded.js'
import { type DerivationOf, openMemoryStore } from './memory.js'
import type { Store } from './store.js'

/**
 * Opens the store at an address.
 *
 * @param address folder of an embedded store (made when missing), or `memory:`
 * @throws StoreError when it cannot be opened
 */
export async function openStore(
  address: string,
  options: { readonly derivationOf?: DerivationOf } = {},
): Promise<Store> {
  return address === 'memory:' ? openMemoryStore(options) : openEmbeddedStore(address, options)
}
