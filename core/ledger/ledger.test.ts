import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs, localDate } from '@tingzhou/kernel'
import { balancesAt, statementOf, trialBalance } from './balance.ts'
import { openAccounts } from './account.ts'
import { expirySource } from './expire.ts'
import type { Line } from './line.ts'
import { closePeriod } from './period.ts'
import { booker, ledgerZone, now, today } from './testing.ts'
import { verifyLedger } from './verify.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

async function cashZone() {
  const zone = await ledgerZone(test.database)
  const [cash = '', owed = '', cost = '', coal = ''] = await zone.open([
    { code: 'bank', least: 0 },
    { code: 'carrier_payable', side: 'credit', least: 0 },
    { code: 'freight_cost' },
    { code: 'coal', unit: 'kg' },
  ])
  const [capital = ''] = await zone.open([{ code: 'capital', side: 'credit' }])
  const [elsewhere = ''] = await zone.open([{ code: 'bank' }], 'stock')
  const move = (debit: string, credit: string, amount: number): Line => ({ kind: 'posted', debit, credit, amount })
  const setAside = (debit: string, credit: string, amount: number, until: number | null = null): Line => ({
    kind: 'pending',
    debit,
    credit,
    amount,
    until: until === null ? null : epochMs(until),
  })
  return { ...zone, cash, owed, cost, coal, capital, elsewhere, move, setAside }
}
const sound = async ({ db, zoneId }: Pick<Awaited<ReturnType<typeof cashZone>>, 'db' | 'zoneId'>) =>
  expect((await verifyLedger(db, zoneId)).faults).toEqual([])

describe('an account', () => {
  it('is there once for the same wish, also when two wish for it at once', async () => {
    const { open, zoneId, within } = await cashZone()
    const wish = { code: 'payable', party: 1, partyId: 'p1', subject: { kind: 'waybill', id: 'w1' } }

    const both = await Promise.all([open([wish, { ...wish, partyId: 'p2' }]), open([{ ...wish, partyId: 'p2' }, wish])])

    expect(both[0]).toEqual(both[1]?.toReversed())
    expect(new Set(both.flat()).size).toBe(2)
    await expect(
      within((tx) =>
        openAccounts(tx, zoneId, 'freight', [{ ...wish, name: { zh: '', en: '' }, unit: 'CNY', side: 'credit' }], now),
      ),
    ).rejects.toThrow('side')
  })

  it('keeps what it is', async () => {
    const { db, cash } = await cashZone()
    for (const change of [sql`side = 'credit'`, sql`unit = 'kg'`, sql`code = 'other'`, sql`party_id = 'p'`])
      await expect(sql`update ledger_account set ${change} where id = ${cash}`.execute(db)).rejects.toThrow(/keeps its/)
    await expect(sql`delete from ledger_account where id = ${cash}`.execute(db)).rejects.toThrow(/append-only/)
  })
})

