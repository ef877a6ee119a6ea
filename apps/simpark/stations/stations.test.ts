import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { encode } from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { usual } from '../options.ts'
import { meetPeople, type People } from '../people.ts'
import { stations } from './identity.ts'
import { flagAt, isAway, momentOf, periodOf, valueAt } from './measure.ts'
import { startStations, type Stations } from './run.ts'

const hourMs = 3_600_000
const noon = Date.UTC(2026, 6, 3, 4)

describe('what a station measures', () => {
  it('is the same whenever it is asked, never below zero, and fits into a frame', () => {
    for (const station of stations)
      for (let at = noon; at < noon + 24 * hourMs; at += hourMs / 3) {
        for (const factor of station.factors) expect(valueAt(station, factor, at)).toBeGreaterThanOrEqual(0)
        expect(periodOf(station, at, 600_000)).toEqual(periodOf(station, at, 600_000))
        const { st, pw, mn } = station
        const head = { qn: '20260703120000000', st, cn: '2011', pw, mn, packet: null, extra: [] }
        const area = momentOf(station, at)
        expect(encode({ ...head, flags: { version: 1, wantsAnswer: true }, area }).ok).toBe(true)
      }
  })

  it('is flagged while it calibrates, and sent by nobody while the network is gone', () => {
    const day = Array.from({ length: 24 * 6 }, (_, index) => noon + index * 600_000)
    for (const station of stations) {
      const factor = station.factors.at(-1)
      if (!factor) throw new Error('a station measures something')
      expect(day.filter((at) => flagAt(station, factor, at) === 'C')).toHaveLength(3)
      const away = day.filter((at) => isAway(station, at)).length
      expect(away).toBeGreaterThanOrEqual(16)
      expect(away).toBeLessThanOrEqual(20)
    }
  })
})

describe('the stations of a demo zone', () => {
  let server: TestServer
  let people: People
  const told: string[] = []
  const refusals: string[] = []
  const running: Stations[] = []
  const watch = { onRefused: (what: string, error: Error) => void refusals.push(`${what}: ${error.message}`) }
  // No station is away in the hour after it.
  const clock = { now: noon + hourMs + 300_000 }
  const now = () => clock.now
  beforeAll(async () => {
    const environment = { HJ212_PORT: '0' }
    server = await startTestServer({ background: true, environment, clock: () => epochMs(clock.now) })
    people = await meetPeople({ url: server.url, key: server.token })
  }, 60_000)
  afterEach(() => {
    for (const one of running.splice(0)) one.close()
  })
  afterAll(() => server.close())

  const start = async (count: number) => {
    const connection = { url: server.url, key: server.token }
    const options = { ...usual, connection, dataDir: server.dataDir, stations: count }
    const how = { realtimeMs: 1_000, minuteMs: 600_000, hourMs, now }
    const started = await startStations({ options, people }, watch, (line) => void told.push(line), how)
    if (started) running.push(started)
    return started
  }
  const known = async () => (await people.machine.api.telemetry.devices({ protocol: 'hj212', limit: 200 })).rows

  it('are made known once, and what they measure stands at their points', async () => {
    expect(await start(0)).toBeNull()
    await start(3)
    const started = await start(3)
    expect((await known()).map(({ name }) => name).toSorted()).toEqual(stations.map(({ name }) => name).toSorted())
    expect([told, refusals]).toEqual([[], []])

    for (const { id, identity } of await known()) {
      const factors = stations.find(({ mn }) => mn === identity)?.factors.length ?? 0
      const points = async () => {
        clock.now += 1_000
        for (const station of started?.stations ?? []) station.tick()
        const shown = (await people.machine.api.telemetry.device({ id })).points
        return shown.filter(({ code, last }) => last !== null && !code.endsWith('.INTERVAL')).length
      }
      // A value and a flag each, beside how often it speaks.
      await expect.poll(points, { timeout: 60_000 }).toBe(2 * factors)
    }
    // What is measured can be drawn; the letters of flags cannot.
    const drawn = (await people.machine.api.telemetry.points({ limit: 200 })).rows.map(({ code }) => code)
    expect(drawn.filter((code) => code.endsWith('-Rtd'))).toHaveLength(
      stations.flatMap(({ factors }) => factors).length,
    )
    expect(drawn.filter((code) => code.includes('-Flag'))).toEqual([])
  })

  it('do what they are told when they first call, and say so', async () => {
    const device = (await known()).find(({ identity }) => identity === stations[0]?.mn)
    if (!device) throw new Error('the first station is known')
    const { rev, name } = await people.machine.api.telemetry.device({ id: device.id })
    const firstContact = {
      setClock: true,
      retries: { overTimeS: 20, repeats: 5 },
      realtimeS: 30,
      minutes: 5,
      realtime: 'start',
      states: 'start',
    } as const
    const settings = { profile: null, isLenient: false, isTrusted: false, coordinates: 'wgs84', source: null } as const
    await people.machine.api.telemetry.setDevice({
      id: device.id,
      commandId: newId(),
      rev,
      name,
      ...settings,
      firstContact,
    })
    const [station] = (await start(1))?.stations ?? []

    const states = async () => {
      clock.now += 1_000
      station?.tick()
      const { commands } = await people.machine.api.telemetry.device({ id: device.id })
      return commands.filter(({ reason }) => reason === 'first contact').map(({ kind, state }) => `${kind} ${state}`)
    }
    await expect
      .poll(async () => (await states()).toSorted(), { timeout: 60_000 })
      .toEqual([
        'set_minute_interval acknowledged',
        'set_realtime_interval acknowledged',
        'set_retries acknowledged',
        'start_realtime acknowledged',
        'start_states acknowledged',
      ])
    const told = (await people.machine.api.telemetry.device({ id: device.id })).settings
    expect(told).toMatchObject({ firstContact, contacted: firstContact })
  })

  it('give again what lacks when they are asked', async () => {
    const [station] = (await start(1))?.stations ?? []
    const device = (await known()).find(({ identity }) => identity === stations[0]?.mn)
    if (!station || !device) throw new Error('the first station is known')
    await expect
      .poll(
        () => {
          clock.now += 1_000
          station.tick()
          return station.counts().answered
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThanOrEqual(1)

    const body = { from: clock.now - 2 * hourMs, to: clock.now }
    await people.machine.api.telemetry.command({ id: device.id, commandId: newId(), kind: 'query_minutes', body })

    const state = async () => {
      const { commands } = await people.machine.api.telemetry.device({ id: device.id })
      return commands.find(({ kind }) => kind === 'query_minutes')?.state
    }
    await expect.poll(state, { timeout: 30_000 }).toBe('acknowledged')
    expect(station.counts().given).toBeGreaterThanOrEqual(11)
    await expect.poll(() => station.counts().answered, { timeout: 30_000 }).toBe(station.counts().sent)
    const { points } = await people.machine.api.telemetry.device({ id: device.id })
    expect(points.some(({ code }) => code.endsWith('w01018-Avg-minute'))).toBe(true)
  })
})
