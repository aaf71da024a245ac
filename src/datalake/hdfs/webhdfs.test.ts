/** Faults that a real HDFS has rarely; the rest is under `test/integration`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DatalakeError, NotFoundError } from '../../errors.js'
import type { Datalake } from '../datalake.js'
import type { HttpLimits } from '../http-exchange.js'
import {
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../testing/scripted-server.js'
import { openWebHdfs } from './webhdfs.js'
import { parseRemoteException } from './webhdfs-error.js'

/** Runs with a server that is name node and data node: paths below `/dn` are those of the latter. */
async function withServers(
  scripts: readonly Script[],
  run: (lake: Datalake, servers: readonly ScriptedServer[]) => Promise<void>,
  limits: Partial<HttpLimits> = {},
): Promise<void> {
  const servers = await Promise.all(scripts.map(startScriptedServer))
  const hosts = servers.map(server => server.host)
  const address = { hosts, root: '/user/fink', user: 'fink', isSecure: false }
  const lake = openWebHdfs(address, { limits: { attempts: 3, retryDelayMs: 1, ...limits } })
  try {
    await run(lake, servers)
  } finally {
    await lake.close()
    for (const server of servers) await server.close()
  }
}

function remote(exception: string, message: string): string {
  return JSON.stringify({ RemoteException: { exception, message } })
}

/** Redirects opens to itself and answers there with the bytes asked for of `text`. */
function singleNode(text: string): Script {
  return (request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    if (url.pathname.startsWith('/webhdfs')) {
      return response.writeHead(307, { location: `http://${url.host}/dn?token=t` }).end()
    }
    const offset = Number(url.searchParams.get('offset'))
    const length = Number(url.searchParams.get('length'))
    return response.writeHead(200).end(text.slice(offset, offset + length))
  }
}

test('a name node is asked once per file, offsets are put into its answer', async () => {
  await withServers([singleNode('0123456789')], async (lake, [server]) => {
    assert.equal(Buffer.from(await lake.read('a b', 2, 5)).toString(), '234')
    assert.equal(Buffer.from(await lake.read('a b', 8, 10)).toString(), '89')
    assert.deepEqual(server?.requests, [
      'GET /webhdfs/v1/user/fink/a%20b?op=OPEN&user.name=fink&offset=2&length=3',
      'GET /dn?token=t&offset=2&length=3',
      'GET /dn?token=t&offset=8&length=2',
    ])
  })
})

test('a data node that forgot its token is asked for anew', async () => {
  const node = singleNode('0123456789')
  let isExpired = false
  const script: Script = (request, response) => {
    if (isExpired && request.url?.startsWith('/dn')) {
      isExpired = false
      return response.writeHead(403).end(remote('SecretManager$InvalidToken', 'expired'))
    }
    return node(request, response)
  }
  await withServers([script], async (lake, [server]) => {
    await lake.read('a', 0, 1)
    isExpired = true
    assert.equal(Buffer.from(await lake.read('a', 4, 6)).toString(), '45')
    assert.equal(server?.requests.filter(line => line.includes('op=OPEN')).length, 2)
  })
})

test('an answer of a data node that breaks off is asked for again', async () => {
  const node = singleNode('0123456789')
  let left = 1
  const script: Script = (request, response) => {
    if (!request.url?.startsWith('/dn') || left-- <= 0) return node(request, response)
    response.writeHead(200, { 'content-length': '4' })
    return response.write('01', () => response.destroy())
  }
  await withServers([script], async lake => {
    assert.equal(Buffer.from(await lake.read('a', 0, 4)).toString(), '0123')
  })
})

test('a file that is shorter than asked for is a fault, not fewer bytes', async () => {
  await withServers([singleNode('0123456789')], async lake => {
    await assert.rejects(lake.read('a', 8, 12), /ends before byte 12/)
  })
})

test('a name node on standby is passed over, and remembered', async () => {
  const standby: Script = (_request, response) =>
    response.writeHead(403).end(remote('StandbyException', 'Operation category READ'))
  const scripts = [standby, singleNode('0123456789')]
  await withServers(scripts, async (lake, [first, second]) => {
    await lake.read('a', 0, 1)
    await lake.read('b', 0, 1)
    assert.equal(first?.requests.length, 1)
    assert.equal(second?.requests.length, 4)
  })
  await withServers([standby, standby], async lake => {
    await assert.rejects(lake.size('a'), (error: unknown) => {
      assert.ok(error instanceof DatalakeError)
      return error.failure === 'unavailable' && /standby/.test(error.message)
    })
  })
})

test('errors of HDFS are sorted by what can be done about them', async () => {
  const cases: [number, string, string, 'missing' | 'failed' | 'unavailable'][] = [
    [404, 'FileNotFoundException', 'File does not exist: /a', 'missing'],
    [403, 'AccessControlException', 'Permission denied: user=x\n\tat java', 'failed'],
    [403, 'IOException', 'Offset=9 out of the range [0, 5); OPEN, path=/a', 'failed'],
    [403, 'EOFException', 'Cannot seek after EOF', 'failed'],
    [400, 'IllegalArgumentException', 'Invalid value', 'failed'],
    [403, 'RetriableException', 'NameNode still not started', 'unavailable'],
    [500, 'NullPointerException', '', 'unavailable'],
  ]
  for (const [status, name, message, kind] of cases) {
    const script: Script = (_request, response) =>
      response.writeHead(status).end(remote(name, message))
    await withServers([script], async (lake, [server]) => {
      await assert.rejects(lake.read('a', 0, 9), (error: unknown) => {
        assert.ok(error instanceof Error && !error.message.includes('\n'), name)
        if (kind === 'missing') return error instanceof NotFoundError
        assert.ok(error instanceof DatalakeError, name)
        assert.equal(error.failure, kind, name)
        return true
      })
      assert.equal(server?.requests.length, kind === 'unavailable' ? 3 : 1, name)
    })
  }
})

test('a gateway that does not redirect is read from directly', async () => {
  const script: Script = (_request, response) => response.writeHead(200).end('234')
  await withServers([script], async lake => {
    assert.equal(Buffer.from(await lake.read('a', 2, 5)).toString(), '234')
  })
})

test('answers that are not those of HDFS are a fault', async () => {
  for (const body of ['<html>', 'null', '{"FileStatus":{}}']) {
    const script: Script = (_request, response) => response.writeHead(200).end(body)
    await withServers([script], async lake => {
      await assert.rejects(lake.size('a'), DatalakeError, body)
    })
  }
  const astray: Script = (_request, response) =>
    response.writeHead(307, { location: 'nowhere' }).end()
  await withServers([astray], lake => assert.rejects(lake.read('a', 0, 1), DatalakeError))
})

test('a silent name node is late', async () => {
  await withServers(
    [() => undefined],
    async lake => {
      await assert.rejects(lake.size('a'), (error: unknown) => {
        assert.ok(error instanceof DatalakeError)
        return error.failure === 'timeout'
      })
    },
    { attempts: 1, timeoutMs: 30 },
  )
})

test('parseRemoteException() falls back on the status', () => {
  for (const body of ['', '<html>', 'null', '[]', '{}', '{"RemoteException":1}']) {
    const reply = { status: 502, header: () => undefined, body: Buffer.from(body) }
    assert.deepEqual(parseRemoteException(reply), { name: 'HTTP 502', message: '' }, body)
  }
})
