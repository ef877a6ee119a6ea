import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { addSample, namedPoints, newReadings, quality, sampleKind } from '@tingzhou/telemetry'
import { startTestServer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let dispatcher: Client
let supervisor: Client
beforeAll(async () => {
  server = await startTestServer()
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  supervisor = await server.actor([{ role: 'supervisor', partyId: null }])
})
afterAll(() => server.close())

const api = '/api/v1'
const name = (zh: string) => ({ zh, en: `${zh} en` })
const says = (key: string) => ({
  name: name(key),
  unit: 'A',
  euLow: 0,
  euHigh: 60,
  sampleMs: 1_000,
  staleAfterS: 30,
  counterMax: null,
})
const entry = (key: string, formula: object | null = null, change: object = {}) => ({
  key,
  kind: 'analog',
  resolution: 0.1,
  ...says(key),
  formula,
  ...change,
})
const mean = {
  expression: 'mean(a, b)',
  inputs: [
    { name: 'a', point: 'IA' },
    { name: 'b', point: 'IB' },
  ],
}
const of = (expression: string, ...points: readonly string[]) => ({
  expression,
  inputs: points.map((point, index) => ({ name: 'abcdefghijklmnopqrstuvwxyz'[index], point })),
})

let count = 0
async function newMotor(points: readonly object[] = [entry('IA'), entry('IB'), entry('M', mean)]) {
  count++
  const key = `motor_${count}`
  expect(await saveType(key, points)).toMatchObject({ status: 200 })
  const site = (await add({ level: 'site', segment: `F${count}` })).body
  const motor = (await add({ level: 'equipment', segment: 'M1', parentId: site.id, profileKey: key })).body
  return { key, site, motor }
}
const saveType = (key: string, points: readonly object[], rev = 0) =>
  dispatcher.put(`${api}/equipment-profiles/${key}`, { commandId: newId(), rev, name: name('电机'), points })
const add = (wish: object) =>
  dispatcher.post(`${api}/plant-nodes`, { commandId: newId(), parentId: null, name: name('节点'), ...wish })
const pointsOf = async (id: string) => (await dispatcher.get(`${api}/plant-nodes/${id}/points`)).body.rows
async function pointOf(id: string, key: string) {
  const rows: readonly { key: string; point: number; rev: number }[] = await pointsOf(id)
  const found = rows.find((row) => row.key === key)
  if (!found) throw new Error(`there is a point ${key}`)
  return found
}
const setFormula = async (id: string, key: string, formula: object | null, who = dispatcher) => {
  const { point, rev } = await pointOf(id, key)
  return who.put(`${api}/points/${point}`, { commandId: newId(), rev, ...says(key), formula })
}
async function measure(...values: readonly (readonly [point: number, value: number])[]) {
  const { telemetry } = server.deps
  const readings = newReadings(sampleKind)
  for (const [point, value] of values) addSample(readings, point, telemetry.clock(), value * 10, quality.good)
  await telemetry.ingest(readings)
}

describe('a formula of a type', () => {
  it('computes the points of every piece, which show what it gives', async () => {
    const { motor, key } = await newMotor()
    const [a, b] = [await pointOf(motor.id, 'IA'), await pointOf(motor.id, 'IB')]

    await measure([a.point, 10], [b.point, 20])

    expect(await pointOf(motor.id, 'M')).toMatchObject({ formula: mean, own: [], last: { value: 15, quality: 0 } })
    const type = (await dispatcher.get(`${api}/equipment-profiles/${key}`)).body
    expect(type.points).toMatchObject([{ formula: null }, { formula: null }, { formula: mean, made: 1 }])
  })

  it('changes with its type where a point says nothing else, and is computed by the new one from then on', async () => {
    const { motor, key, site } = await newMotor()
    const other = (await add({ level: 'equipment', segment: 'M2', parentId: site.id, profileKey: key })).body
    const sum = of('a + b', 'IA', 'IB')
    expect((await setFormula(motor.id, 'M', of('a', 'IA'))).status).toBe(200)

    expect(await saveType(key, [entry('IA'), entry('IB'), entry('M', sum)], 1)).toMatchObject({
      status: 200,
      body: { changed: 1 },
    })

    expect(await pointOf(motor.id, 'M')).toMatchObject({ formula: of('a', 'IA'), own: ['formula'] })
    expect(await pointOf(other.id, 'M')).toMatchObject({ formula: sum, own: [] })
    await measure([(await pointOf(other.id, 'IA')).point, 10], [(await pointOf(other.id, 'IB')).point, 20])
    expect(await pointOf(other.id, 'M')).toMatchObject({ last: { value: 30 } })
    const { point, rev } = await pointOf(motor.id, 'M')
    expect((await dispatcher.post(`${api}/points/${point}/reset`, { commandId: newId(), rev })).status).toBe(200)
    expect(await pointOf(motor.id, 'M')).toMatchObject({ formula: sum, own: [] })
  })

  it('is refused by name where it cannot be computed', async () => {
    const refused = async (formula: object, change: object = {}) => {
      count++
      return saveType(`motor_${count}`, [
        entry('IA'),
        entry('P', null, { kind: 'position' }),
        entry('M', formula, change),
      ])
    }
    expect(await refused(of('a +', 'IA'))).toMatchObject({
      status: 422,
      body: {
        kind: 'formula_unreadable',
        errors: [
          { field: 'points.2.formula.expression', value: 'the expression is incomplete', rule: 'FEEL, column 4' },
        ],
      },
    })
    expect(await refused(of('sum(for x in 1..1000000000 return x)', 'IA'))).toMatchObject({
      body: { kind: 'formula_forbidden', errors: [{ field: 'points.2.formula.expression', value: 'for' }] },
    })
    expect(await refused(of('a + b', 'IA'))).toMatchObject({
      body: { kind: 'formula_name_unknown', errors: [{ value: 'b', rule: 'a' }] },
    })
    expect(await refused({ expression: 'if', inputs: [{ name: 'if', point: 'IA' }] })).toMatchObject({
      body: { kind: 'formula_name_taken', errors: [{ field: 'points.2.formula.inputs', value: 'if' }] },
    })
    expect(await refused(of('a', 'IX'))).toMatchObject({
      body: {
        kind: 'formula_input_unknown',
        errors: [{ field: 'points.2.formula.inputs.0.point', value: 'IX', rule: 'a point in use, with a value' }],
      },
    })
    expect(await refused(of('a', 'NO.SUCH.IA'))).toMatchObject({ body: { kind: 'formula_input_unknown' } })
    expect(await refused(of('a', 'P'))).toMatchObject({ body: { kind: 'formula_position', errors: [{ value: 'P' }] } })
    expect(await refused(of('a', 'IA'), { kind: 'position' })).toMatchObject({ body: { kind: 'formula_position' } })
    expect(await refused(of('a', 'M'))).toMatchObject({
      body: {
        kind: 'formula_circle',
        errors: [{ field: 'points.2.formula.inputs', value: 'M → M', rule: 'no circle' }],
      },
    })
    expect(await refused({ expression: 'a'.repeat(1_001), inputs: mean.inputs })).toMatchObject({ status: 400 })
    expect(await refused(of('a', ...Array.from({ length: 21 }, () => 'IA')))).toMatchObject({ status: 400 })
    expect(await refused({ expression: '1', inputs: [] })).toMatchObject({ status: 400 })
    expect(await refused({ expression: 'a', inputs: [mean.inputs[0], mean.inputs[0]] })).toMatchObject({ status: 400 })
  })

  it('stands five high at most', async () => {
    const tower = (height: number) => [
      entry('F0'),
      ...Array.from({ length: height }, (_, index) => entry(`F${index + 1}`, of('a', `F${index}`))),
    ]
    const { key, motor } = await newMotor(tower(5))
    await measure([(await pointOf(motor.id, 'F0')).point, 7])
    expect(await pointOf(motor.id, 'F5')).toMatchObject({ last: { value: 7 } })

    expect(await saveType(key, tower(6), 1)).toMatchObject({
      status: 422,
      body: { kind: 'formula_too_deep', errors: [{ field: 'points.6.formula.inputs', value: 6, rule: '<= 5' }] },
    })
    expect(await pointsOf(motor.id)).toHaveLength(6)
  })
})

describe('a formula of a point', () => {
  it('is refused where an input is out of use, or it would stand on itself through others', async () => {
    const { motor } = await newMotor([entry('IA'), entry('IB'), entry('X'), entry('Y')])
    const whole = (key: string) => `${motor.code}.${key}`
    expect((await setFormula(motor.id, 'X', of('a', whole('IA')))).status).toBe(200)
    expect((await setFormula(motor.id, 'Y', of('a', 'X'))).status).toBe(200)

    expect(await setFormula(motor.id, 'X', of('a', 'Y'))).toMatchObject({
      status: 422,
      body: {
        kind: 'formula_circle',
        errors: [
          { field: 'formula.inputs', value: [whole('X'), whole('Y'), whole('X')].join(' → '), rule: 'no circle' },
        ],
      },
    })
    const { point, rev } = await pointOf(motor.id, 'IB')
    await dispatcher.post(`${api}/points/${point}/retirement`, { commandId: newId(), rev, reason: 'broken' })
    expect(await setFormula(motor.id, 'X', of('a + b', 'IA', 'IB'))).toMatchObject({
      status: 422,
      body: { kind: 'formula_input_retired', errors: [{ field: 'formula.inputs.1.point', value: 'IB' }] },
    })
    expect((await setFormula(motor.id, 'X', null, supervisor)).status).toBe(403)

    // What stays as it is is not refused.
    const input = await pointOf(motor.id, 'IA')
    const retirement = { commandId: newId(), rev: input.rev, reason: 'broken' }
    await dispatcher.post(`${api}/points/${input.point}/retirement`, retirement)
    expect((await setFormula(motor.id, 'X', of('a', whole('IA')))).status).toBe(200)
  })

  it('closes no circle with another that is saved at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const { motor } = await newMotor([entry('X'), entry('Y')])

      const answers = await Promise.all([
        setFormula(motor.id, 'X', of('a', 'Y')),
        setFormula(motor.id, 'Y', of('a', 'X')),
      ])

      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
      expect(answers.find(({ status }) => status === 422)?.body).toMatchObject({ kind: 'formula_circle' })
    }
  })

  it('goes on when the equipment that it asks gets another code', async () => {
    const { site, motor, key } = await newMotor()
    const other = (await add({ level: 'equipment', segment: 'M2', parentId: site.id, profileKey: key })).body
    expect((await setFormula(other.id, 'M', of('a', `${motor.code}.IA`))).status).toBe(200)
    const moved = await dispatcher.post(`${api}/plant-nodes/${site.id}/relocation`, {
      commandId: newId(),
      rev: 1,
      parentId: null,
      segment: `G${count}`,
    })
    expect(moved.status).toBe(200)

    await measure([(await pointOf(motor.id, 'IA')).point, 12])

    expect(await pointOf(other.id, 'M')).toMatchObject({ formula: of('a', `G${count}.M1.IA`), last: { value: 12 } })
    expect((await setFormula(other.id, 'M', of('a * 2', `G${count}.M1.IA`))).status).toBe(200)
  })

  it('is said by no device', async () => {
    const { motor } = await newMotor()
    const named = await namedPoints(server.deps.db, server.deps.zoneId, motor.id)
    expect([...named.keys()].filter((key) => !key.includes('.')).toSorted()).toEqual(['IA', 'IB'])
  })

  it('is checked before it is kept, with the values of now', async () => {
    const { motor } = await newMotor()
    const { point } = await pointOf(motor.id, 'M')
    await measure([(await pointOf(motor.id, 'IA')).point, 10], [(await pointOf(motor.id, 'IB')).point, 4])
    const check = (formula: object, of: number | null = point, who = dispatcher) =>
      who.post(`${api}/formula-checks`, { formula, point: of })

    expect(await check(of('a / b', 'IA', 'IB'))).toMatchObject({ status: 200, body: { value: 2.5 } })
    expect(await check(of('a / 0', 'IA'))).toMatchObject({ status: 200, body: { value: null } })
    expect(await check(of('a / b', 'IA', 'IB'), null)).toMatchObject({ status: 200, body: { value: null } })
    expect(await check(of('a', 'IX'))).toMatchObject({
      status: 422,
      body: { kind: 'formula_input_unknown', errors: [{ field: 'formula.inputs.0.point', value: 'IX' }] },
    })
    expect((await check(of('now()', 'IA'), null)).status).toBe(422)
    expect((await check(mean, point, supervisor)).status).toBe(403)
    expect(await pointOf(motor.id, 'M')).toMatchObject({ formula: mean })
  })
})
