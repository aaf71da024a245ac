/** Entry of the command line; see `fink.ts`. */
import { runCommand } from './fink.js'

process.exitCode = await runCommand(process.argv.slice(2))
