/** The command line `fink`: one file a command. Exit codes: 0 done, 1 failed, 2 wrong usage. */
import { Command, CommanderError } from 'commander'
import { addCheck } from './commands/check.js'
import { addCopy } from './commands/copy.js'
import { addCutouts } from './commands/cutouts.js'
import { addDump } from './commands/dump.js'
import { addIngest } from './commands/ingest.js'
import { addLimit } from './commands/limit.js'
import { addLoad } from './commands/load.js'
import { addProfile } from './commands/profile.js'
import { addScan } from './commands/scan.js'
import { addSchema } from './commands/schema.js'
import { addServe } from './commands/serve.js'
import { addSimulate } from './commands/simulate.js'
import { addStart } from './commands/start.js'
import { addToken } from './commands/token.js'
import { UsageError } from './usage-error.js'

/** The program with all its commands. */
export function buildProgram(): Command {
  const program = new Command('fink')
    .description('Serve, fill and look after the tables of an alert broker')
    .showHelpAfterError('(see --help)')
    .exitOverride()
  addStart(program)
  addIngest(program)
  addServe(program)
  addCutouts(program)
  addSimulate(program)
  addCheck(program)
  addDump(program)
  addCopy(program)
  addLoad(program)
  addScan(program)
  addSchema(program)
  addToken(program)
  addLimit(program)
  addProfile(program)
  // Commands inherit how errors are told only when they are added after it was set.
  for (const command of program.commands) command.exitOverride().showHelpAfterError('(see --help)')
  return program
}

/** Runs the command line and gives its exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    await buildProgram().parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`fink: ${message}${reasonOf(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? ` (${cause.message})` : ''
}
