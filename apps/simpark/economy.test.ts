import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { inventEnterprises } from './enterprise.ts'
import { openEconomy } from './economy.ts'
import { reportFigures } from './figures.ts'
import { chooseFirms } from './firms.ts'
import { openMarket } from './market.ts'
import { usual } from './options.ts'
import { meetPeople } from './people.ts'
import { fillRegister, readRegister } from './register.ts'

let server: TestServer
const refusals: string[] = []
const watch = { onRefused: (what: string, error: Error) => void refusals.push(`${what}: ${error.message}`) }
const size = { enterprises: 480, aboveScale: 40 }

beforeAll(async () => {
  server = await startTestServer({ demo: true })
})
afterAll(() => server.close())

let zone: Parameters<typeof openEconomy>[0] & Parameters<typeof openMarket>[0]

it('an economy after the zone’s recipes is entered once, and its weaknesses are found', async () => {
  const people = await meetPeople({ url: server.url, key: server.token })
  expect(inventEnterprises(usual.seed, size)).toHaveLength(480)
  await fillRegister(people, usual.seed, size)
  const register = await readRegister(people, usual.seed, size)
  zone = {
    people,
    options: { ...usual, size, connection: { url: server.url, key: server.token }, dataDir: server.dataDir },
    register,
    firms: chooseFirms(usual.seed, register.enterprises, 40),
  } as unknown as typeof zone

  const first = await openEconomy(zone, watch)
  expect(first.positions).toBeGreaterThan(300)
  expect(first.links).toBeGreaterThan(400)
  expect(await openEconomy(zone, watch)).toEqual({ positions: 0, links: 0 })
  expect(refusals).toEqual([])

  const { chains } = people.machine.api
  await expect.poll(async () => (await chains.runs.list({ limit: 1 })).rows.length, { timeout: 60_000 }).toBe(1)
  const lines = await chains.lines.list({ limit: 200 })
  const found = lines.rows.map(({ list, product }) => `${list} ${product.code}`)
  expect(found).toContain('fill P1304')
  expect(found).toContain('extend P1903')

  const cartons = lines.rows.find(({ list, product }) => list === 'fill' && product.code === 'P1304')
  const halls = await chains.lines.plants({ key: cartons?.key ?? '' })
  expect(halls.rows[0]?.needs.map(({ verdict }) => verdict)).toEqual(['met', 'met', 'met', 'met'])
}, 180_000)

it('what firms offer and need is posted once, and the need for rebar finds its offers', async () => {
  const all = await openMarket(zone, watch)
  expect(await openMarket(zone, watch)).toBe(all)
  expect(refusals).toEqual([])
  expect(all).toBeGreaterThan(15)

  const { market } = zone.people.machine.api
  const needs = await market.postings.list({ kind: 'need', productCode: 'P0602', limit: 10 })
  expect(needs.rows).toHaveLength(1)
  const { candidates } = await market.matches.list({ id: needs.rows[0]?.id ?? '', limit: 5 })
  expect(candidates.map(({ posting }) => posting.text.includes('25mm'))).toEqual([true, true, false, false])
}, 120_000)

it('what firms reported of the years that are over is handed in once', async () => {
  const written = await reportFigures(zone, watch)
  expect(written).toBe(40 * 3 * 7)
  expect(await reportFigures(zone, watch)).toBe(0)
  expect(refusals).toEqual([])

  const id = zone.register.enterpriseId(zone.firms[0]?.plan.uscc ?? '')
  const { rows } = await zone.people.machine.api.registry.figures.list({ enterpriseId: id, limit: 50 })
  expect(rows.filter(({ synthetic }) => synthetic)).toHaveLength(21)
}, 60_000)
