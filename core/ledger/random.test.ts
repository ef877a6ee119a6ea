import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { postJournal } from './journal.ts'
import type { Line, PendingRef } from './line.ts'
import { booker, ledgerZone, now } from './testing.ts'
import { verifyLedger } from './verify.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const account = fc.nat({ max: 4 })
const amount = fc.integer({ min: 1, max: 50 })
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('posted', 'pending'), debit: account, credit: account, amount }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('settled', 'voided'), of: fc.nat({ max: 30 }), amount }) },
)
const step = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  // Ends after it was booked and before it was committed.
  isKilled: fc.boolean(),
  // Asked again under the same id, at the same time.
  times: fc.integer({ min: 1, max: 3 }),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What accounts come to, reckoned plainly. */
type Model = { readonly posted: number[]; readonly pending: number[] }

it('books each journal once or not at all, takes no account below its least, and sums to nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { minLength: 2, maxLength: 4 }), async (workers) => {
      const zone = await ledgerZone(test.database)
      // The first may go anywhere; the others hold what was put there.
      const ids = await zone.open([
        { code: 'source', side: 'credit' },
        ...['a', 'b', 'c', 'd'].map((code) => ({ code, least: code === 'd' ? -20 : 0 })),
      ])
      const pending: PendingRef[] = []
      const acknowledged = new Map<string, readonly Line[]>()

      await Promise.all(workers.map((steps) => work(zone, ids, steps, pending, acknowledged)))

      const report = await verifyLedger(zone.db, zone.zoneId)
      expect(report.faults).toEqual([])
      expect(report.journals).toBe(acknowledged.size)
      const rows = await zone.db
        .selectFrom('ledger_account')
        .select(['id', 'code', 'debits', 'credits', 'credits_pending'])
        .where('zone_id', '=', zone.zoneId)
        .execute()
      const model = reckon(ids, acknowledged)
      for (const { id, code, debits, credits, credits_pending } of rows) {
        const index = ids.indexOf(id)
        expect([debits - credits, credits_pending]).toEqual([model.posted[index], model.pending[index]])
        if (code !== 'source') expect(debits - credits - credits_pending).toBeGreaterThanOrEqual(code === 'd' ? -20 : 0)
      }
    }),
    { numRuns: 25 },
  )
}, 120_000)

async function work(
  { zoneId, within, journal }: Awaited<ReturnType<typeof ledgerZone>>,
  ids: readonly string[],
  steps: readonly Step[],
  pending: PendingRef[],
  acknowledged: Map<string, readonly Line[]>,
): Promise<void> {
  const killed = new Error('killed')
  for (const { lines, isKilled, times } of steps) {
    const id = newId()
    const said = lines.flatMap((one): readonly Line[] => {
      if ('debit' in one) {
        const ends = { debit: ids[one.debit] ?? '', credit: ids[one.credit] ?? '', amount: one.amount }
        return [one.kind === 'posted' ? { kind: 'posted', ...ends } : { kind: 'pending', ...ends, until: null }]
      }
      const of = pending.at(one.of % Math.max(1, pending.length))
      if (!of) return []
      return [one.kind === 'settled' ? { kind: 'settled', of, amount: one.amount } : { kind: 'voided', of }]
    })
    if (said.length === 0) continue
    const ask = async (isLast: boolean) =>
      within(async (tx) => {
        const done = await postJournal(tx, zoneId, journal(said, { id }), booker, now)
        if (isKilled && !isLast) throw killed
        return done
      }).catch((error: unknown) => {
        if (error !== killed) throw error
        return null
      })
    const answers = await Promise.all(
      Array.from({ length: times }, (_, index) => ask(index === times - 1 && times > 1)),
    )
    const booked = answers.filter((answer) => answer?.ok)
    expect(booked.filter((answer) => answer?.ok && !answer.value.repeated).length).toBeLessThanOrEqual(1)
    if (booked.length === 0) continue
    acknowledged.set(id, said)
    said.forEach((one, index) => one.kind === 'pending' && pending.push({ journalId: id, line: index + 1 }))
  }
}

function reckon(ids: readonly string[], acknowledged: ReadonlyMap<string, readonly Line[]>): Model {
  const model: Model = { posted: ids.map(() => 0), pending: ids.map(() => 0) }
  const add = (sums: number[], id: string, change: number) => {
    const index = ids.indexOf(id)
    sums[index] = (sums[index] ?? 0) + change
  }
  const move = (debit: string, credit: string, by: number) => {
    add(model.posted, debit, by)
    add(model.posted, credit, -by)
  }
  for (const lines of acknowledged.values())
    for (const one of lines) {
      if (one.kind === 'posted') move(one.debit, one.credit, one.amount)
      else if (one.kind === 'pending') add(model.pending, one.credit, one.amount)
      else {
        const held = acknowledged.get(one.of.journalId)?.[one.of.line - 1]
        if (held?.kind !== 'pending') throw new Error('what is resolved was set aside')
        add(model.pending, held.credit, -held.amount)
        if (one.kind === 'settled') move(held.debit, held.credit, one.amount ?? held.amount)
      }
    }
  return model
}
