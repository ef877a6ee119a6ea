import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { driveShipment, openExport } from './export.ts'
import { usual } from './options.ts'
import { meetPeople } from './people.ts'

let server: TestServer
const refusals: string[] = []
const watch = { onRefused: (what: string, error: Error) => void refusals.push(`${what}: ${error.message}`) }

beforeAll(async () => {
  server = await startTestServer({ demo: true })
})
afterAll(() => server.close())

it('one shipment of the demo becomes stock in Shymkent, another waits for its certificate', async () => {
  const people = await meetPeople({ url: server.url, key: server.token })
  const { registry, crossborder } = people.machine.api
  const commandId = () => crypto.randomUUID()
  const area = await registry.areas.create({
    commandId: commandId(),
    code: 'E',
    name: '东片区',
    partyBranch: '',
    synthetic: true,
  })
  const name = '合成苗木出口有限公司'
  const firm = await registry.enterprises.create({ commandId: commandId(), name, areaId: area.id, synthetic: true })
  const zone = {
    // The zone of the demo has a register of thousands; who exports is all that is asked of it here.
    register: { enterpriseId: () => firm.id },
    firms: [{ plan: { uscc: 'any' } }],
    people,
    options: { ...usual, connection: { url: server.url, key: server.token }, dataDir: server.dataDir },
  } as unknown as Parameters<typeof openExport>[0]
  const sent = await openExport(zone)
  expect(await openExport(zone)).toEqual(sent)
  for (const one of sent) await driveShipment(zone, one, watch)

  expect(refusals).toEqual([])
  const { rows } = await crossborder.shipments.list({ limit: 10 })
  expect(rows.map(({ state, synthetic }) => `${state} ${synthetic}`).toSorted()).toEqual([
    'received true',
    'released true',
  ])
  const stock = await crossborder.stock.list({ limit: 10 })
  expect(stock.rows.reduce((sum, row) => sum + row.pieces, 0)).toBe(9_988)
  const sale = await crossborder.sales.list({ limit: 10 })
  expect(sale.rows[0]).toMatchObject({ pieces: 100_000, drawn: 20_000 })
  const waiting = rows.find(({ state }) => state === 'released')
  const { findings } = await crossborder.shipments.get({ id: waiting?.id ?? '' })
  expect(findings.filter(({ result }) => result === 'block').map(({ kind }) => kind)).toEqual([
    'phytosanitary_certificate',
  ])
}, 120_000)
