import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addToOutbox } from '@tingzhou/events'
import { settleOrigin } from '@tingzhou/access'
import { ConfigError, readConfig } from './config.ts'
import { DataDirHeld, holdDataDir, readCard, readSecret } from './data-dir.ts'
import { startTestServer, type TestServer } from './testing.ts'

describe('the demo', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ demo: true, limits: { heartbeatMs: 50 } })
  })
  afterAll(() => server.close())

  it('offers its accounts with the password they all have', async () => {
    expect(server.setupUrl).toBeNull()
    const before = await server.anyone().get('/api/v1/demo-accounts')
    const created = await server.machine.post('/api/v1/accounts', {
      commandId: randomUUID(),
      username: 'demo-dispatcher',
      name: '派单员 演示',
      password: before.body.password,
      roles: [{ role: 'dispatcher', partyId: null }],
      synthetic: true,
      demo: true,
    })
    const after = await server.anyone().get('/api/v1/demo-accounts')
    const { username } = after.body.accounts[0]

    expect(created.status).toBe(201)
    expect(before.body.accounts).toEqual([])
    expect(after.body.accounts).toEqual([
      {
        username: 'demo-dispatcher',
        name: '派单员 演示',
        memberships: [{ role: 'dispatcher', partyId: null, partyName: null }],
      },
    ])
    const session = await server.anyone().post('/api/v1/sessions', { username, password: after.body.password })
    expect(session.status).toBe(201)
  })

  it('stays a demo, whatever a later start is asked to be', async () => {
    const { db, zoneId, clock } = server.deps

    expect(await settleOrigin(db, zoneId, { demo: false }, clock())).toEqual({ demo: true })
  })

  it('tells signed-in screens of what was committed, and of nothing that does not concern them', async () => {
    const firm = await server.actor([])
    const other = await server.actor([])
    const told = await listen(server, firm.accountId)
    const silent = await listen(server, other.accountId)
    const { db, zoneId, clock } = server.deps
    const event = {
      type: 'probe.told',
      objectKind: 'probe',
      objectId: 'p1',
      at: clock(),
      data: { secret: 'not sent' },
      to: [firm.accountId],
    }
    await db.transaction().execute((tx) => addToOutbox(tx, zoneId, [event]))
    await server.relay.settle()

    const text = await told.until(/probe\.told/)
    expect(text).toContain('data: {"type":"probe.told","objectKind":"probe","objectId":"p1"}')
    expect(text).not.toContain('not sent')
    expect(await silent.until(/: beat/)).not.toContain('probe.told')
    told.stop()
    silent.stop()
  })

  /** Opens a stream as the account; `until` waits until the pattern came. */
  async function listen(on: TestServer, accountId: string) {
    const made = await on.machine.post('/api/v1/api-keys', { commandId: randomUUID(), accountId, name: 'stream' })
    const controller = new AbortController()
    const response = await fetch(`${on.url}/api/v1/events`, {
      headers: { 'x-api-key': made.body.key },
      signal: controller.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = response.body?.getReader()
    const decoder = new TextDecoder()
    let text = ''
    const until = async (pattern: RegExp) => {
      while (!pattern.test(text)) {
        const chunk = await reader?.read()
        if (!chunk || chunk.done) throw new Error('the stream ended')
        text += decoder.decode(chunk.value, { stream: true })
      }
      return text
    }
    return { until, stop: () => controller.abort() }
  }

  it('leaves a card for commands on this machine, readable by the owner only', async () => {
    const card = readCard(server.dataDir)

    expect(card).toMatchObject({ pid: process.pid, port: server.port, token: server.token })
    expect(statSync(join(server.dataDir, 'server.json')).mode & 0o777).toBe(0o600)
    expect((await server.machine.get('/api/v1/me')).body).toMatchObject({ kind: 'machine', username: 'local-machine' })
    expect((await server.anyone({ authorization: 'Bearer wrong' }).get('/api/v1/me')).body.kind).toBe('key_refused')
  })

  it('describes every route with a summary, and its documents name only what exists', async () => {
    const { body } = await server.anyone().get('/api/v1/openapi.json')
    const operations = Object.values(
      body.paths as Record<string, Record<string, { summary?: string; tags?: string[] }>>,
    ).flatMap((item) => Object.values(item))

    expect(operations.length).toBeGreaterThan(30)
    for (const operation of operations)
      expect(operation).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] })
  })
})

describe('a data folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tingzhou-folder-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const card = (pid: number, startedAtMs: number) =>
    writeFileSync(join(folder, 'server.json'), JSON.stringify({ pid, port: 1, token: 'x', startedAtMs }))

  it('is refused while a server that lives holds it', () => {
    card(process.ppid, Date.now())

    expect(() => holdDataDir(folder, Date.now())).toThrow(DataDirHeld)
    expect(() => holdDataDir(folder, Date.now())).toThrow(`process ${process.ppid}, port 1`)
  })

  it('is taken over from a killed server, from one before a restart of the machine, and from a half-written card', () => {
    card(2 ** 22 + 5, Date.now())
    holdDataDir(folder, Date.now()).release()
    card(process.ppid, 0)
    holdDataDir(folder, Date.now()).release()
    writeFileSync(join(folder, 'server.json'), '{"pid":')
    const held = holdDataDir(folder, Date.now())

    held.announce(8080)
    expect(readCard(folder)?.port).toBe(8080)
    held.release()
    expect(readCard(folder)).toBeNull()
  })

  it('keeps its secret', () => {
    const secret = readSecret(folder)

    expect(secret.length).toBeGreaterThanOrEqual(43)
    expect(readSecret(folder)).toBe(secret)
    expect(readFileSync(join(folder, 'secret'), 'utf8').trim()).toBe(secret)
  })
})

describe('the configuration', () => {
  it('has defaults for everything', () => {
    expect(readConfig({}, [])).toMatchObject({
      port: 8080,
      host: 'localhost',
      publicUrl: 'http://localhost:8080',
      demo: true,
      mail: null,
    })
    expect(readConfig({ PORT: '' }, ['--empty']).demo).toBe(false)
  })

  it('names what cannot be used, without showing secrets', () => {
    const read = () => readConfig({ PORT: '70000', AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://u:pw@h/d' }, [])

    expect(read).toThrow(ConfigError)
    expect(read).toThrow(/PORT "70000".*\n.*DATABASE_URL:.*\n.*AUTH_SECRET:/)
    expect(read).not.toThrow(/hunter2|pw@h/)
    expect(() => readConfig({ OIDC_NAME: 'x' }, [])).toThrow(/OIDC_ISSUER/)
    expect(() => readConfig({}, ['--emtpy'])).toThrow('--emtpy')
    expect(() => readConfig({ SMTP_URL: 'smtp://h' }, [])).toThrow('MAIL_FROM')
    expect(() => readConfig({ WEBHOOK_PRIVATE_HOSTS: 'http://erp' }, [])).toThrow('WEBHOOK_PRIVATE_HOSTS')
    expect(readConfig({ WEBHOOK_PRIVATE_HOSTS: 'ERP.intranet, ::1' }, []).webhookPrivateHosts).toEqual([
      'erp.intranet',
      '::1',
    ])
  })
})
