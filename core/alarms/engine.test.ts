import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { saveProfile, type PointTemplate, type Profile } from '@tingzhou/telemetry'
import { saveRule } from './rule-rows.ts'
import { motor, noon, plantZone, ruleOf } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const s = (seconds: number) => noon + seconds * 1_000
async function motorZone(...rules: readonly object[]) {
  const zone = await plantZone(test.database)
  for (const rule of rules) await zone.give({ pointId: zone.one.T ?? 0 }, ruleOf(rule))
  await zone.open()
  return { ...zone, T: zone.one.T ?? 0, EXP: zone.one.EXP ?? 0, RUN: zone.one.RUN ?? 0 }
}

describe('a limit', () => {
  it('is met above it, and over only when the deadband is left', async () => {
    const { send, alarms, T } = await motorZone({})

    for (const [at, value] of [
      [0, 80],
      [1, 80.1],
      [2, 79],
      [3, 78.1],
      [4, 80.5],
      [5, 78],
      [6, 77],
    ] as const)
      await send(T, s(at), value)

    const rows = await alarms()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      state: 'unack_returned',
      started_at: s(1),
      started_value: 80.1,
      ended_at: s(5),
      ended_value: 78,
    })
  })

  it('takes two per cent of the span where the rule names no deadband', async () => {
    const { send, alarms, T } = await motorZone({ condition: { kind: 'limit', side: 'lolo', limit: 10 } })

    await send(T, s(0), 9)
    await send(T, s(1), 11.9)
    expect((await alarms())[0]).toMatchObject({ ended_at: null })
    await send(T, s(2), 12)
    expect((await alarms())[0]).toMatchObject({ ended_at: s(2) })
  })

  it('waits for its on-delay and its off-delay, dated by the delay, whether a value or the clock notices', async () => {
    const { send, alarms, pass, T } = await motorZone({ onDelayS: 10, offDelayS: 5 })

    await send(T, s(0), 90)
    await send(T, s(9), 70)
    await send(T, s(20), 90)
    await pass(s(31))
    expect(await alarms()).toMatchObject([{ started_at: s(30), state: 'unack_active' }])
    await send(T, s(40), 70)
    await send(T, s(44), 90)
    await send(T, s(50), 70)
    await send(T, s(59), 70)

    expect(await alarms()).toMatchObject([{ started_at: s(30), ended_at: s(55), state: 'unack_returned' }])
  })

  it('leaves bad values out, and a value that came twice', async () => {
    const { send, alarms, T } = await motorZone({})

    await send(T, s(0), 90, 3)
    await send(T, s(1), 70)
    await send(T, s(1), 90)

    expect(await alarms()).toEqual([])
  })
})

