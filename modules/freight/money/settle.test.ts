import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { closePeriod, verifyLedger } from '@tingzhou/ledger'
import { reproduce } from '@tingzhou/settlement'
import { loadTerms } from '../terms/terms.ts'
import { keepFreightBook } from './accounts.ts'
import { paidOf } from './paid.ts'
import { example, fuelCard, loadingFee, moneyZone, seeded } from './testing.ts'

let test: TestDatabase
let zone: Awaited<ReturnType<typeof moneyZone>>
let now: EpochMs = epochMs(Date.UTC(2026, 2, 2, 2))

beforeAll(async () => {
  test = await testDatabase()
  zone = await openZone('zone-money')
})
afterAll(() => test.database.close())

async function openZone(zoneId: string) {
  const { db } = test
  await loadTerms(db, zoneId, now)
  await db.transaction().execute((tx) => keepFreightBook(tx, zoneId))
  return moneyZone(db, zoneId, () => now)
}

const advance = { to: 'advance', ref: null, amount: { by: 'sum', fen: 500_00 } } as const

describe('a settlement in the ledger', () => {
  it('books the worked example to the fen', async () => {
    const id = await zone.addWaybill()

    const settled = await zone.settled(id, { items: [loadingFee], parts: [advance, fuelCard] })
    const all = await zone.balances()

    expect(settled).toEqual({ version: 1, dueFen: 2_504_45, paidFen: 2_504_00, billFen: 2_730_62 })
    expect(all).toMatchObject({
      freight_cost: 2_504_00,
      shipper_receivable: 2_730_62,
      freight_income: 2_505_16,
      vat_output: 225_46,
      fuel_wallet: -1_000_00,
    })
    expect(await zone.balances(id)).toMatchObject({ carrier_payable: 1_504_00 })
    expect(await paidOf(test.db, zone.zoneId, id)).toEqual({ payableFen: 2_504_00, paidFen: 1_000_00 })
    const payments = await test.db
      .selectFrom('freight_payment')
      .select(['line', 'amount_fen', 'means', 'state'])
      .where('waybill_id', '=', id)
      .orderBy('line')
      .execute()
    expect(payments).toEqual([
      { line: 'advance', amount_fen: 500_00, means: 'bank', state: 'due' },
      { line: 'balance', amount_fen: 1_004_00, means: 'bank', state: 'due' },
      { line: 'fuel_card', amount_fen: 1_000_00, means: 'wallet', state: 'done' },
    ])
  })

  it('keeps a sheet that its own rules and facts give again', async () => {
    const id = await zone.addWaybill()
    await zone.settled(id, { items: [loadingFee] })

    const { sheet, sha256 } = await test.db
      .selectFrom('freight_settlement')
      .select(['sheet', 'sha256'])
      .where('waybill_id', '=', id)
      .executeTakeFirstOrThrow()

    expect(reproduce(sheet).ok).toBe(true)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('names no other party in a reason', async () => {
    const rows = await test.db.selectFrom('ledger_journal').select('reason').where('kind', '=', 'settlement').execute()

    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every(({ reason }) => /^YD[0-9a-f]{12}-0000$/.test(reason ?? ''))).toBe(true)
  })

  it('holds a deposit on its own account', async () => {
    const id = await zone.addWaybill({ termsId: seeded.deposit })

    const { paidFen } = await zone.settled(id)
    const own = await zone.balances(id)

    const heldFen = own.deposit_held ?? 0
    expect(Math.abs(heldFen - paidFen / 20)).toBeLessThan(1)
    expect(own.carrier_payable).toBe(paidFen - heldFen)
    expect(await paidOf(test.db, zone.zoneId, id)).toEqual({ payableFen: paidFen - heldFen, paidFen: 0 })
  })

  it('refuses what the rules refuse, by field and rule, and books nothing', async () => {
    const id = await zone.addWaybill()
    await test.db.updateTable('freight_waybill').set({ unload_net_kg: null }).where('id', '=', id).execute()

    const refused = await zone.settle(id)

    expect(refused).toEqual({
      ok: false,
      error: { kind: 'settlement_refused', field: 'unloadKg', value: '', rule: 'settlement_missing' },
    })
    expect(await zone.balances(id)).toEqual({})
  })

  it('refuses a waybill on which nothing would be booked', async () => {
    const id = await zone.addWaybill({ carrierMilliFen: 0, shipperMilliFen: 0, unloadKg: example.loadKg })

    expect(await zone.settle(id)).toMatchObject({
      ok: false,
      error: { kind: 'settlement_refused', rule: 'above_zero' },
    })
  })

  it('leaves a waybill under the version of the rules that it was made under', async () => {
    const id = await zone.addWaybill()
    const { rules, vat_bp } = await test.db
      .selectFrom('freight_terms')
      .select(['rules', 'vat_bp'])
      .where('zone_id', '=', zone.zoneId)
      .where('id', '=', seeded.truck)
      .executeTakeFirstOrThrow()
    await test.db
      .insertInto('freight_terms')
      .values({
        zone_id: zone.zoneId,
        id: seeded.coal,
        version: 2,
        name: 'another',
        rules: JSON.stringify(rules),
        vat_bp,
        sha256: 'x',
        why: 'test',
        synthetic: true,
        created_at: new Date(now),
        created_by: 'test',
      })
      .execute()

    const settled = await zone.settled(id, { items: [loadingFee] })

    expect(settled.dueFen).toBe(2_504_45)
  })

  it('never changes a version of rules', async () => {
    await expect(
      test.db.updateTable('freight_terms').set({ vat_bp: 1 }).where('id', '=', seeded.coal).execute(),
    ).rejects.toThrow()
  })

  it('refuses a day that is closed by name', async () => {
    const other = await openZone('zone-closed')
    const id = await other.addWaybill()
    const later = epochMs(now + 5 * 86_400_000)
    const closed = await test.db
      .transaction()
      .execute((tx) =>
        closePeriod(
          tx,
          other.zoneId,
          'freight',
          '2026-03-05' as never,
          '2026-03-07' as never,
          { accountId: 'a', name: 'a' },
          later,
        ),
      )

    expect(closed.ok).toBe(true)
    expect(await other.settle(id)).toEqual({
      ok: false,
      error: { kind: 'period_closed', field: 'day', value: '2026-03-02', rule: 'day_after 2026-03-05' },
    })
  })
})

describe('another settlement of a waybill', () => {
  it('takes the old one back by a journal and books the new one', async () => {
    const id = await zone.addWaybill()
    const before = await zone.balances()
    await zone.settled(id, { items: [loadingFee], parts: [fuelCard] })

    const again = await zone.settled(id, { items: [], parts: [], why: 'no loading fee after all' })
    const after = await zone.balances()

    expect(again).toMatchObject({ version: 2, dueFen: 2_484_45, paidFen: 2_484_00, billFen: 2_710_62 })
    expect((after.freight_cost ?? 0) - (before.freight_cost ?? 0)).toBe(2_484_00)
    expect((after.fuel_wallet ?? 0) - (before.fuel_wallet ?? 0)).toBe(0)
    expect((after.shipper_receivable ?? 0) - (before.shipper_receivable ?? 0)).toBe(2_710_62)
    expect(await zone.balances(id)).toMatchObject({ carrier_payable: 2_484_00 })
    const kinds = await test.db
      .selectFrom('ledger_journal')
      .select('kind')
      .where('source_id', '=', id)
      .orderBy('at')
      .execute()
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(['settlement', 'settlement', 'settlement_reversal'])
    const states = await test.db
      .selectFrom('freight_payment')
      .select(['version', 'line', 'state'])
      .where('waybill_id', '=', id)
      .orderBy('version')
      .orderBy('line')
      .execute()
    expect(states).toEqual([
      { version: 1, line: 'balance', state: 'cancelled' },
      { version: 1, line: 'fuel_card', state: 'cancelled' },
      { version: 2, line: 'balance', state: 'due' },
    ])
  })
})

describe('any waybills', () => {
  it('leave a clean ledger, payables as their sheets say, sheets that are given again', async () => {
    const other = await openZone('zone-random')
    const waybill = fc.record({
      termsId: fc.constantFrom(seeded.coal, seeded.truck, seeded.service, seeded.deposit),
      loadKg: fc.integer({ min: 1, max: 49_000 }),
      lostKg: fc.integer({ min: -300, max: 20_000 }),
      carrierMilliFen: fc.integer({ min: 1, max: 90_000_000 }),
      shipperMilliFen: fc.integer({ min: 0, max: 90_000_000 }),
      feeFen: fc.integer({ min: 0, max: 100_000 }),
      claimFen: fc.integer({ min: 0, max: 400_000 }),
      fuelFen: fc.integer({ min: 0, max: 200_000 }),
      loanFen: fc.integer({ min: 0, max: 50_000 }),
      again: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(waybill, async (wish) => {
        const { loadKg, lostKg, feeFen, claimFen, fuelFen, loanFen, again, ...rest } = wish
        const id = await other.addWaybill({ ...rest, loadKg, unloadKg: Math.max(1, loadKg - lostKg) })
        const items = [
          { ...loadingFee, amount: { by: 'sum', fen: feeFen } },
          { kind: 'claim', ref: null, side: 'carrier', amount: { by: 'sum', fen: claimFen } },
        ] as const
        const parts = [
          { ...fuelCard, amount: { by: 'sum', fen: fuelFen } },
          { to: 'loan', ref: 'l1', amount: { by: 'sum', fen: loanFen } },
        ] as const
        const first = await other.settle(id, { items, parts })
        if (!first.ok) {
          expect(first.error.rule).toBe('above_zero')
          return
        }
        if (again) await other.settled(id, { items: items.slice(0, 1), parts: parts.slice(1) })
        const row = await test.db
          .selectFrom('freight_settlement')
          .select('sheet')
          .where('waybill_id', '=', id)
          .orderBy('version', 'desc')
          .executeTakeFirstOrThrow()
        const { totals, pays } = row.sheet
        const wallet = pays.filter(({ to }) => to === 'fuel_card').reduce((sum, { amountFen }) => sum + amountFen, 0)
        const own = await other.balances(id)
        const bank = await test.db
          .selectFrom('freight_payment')
          .select(({ fn }) => fn.sum<number>('amount_fen').as('fen'))
          .where('waybill_id', '=', id)
          .where('state', '=', 'due')
          .executeTakeFirstOrThrow()

        expect(reproduce(row.sheet).ok).toBe(true)
        expect(own.carrier_payable ?? 0).toBe(totals.paidFen - totals.heldFen - totals.withheldFen - wallet)
        expect(Number(bank.fen ?? 0)).toBe(own.carrier_payable ?? 0)
        expect(own.carrier_debt ?? 0).toBe(totals.carriedFen)
      }),
      { numRuns: 60, seed: 20_260_302 },
    )
    const report = await verifyLedger(test.db, other.zoneId)

    expect(report.faults).toEqual([])
    const sheets = await test.db
      .selectFrom('freight_settlement')
      .select(['sheet'])
      .where('zone_id', '=', other.zoneId)
      .where('reversal_id', 'is', null)
      .execute()
    const sum = (of: (totals: (typeof sheets)[number]['sheet']['totals']) => number) =>
      sheets.reduce((total, { sheet }) => total + of(sheet.totals), 0)
    expect(await other.balances()).toMatchObject({
      freight_cost: sum(({ paidFen, carriedFen }) => paidFen - carriedFen),
      shipper_receivable: sum(({ billFen, billCarriedFen }) => billFen - billCarriedFen),
      vat_output: sum(({ taxFen }) => taxFen),
    })
  }, 120_000)
})
