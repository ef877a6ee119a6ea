import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { identityOf } from './fleet/identity.ts'
import { enterFreight } from './freight.ts'
import { usual } from './options.ts'
import { meetPeople, type People } from './people.ts'

let server: TestServer
let people: People
const refusals: string[] = []
const watch = { onRefused: (what: string, error: Error) => void refusals.push(`${what}: ${error.message}`) }

beforeAll(async () => {
  server = await startTestServer()
  people = await meetPeople({ url: server.url, key: server.token })
})
afterAll(() => server.close())

const enter = (trucks: number, now?: number) => {
  const options = { ...usual, connection: { url: server.url, key: server.token }, dataDir: server.dataDir, trucks }
  return enterFreight({ options, people }, watch, now)
}

describe('the freight register of a demo zone', () => {
  it('holds a vehicle with the plate of each truck, its invented driver and papers, and a second run adds nothing', async () => {
    const added = await enter(33)
    const { freight } = people.machine.api
    const { rows: vehicles } = await freight.vehicles.list({ limit: 200 })
    const { rows: drivers } = await freight.drivers.list({ limit: 200 })
    const { rows: carriers } = await freight.carriers.list({ limit: 200 })
    const { payer } = await freight.bank.payer()
    const again = await enter(33, Date.now() + 3 * 86_400_000)

    expect(refusals).toEqual([])
    expect([added, again]).toEqual([33, 0])
    expect(vehicles.map(({ plate }) => plate).toSorted()).toEqual(
      Array.from({ length: 33 }, (_, id) => identityOf(id).plate).toSorted(),
    )
    expect(carriers.map((carrier) => carrier.vehicles).toSorted((a, b) => a - b)).toEqual([3, 30])
    expect(
      [...vehicles, ...drivers, ...carriers].every(({ synthetic, stand }) => synthetic && stand !== 'missing'),
    ).toBe(true)
    expect(payer).toMatchObject({ holder: expect.stringContaining('虚构'), rev: 1 })
    expect(drivers.every(({ name, carriers: of }) => name.includes('虚构') && of.length === 1)).toBe(true)
  })
})