describe('other conditions', () => {
  it('measure a deviation from what another point says', async () => {
    const { send, alarms, T, EXP } = await motorZone({
      condition: { kind: 'deviation', reference: 'EXP', limit: 8, direction: 'above', deadband: 1 },
    })

    await send(T, s(0), 60)
    await send(EXP, s(0), 50)
    await send(T, s(1), 57)
    expect(await alarms()).toEqual([])
    await send(T, s(2), 58.1)
    await send(EXP, s(3), 55)
    await send(T, s(4), 58.1)

    expect(await alarms()).toMatchObject([{ started_at: s(2), ended_at: s(4) }])
  })

  it('see a slope, and how soon it would reach the limit', async () => {
    const { send, alarms, T } = await motorZone(
      { key: 'fast', condition: { kind: 'rate', perMinute: 1, windowS: 120, direction: 'rising' } },
      { key: 'soon', condition: { kind: 'forecast', side: 'hi', limit: 85, windowS: 120, withinS: 600 } },
    )

    for (let at = 0; at < 600; at += 10) await send(T, s(at), at < 300 ? 60 : 60 + ((at - 300) / 60) * 2)

    const rows = await alarms()
    expect(rows.map(({ rule_key }) => rule_key).toSorted()).toEqual(['fast', 'soon'])
    for (const { started_at } of rows) expect(started_at).toBeGreaterThan(s(300))
    expect(rows.find(({ rule_key }) => rule_key === 'fast')?.started_at).toBeLessThan(s(420))
  })

  it('see a state, and a value that does not move', async () => {
    const { send, alarms, give, opened, T, RUN } = await motorZone({
      key: 'stuck',
      condition: { kind: 'stuck', forS: 60 },
    })
    await give({ pointId: RUN }, ruleOf({ key: 'stopped', condition: { kind: 'state', is: 'in', values: [0, 2] } }))
    await opened().engine.refresh()

    for (let at = 0; at <= 70; at += 10) await send(T, s(at), 50)
    await send(RUN, s(71), 1)
    await send(RUN, s(72), 2)
    await send(T, s(80), 50.1)

    expect(await alarms()).toMatchObject([
      { rule_key: 'stuck', started_at: s(60), ended_at: s(80) },
      { rule_key: 'stopped', started_at: s(72), ended_at: null },
    ])
  })

  it('miss data by the clock, and end with the first value', async () => {
    const { send, alarms, pass, T } = await motorZone({ key: 'silent', condition: { kind: 'no_data' } })

    await pass(s(100))
    expect(await alarms()).toEqual([])
    await send(T, s(100), 50)
    await pass(s(103))
    expect(await alarms()).toEqual([])
    await pass(s(104))
    expect(await alarms()).toMatchObject([{ started_at: s(103), ended_at: null, started_value: null }])
    await send(T, s(110), 50)
    expect(await alarms()).toMatchObject([{ ended_at: s(110) }])
  })
})

describe('a machine that stands', () => {
  const rule = {
    suppress: { point: 'RUN', is: 'eq', value: 0 },
    condition: { kind: 'limit', side: 'lo', limit: 20, deadband: 1 },
  }

  it('raises nothing before people; what holds when it runs again comes up then', async () => {
    const { send, alarms, events, T, RUN } = await motorZone(rule)

    await send(RUN, s(0), 0)
    await send(T, s(1), 10)
    expect(await alarms()).toMatchObject([{ state: 'suppressed', announced_at: null, started_at: s(1) }])
    await send(RUN, s(2), 1)
    expect(await alarms()).toMatchObject([{ state: 'unack_active', hold: null }])
    await send(RUN, s(3), 0)
    expect(await alarms()).toMatchObject([{ state: 'suppressed' }])
    await send(T, s(4), 30)
    const [row] = await alarms()
    expect(row).toMatchObject({ state: 'normal', ended_at: s(4) })
    expect(
      (await events(row?.id)).map(({ verb, from_state, to_state }) => `${verb} ${from_state}>${to_state}`),
    ).toEqual([
      'raised null>suppressed',
      'released suppressed>unack_active',
      'suppressed unack_active>suppressed',
      'returned suppressed>normal',
    ])
  })
})

describe('rules', () => {
  it('of a type count at each of its points; what a point says itself survives a change of the type', async () => {
    const zone = await plantZone(test.database)
    const { give, open, opened, send, alarms, add, one, db, zoneId } = zone
    const seat = { profileKey: 'motor', template: 'T' }
    await give(seat, ruleOf({}))
    const other = (await add('M2', 'motor')).T ?? 0
    await give({ pointId: other }, ruleOf({ condition: { kind: 'limit', side: 'hi', limit: 95 } }))
    await open()

    await send(one.T ?? 0, s(0), 85)
    await send(other, s(0), 85)
    expect(await alarms()).toMatchObject([{ point_id: one.T }])

    await give(seat, ruleOf({ condition: { kind: 'limit', side: 'hi', limit: 90 } }), 1)
    await opened().engine.refresh()
    expect(await alarms()).toMatchObject([{ point_id: one.T, state: 'unack_returned' }])
    await send(other, s(1), 93)
    await send(one.T ?? 0, s(1), 93)
    expect(await alarms()).toHaveLength(2)
    const stale = await db
      .transaction()
      .execute((tx) =>
        saveRule(
          tx,
          zoneId,
          seat,
          'hi',
          { mode: 'own', rule: ruleOf({}), reason: '', rev: 1 },
          { accountId: 'a', name: 'a' },
        ),
      )
    expect(stale).toMatchObject({ error: { kind: 'rule_changed', current: 2 } })
  })

  it('switched off end what stands; a point that is new is watched at once', async () => {
    const { give, opened, send, alarms, add, T } = await motorZone({})
    await send(T, s(0), 90)
    await give({ pointId: T }, null, 1)
    await opened().engine.refresh()
    expect(await alarms()).toMatchObject([{ state: 'unack_returned' }])

    await give({ profileKey: 'motor', template: 'T' }, ruleOf({}))
    await opened().engine.refresh()
    const late = (await add('M9', 'motor')).T ?? 0
    await send(late, s(1), 90)

    expect(await alarms(late)).toMatchObject([{ state: 'unack_active', started_at: s(1) }])
  })
})

