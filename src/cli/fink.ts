/** The command line `fink`: one file a command. Exit codes: 0 done, 1 failed, 2 wrong usage. */
import { Command, CommanderError } from 'commander'
import { addCheck } from './check.js'
import { addCopy } from './copy.js'
import { addCutouts } from './cutouts.js'
import { addDump } from './dump.js'
import { addIngest } from './ingest.js'
import { addLimit } from './limit.js'
import { addLoad } from './load.js'
import { addProfile } from './profile.js'
import { addScan } from './scan.js'
import { addSchema } from './schema.js'
import { addServe } from './serve.js'
import { addSimulate } from './simulate.js'
import { addStart } from './start.js'
import { addToken } from './token.js'
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
