import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { AdditionalItem, Message } from '@tingzhou/jt808'
import type { TestTerminal } from '../testing.ts'
import { openStage, positionAt, type Stage } from './testing.ts'

const phone = '13800138000'
let test: TestDatabase
let stage: Stage

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  stage = await openStage(test)
})
afterEach(() => stage.close())

const pressures = [230, 235, null, 0, ...Array<null>(26).fill(null)]
const items: readonly AdditionalItem[] = [
  { kind: 'odometer', odometerM: 1_000 },
  { kind: 'fuel', fuelL: 318.5 },
  { kind: 'recorder_speed', speedKmh: 64.9 },
  { kind: 'alarm_to_confirm', eventId: 7 },
  { kind: 'tyre_pressures', pressures },
  { kind: 'box_temperature', temperatureC: -18 },
  { kind: 'video_alarms', videoAlarmBits: 0b1011 },
  { kind: 'video_signal_lost', channelBits: 0x8000_0001 },
  { kind: 'video_covered', channelBits: 2 },
  { kind: 'storage_faults', storageBits: 0x1001 },
  { kind: 'abnormal_driving', drivingBits: 5 },
  { kind: 'vehicle_signals', signalBits: 0x10 },
  { kind: 'io_state', ioBits: 3 },
  { kind: 'analog', ad0: 1_200, ad1: 65_535 },
  { kind: 'radio_signal', signalStrength: 27 },
  { kind: 'satellites', satelliteCount: 13 },
  { kind: 'overspeed_place', place: 'segment', areaId: 4_294_967_295 },
  { kind: 'area_crossing', place: 'polygon', areaId: 12, direction: 'out' },
  { kind: 'segment_time', segmentId: 34, durationS: 600, verdict: 'too_long' },
  { kind: 'raw', id: 0xe1, bytes: Uint8Array.of(1, 2) },
]

/** What stands of the last position in the database, by point. */
async function stored(): Promise<Readonly<Record<string, number | null>>> {
  await stage.telemetry.store.flush(true)
  const { rows } = await sql<{ key: string; last: number | null }>`
    select p.template as key, m.last from sample_minute m join telemetry_point p on p.zone_id = m.zone_id and p.id = m.point_id
    where m.zone_id = ${stage.zoneId} order by p.template, m.minute`.execute(test.db)
  return Object.fromEntries(rows.map(({ key, last }) => [key, last]))
}

const pointCount = async (): Promise<number> => {
  const rows = await test.db.selectFrom('telemetry_point').select('id').where('zone_id', '=', stage.zoneId).execute()
  return rows.length
}

const resultOf = (message: Message) => (message.kind === 'platform_answer' ? message.body.result : message.kind)

const report = (terminal: TestTerminal, timeMs: number, more: Parameters<typeof positionAt>[1] = {}) =>
  terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(timeMs, more) })

const ofAll = {
  FUEL: 318.5,
  'RECORDER-SPEED': 64.9,
  'ALARM-EVENT': 7,
  'TYRE-1': 230,
  'TYRE-2': 235,
  'TYRE-4': 0,
  'BOX-T': -18,
  'VIDEO-ALARMS': 0b1011,
  'VIDEO-LOST': 0x8000_0001,
  'VIDEO-COVERED': 2,
  'STORAGE-FAULTS': 0x1001,
  'ABNORMAL-DRIVING': 5,
  'VEHICLE-SIGNALS': 0x10,
  IO: 3,
  AD0: 1_200,
  AD1: 65_535,
  SIGNAL: 27,
  SATELLITES: 13,
  'OVERSPEED-PLACE': 4,
  'OVERSPEED-AREA': 4_294_967_295,
  'CROSSING-PLACE': 3,
  'CROSSING-AREA': 12,
  'CROSSING-WAY': 1,
  SEGMENT: 34,
  'SEGMENT-TIME': 600,
  'SEGMENT-VERDICT': 1,
}

describe('what a terminal measures', () => {
  it('is kept at points that are made when it is first told, with names and units, before the report is answered', async () => {
    await stage.addTruck(phone)
    const terminal = await stage.connect(phone)
    await terminal.admit()

    report(terminal, stage.clock.now, { items })

    expect(resultOf(await terminal.next())).toBe('ok')
    expect(await stored()).toEqual(ofAll)
    const { rows } = await sql<{ name: unknown; unit: string | null; kind: string }>`
      select name, unit, kind from telemetry_point where zone_id = ${stage.zoneId} and template = 'BOX-T'`.execute(
      test.db,
    )
    expect(rows).toEqual([{ name: { zh: '车厢温度', en: 'cargo box temperature' }, unit: '°C', kind: 'analog' }])
  })

  it('in many reports at once makes each point once and loses none of them', async () => {
    await stage.addTruck(phone)
    const terminal = await stage.connect(phone)
    await terminal.admit()
    const temperatures = [-18, -17, -16, -15]

    for (const [turn, temperatureC] of temperatures.entries())
      report(terminal, stage.clock.now + turn * 60_000, { items: [{ kind: 'box_temperature', temperatureC }] })

    for (const _ of temperatures) expect(resultOf(await terminal.next())).toBe('ok')
    await stage.telemetry.store.flush(true)
    const rows = await test.db
      .selectFrom('sample_minute')
      .select('last')
      .where('zone_id', '=', stage.zoneId)
      .orderBy('minute')
      .execute()
    expect(rows.map(({ last }) => last)).toEqual(temperatures)
    expect(await pointCount()).toBe(2)
  })

  it('at a time that cannot be, or beside a place that is encrypted, is not kept', async () => {
    await stage.addTruck(phone)
    const terminal = await stage.connect(phone)
    await terminal.admit()

    report(terminal, stage.clock.now + 11 * 60_000, { items })
    report(terminal, stage.clock.now, { items, statusBits: 0b100011 })

    for (const _ of [1, 2]) expect(resultOf(await terminal.next())).toBe('ok')
    expect(await stored()).toEqual({})
    expect(await pointCount()).toBe(1)
  })

  it('without room for its points leaves the position, says how much is left out, and asks for room no more', async () => {
    await stage.addTruck(phone)
    await sql`
      insert into telemetry_point (zone_id, node_id, code, template, kind, name)
      select zone_id, node_id, code || 'X' || n, 'X' || n, 'analog', name from telemetry_point, generate_series(1, 999) n
      where zone_id = ${stage.zoneId}`.execute(test.db)
    const terminal = await stage.connect(phone)
    await terminal.admit()

    for (const turn of [0, 1, 2]) {
      report(terminal, stage.clock.now + turn * 1_000, { items: [{ kind: 'satellites', satelliteCount: 9 }] })
      expect(resultOf(await terminal.next())).toBe('ok')
    }

    expect(await pointCount()).toBe(1_000)
    expect(await stored()).toEqual({})
    expect([...stage.telemetry.last.fixes()]).toHaveLength(1)
    expect(stage.gateway.counters.read()['jt808.readings_refused']).toBe(3)
  })
})
