import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, jsonb, newId, type Tables, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { balancesAt, postJournal, type Booker } from '@tingzhou/ledger'
import { canonicalJson, settle, type Facts, type Item, type PayPart, type Sheet } from '@tingzhou/settlement'
import '../tables.ts'
import { accountsOf, freightBook, linesOf, reversed, type MoneyEnds, type Posting } from './accounts.ts'
import type { MoneyError } from './error.ts'
import { planPayments, lineName, postingsOf, type PayPlan } from './postings.ts'
import './tables.ts'

type Waybill = Selectable<Tables['freight_waybill']>

/** A waybill under its lock, and who settles it: a dossier of it, or the like. */
export type Settling = {
  readonly deps: { readonly zoneId: string }
  readonly now: EpochMs
  readonly doer: { readonly id: string; readonly name: string }
  readonly row: Waybill
}

/** What is not on the waybill: additions and reductions, parts of the payment; why, for a change. */
export type SettlingWish = {
  readonly items: readonly Item[]
  readonly parts: readonly PayPart[]
  readonly why?: string
}

/** Fen. */
export type Settled = {
  readonly version: number
  readonly dueFen: number
  readonly paidFen: number
  readonly billFen: number
}

/**
 * Settles a waybill by the version of the rules that it was made under, freezes the sheet and books it. A later settlement is
 * another version: the one before is taken back by a journal and the new one booked beside it, in the same transaction. What the
 * bank has paid for the old one counts as an advance on the new; what is above the new one stays on `carrier_advance` of the
 * waybill, owed by the carrier. Payments that wait are cancelled; one that is on its way to the bank refuses the settlement.
 * Accounts stay locked until the transaction ends: the caller writes before.
 * @param settling  its row is locked by the caller
 * Source: own. About fifteen statements.
 */
export async function settleWaybill(
  tx: Tx,
  settling: Settling,
  wish: SettlingWish,
): Promise<Result<Settled, MoneyError>> {
  const { deps, row } = settling
  const { zoneId } = deps
  const before = await latestSettlement(tx, zoneId, row.id)
  const payments = await lockPayments(tx, zoneId, row.id)
  const moving = payments.find(({ state }) => state === 'prepared' || state === 'approved' || state === 'sent')
  if (moving)
    return err({
      kind: 'payment_under_way',
      field: 'waybillId',
      value: moving.line,
      rule: `payment_at_rest ${moving.state}`,
    })
  const paid = payments.filter(
    ({ state, means, version }) => state === 'done' && means === 'bank' && version === (before?.version ?? 0),
  )
  const paidFen = paid.reduce((sum, { amount_fen }) => sum + amount_fen, 0)
  // Without a settlement and without a payment nothing was paid before.
  const advancedFen =
    before || payments.some(({ state }) => state === 'done')
      ? await onAdvance(tx, settling, before ? before.set_off_fen + paidFen : 0)
      : 0
  const advances = payments.filter(({ state, version }) => state === 'done' && version === 0)
  const drawn = await draw(
    tx,
    settling,
    wish,
    advances.reduce((sum, { amount_fen }) => sum + amount_fen, 0),
  )
  if (!drawn.ok) return drawn
  const { sheet } = drawn.value
  const plan = planPayments(sheet, advancedFen)
  const postings = postingsOf(sheet, plan.setOffFen)
  if (postings.length === 0) return err({ kind: 'settlement_refused', field: 'prices', value: '0', rule: 'above_zero' })
  await cancelWaiting(tx, zoneId, row.id)
  const reversal = before ? await takeBack(tx, settling, before, paid) : ok(null)
  if (!reversal.ok) return reversal
  const journal = await book(tx, settling, 'settlement', postings)
  if (!journal.ok) return journal
  const version = (before?.version ?? 0) + 1
  await keepSettlement(tx, settling, { version, ...drawn.value, plan, journalId: journal.value, why: wish.why ?? '' })
  await addPayments(tx, settling, version, sheet, plan, journal.value)
  const { dueFen, paidFen: sheetPaidFen, billFen } = sheet.totals
  return ok({ version, dueFen, paidFen: sheetPaidFen, billFen })
}

