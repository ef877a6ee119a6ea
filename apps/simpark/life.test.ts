import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import type { Refused } from './api.ts'
import { livePast, prepareZone, type Zone } from './build.ts'
import { usual, type Options } from './options.ts'

const refusals: string[] = []
const phases: string[] = []
const watch = {
  onProgress: (_percent: number, phase: string) => void phases.push(phase),
  onRefused: (what: string, error: Refused) => void refusals.push(`${what}: ${error.message}`),
}

let server: TestServer
let machine: Client
let zone: Zone

const optionsOf = (url: string, key: string): Options => ({
  ...usual,
  connection: { url, key },
  dataDir: server.dataDir,
  seed: 'life',
  size: { enterprises: 30, aboveScale: 8 },
  firms: 12,
  needsPerDay: 3,
  visitsPerDay: 1,
})

beforeAll(async () => {
  server = await startTestServer({ demo: true, background: true, environment: { DEMO_DAYS: '10' } })
  machine = server.machine
  zone = await prepareZone(optionsOf(server.url, server.token), watch)
  await livePast(zone, watch)
}, 600_000)
afterAll(() => server.close())

describe('a small zone lived through the public API', () => {
  it('put its firms, areas and departments into the register, all marked as synthetic', async () => {
    const { body } = await machine.get('/api/v1/enterprises?limit=200')

    expect(body.total).toBe(30)
    expect(
      body.rows.every((row: { synthetic: boolean; usccStatus: string }) => row.synthetic && row.usccStatus === 'ok'),
    ).toBe(true)
    expect((await machine.get('/api/v1/areas')).body.rows).toHaveLength(4)
    expect((await machine.get('/api/v1/departments')).body.rows).toHaveLength(48)
  })

  it('offers its accounts on the sign-in page', async () => {
    const { body } = await server.anyone().get('/api/v1/demo-accounts')

    expect(body.accounts.length).toBeGreaterThanOrEqual(22)
    expect(new Set(body.accounts.map((one: { username: string }) => one.username))).toContain('firm1')
  })

  it('offers whoever a restaurant meets: applicant, firm, two windows, an officer and a head of every department', async () => {
    const { body } = await server.anyone().get('/api/v1/demo-accounts')
    const guide = await machine.get('/api/v1/one-things/restaurant')
    type Account = { memberships: { role: string; partyId: string | null }[] }
    const held = body.accounts.flatMap(({ memberships }: Account) =>
      memberships.length === 0 ? ['applicant'] : memberships.map(({ role, partyId }) => `${role} ${partyId}`),
    )

    const departments: string[] = guide.body.departments.map(({ id }: { id: string }) => id)
    expect(departments).toHaveLength(4)
    expect(held).toEqual(
      expect.arrayContaining(['applicant', ...departments.flatMap((id) => [`dept_officer ${id}`, `dept_head ${id}`])]),
    )
    expect(held.filter((one: string) => one === 'window_officer null').length).toBeGreaterThanOrEqual(2)
  })

  it('raised needs and closed some; the counts by state add up to the list', async () => {
    const { body: counts } = await machine.get('/api/v1/appeals/counts')
    const { body: list } = await machine.get('/api/v1/appeals?limit=200')
    const byState = counts.byState as { state: string; n: number }[]

    expect(list.total).toBeGreaterThanOrEqual(15)
    expect(list.rows.every((row: { synthetic: boolean }) => row.synthetic)).toBe(true)
    for (const { state, n } of byState)
      expect(list.rows.filter((row: { state: string }) => row.state === state)).toHaveLength(n)
    expect(byState.reduce((sum, { n }) => sum + n, 0)).toBe(list.total)
    expect(byState.find(({ state }) => state === 'closed')?.n ?? 0).toBeGreaterThan(0)
  })

  it('was refused next to nothing by the rules', () => {
    expect(refusals.slice(3)).toEqual([])
  })

  it('has a history that verifies', async () => {
    const report = await verifyHistory(server.deps.db, server.deps.zoneId)

    expect(report.faults).toEqual([])
    expect(report.entries).toBeGreaterThan(60)
  })

  it('answers its indicators over the period', async () => {
    const to = new Date().toISOString().slice(0, 10)
    const from = new Date(Date.now() - 12 * 86_400_000).toISOString().slice(0, 10)
    const { body } = await machine.get(`/api/v1/need-indicators?from=${from}&to=${to}&by=zone`)
    const figures = body.groups[0].figures as { id: string; denominator: number | null }[]

    expect(figures.find(({ id }) => id === 'response_rate')?.denominator ?? 0).toBeGreaterThan(0)
    expect(figures.find(({ id }) => id === 'resolution_rate')?.denominator ?? 0).toBeGreaterThan(0)
  })

  it('has reached the present, where its clock can no longer be moved', async () => {
    const { body: status } = await server.anyone().get('/api/v1/demo')
    const moved = await machine.post('/api/v1/demo/clock', { to: Date.now() + 3_600_000 })

    expect(status).toMatchObject({ live: true, percent: 100, phase: 'ready' })
    expect(Math.abs(status.clock - Date.now())).toBeLessThan(60_000)
    expect(moved).toMatchObject({ status: 409, body: { kind: 'demo_clock_real' } })
    expect(phases).toEqual(expect.arrayContaining(['register', 'people', 'rules', 'history', 'ready']))
  })

  it('is found as it is by a simulator that starts again', async () => {
    const before = (await machine.get('/api/v1/appeals?limit=1')).body.total

    const again = await prepareZone(optionsOf(server.url, server.token), watch)

    expect(again.firms.map(({ username }) => username)).toEqual(zone.firms.map(({ username }) => username))
    expect((await machine.get('/api/v1/enterprises?limit=1')).body.total).toBe(30)
    expect((await machine.get('/api/v1/appeals?limit=1')).body.total).toBe(before)
  })
})

describe('the clock of the demo over HTTP', () => {
  it('is moved by the machine only', async () => {
    const admin = await server.actor([{ role: 'admin', partyId: null }])

    const { status, body } = await admin.post('/api/v1/demo/clock', { to: Date.now() })

    expect({ status, kind: body.kind }).toEqual({ status: 403, kind: 'machine_key_only' })
  })

  it('does not exist where the zone is real', async () => {
    const real = await startTestServer()

    expect((await real.machine.get('/api/v1/demo')).status).toBe(404)
    expect((await real.machine.post('/api/v1/demo/clock', { to: 1 })).status).toBe(404)
    await real.close()
  }, 120_000)
})