describe('a journal', () => {
  it('moves what it says, on both sides', async () => {
    const zone = await cashZone()
    const { booked, show, cash, capital, cost, owed, move } = zone

    await booked([move(cash, capital, 500_000)])
    await booked([move(cost, owed, 250_400), move(owed, cash, 50_000)])

    expect(await show(cash)).toEqual([500_000, 50_000, 0, 0])
    expect(await show(owed)).toEqual([50_000, 250_400, 0, 0])
    expect(await show(cost)).toEqual([250_400, 0, 0, 0])
    await sound(zone)
  })

  it('is booked once, whoever repeats it, and refused when it says something else', async () => {
    const zone = await cashZone()
    const { post, show, cash, capital, move } = zone
    const id = newId()

    const all = await Promise.all(Array.from({ length: 8 }, () => post([move(cash, capital, 7)], { id })))

    expect(all.map((one) => one.ok && one.value.repeated).toSorted()).toEqual([false, ...Array(7).fill(true)])
    expect(await show(cash)).toEqual([7, 0, 0, 0])
    for (const over of [{}, { day: localDate('2026-11-27') }, { kind: 'other' }, { source: { kind: 'a', id: 'b' } }])
      expect(
        await post([move(cash, capital, 'kind' in over || 'day' in over || 'source' in over ? 7 : 8)], { id, ...over }),
      ).toEqual({ ok: false, error: { kind: 'journal_differs', id } })
    await sound(zone)
  })

  it('is refused by name and leaves nothing, and the transaction goes on', async () => {
    const zone = await cashZone()
    const { post, show, cash, owed, cost, coal, capital, elsewhere, move } = zone
    const nobody = newId()
    const fine = move(cash, capital, 5)

    for (const [lines, error] of [
      [[fine, move(nobody, cash, 1)], { kind: 'account_unknown', line: 2, account: nobody }],
      [[fine, move(cash, nobody, 1)], { kind: 'account_unknown', line: 2, account: nobody }],
      [[fine, move(cash, elsewhere, 1)], { kind: 'account_unknown', line: 2, account: elsewhere }],
      [[fine, move(cost, cost, 1)], { kind: 'same_account', line: 2, account: cost }],
      [[fine, move(cost, coal, 1)], { kind: 'units_differ', line: 2, debit: 'CNY', credit: 'kg' }],
      [
        [fine, move(cost, cash, 6)],
        { kind: 'below_least', account: cash, code: 'bank', unit: 'CNY', least: 0, available: 0 },
      ],
      [
        [fine, move(owed, capital, 1)],
        { kind: 'below_least', account: owed, code: 'carrier_payable', unit: 'CNY', least: 0, available: 0 },
      ],
      [[{ kind: 'voided', of: { journalId: nobody, line: 1 } }], { kind: 'pending_unknown', line: 1 }],
    ] as const)
      expect(await post(lines)).toEqual({ ok: false, error })
    expect(await post([fine], { book: 'nothing' })).toEqual({
      ok: false,
      error: { kind: 'book_unknown', book: 'nothing' },
    })

    expect(await show(cash)).toEqual([0, 0, 0, 0])
    expect((await verifyLedger(zone.db, zone.zoneId)).transfers).toBe(0)
    expect(await post([fine, move(cost, cash, 5)])).toMatchObject({ ok: true })
    await sound(zone)
  })

  it('has whole amounts above zero that stay exact', async () => {
    const zone = await cashZone()
    const { post, booked, cash, capital, move } = zone
    for (const amount of [0, -1, 0.5, Number.NaN, 2 ** 53])
      await expect(post([move(cash, capital, amount)])).rejects.toThrow('amount')
    await expect(post([])).rejects.toThrow('1 to 500')
    await booked([move(cash, capital, Number.MAX_SAFE_INTEGER)])
    expect(await post([move(cash, capital, 1)])).toMatchObject({ ok: false, error: { kind: 'above_range' } })
    await sound(zone)
  })

  it('is never changed or removed', async () => {
    const { db, booked, cash, capital, move } = await cashZone()
    const id = await booked([move(cash, capital, 5)])
    for (const table of ['ledger_journal', 'ledger_transfer'])
      for (const statement of [
        sql`update ${sql.table(table)} set zone_id = zone_id`,
        sql`delete from ${sql.table(table)}`,
        sql`truncate ${sql.table(table)} cascade`,
      ])
        await expect(statement.execute(db)).rejects.toThrow(/append-only/)
    await expect(
      sql`insert into ledger_transfer (zone_id, journal_id, line, book_id, on_day, kind, debit_id, credit_id, unit, amount)
        select zone_id, journal_id, 2, book_id, on_day, kind, debit_id, credit_id, 'kg', 1 from ledger_transfer where journal_id = ${id}`.execute(
        db,
      ),
    ).rejects.toThrow(/ledger_transfer_debit_fits/)
  })
})

