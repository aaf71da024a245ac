/** A command line that asks for something impossible: told in one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
