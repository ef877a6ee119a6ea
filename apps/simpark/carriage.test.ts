import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { onTheWay, openCarriage } from './carriage.ts'
import { enterFreight } from './freight.ts'
import { headStart } from './head-start.ts'
import { sayOpinions } from './opinions.ts'
import { usual } from './options.ts'
import { meetPeople } from './people.ts'

let server: TestServer
const refusals: string[] = []
const watch = { onRefused: (what: string, error: Error) => void refusals.push(`${what}: ${error.message}`) }

beforeAll(async () => {
  server = await startTestServer({ demo: true, background: true })
})
afterAll(() => server.close())

it('loads of the demo are carried from the offer to the settlement, and some are left for visitors', async () => {
  const people = await meetPeople({ url: server.url, key: server.token })
  const { registry, freight } = people.machine.api
  const area = await registry.areas.create({
    commandId: crypto.randomUUID(),
    code: 'E',
    name: '东片区',
    partyBranch: '',
    synthetic: true,
  })
  const firm = await registry.enterprises.create({
    commandId: crypto.randomUUID(),
    name: '合成货主有限公司',
    areaId: area.id,
    synthetic: true,
  })
  const zone = {
    // The zone of the demo has a register of thousands; who ships is all that is asked of it here.
    register: { enterpriseId: () => firm.id },
    firms: [{ plan: { uscc: 'any' }, username: 'shipper' }],
    people,
    options: {
      ...usual,
      connection: { url: server.url, key: server.token },
      dataDir: server.dataDir,
      trucks: 12,
      speed: 1,
    },
  } as unknown as Parameters<typeof headStart>[0]
  for (const username of ['finance', 'finance2'])
    await people.machine.api.access.accounts.create({
      commandId: crypto.randomUUID(),
      username,
      name: username,
      roles: [{ role: 'finance', partyId: null }],
      synthetic: true,
    })
  await people.machine.api.access.accounts.create({
    commandId: crypto.randomUUID(),
    username: 'shipper',
    name: 'shipper',
    roles: [{ role: 'enterprise', partyId: firm.id }],
    synthetic: true,
  })
  await people.refresh()
  await enterFreight(zone, watch)
  const loadId = await openCarriage(zone, watch)
  expect(await openCarriage(zone, watch)).toBe(loadId)
  expect(await headStart(zone, loadId, watch)).toBeGreaterThan(50)
  expect(await headStart(zone, loadId, watch)).toBe(0)
  // Opinions are said once, and a dispatcher finds one complaint to answer.
  expect(await sayOpinions(zone, watch)).toBeGreaterThanOrEqual(6)
  expect(await sayOpinions(zone, watch)).toBe(0)
  const { rows: complaints } = await freight.complaints.list({ limit: 10 })
  expect(complaints.map(({ state, about }) => `${about} ${state}`)).toEqual(['side accepted'])
  const carrierId = (await freight.waybills.list({ loadId, limit: 1 })).rows[0]?.carrier.id ?? ''
  const sums = await freight.ratings.sums({ subject: 'carrier', ids: [carrierId] })
  expect(sums.rows[0]?.meanCenti).toBeGreaterThan(300)

  // A truck whose papers are over is refused by name; nothing else is.
  expect(refusals.filter((line) => !/^assign .*blocked/.test(line))).toEqual([])
  const { rows } = await freight.waybills.list({ loadId, limit: 200 })
  expect(rows.length).toBeGreaterThanOrEqual(8)
  const settled = rows.filter(({ state }) => state === 'settled')
  expect(settled.length).toBeGreaterThan(0)
  // One sets out in each turn; which of them are left where they are is drawn.
  expect(rows.some(({ state }) => state !== 'offered' && onTheWay.has(state))).toBe(true)
  const { rows: batches } = await freight.batches.list({ limit: 10 })
  expect(batches.map(({ state }) => state)).toEqual(['sent'])
  // Some are paid and some are left to pay; a waybill hears of it once the zone lives in the present.
  const { rows: payments } = await freight.payments.list({ limit: 50 })
  expect(new Set(payments.map(({ state }) => state))).toEqual(new Set(['due', 'done']))
  expect(settled.every(({ dueFen, billFen }) => (billFen ?? 0) > (dueFen ?? 0) && (dueFen ?? 0) > 0)).toBe(true)
  const bridges = await freight.bridges.list({ limit: 10 })
  const said = await Promise.all(bridges.rows.map(({ id }) => freight.bridges.weighings({ id, limit: 200 })))
  expect(said.map((page) => page.rows.some(({ state }) => state === 'matched'))).toEqual([true, true])
  const loads = await freight.loads.list({ limit: 10 })
  expect(loads.rows.map(({ mode, state }) => `${mode} ${state}`).toSorted()).toEqual([
    'assign published',
    'bid published',
    'grab published',
  ])
}, 120_000)