describe('what is set aside', () => {
  it('counts against what is available, is booked in part, and the rest is free again', async () => {
    const zone = await cashZone()
    const { post, booked, show, cash, owed, cost, capital, move, setAside } = zone
    await booked([move(cash, capital, 1_000)])
    const id = await booked([setAside(cost, cash, 700)])

    expect(await show(cash)).toEqual([1_000, 0, 0, 700])
    expect(await post([move(cost, cash, 301)])).toMatchObject({
      ok: false,
      error: { kind: 'below_least', available: 300 },
    })
    const of = { journalId: id, line: 1 }
    expect(await post([{ kind: 'settled', of, amount: 701 }])).toEqual({
      ok: false,
      error: { kind: 'above_pending', line: 1, amount: 701, pending: 700 },
    })
    expect(
      await post([
        { kind: 'settled', of, amount: 1 },
        { kind: 'voided', of },
      ]),
    ).toEqual({
      ok: false,
      error: { kind: 'pending_over', line: 2 },
    })
    await booked([{ kind: 'settled', of, amount: 650 }, move(cost, owed, 5)])

    expect(await show(cash)).toEqual([1_000, 650, 0, 0])
    expect(await post([{ kind: 'voided', of }])).toEqual({ ok: false, error: { kind: 'pending_over', line: 1 } })
    await sound(zone)
  })

  it('is resolved once, whoever comes first', async () => {
    const zone = await cashZone()
    const { post, booked, show, cash, cost, capital, move, setAside } = zone
    await booked([move(cash, capital, 100)])
    const id = await booked([setAside(cost, cash, 60)])
    const of = { journalId: id, line: 1 }

    const all = await Promise.all([
      ...Array.from({ length: 4 }, () => post([{ kind: 'settled', of }])),
      ...Array.from({ length: 4 }, () => post([{ kind: 'voided', of }])),
    ])

    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await show(cash)).toEqual([100, all.findIndex(({ ok }) => ok) < 4 ? 60 : 0, 0, 0])
    await sound(zone)
  })

  it('is free again at its time, once, however many processes look', async () => {
    const zone = await cashZone()
    const { db, zoneId, post, booked, show, cash, cost, capital, move, setAside } = zone
    await booked([move(cash, capital, 100)])
    const id = await booked([setAside(cost, cash, 60, now + 1_000), setAside(cost, cash, 30, now + 9_000)])
    const of = { journalId: id, line: 1 }
    expect(await post([{ kind: 'expired', of }])).toEqual({ ok: false, error: { kind: 'pending_over', line: 1 } })
    expect(await post([{ kind: 'settled', of }], {}, epochMs(now + 1_000))).toEqual({
      ok: false,
      error: { kind: 'pending_over', line: 1 },
    })
    const failed: unknown[] = []
    const source = expirySource({ db, zoneId })
    expect(await source.nextDue()).toBe(now + 1_000)

    await Promise.all([1, 2, 3].map(() => source.fireDue(epochMs(now + 1_000), (error) => failed.push(error))))

    expect(failed).toEqual([])
    expect(await show(cash)).toEqual([100, 0, 0, 30])
    expect(await source.nextDue()).toBe(now + 9_000)
    await sound(zone)
  })
})

