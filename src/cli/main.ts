/** Entry of the command line; see `fink.ts`. */
import { runCommand } from './fink.js'

// A reader that has seen enough (`fink dump ... | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await runCommand(process.argv.slice(2))