describe('a point that changes while it is watched', () => {
  const byRange = { condition: { kind: 'limit', side: 'hi', limit: 80 } }
  const motorOf = (over: Partial<PointTemplate>): Profile => ({
    ...motor,
    points: motor.points.map((point) => (point.key === 'T' ? { ...point, ...over } : point)),
  })

  /** A zone whose type and points are changed as its keepers do. */
  async function changing(...rules: readonly object[]) {
    const zone = await motorZone(...rules)
    const { db, zoneId, opened } = zone
    /** What the rounds of a server do every five seconds. */
    const hear = async () => {
      await opened().telemetry.catalog.refresh()
      await opened().engine.refresh()
    }
    const setType = async (over: Partial<PointTemplate>) => {
      const saved = await db.transaction().execute((tx) => saveProfile(tx, zoneId, motorOf(over), zone.clock()))
      expect(saved).toMatchObject({ ok: true })
      await hear()
    }
    const retire = async (point: number, isInUse: boolean) => {
      await sql`update telemetry_point set retired_at = ${isInUse ? null : new Date(zone.clock())}::timestamptz,
        rev = rev + 1, changed_at = clock_timestamp() where zone_id = ${zoneId} and id = ${point}`.execute(db)
      await hear()
    }
    return { ...zone, hear, setType, retire }
  }

  it('is judged by its new range at once: what waits goes on waiting, what stands goes on standing', async () => {
    const { send, pass, alarms, setType, T } = await changing({ ...byRange, onDelayS: 60 }, { ...byRange, key: 'now' })
    await send(T, s(0), 90)

    // Two per cent of 500 instead of 100: over at 70 instead of 78.
    await setType({ euHigh: 500 })
    await pass(s(61))
    expect(await alarms()).toMatchObject([
      { rule_key: 'now', started_at: s(0), ended_at: null },
      { rule_key: 'hi', started_at: s(60), ended_at: null },
    ])
    await send(T, s(62), 71)
    expect(await alarms()).toMatchObject([{ ended_at: null }, { ended_at: null }])
    await setType({ euHigh: 100 })
    await pass(s(63))

    expect(await alarms()).toMatchObject([{ ended_at: s(62) }, { ended_at: s(62) }])
  })

  it('is silent after the time that its type says now', async () => {
    const { send, pass, alarms, setType, T } = await changing({ key: 'silent', condition: { kind: 'no_data' } })
    await send(T, s(0), 50)

    await setType({ sampleMs: 60_000 })
    await pass(s(100))
    expect(await alarms()).toEqual([])
    await setType({ sampleMs: 10_000 })
    await pass(s(101))

    expect(await alarms()).toMatchObject([{ started_at: s(30), ended_at: null }])
  })

  it('that goes out of use ends what stood at it and keeps nothing quiet; back in use it is watched again', async () => {
    const { send, alarms, retire, T, RUN } = await changing({
      ...byRange,
      suppress: { point: 'RUN', is: 'eq', value: 0 },
    })
    await send(RUN, s(0), 0)
    await send(T, s(1), 90)
    expect(await alarms()).toMatchObject([{ state: 'suppressed' }])

    await retire(RUN, false)
    expect(await alarms()).toMatchObject([{ state: 'unack_active', ended_at: null }])
    await retire(T, false)
    expect(await alarms()).toMatchObject([{ state: 'unack_returned' }])
    await retire(RUN, true)
    await retire(T, true)
    await send(RUN, s(2), 0)
    await send(T, s(3), 91)

    expect((await alarms()).map(({ state, hold }) => [state, hold])).toContainEqual(['suppressed', 'suppressed'])
  })

  it('finds what its rule names at its new place', async () => {
    const { send, alarms, hear, db, zoneId, T, RUN } = await changing({
      ...byRange,
      suppress: { point: 'RUN', is: 'eq', value: 0 },
    })
    await send(RUN, s(0), 1)
    await sql`update telemetry_node set code = 'M7' where zone_id = ${zoneId} and code = 'M1'`.execute(db)
    await sql`update telemetry_point set code = 'M7' || substr(code, 3), rev = rev + 1, changed_at = clock_timestamp()
      where zone_id = ${zoneId} and code like 'M1.%'`.execute(db)
    await hear()

    await send(RUN, s(1), 0)
    await send(T, s(2), 90)

    expect(await alarms()).toMatchObject([{ state: 'suppressed' }])
  })
})

