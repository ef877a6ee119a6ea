import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { openAlarmEngine, saveRule, AlarmRule, type Signal } from '@tingzhou/alarms'
import { newId, type Database } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import {
  addNode,
  addSample,
  newReadings,
  openTelemetry,
  sampleKind,
  saveProfile,
  type Profile,
} from '@tingzhou/telemetry'
import { figure, quantile, type Figure, type Say } from './harness.ts'

const machines = 100
const pointsOfMachine = 100
const points = machines * pointsOfMachine
// Every twentieth of a second so many samples: 10,000 a second.
const batch = 500
const everyMs = 50
const seconds = 20
// One sample in a hundred begins an alarm, which the next one ends: 100 alarms a second.
const alarmEvery = 100
const clock = () => epochMs(Date.now())
const log = pino({ level: 'error' })
const who = { accountId: 'bench', name: 'bench' }

const keys = Array.from({ length: pointsOfMachine }, (_, index) => `P${index}`)
const motor: Profile = {
  key: 'bench_motor',
  name: { zh: '电机', en: 'Motor' },
  points: keys.map((key) => ({
    key,
    kind: 'analog',
    name: { zh: key, en: key },
    unit: null,
    resolution: 0.1,
    euLow: 0,
    euHigh: 100,
    sampleMs: 1_000,
    staleAfterS: null,
    counterMax: null,
  })),
}

/**
 * How long it takes from a sample handed to ingest until the row of its alarm is committed, at 10,000 samples a second
 * with a limit at each of 10,000 points.
 */
export async function alarmFigures(name: string, database: Database, say: Say): Promise<readonly Figure[]> {
  const zoneId = 'bench-alarms'
  const ids = await makePlant(database, zoneId)
  const telemetry = await openTelemetry({ database, zoneId, clock, log, stream: 'bench-alarms' })
  const handed = new Map<string, number>()
  const waited: number[] = []
  const onWritten = (signals: readonly Signal[]) => {
    const now = performance.now()
    for (const { what, point, at } of signals) {
      const from = what === 'raise' ? handed.get(`${point} ${at}`) : undefined
      if (from !== undefined) waited.push(now - from)
    }
  }
  const engine = await openAlarmEngine({ db: database.db, zoneId, telemetry, log, onWritten })
  const kept: Promise<void>[] = []
  const began = performance.now()
  let sent = 0
  for (let turn = 0; turn < (seconds * 1_000) / everyMs; turn++) {
    await sleep(Math.max(0, began + turn * everyMs - performance.now()))
    kept.push(telemetry.ingest(sampleBatch(ids, turn, handed)))
    sent += batch
  }
  const tookS = (performance.now() - began) / 1_000
  await Promise.all(kept)
  await engine.settle()
  await engine.stop()
  await telemetry.close()
  const p99 = quantile(waited, 0.99)
  say(
    `${name}: ${Math.round(sent / tookS)} samples/s, ${waited.length} alarms, p50 ${quantile(waited, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, worst ${Math.max(...waited).toFixed(0)} ms`,
  )
  const wanted = (seconds * points) / alarmEvery
  return [
    figure(`${name}: alarm latency p99 at 10,000 samples/s`, p99, 'ms', '<= 250'),
    figure(`${name}: alarms committed of ${wanted} raised`, waited.length, 'alarms', `>= ${wanted}`),
  ]
}

/** A twentieth of the points, each heard once a second; one in a hundred is over its limit now and was not before. */
function sampleBatch(ids: readonly number[], turn: number, handed: Map<string, number>) {
  const readings = newReadings(sampleKind, batch)
  const at = Date.now()
  const now = performance.now()
  const turnsASecond = points / batch
  const second = Math.floor(turn / turnsASecond)
  for (let index = 0; index < batch; index++) {
    const place = (turn % turnsASecond) * batch + index
    const point = ids[place] ?? 0
    const isOver = (place + second) % alarmEvery === 0
    addSample(readings, point, at, isOver ? 900 : 500)
    if (isOver) handed.set(`${point} ${at}`, now)
  }
  return readings
}

async function makePlant({ db }: Database, zoneId: string): Promise<readonly number[]> {
  await db.transaction().execute(async (tx) => {
    await saveProfile(tx, zoneId, motor, clock())
    for (let index = 0; index < machines; index++)
      await addNode(tx, zoneId, {
        id: newId(),
        parentId: null,
        level: 'equipment',
        segment: `M${index}`,
        name: { zh: '电机', en: 'Motor' },
        profileKey: motor.key,
        partyId: null,
      })
    for (const template of keys) {
      const rule = AlarmRule.parse({
        key: 'hi',
        name: { zh: '高', en: 'High' },
        condition: { kind: 'limit', side: 'hi', limit: 80 },
        level: 3,
      })
      await saveRule(
        tx,
        zoneId,
        { profileKey: motor.key, template },
        'hi',
        { mode: 'own', rule, reason: '', rev: 0 },
        who,
      )
    }
  })
  const rows = await db.selectFrom('telemetry_point').select('id').where('zone_id', '=', zoneId).orderBy('id').execute()
  return rows.map(({ id }) => id)
}
