import { storeContract } from './contract.js'
import { openMemoryStore } from './memory.js'

storeContract('memory store', async () => openMemoryStore())
