import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCompute } from '@tingzhou/compute'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { moneyZone } from '../money/testing.ts'
import type { TestClock } from '../risk/testing.ts'
import { deskZone, mine, plant, type Spot } from './testing.ts'
import { findWall, ratioSettled } from './wall.ts'

const api = '/api/v1'
const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Beijing's midnight, and nine in the morning. */
const midnight = Date.UTC(2026, 2, 1, 16)
const clock: TestClock = { now: midnight + 9 * hourMs }
let server: TestServer
let zone: Awaited<ReturnType<typeof deskZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await deskZone(server, clock)
}, 120_000)
afterAll(() => server.close())

const wallFor = async (role: 'finance' | 'leader' | 'carrier' | 'driver' | 'enterprise') => {
  const partyId = role === 'carrier' ? zone.carrierId : role === 'enterprise' ? zone.shipperId : null
  const client = await server.actor([{ role, partyId }])
  return client.get(`${api}/freight-wall`)
}
const setAt = (vehicleId: string, time: number) =>
  zone.db
    .updateTable('freight_terminal')
    .set({ starts_at: at(epochMs(time)) })
    .where('vehicle_id', '=', vehicleId)
    .execute()
/** What is shown once the answer from before is no longer kept, and the ratio is reckoned. */
const fresh = async () => {
  clock.now += 61_000
  await wallFor('finance')
  await ratioSettled(server.deps.db)
  return (await wallFor('finance')).body
}