const endsOf = ({ id, carrier_id, shipper_id }: Waybill): MoneyEnds => ({
  waybillId: id,
  carrierId: carrier_id,
  shipperId: shipper_id,
})

/** The settlement that counts, or null. One statement. */
async function latestSettlement(tx: Tx, zoneId: string, waybillId: string) {
  const row = await tx
    .selectFrom('freight_settlement')
    .select(['version', 'sheet', 'set_off_fen'])
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybillId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

type Before = NonNullable<Awaited<ReturnType<typeof latestSettlement>>>

// A waybill has a few pay lines; each is tried some times.
const paymentsMax = 1_000

async function lockPayments(tx: Tx, zoneId: string, waybillId: string) {
  return tx
    .selectFrom('freight_payment')
    .select(['id', 'version', 'line', 'state', 'means', 'amount_fen'])
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybillId)
    .orderBy('id')
    .limit(paymentsMax)
    .forUpdate()
    .execute()
}

type Paid = Awaited<ReturnType<typeof lockPayments>>

/** What is on the waybill's account for advances, and what taking the old settlement back will put there. */
async function onAdvance(tx: Tx, { deps: { zoneId }, row, now }: Settling, backFen: number): Promise<number> {
  const accounts = await accountsOf(tx, zoneId, 'carrier_advance', [endsOf(row)], now)
  const [found] = await balancesAt(tx, zoneId, accounts, localDateOf(now))
  return (found?.balance ?? 0) + backFen
}

type Drawn = { readonly facts: Facts; readonly sheet: Sheet; readonly sha256: string }

