import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { saveProfile, type PointTemplate } from '@tingzhou/telemetry'
import { usual } from '../options.ts'
import { meetPeople, type People } from '../people.ts'
import { identityOf } from './identity.ts'
import { startFleet } from './run.ts'

let server: TestServer
let people: People
const refusals: string[] = []
const told: string[] = []
const watch = { onRefused: (what: string, error: Error) => void refusals.push(`${what}: ${error.message}`) }

beforeAll(async () => {
  server = await startTestServer({ background: true, environment: { JT808_PORT: '0' } })
  people = await meetPeople({ url: server.url, key: server.token })
}, 60_000)
afterAll(() => server.close())

const start = (trucks: number) => {
  const options = { ...usual, connection: { url: server.url, key: server.token }, dataDir: server.dataDir, trucks }
  return startFleet({ options, people }, server.dataDir, watch, (line) => void told.push(line), 1_000)
}

const point = (key: string, kind: PointTemplate['kind']): PointTemplate => ({
  key,
  kind,
  name: { zh: key, en: key },
  unit: null,
  resolution: 0.1,
  euLow: null,
  euHigh: null,
  sampleMs: 10_000,
  staleAfterS: 60,
  counterMax: null,
})

async function makeProfile(): Promise<void> {
  const { db, zoneId, clock } = server.deps
  const name = { zh: '货车', en: 'Truck' }
  const points = [point('POS', 'position'), point('FUEL', 'analog')]
  await db.transaction().execute((tx) => saveProfile(tx, zoneId, { key: 'truck', name, points }, clock()))
}

describe('the fleet of a demo zone', () => {
  it('is none when none is wanted; and when the server knows no trucks, which it says once', async () => {
    expect(await start(0)).toBeNull()
    const { rows } = await people.machine.api.telemetry.profiles({})
    if (!rows.some(({ key }) => key === 'truck')) {
      expect(await start(3)).toBeNull()
      expect(told.splice(0)).toEqual([expect.stringContaining('truck')])
    }
  })

  it('is made known through the public API, drives, and is found again by the next start', async () => {
    await makeProfile()
    const fleet = await start(6)
    expect(told).toEqual([])
    await expect.poll(() => fleet?.counts().admissions, { timeout: 90_000 }).toBeGreaterThanOrEqual(2)
    await expect.poll(() => fleet?.counts().reportsAnswered, { timeout: 20_000 }).toBeGreaterThanOrEqual(2)
    const { rows } = await people.machine.api.telemetry.positions({})
    fleet?.close()

    const plates = Array.from({ length: 6 }, (_, id) => identityOf(id).plate)
    expect(rows.length).toBeGreaterThanOrEqual(2)
    for (const { name } of rows) expect(plates).toContain(name)
    expect(existsSync(join(server.dataDir, 'simpark-fleet.json'))).toBe(true)
    const devices = () => people.machine.api.telemetry.devices({ protocol: 'jt808', limit: 200 })
    expect((await devices()).rows).toHaveLength(6)

    const again = await start(6)
    again?.close()

    expect((await devices()).rows).toHaveLength(6)
    expect(again?.codes()).toEqual(fleet?.codes())
    expect(again?.terminals.map((one) => one.truck().odometerM)).toEqual(
      fleet?.terminals.map((one) => one.truck().odometerM),
    )
    expect(refusals).toEqual([])
  }, 120_000)
})