describe('the wall', () => {
  it('sums up what was made by hand: tons, mean load, loaded kilometres', async () => {
    expect((await wallFor('finance')).body.ratio).toBeNull()
    const none = await fresh()
    expect(none).toMatchObject({
      day: '2026-03-02',
      opened: 0,
      running: 0,
      unloaded: 0,
      carriedKg: 0,
      lanes: [],
      latest: [],
    })
    expect(none.laden).toEqual({ vehicles: 0, ladenKm: 0, allKm: 0 })
    const load = await zone.addLoad({ quantity: 200_000 })
    const [first, second, third] = [await zone.addCrew(), await zone.addCrew({ terminal: false }), await zone.addCrew()]
    const fourth = await zone.addCrew()
    await setAt(first.vehicleId, midnight - 2 * hourMs)
    await setAt(third.vehicleId, midnight - 2 * hourMs)
    // Evening before: 1,000 km. It stood until it was loaded.
    const fix = (time: number, odometerKm: number, spot: Spot = mine) => ({
      at: time,
      ...spot,
      speedKmh: 0,
      odometerKm,
    })
    await zone.say(first.point, [fix(midnight - hourMs, 1_000)])
    // One that says nothing of the time before the day is no part of the base.
    await zone.say(third.point, [fix(clock.now, 500), fix(clock.now + 1, 600)])
    // What this one told in the evening was another truck’s odometer: it changed hands this morning.
    await zone.say(fourth.point, [fix(midnight - hourMs, 1_000), fix(clock.now, 90_000)])
    const id = await zone.offer(load, first)
    await zone.drive(id, 'depart')
    const { departed_at: left } = await zone.rowOf(id)
    await zone.say(first.point, [fix(left ?? 0, 1_010)])
    clock.now += 60 * minuteMs
    const other = await zone.offer(load, second)
    await zone.drive(other, 'unload')
    for (const name of ['arrive_unload', 'unload'] as const)
      await zone.move(server.machine, id, name, {
        ...(name === 'unload' ? { slip: { number: 'B77', grossKg: 47_000, tareKg: 15_200, source: 'device' } } : {}),
        ...(name === 'arrive_unload' ? { position: { ...plant, accuracyM: 10 } } : {}),
      })
    const { arrived_unload_at: arrived } = await zone.rowOf(id)
    await zone.say(first.point, [fix(arrived ?? 0, 1_042, plant), fix(clock.now + 2 * minuteMs, 1_062, plant)])
    clock.now += 3 * minuteMs
    await zone.offer(load, third)

    const wall = await fresh()

    // 46,900 − 15,000 and 47,000 − 15,200.
    expect(wall).toMatchObject({ opened: 3, running: 0, unloaded: 2, carriedKg: 31_900 + 31_800 })
    // Both loaded 47,000 − 15,000; the trucks may load 33 t.
    expect(wall.load).toEqual({ trips: 2, loadedKg: 64_000, ratedKg: 66_000 })
    expect(wall.laden).toEqual({ vehicles: 1, ladenKm: 32, allKm: 62 })
    expect(wall.lanes).toEqual([{ from: '合成煤矿', to: '合成电厂', trips: 2, kg: 63_700 }])
    expect(wall.hours).toHaveLength(24)
    expect(wall.hours.reduce((sum: number, { kg }: { kg: number }) => sum + kg, 0)).toBe(63_700)
    expect(wall.hours.at(-1).from).toBe(Math.floor(clock.now / hourMs) * hourMs)
    expect(wall.latest).toMatchObject([{ kg: 31_800 }, { kg: 31_900 }])
    expect(JSON.stringify(wall)).not.toContain(first.plate)
    expect(wall.latest[0].plate).toBe(`${first.plate.slice(0, 2)}***${first.plate.slice(-2)}`)
  })

  it('waits for no thread: it tells the ratio as it is known, and a bound that does not come is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tingzhou-wall-'))
    const program = join(folder, 'silent.mjs')
    // A thread that hears and never answers.
    writeFileSync(program, "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => {})")
    const pool = openCompute(program, { threads: 1 })
    const ports = { ...server.deps, compute: pool }
    const { ratio } = await fresh()
    expect(ratio.today.trips).toBeGreaterThan(0)
    expect(ratio.today.bound).not.toBeNull()
    clock.now += 61_000

    expect((await findWall(ports)).ratio).toEqual(ratio)

    await pool.close()
    await ratioSettled(server.deps.db)
    const late = (await findWall(ports)).ratio
    expect(late?.today).toEqual({ ...ratio.today, bound: null })
    expect(late?.at).toBe(clock.now)
    // The next day nothing is known yet.
    const now = clock.now
    clock.now += 24 * hourMs
    expect((await findWall(ports)).ratio).toBeNull()
    await ratioSettled(server.deps.db)
    clock.now = now
    rmSync(folder, { recursive: true })
  })

  it('does not show kilometres of yesterday in the first minute of a day', async () => {
    const before = clock.now
    clock.now = midnight + 24 * hourMs - 10_000
    expect((await wallFor('finance')).body.laden).toMatchObject({ vehicles: 1 })
    clock.now += 20_000
    const { day, laden, unloaded } = (await wallFor('finance')).body
    expect({ day, laden, unloaded }).toEqual({
      day: '2026-03-03',
      laden: { vehicles: 0, ladenKm: 0, allKm: 0 },
      unloaded: 0,
    })
    clock.now = before
  })

  it('tells what is late, whoever has been it longest first', async () => {
    const [sooner, later] = [await zone.addCrew({ terminal: false }), await zone.addCrew({ terminal: false })]
    const load = await zone.addLoad({ loadUntil: clock.now + 30 * minuteMs })
    await zone.drive(await zone.offer(load, sooner), 'accept')
    await zone.drive(await zone.offer(load, later), 'depart')
    clock.now += 3 * hourMs

    const { late, running } = await fresh()

    expect(running).toBe(2)
    expect(late).toMatchObject({ count: 2, rows: [{ end: 'load' }, { end: 'unload' }] })
  })

  it('tells the money of today, to the platform’s people alone', async () => {
    const { db, zoneId } = server.deps
    const money = await moneyZone(db, zoneId, () => epochMs(clock.now))
    const [paid, due] = [await money.addWaybill(), await money.addWaybill()]
    await money.settled(paid)
    await money.settled(due)
    const settled = await db.selectFrom('freight_settlement').select(['due_fen']).execute()
    const sumFen = settled.reduce((sum, { due_fen }) => sum + due_fen, 0)
    const payments = await db
      .selectFrom('freight_payment')
      .select(['id', 'amount_fen'])
      .where('waybill_id', '=', paid)
      .execute()
    await db
      .updateTable('freight_payment')
      .set({ state: 'done', done_at: at(epochMs(clock.now)), journal_id: newId(), bank_serial: 'S1' })
      .where('waybill_id', '=', paid)
      .execute()

    const wall = await fresh()

    expect(sumFen).toBeGreaterThan(0)
    expect(wall.money).toEqual({
      settledFen: sumFen,
      settlements: 2,
      paidFen: payments.reduce((sum, { amount_fen }) => sum + amount_fen, 0),
      payments: payments.length,
    })
    const leader = await wallFor('leader')
    expect(leader.body).toEqual({ ...wall, money: null })
    for (const role of ['carrier', 'driver', 'enterprise'] as const) expect((await wallFor(role)).status).toBe(403)
    expect((await server.anyone().get(`${api}/freight-wall`)).status).toBe(401)
    // Tomorrow it begins anew.
    clock.now = midnight + 24 * hourMs
    expect((await fresh()).money).toEqual({ settledFen: 0, settlements: 0, paidFen: 0, payments: 0 })
  })
})
