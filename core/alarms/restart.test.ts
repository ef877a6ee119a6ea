import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { acknowledge, putBack, shelve, type PeopleDeps } from './people.ts'
import { noon, plantZone, ruleOf } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const s = (seconds: number) => noon + seconds * 1_000
const all = sql<boolean>`true`

describe('a restart', () => {
  it('neither loses nor repeats an alarm that began and ended just before the kill', async () => {
    const zone = await plantZone(test.database)
    const T = zone.one.T ?? 0
    await zone.give({ pointId: T }, ruleOf({}))
    await zone.open()
    await zone.send(T, s(0), 90)
    await zone.send(T, s(1), 70)
    const before = await zone.alarms()
    await zone.kill()

    await zone.open()
    await zone.send(T, s(2), 91)

    const rows = await zone.alarms()
    expect(before).toHaveLength(1)
    expect(rows.map(({ started_at, ended_at }) => [started_at, ended_at])).toEqual([
      [s(0), s(1)],
      [s(2), null],
    ])
    expect(rows[0]?.id).toBe(before[0]?.id)
    expect(rows[1]?.repeats).toBe(1)
  })

  it('finds what the journal holds and no engine has written', async () => {
    const zone = await plantZone(test.database)
    const T = zone.one.T ?? 0
    await zone.open()
    await zone.send(T, s(0), 90)
    await zone.send(T, s(1), 70)
    await zone.send(T, s(2), 95)
    await zone.kill()
    await zone.give({ pointId: T }, ruleOf({}))

    await zone.open()

    expect((await zone.alarms()).map(({ started_at, ended_at, state }) => [started_at, ended_at, state])).toEqual([
      [s(0), s(1), 'normal'],
      [s(2), null, 'unack_active'],
    ])
  })

  it('goes on with a delay that began before it, and with an alarm that stands', async () => {
    const zone = await plantZone(test.database)
    const T = zone.one.T ?? 0
    await zone.give({ pointId: T }, ruleOf({ onDelayS: 600 }))
    await zone.give(
      { pointId: T },
      ruleOf({ key: 'lo', condition: { kind: 'limit', side: 'lo', limit: 99, deadband: 0 } }),
    )
    await zone.open()
    for (let at = 0; at <= 300; at += 20) await zone.send(T, s(at), 90)
    await zone.close()

    await zone.open()
    await zone.pass(s(601))

    expect(await zone.alarms()).toMatchObject([
      { rule_key: 'lo', started_at: s(0), state: 'unack_active' },
      { rule_key: 'hi', started_at: s(600), state: 'unack_active' },
    ])
  })

  it('brings in line what a machine did meanwhile, and ends what has no rule any more', async () => {
    const zone = await plantZone(test.database)
    const [T, RUN] = [zone.one.T ?? 0, zone.one.RUN ?? 0]
    await zone.give({ pointId: T }, ruleOf({ suppress: { point: 'RUN', is: 'eq', value: 0 } }))
    await zone.open()
    await zone.send(RUN, s(0), 1)
    await zone.send(T, s(1), 90)
    await zone.settle()
    await zone.send(RUN, s(2), 0)
    await zone.kill()

    await zone.open()
    expect(await zone.alarms()).toMatchObject([{ state: 'suppressed' }])
    await zone.send(RUN, s(3), 1)
    expect(await zone.alarms()).toMatchObject([{ state: 'unack_active' }])
    await zone.kill()
    await zone.give({ pointId: T }, null, 1)

    await zone.open()
    expect(await zone.alarms()).toMatchObject([{ state: 'unack_returned' }])
  })
})

type Step =
  | { readonly do: 'value'; readonly value: number }
  | { readonly do: 'run'; readonly value: number }
  | { readonly do: 'ack' | 'kill' | 'shelve' | 'unshelve' | 'settle' }

/** What a plain reading of the values says: the alarms that there should be, in time. */
function expected(values: readonly (readonly [at: number, value: number])[]) {
  const spans: [number, number | null][] = []
  for (const [at, value] of values) {
    const open = spans.at(-1)?.[1] === null
    if (!open && value > 80) spans.push([at, null])
    else if (open && value <= 78) spans[spans.length - 1] = [spans.at(-1)?.[0] ?? 0, at]
  }
  return spans
}

describe('random values, people and kills', () => {
  it('give each alarm one start and at most one end, lose none, acknowledge once', async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(60, 79, 85).map((value) => ({ do: 'value' as const, value })) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1).map((value) => ({ do: 'run' as const, value })) },
      {
        weight: 3,
        arbitrary: fc.constantFrom('ack', 'kill', 'shelve', 'unshelve', 'settle').map((what) => ({ do: what }) as Step),
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const zone = await plantZone(test.database)
        const { db, zoneId, one } = zone
        const [T, RUN] = [one.T ?? 0, one.RUN ?? 0]
        const rule = ruleOf({ suppress: { point: 'RUN', is: 'eq', value: 0 } })
        await zone.give({ pointId: T }, rule)
        await zone.open()
        const people = (): PeopleDeps => ({
          zoneId,
          now: epochMs(zone.zone.now),
          timerNow: epochMs(zone.zone.now),
          isSuppressed: zone.opened().engine.isSuppressed,
        })
        const point = { id: T } as Parameters<typeof shelve>[3]['point']
        const values: (readonly [number, number])[] = []
        const acked = new Map<string, string>()
        for (const [index, each] of steps.entries()) {
          const at = s(index)
          if (each.do === 'value') {
            values.push([at, each.value])
            await zone.send(T, at, each.value)
          } else if (each.do === 'run') await zone.send(RUN, at, each.value)
          else if (each.do === 'kill') {
            await zone.kill()
            await zone.open()
          } else if (each.do === 'settle') await zone.settle()
          else if (each.do === 'ack') {
            const rows = await db.selectFrom('alarm').select('id').where('zone_id', '=', zoneId).execute()
            const ids = rows.map(({ id }) => id)
            const both = await Promise.all(
              ['a', 'b'].map((accountId) =>
                db
                  .transaction()
                  .execute((tx) => acknowledge(tx, people(), { accountId, name: accountId }, ids, null, all)),
              ),
            )
            for (const [who, { done }] of both.entries())
              for (const id of done) {
                expect(acked.has(id)).toBe(false)
                acked.set(id, who === 0 ? 'a' : 'b')
              }
          } else
            await db.transaction().execute(async (tx) => {
              const who = { accountId: 'a', name: 'a' }
              if (each.do === 'shelve') await shelve(tx, people(), who, { point, rule }, { hours: 1, reason: 'r' })
              else await putBack(tx, people(), who, T, rule.key, 'shelved')
            })
        }
        const rows = await zone.alarms(T)
        expect(rows.map(({ started_at, ended_at }) => [started_at, ended_at])).toEqual(expected(values))
        for (const row of rows) {
          expect(row.acked_by).toBe(acked.get(row.id) ?? null)
          const verbs = (await zone.events(row.id)).map(({ verb }) => verb)
          expect(verbs.filter((verb) => verb === 'raised')).toHaveLength(1)
          expect(verbs.filter((verb) => verb === 'returned')).toHaveLength(row.ended_at === null ? 0 : 1)
          expect(verbs.filter((verb) => verb === 'acknowledged')).toHaveLength(row.acked_at === null ? 0 : 1)
        }
        expect(rows.filter(({ state }) => state !== 'normal').length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 12 },
    )
  })
})
