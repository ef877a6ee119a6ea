import { afterAll, beforeAll, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { addSample, newReadings, sampleKind, saveProfile, toSteps, type PointTemplate } from '@tingzhou/telemetry'
import { noon, plantZone, ruleOf } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const template = (key: string, unit: string): PointTemplate => ({
  key,
  kind: 'analog',
  name: { zh: key, en: key },
  unit,
  resolution: 0.1,
  euLow: 0,
  euHigh: 100,
  sampleMs: 1_000,
  staleAfterS: null,
  counterMax: null,
})
const phases = ['IA', 'IB', 'IC']
const imbalance: PointTemplate = {
  ...template('IMB', '%'),
  formula: {
    expression: '100 * max(abs(a - mean(a, b, c)), abs(b - mean(a, b, c)), abs(c - mean(a, b, c))) / mean(a, b, c)',
    inputs: ['a', 'b', 'c'].map((name, index) => ({ name, point: phases[index] ?? '' })),
  },
}
/** Plant telemetry §4: more than 8 % for 60 s warns, more than 15 % for 10 s alarms. */
const rules = [
  { key: 'imbalance', limit: 8, onDelayS: 60, level: 3 },
  { key: 'imbalance_high', limit: 15, onDelayS: 10, level: 2 },
].map(({ key, limit, onDelayS, level }) =>
  ruleOf({
    key,
    name: { zh: '三相电流不平衡', en: 'Current imbalance' },
    condition: { kind: 'limit', side: 'hi', limit, deadband: 2 },
    level,
    onDelayS,
    offDelayS: 5,
  }),
)

/** A motor with three currents whose imbalance has the rules of the plant specification. */
async function newMotor() {
  const zone = await plantZone(test.database)
  const profile = {
    key: 'phases',
    name: { zh: '三相电机', en: 'Motor of three phases' },
    points: [...phases.map((key) => template(key, 'A')), imbalance],
  }
  await test.db.transaction().execute((tx) => saveProfile(tx, zone.zoneId, profile, zone.clock()))
  const ids = await zone.add('M3', 'phases')
  for (const rule of rules) await zone.give({ profileKey: 'phases', template: 'IMB' }, rule)
  await zone.open()
  const say = async (at: number, currents: readonly number[]): Promise<void> => {
    const readings = newReadings(sampleKind)
    for (const [index, current] of currents.entries())
      addSample(readings, ids[phases[index] ?? ''] ?? 0, at, toSteps(current, { mantissa: 1, scale: 1 }) ?? 0)
    zone.zone.now = at
    await zone.opened().telemetry.ingest(readings)
  }
  /** The same currents every second, from one second on to another. */
  const run = async (fromS: number, toS: number, currents: readonly number[]): Promise<void> => {
    for (let second = fromS; second < toS; second++) {
      await say(noon + second * 1_000, currents)
      await zone.opened().engine.tick()
    }
  }
  const alarms = async () =>
    (await zone.alarms(ids['IMB'])).map(({ rule_key: rule, started_at: from, ended_at: to }) => [
      rule,
      (from - noon) / 1_000,
      to === null ? null : (to - noon) / 1_000,
    ])
  return { zone, run, alarms }
}

// Mean 31.4 A, furthest 3.6 A: 11.5 %. Mean 32, furthest 6: 18.8 %. Mean 30.7, furthest 2.3: 7.5 %, within the deadband.
const even = [30, 30, 30]
const warning = [30, 29.2, 35]
const high = [30, 28, 38]
const between = [30, 29, 33]

it('an imbalance of three currents is an alarm after its delay, and has ended behind its deadband', async () => {
  const { zone, run, alarms } = await newMotor()

  await run(0, 10, even)
  await run(10, 75, warning)
  expect(await alarms()).toEqual([['imbalance', 70, null]])
  await run(75, 90, between)
  expect(await alarms()).toEqual([['imbalance', 70, null]])
  await run(90, 100, even)

  expect(await alarms()).toEqual([['imbalance', 70, 95]])
  await zone.close()
})

it('a large one comes up sooner, and after a kill it is the same alarm', async () => {
  const { zone, run, alarms } = await newMotor()

  await run(0, 10, even)
  await run(10, 25, high)
  expect(await alarms()).toEqual([['imbalance_high', 20, null]])
  await zone.kill()
  await zone.open()
  await run(25, 30, high)
  await run(30, 40, even)

  expect(await alarms()).toEqual([['imbalance_high', 20, 35]])
  await zone.close()
})

it('a current that is missing is no imbalance', async () => {
  const { zone, run, alarms } = await newMotor()

  await run(0, 80, [30, 5])

  expect(await alarms()).toEqual([])
  await zone.close()
})
