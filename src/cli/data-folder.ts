/** The folder that `--data` names: where the embedded store and the stamps of a service lie. */
import { join } from 'node:path'
import { openStore } from '../store/open.js'
import type { Store } from '../store/store.js'
import { derivationOf } from '../surveys/surveys.js'

/** Folder of the embedded store inside a data folder. */
export function storeFolder(dataFolder: string): string {
  return join(dataFolder, 'store')
}

/** Runs with the store of a data folder open, and closes it afterwards. */
export async function withStore<T>(
  dataFolder: string,
  run: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore(storeFolder(dataFolder), { derivationOf })
  try {
    return await run(store)
  } finally {
    await store.close()
  }
}
