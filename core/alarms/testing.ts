import { newId, type Database } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import {
  addFix,
  addNode,
  addSample,
  fixKind,
  newReadings,
  openTelemetry,
  sampleKind,
  saveProfile,
  toSteps,
  type Fix,
  type Profile,
  type Quality,
  type Telemetry,
} from '@tingzhou/telemetry'
import { openAlarmEngine, type AlarmEngine } from './engine.ts'
import { AlarmRule } from './rule.ts'
import { saveRule } from './rule-rows.ts'
import type { Signal } from './turn.ts'

const tester = { accountId: 'test', name: 'test' }
const template = (key: string, over: Partial<Profile['points'][number]> = {}): Profile['points'][number] => ({
  key,
  kind: 'analog',
  name: { zh: '点', en: key },
  unit: null,
  resolution: 0.1,
  euLow: 0,
  euHigh: 100,
  sampleMs: 1_000,
  staleAfterS: null,
  counterMax: null,
  ...over,
})

/** A motor with a temperature, what it should be, whether it runs; a truck. */
export const motor: Profile = {
  key: 'motor',
  name: { zh: '电机', en: 'Motor' },
  points: [
    template('T'),
    template('EXP'),
    template('RUN', { kind: 'discrete', resolution: 1, euLow: null, euHigh: null }),
  ],
}
const lorry: Profile = {
  key: 'truck',
  name: { zh: '货车', en: 'Truck' },
  points: [
    template('POS', { kind: 'position', resolution: 1, euLow: null, euHigh: null, sampleMs: 10_000, staleAfterS: 180 }),
  ],
}

export const plainFix: Fix = {
  at: 0,
  lonDeg: 87.3,
  latDeg: 44,
  altitudeM: 500,
  speedKmh: 60,
  headingDeg: 90,
  status: 3,
  alarm: 0,
  odometerKm: null,
  flags: 0,
}

/** A rule that is high above 80, unless it says otherwise. */
export const ruleOf = (over: object = {}): AlarmRule =>
  AlarmRule.parse({
    key: 'hi',
    name: { zh: '温度高', en: 'Temperature high' },
    condition: { kind: 'limit', side: 'hi', limit: 80, deadband: 2 },
    level: 2,
    ...over,
  })

export const noon = Date.UTC(2026, 10, 27, 4, 0)

/** A zone with a motor and a truck, whose clock only the test moves; it can be killed and opened again. */
export async function plantZone(database: Database, zoneId = `zone-${newId().slice(-8)}`) {
  const { db } = database
  const zone = { now: noon }
  const clock = (): EpochMs => epochMs(zone.now)
  const log = { error: () => {} }
  await db.transaction().execute(async (tx) => {
    for (const profile of [motor, lorry]) await saveProfile(tx, zoneId, profile, clock())
  })
  const add = async (segment: string, profileKey: string, partyId: string | null = null) => {
    const node = {
      id: newId(),
      parentId: null,
      level: 'equipment',
      segment,
      name: { zh: segment, en: segment },
      profileKey,
      partyId,
    } as const
    const added = await db.transaction().execute((tx) => addNode(tx, zoneId, node))
    assert(added.ok, `the node is added: ${JSON.stringify(added)}`)
    const rows = await db
      .selectFrom('telemetry_point')
      .select(['id', 'code'])
      .where('zone_id', '=', zoneId)
      .where('node_id', '=', node.id)
      .execute()
    return Object.fromEntries(rows.map(({ id, code }) => [code.slice(code.lastIndexOf('.') + 1), id]))
  }
  const one = await add('M1', 'motor')
  const truck = await add('T1', 'truck')
  const give = async (
    seat: { readonly pointId: number } | { readonly profileKey: string; readonly template: string },
    rule: AlarmRule | null,
    rev = 0,
    key = rule?.key ?? 'hi',
  ) => {
    const wish = { mode: rule ? ('own' as const) : ('off' as const), rule, reason: 'test', rev }
    const saved = await db.transaction().execute((tx) => saveRule(tx, zoneId, seat, key, wish, tester))
    assert(saved.ok, `the rule is kept: ${JSON.stringify(saved)}`)
  }
  let telemetry: Telemetry | null = null
  let engine: AlarmEngine | null = null
  let end = () => {}
  const opened = () => {
    assert(telemetry && engine, 'the zone is open')
    return { telemetry, engine }
  }
  const open = async (onWritten?: (signals: readonly Signal[]) => void) => {
    telemetry = await openTelemetry({ database, zoneId, clock, log, stream: 'test' }, false)
    const life = { isOver: false }
    end = () => {
      life.isOver = true
    }
    // A process that was killed begins no transaction any more.
    const own = new Proxy(db, {
      get: (target, name) => {
        if (name === 'transaction' && life.isOver) throw new Error('the process was killed')
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    engine = await openAlarmEngine({ db: own, zoneId, telemetry, log, ...(onWritten ? { onWritten } : {}) }, false)
    await engine.settle()
  }
  /** Nothing is written any more: as when the process is killed. */
  const kill = async () => {
    end()
    telemetry = null
    engine = null
  }
  const close = async () => {
    const { telemetry: going } = opened()
    await going.close()
    await kill()
  }
  const send = async (point: number, at: number, value: number, q: Quality = 0) => {
    const readings = newReadings(sampleKind)
    const isWhole = point === one.RUN
    addSample(readings, point, at, toSteps(value, { mantissa: 1, scale: isWhole ? 0 : 1 }) ?? 0, q)
    zone.now = Math.max(zone.now, at)
    await opened().telemetry.ingest(readings)
  }
  const drive = async (at: number, over: Partial<Fix> = {}) => {
    const readings = newReadings(fixKind)
    addFix(readings, truck.POS ?? 0, { ...plainFix, at, ...over })
    zone.now = Math.max(zone.now, at)
    await opened().telemetry.ingest(readings)
  }
  const settle = () => opened().engine.settle()
  /** Lets the clock go on, and the engine look at it. */
  const pass = async (to: number) => {
    zone.now = to
    await opened().engine.tick()
    await settle()
  }
  const alarms = async (point?: number) => {
    await settle()
    let query = db.selectFrom('alarm').selectAll().where('zone_id', '=', zoneId).orderBy('started_at').orderBy('id')
    if (point !== undefined) query = query.where('point_id', '=', point)
    return query.execute()
  }
  const events = (alarmId?: string) => {
    let query = db.selectFrom('alarm_event').selectAll().where('zone_id', '=', zoneId).orderBy('id')
    if (alarmId !== undefined) query = query.where('alarm_id', '=', alarmId)
    return query.execute()
  }
  return {
    db,
    zoneId,
    zone,
    clock,
    one,
    truck,
    add,
    give,
    open,
    kill,
    close,
    opened,
    send,
    drive,
    settle,
    pass,
    alarms,
    events,
  }
}
