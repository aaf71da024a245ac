/** A real S3 service for tests: Versity S3 Gateway on a temporary folder, on the loopback only. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { buildGoProgram } from './go-program.js'
import { missingPrograms } from './maven.js'
import { answers, ServiceProcess } from './service-process.js'

const PROGRAM = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'
const START_TIMEOUT_MS = 30_000

/** A running S3 service. */
export interface S3Service {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Folder whose files are the objects of the bucket. */
  readonly folder: string
  /** The account, as variables of the environment. */
  readonly env: Readonly<Record<string, string>>
  /** Stops it and removes the data. */
  close(): Promise<void>
}

/** Names of the programs that are missing to run it; see `missingPrograms` about CI. */
export function missingForS3(): string[] {
  return missingPrograms(['go'])
}

/** Starts a service with one empty bucket and waits until it serves. */
export async function startS3(): Promise<S3Service> {
  const program = buildGoProgram(PROGRAM)
  const folder = mkdtempSync(join(tmpdir(), 's3-'))
  const [root, meta] = [join(folder, 'root'), join(folder, 'meta')]
  const bucket = 'lake'
  for (const path of [join(root, bucket), meta]) mkdirSync(path, { recursive: true })
  const host = `127.0.0.1:${await freePort()}`
  const region = 'us-east-1'
  const account = { id: 'testkey', secret: 'testsecret' }
  const server = new ServiceProcess({
    program,
    args: [
      ...['--port', host, '--region', region, '--health', '/health', '--quiet', '--keep-alive'],
      ...['posix', '--sidecar', meta, root],
    ],
    env: { ROOT_ACCESS_KEY: account.id, ROOT_SECRET_KEY: account.secret },
  })
  const close = async () => {
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await server.until(() => answers(`http://${host}/health`), START_TIMEOUT_MS)
  } catch (failure) {
    await close()
    throw failure
  }
  return {
    endpoint: `http://${host}`,
    region,
    bucket,
    folder: join(root, bucket),
    env: { AWS_ACCESS_KEY_ID: account.id, AWS_SECRET_ACCESS_KEY: account.secret },
    close,
  }
}
