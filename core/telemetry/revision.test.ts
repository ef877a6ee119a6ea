import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { minuteMs, sampleKind } from './kind.ts'
import { packOld } from './packing.ts'
import { newReadings } from './readings.ts'
import { keepRevision, keptSamples, listRevisions, type Revision } from './revision.ts'
import { rollUp } from './rollup.ts'
import { addSample } from './sample.ts'
import { openTelemetryStore } from './store.ts'
import { dayMs, hourMs } from './trend-level.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const start = Date.UTC(2026, 9, 1, 22, 0)
const resolution = { mantissa: 1, scale: 0 }

/** A zone of its own, whose clock the test moves. */
async function newZone() {
  const zone = { id: newId(), now: start }
  const deps = { database: test.database, db: test.db, zoneId: zone.id, clock: () => epochMs(zone.now) }
  const open = () => openTelemetryStore({ ...deps, stream: 'one', resolutionOf: () => resolution })
  let store = await open()
  const say = async (at: number, steps: number, corrects: boolean, q: 0 | 3 = 0) => {
    const readings = newReadings(sampleKind)
    addSample(readings, 1, at, steps, q, corrects)
    await store.append(readings)
  }
  const kept = async (...at: number[]) => {
    const asked = at.map((one) => ({ point: 1, at: one }))
    return (await keptSamples(test.db, zone.id, asked, store.openMinutes())).map(
      (sample) => sample && [sample.steps, sample.quality],
    )
  }
  // The first time nothing is packed.
  await packOld(deps)
  return {
    zone,
    deps,
    say,
    kept,
    flush: () => store.flush(true),
    /** A process that is killed leaves what it held to its journal. */
    kill: async () => {
      store = await open()
    },
  }
}

it('the last correction of a time counts, whatever is repeated, written and killed in between', async () => {
  type Step = 'first' | 'correct' | 'flush' | 'kill'
  const steps = fc.array(fc.constantFrom<Step>('first', 'correct', 'flush', 'kill'), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const { say, kept, flush, kill } = await newZone()
      await say(start, 7, false)
      let expected = 7
      for (const [index, step] of plan.entries()) {
        if (step === 'first') await say(start, 7, false)
        if (step === 'correct') await say(start, (expected = 100 + index), true)
        if (step === 'flush') await flush()
        if (step === 'kill') await kill()
      }
      expect(await kept(start, start + 1)).toEqual([[expected, 0], null])
      await flush()
      expect(await kept(start, start + minuteMs)).toEqual([[expected, 0], null])
    }),
    { numRuns: 20 },
  )
})

it('a correction of what is packed and summed up is found, and sums are made anew', async () => {
  const { zone, deps, say, kept, flush } = await newZone()
  await say(start, 7, false)
  await say(start + 1_000, 9, false, 3)
  await flush()
  zone.now = start + 12 * dayMs
  await rollUp(deps)
  await packOld(deps)
  await packOld(deps)
  const raw = await test.db.selectFrom('sample_minute').select('raw').where('zone_id', '=', zone.id).execute()
  expect(raw.map(({ raw: bytes }) => bytes.length)).toEqual([0])
  expect(await kept(start, start + 1_000, start + 2_000)).toEqual([[7, 0], [9, 3], null])

  await say(start, 70, true)
  await flush()
  await rollUp(deps)
  await packOld(deps)

  expect(await kept(start, start + 1_000)).toEqual([
    [70, 0],
    [9, 3],
  ])
  const hours = await test.db.selectFrom('sample_hour').select(['hour', 'max']).where('zone_id', '=', zone.id).execute()
  expect(hours).toEqual([{ hour: Math.floor(start / hourMs) * hourMs, max: 70 }])
})

it('a revision is noted once, and listed page by page for as long as its device had the identity', async () => {
  const zoneId = newId()
  const note = (index: number, id: string): Revision => ({
    id,
    protocol: 'hj212',
    identity: 'A1',
    kind: '2061',
    changes: [{ point: 1, at: start, before: { value: index, quality: 0 }, after: { value: index + 1, quality: 3 } }],
    body: Uint8Array.of(1),
  })
  const ids = [newId(), newId(), newId()]
  for (const [index, id] of ids.entries())
    for (let time = 0; time < 2; time++) await keepRevision(test.db, zoneId, note(index, id), epochMs(start + index))
  const list = (span: { readonly from: number; readonly to: number }, cursor?: string) =>
    listRevisions(test.db, zoneId, { protocol: 'hj212', identity: 'A1' }, span, { limit: 2, cursor })

  const all = await list({ from: 0, to: Infinity })
  const rest = await list({ from: 0, to: Infinity }, all.next ?? '')
  expect([...all.rows, ...rest.rows].map(({ id }) => id)).toEqual(ids.toReversed())
  expect(rest.next).toBe(null)
  expect(all.rows[0]).toEqual({ id: ids[2], receivedAt: start + 2, kind: '2061', changes: note(2, '').changes })
  expect((await list({ from: start + 1, to: start + 1 })).rows.map(({ id }) => id)).toEqual([ids[1]])
})