describe('balances and statements', () => {
  const days = ['2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28'].map((day) => localDate(day))

  it('say what an account came to at any day, before and after a period was closed', async () => {
    const zone = await cashZone()
    const { db, zoneId, within, booked, post, cash, capital, cost, move } = zone
    for (const [index, day] of days.entries())
      await booked([move(cash, capital, 10 ** index), ...(index === 2 ? [move(cost, cash, 3)] : [])], { day })
    const wanted = [1, 11, 108, 1_108, 11_108]
    const found = async () => {
      const all = await Promise.all(days.map((day) => balancesAt(db, zoneId, [cash], day)))
      return all.map(([one]) => one?.balance)
    }
    expect(await found()).toEqual(wanted)

    const close = (until: string) =>
      within((tx) => closePeriod(tx, zoneId, 'freight', localDate(until), today, booker, now))
    expect(await close('2026-11-25')).toMatchObject({ ok: true, value: { transfers: 2 } })
    expect(await close('2026-11-27')).toMatchObject({ ok: true, value: { transfers: 3 } })
    expect(await close('2026-11-26')).toMatchObject({
      ok: false,
      error: { kind: 'closed_already', until: '2026-11-27' },
    })
    expect(await close('2026-11-28')).toMatchObject({ ok: false, error: { kind: 'day_not_over' } })

    expect(await found()).toEqual(wanted)
    expect(await post([move(cash, capital, 1)], { day: localDate('2026-11-27') })).toEqual({
      ok: false,
      error: { kind: 'period_closed', day: '2026-11-27', until: '2026-11-27' },
    })
    await sound(zone)
    const book = await db
      .selectFrom('ledger_book')
      .select('id')
      .where('zone_id', '=', zoneId)
      .where('key', '=', 'freight')
      .executeTakeFirstOrThrow()
    for (const day of days) {
      const rows = await trialBalance(db, zoneId, book.id, day)
      const of = (code: string) => rows.find((row) => row.code === code)
      expect((of('bank')?.debits ?? 0) - (of('bank')?.credits ?? 0)).toBe(wanted[days.indexOf(day)])
      expect(rows.reduce((sum, { debits, credits }) => sum + debits - credits, 0)).toBe(0)
    }
  })

  it('show each transfer with the balance after it, page by page', async () => {
    const { db, zoneId, booked, cash, capital, cost, move } = await cashZone()
    for (const day of days)
      await booked([move(cash, capital, 100), move(cost, cash, 30)], {
        day,
        source: { kind: 'waybill', id: day },
        reason: 'r',
      })
    const within = { from: localDate('2026-11-25'), until: localDate('2026-11-27') }

    const pages = []
    for (let after = null, more = true; more;) {
      const page = await statementOf(db, zoneId, { id: cash, side: 'debit' }, within, after, 4)
      pages.push(page)
      const last = page.entries.at(-1)
      after = last ? { day: last.day, seq: last.seq } : after
      more = page.hasMore
    }

    expect(pages.map(({ opening, entries }) => [opening, entries.length])).toEqual([
      [70, 4],
      [210, 2],
    ])
    expect(pages.flatMap(({ entries }) => entries.map(({ after }) => after))).toEqual([170, 140, 240, 210, 310, 280])
    expect(pages[0]?.entries[1]).toMatchObject({
      side: 'credit',
      amount: 30,
      other: cost,
      day: '2026-11-25',
      reason: 'r',
    })
  })
})

describe('the verifier', () => {
  it.each([
    ['account_differs', `update ledger_account set debits = debits + 1 where code = 'bank' and debits = 50`],
    [
      'pending_differs',
      `update ledger_account set credits_pending = credits_pending - 1 where code = 'bank' and credits_pending > 0`,
    ],
    ['unbalanced', `update ledger_account set debits = debits + 1 where code = 'bank' and debits = 50`],
    ['hold_missing', `delete from ledger_hold`],
    ['hold_left', `update ledger_hold set line = 2`],
    [
      'journal_differs',
      `alter table ledger_journal disable trigger all; update ledger_journal set lines = jsonb_set(lines, '{0,amount}', '1')`,
    ],
    [
      'closing_differs',
      `alter table ledger_closing disable trigger all; update ledger_closing set debits = debits + 1`,
    ],
    [
      'period_differs',
      `alter table ledger_period disable trigger all; update ledger_period set sha256 = repeat('0', 64)`,
    ],
    [
      'period_differs',
      `alter table ledger_transfer disable trigger all; update ledger_transfer set amount = amount + 1 where on_day = '2026-11-20'`,
    ],
  ] as const)('finds %s', async (kind, damage) => {
    const zone = await ledgerZone(test.database)
    const [cash = '', capital = ''] = await zone.open([{ code: 'bank' }, { code: 'capital', side: 'credit' }])
    const move = { kind: 'posted', debit: cash, credit: capital, amount: 50 } as const
    await zone.booked([move], { day: localDate('2026-11-20') })
    await zone.within((tx) => closePeriod(tx, zone.zoneId, 'freight', localDate('2026-11-21'), today, booker, now))
    await zone.booked([{ ...move, kind: 'pending', debit: capital, credit: cash, until: null }])
    expect((await verifyLedger(zone.db, zone.zoneId)).faults).toEqual([])
    const undone = new Error('undone')

    const damaged = zone.within(async (tx) => {
      for (const statement of damage.split('; ')) await sql.raw(statement).execute(tx)
      const { faults } = await verifyLedger(tx, zone.zoneId)
      expect(faults.map((fault) => fault.kind)).toContain(kind)
      throw undone
    })

    await expect(damaged).rejects.toBe(undone)
  })
})