async function draw(
  tx: Tx,
  { deps: { zoneId }, row }: Settling,
  wish: SettlingWish,
  advancesFen: number,
): Promise<Result<Drawn, MoneyError>> {
  const terms = await tx
    .selectFrom('freight_terms')
    .select(['rules', 'vat_bp'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', row.terms_id)
    .where('version', '=', row.terms_version)
    .executeTakeFirst()
  assert(terms, 'a version of rules that a waybill was made under stays')
  const planned = [...terms.rules.split.parts, ...wish.parts].some(({ to }) => to === 'advance')
  const facts: Facts = {
    loadKg: row.load_net_kg,
    unloadKg: row.unload_net_kg,
    volumeDm3: row.measure === 'm3' ? row.plan : null,
    distanceM: row.distance_m,
    trucks: 1,
    prices: {
      carrierMilliFen: row.carrier_milli_fen,
      shipperMilliFen: row.shipper_milli_fen,
      goodsMilliFen: row.goods_milli_fen,
    },
    items: wish.items,
    parts: planned || advancesFen === 0 ? wish.parts : [...wish.parts, paidBefore(advancesFen)],
    vatBp: terms.vat_bp,
  }
  const sheet = settle(terms.rules, facts)
  if (sheet.ok) {
    const sha256 = createHash('sha256').update(canonicalJson(sheet.value)).digest('hex')
    return ok({ facts: sheet.value.facts, sheet: sheet.value, sha256 })
  }
  const [fault] = sheet.error
  assert(fault, 'what is refused names a fault')
  const { field, value, rule, limit } = fault
  return err({
    kind: 'settlement_refused',
    field,
    value: value === null ? '' : String(value),
    rule: `settlement_${rule}${limit === null ? '' : ` ${limit}`}`,
  })
}

const paidBefore = (fen: number): PayPart => ({ to: 'advance', ref: 'paid', amount: { by: 'sum', fen } })

const cancelWaiting = (tx: Tx, zoneId: string, waybillId: string) =>
  tx
    .updateTable('freight_payment')
    .set(({ eb }) => ({ state: 'cancelled', rev: eb('rev', '+', 1) }))
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybillId)
    .where((where) =>
      where.or([where('state', '=', 'due'), where.and([where('means', '=', 'wallet'), where('state', '=', 'done')])]),
    )
    .execute()

/** Takes the settlement before back; what the bank paid for it becomes an advance. @returns the journal */
async function takeBack(tx: Tx, settling: Settling, before: Before, paid: Paid): Promise<Result<string, MoneyError>> {
  const { zoneId } = settling.deps
  const moved = paid.map(({ line, amount_fen: amountFen }): Posting => ({
    debit: 'carrier_advance',
    credit: line.startsWith('deposit') ? 'deposit_held' : 'carrier_payable',
    amountFen,
  }))
  const old = postingsOf(before.sheet, before.set_off_fen).map(reversed)
  const journal = await book(tx, settling, 'settlement_reversal', [...moved, ...old])
  if (!journal.ok) return journal
  await tx
    .updateTable('freight_settlement')
    .set({ reversal_id: journal.value })
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', settling.row.id)
    .where('version', '=', before.version)
    .execute()
  return journal
}

/** Books postings of one waybill. The reason names no party: everybody at an end of the journal reads it. */
async function book(
  tx: Tx,
  { deps: { zoneId }, row, now, doer }: Settling,
  kind: string,
  postings: readonly Posting[],
): Promise<Result<string, MoneyError>> {
  const ends = endsOf(row)
  const lines = await linesOf(
    tx,
    zoneId,
    postings.map((posting) => ({ ends, posting })),
    now,
  )
  const id = newId()
  const day = localDateOf(now)
  const source = { kind: 'freight_waybill', id: row.id }
  const who: Booker = { accountId: doer.id, name: doer.name }
  const booked = await postJournal(
    tx,
    zoneId,
    { id, book: freightBook, day, kind, source, reason: `${row.number}-${row.serial}`, lines },
    who,
    now,
  )
  if (booked.ok) return ok(id)
  if (booked.error.kind === 'period_closed')
    return err({ kind: 'period_closed', field: 'day', value: day, rule: `day_after ${booked.error.until}` })
  throw new Error(`a settlement was not booked: ${JSON.stringify(booked.error)}`)
}

async function keepSettlement(
  tx: Tx,
  { deps: { zoneId }, row, now, doer }: Settling,
  kept: Drawn & { readonly version: number; readonly plan: PayPlan; readonly journalId: string; readonly why: string },
): Promise<void> {
  const { totals } = kept.sheet
  await tx
    .insertInto('freight_settlement')
    .values({
      zone_id: zoneId,
      waybill_id: row.id,
      version: kept.version,
      facts: jsonb(kept.facts),
      sheet: jsonb(kept.sheet),
      sha256: kept.sha256,
      due_fen: totals.dueFen,
      paid_fen: totals.paidFen,
      bill_fen: totals.billFen,
      set_off_fen: kept.plan.setOffFen,
      journal_id: kept.journalId,
      reversal_id: null,
      why: kept.why,
      created_at: at(now),
      created_by: doer.name,
    })
    .execute()
}

/** The lines that the bank pays wait for a batch; what a wallet paid is done with the settlement. One statement. */
async function addPayments(
  tx: Tx,
  { deps: { zoneId }, row, now, doer }: Settling,
  version: number,
  { pays }: Sheet,
  { bank }: PayPlan,
  journalId: string,
): Promise<void> {
  const base = {
    zone_id: zoneId,
    waybill_id: row.id,
    version,
    carrier_id: row.carrier_id,
    created_at: at(now),
    created_by: doer.name,
  }
  const due = bank.map(({ line, amountFen }) => ({
    ...base,
    id: newId(),
    line,
    amount_fen: amountFen,
    means: 'bank' as const,
    state: 'due' as const,
    done_at: null,
    journal_id: null,
  }))
  const wallets = pays
    .filter(({ to, amountFen }) => (to === 'fuel_card' || to === 'etc') && amountFen > 0)
    .map((pay) => ({
      ...base,
      id: newId(),
      line: lineName(pay),
      amount_fen: pay.amountFen,
      means: 'wallet' as const,
      state: 'done' as const,
      done_at: at(now),
      journal_id: journalId,
    }))
  if (due.length + wallets.length > 0)
    await tx
      .insertInto('freight_payment')
      .values([...due, ...wallets])
      .execute()
}