describe('vehicles', () => {
  it('raise an alarm for each bit that their terminal sets, and end it with the bit', async () => {
    const { open, drive, alarms } = await plantZone(test.database)
    await open()

    await drive(s(0))
    await drive(s(10), { alarm: 1 | (1 << 31) })
    await drive(s(20), { alarm: 1 << 31 })
    await drive(s(30), { alarm: 0 })

    const rows = await alarms()
    expect(rows).toHaveLength(2)
    expect(rows.find(({ rule_key }) => rule_key === 'sos')).toMatchObject({
      level: 1,
      started_at: s(10),
      ended_at: s(20),
    })
    expect(rows.find(({ rule_key }) => rule_key === 'illegal_door_open')).toMatchObject({
      started_at: s(10),
      ended_at: s(30),
    })
  })

  it('keep on record what they send after a break, and put nothing of it before people', async () => {
    const { open, drive, alarms } = await plantZone(test.database)
    await open()

    await drive(s(0))
    await drive(s(600))
    await drive(s(100), { alarm: 1, flags: 1 })
    await drive(s(110), { alarm: 1, flags: 1 })
    await drive(s(120), { alarm: 0, flags: 1 })
    await drive(s(110), { alarm: 1, flags: 1 })

    expect(await alarms()).toMatchObject([
      { rule_key: 'sos', late: true, state: 'normal', announced_at: null, started_at: s(100), ended_at: s(120) },
    ])
  })

  it('keep on record what is older than stray values that came first, and no alarm twice', async () => {
    const { open, drive, alarms } = await plantZone(test.database)
    await open()
    const late = (at: number, alarm: number) => drive(s(at), { alarm, flags: 1 })
    const backlog = async () => {
      for (let at = 100; at <= 160; at += 10) if (at !== 140) await late(at, at >= 120 && at < 160 ? 1 : 0)
    }
    await drive(s(0))
    await drive(s(600))

    // Two strays: one within an alarm, one in the middle of nothing.
    await late(140, 0)
    await late(400, 0)
    await backlog()
    await late(300, 1)
    await late(310, 0)
    // All of it comes again.
    await late(140, 0)
    await backlog()
    await late(410, 1)
    await late(420, 0)

    const told = (await alarms()).filter((one) => one.late)
    expect(told.map((one) => [one.started_at, one.ended_at])).toEqual([
      [s(120), s(160)],
      [s(300), s(310)],
      [s(410), s(420)],
    ])
  })

  it('that stand with the engine off are not missed', async () => {
    const { open, drive, alarms, pass } = await plantZone(test.database)
    await open()

    await drive(s(0), { status: 2 })
    await pass(s(2_000))
    expect(await alarms()).toMatchObject([{ rule_key: 'no_data', state: 'suppressed' }])
    await drive(s(2_001), { status: 3 })
    await pass(s(4_000))
    expect((await alarms()).map(({ state }) => state)).toEqual(['normal', 'unack_active'])
  })
})
