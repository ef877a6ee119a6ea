import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { isCode } from '@tingzhou/wlhy'
import { usual } from '../options.ts'
import { meetPeople, type People } from '../people.ts'
import { startReporting } from './run.ts'
import { startRegulator, type Regulator } from './server.ts'

const settingsPath = '/api/v1/freight-upload-settings'
const now = Date.parse('2026-11-22T04:00:00Z')
let server: TestServer
let people: People
let admin: Client
const open: Regulator[] = []

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  people = await meetPeople({ url: server.url, key: server.token })
  admin = await server.actor([{ role: 'admin', partyId: null }], { name: 'admin' })
})
afterAll(() => server.close())
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const lines: string[] = []
/** As the demo starts it; port 0 is any that is free. */
async function begin(regulatorPort: number | null): Promise<Regulator | null> {
  const connection = { url: server.url, key: server.token }
  const options = { ...usual, connection, dataDir: server.dataDir, regulatorPort }
  const watch = { onRefused: (_what: string, error: Error) => void lines.push(error.message) }
  const regulator = await startReporting({ options, people }, server.dataDir, watch, (line) => void lines.push(line))
  if (regulator) open.push(regulator)
  return regulator
}

/** Insurers are any text of the interface. */
const codedTables = [
  'plate-colour',
  'energy',
  'transport-organisation',
  'business-type',
  'cargo-class',
  'payment-means',
  'vehicle-type',
  'bank',
  'division',
] as const
const settings = async () => (await admin.get(settingsPath)).body.regulator

describe('the monitoring system of a demo zone', () => {
  it('is nowhere unless it is asked for', async () => {
    expect(await begin(null)).toBeNull()
    expect(await settings()).toBeNull()
  })

  it('is what the zone reports to, and the zone can sign in', async () => {
    const regulator = await begin(0)

    expect(await settings()).toMatchObject({
      version: 1,
      adapter: 'fujian-2.0',
      url: regulator?.url,
      publicKey: regulator?.publicKey,
      senderCode: '650000',
      isOn: true,
    })
    const checked = await admin.post(`${settingsPath}/check`, {})
    expect(checked.body).toMatchObject({ isReached: true })
    expect(regulator?.answered()).toEqual({ 'token given': 1 })
    expect(lines).toEqual([])
  })

  it('has the same key at the next start, and is told again only when its address is another', async () => {
    const first = await begin(0)
    const { version } = await settings()
    await first?.close()

    const same = await begin(first?.port ?? 0)
    expect(same?.publicKey).toBe(first?.publicKey)
    expect((await settings()).version).toBe(version)
    await begin(0)
    expect((await settings()).version).toBe(version + 1)
  })

  it('leaves alone what a person set', async () => {
    const mine = await settings()
    const { since: _since, setBy: _setBy, passwordReadable: _readable, ...fields } = mine
    const kept = await admin.put(settingsPath, {
      ...fields,
      username: 'real',
      password: 'real-password',
      commandId: crypto.randomUUID(),
      why: 'a real one',
    })
    expect(kept.status).toBe(200)

    await begin(0)

    expect(await settings()).toMatchObject({ username: 'real', version: mine.version + 1 })
  })

  it('says so when its port is taken', async () => {
    const other = await startRegulator({ enterprises: [] })
    open.push(other)

    expect(await begin(other.port)).toBeNull()
    expect(lines.at(-1)).toBe(`No monitoring system: port ${other.port} is taken (REGULATOR_PORT)`)
  })

  it('knows every code that the register of freight knows, and express goods only in Tianjin', async () => {
    for (const table of codedTables) {
      const { rows } = (await admin.get(`/api/v1/freight-codes/${table}`)).body as { rows: { code: string }[] }
      expect(rows.length).toBeGreaterThan(0)
      expect([table, rows.filter(({ code }) => !isCode(table, 'tianjin-1.2.1', code))]).toEqual([table, []])
      expect([table, rows.filter(({ code }) => !isCode(table, 'fujian-2.0', code)).map(({ code }) => code)]).toEqual([
        table,
        table === 'cargo-class' ? ['1702'] : [],
      ])
    }
  })
})
