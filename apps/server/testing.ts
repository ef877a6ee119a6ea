import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createAccount, createApiKey } from '@tingzhou/access'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { Problem } from '@tingzhou/http/contract'
import type { Lang, RoleGrant } from '@tingzhou/parties'
import { readConfig } from './config.ts'
import { createServer, type Server, type ServerOptions } from './create-server.ts'

/** What came back over HTTP. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, null without a body. */
  // A test knows what it asked for.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export type Ask = {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly lang?: Lang
}

/** Sends requests as one account. */
export type Client = {
  readonly accountId: string
  /** What says who it is, for a test that asks for bytes itself. */
  readonly headers: Readonly<Record<string, string>>
  readonly send: (method: string, path: string, ask?: Ask) => Promise<Answer>
  readonly get: (path: string) => Promise<Answer>
  readonly post: (path: string, body?: unknown) => Promise<Answer>
  readonly patch: (path: string, body: unknown) => Promise<Answer>
  readonly put: (path: string, body: unknown) => Promise<Answer>
  readonly delete: (path: string, body?: unknown) => Promise<Answer>
}

/** A server on a random port of 127.0.0.1 with a database and a data folder of its own. */
export type TestServer = Server & {
  readonly database: TestDatabase['database']
  readonly dataDir: string
  /** The machine's own key: admin and machine. */
  readonly machine: Client
  /** Somebody with these roles; they act with an API key. */
  readonly actor: (
    roles: readonly RoleGrant[],
    wish?: { readonly name?: string; readonly lang?: Lang },
  ) => Promise<Client>
  /** Somebody who is not signed in, or with the given headers, such as a cookie. */
  readonly anyone: (headers?: Readonly<Record<string, string>>) => Client
}

export type TestServerOptions = ServerOptions & {
  readonly demo?: boolean
  readonly environment?: Readonly<Record<string, string>>
}

/** Starts the real server for tests: real HTTP, a fresh database, no background work unless asked for. Close it in `afterAll`. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { demo = false, environment = {}, ...rest } = options
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-test-'))
  const test = options.database ? null : await testDatabase()
  const port = await freePort()
  const config = readConfig(
    {
      PORT: String(port),
      JT808_PORT: 'off',
      HJ212_PORT: 'off',
      MQTT_PORT: 'off',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...environment,
    },
    demo ? [] : ['--empty'],
  )
  const server = await createServer(config, {
    background: false,
    log: pino({ level: 'silent' }),
    ...(test ? { database: test.database } : {}),
    ...rest,
  })
  const url = `http://127.0.0.1:${server.port}`
  const anyone = (headers: Readonly<Record<string, string>> = {}, accountId = '') =>
    createClient(url, headers, accountId)
  return {
    ...server,
    url,
    database: server.deps.database,
    dataDir,
    machine: anyone({ authorization: `Bearer ${server.token}` }, 'local-machine'),
    actor: async (roles, wish = {}) => {
      const { accountId, key } = await makeActor(server, roles, wish)
      return anyone({ 'x-api-key': key }, accountId)
    },
    anyone,
    close: async () => {
      await server.close()
      await test?.database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function makeActor(server: Server, roles: readonly RoleGrant[], wish: { name?: string; lang?: Lang }) {
  const { db, zoneId, clock } = server.deps
  const name = wish.name ?? `tester ${roles.map(({ role }) => role).join(' ')}`
  const account = {
    username: `t-${randomUUID()}`,
    name,
    kind: 'person',
    lang: wish.lang ?? 'zh-CN',
    roles,
    synthetic: true,
    demo: false,
  } as const
  return db.transaction().execute(async (tx) => {
    const created = await createAccount(tx, zoneId, account, { accountId: 'test', name: 'test' }, clock())
    if (!created.ok) throw new Error(JSON.stringify(created.error))
    const wanted = { id: randomUUID(), accountId: created.value, name: 'test', roles: null, expiresAt: null }
    const key = await createApiKey(tx, zoneId, wanted, 'test', clock())
    if (!key.ok) throw new Error(JSON.stringify(key.error))
    return { accountId: created.value, key: key.value }
  })
}

function createClient(url: string, own: Readonly<Record<string, string>>, accountId: string): Client {
  const send: Client['send'] = async (method, path, ask = {}) => {
    const { body, headers, lang = 'zh-CN' } = ask
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        'accept-language': lang,
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...own,
        ...headers,
      },
      // Raw bodies are sent as they are.
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text ? JSON.parse(text) : text || null,
    }
  }
  return {
    accountId,
    headers: own,
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, { body }),
    patch: (path, body) => send('PATCH', path, { body }),
    put: (path, body) => send('PUT', path, { body }),
    delete: (path, body) => send('DELETE', path, { body }),
  }
}

/** The problem of an answer, for `toMatchObject`. */
export const problemOf = (answer: Answer): Pick<Problem, 'status' | 'kind' | 'errors' | 'title' | 'detail'> =>
  answer.body

async function freePort(): Promise<number> {
  const probe = createTcpServer()
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve)
  })
  // A TCP listener has a port.
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => {
    probe.close(resolve)
  })
  return port
}
