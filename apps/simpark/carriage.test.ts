import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { carryOn, openCarriage } from './carriage.ts'
import { enterFreight } from './freight.ts'
import { usual } from './options.ts'
import { meetPeople } from './people.ts'

let server: TestServer
const refusals: string[] = []
const watch = { onRefused: (what: string, error: Error) => void refusals.push(`${what}: ${error.message}`) }

beforeAll(async () => {
  server = await startTestServer({ demo: true })
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
    firms: [{ plan: { uscc: 'any' } }],
    people,
    options: {
      ...usual,
      connection: { url: server.url, key: server.token },
      dataDir: server.dataDir,
      trucks: 12,
      speed: 1,
    },
  } as unknown as Parameters<typeof openCarriage>[0]
  await enterFreight(zone, watch)
  const loadId = await openCarriage(zone, watch)
  expect(await openCarriage(zone, watch)).toBe(loadId)
  for (let turn = 0; turn < 20; turn++) await carryOn(zone, loadId, watch, Date.now() + 86_400_000)

  // A truck whose papers are over is refused by name; nothing else is.
  expect(refusals.filter((line) => !/^assign .*blocked/.test(line))).toEqual([])
  const { rows } = await freight.waybills.list({ loadId, limit: 200 })
  const states = new Set(rows.map(({ state }) => state))
  expect(rows.length).toBeGreaterThanOrEqual(8)
  expect(states.has('settled')).toBe(true)
  const settled = rows.filter(({ state }) => state === 'settled')
  expect(settled.every(({ dueFen, billFen }) => (billFen ?? 0) > (dueFen ?? 0) && (dueFen ?? 0) > 0)).toBe(true)
  const loads = await freight.loads.list({ limit: 10 })
  expect(loads.rows.map(({ mode, state }) => `${mode} ${state}`).toSorted()).toEqual([
    'assign published',
    'bid published',
    'grab published',
  ])
}, 120_000)
