import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { FlowPayment } from '@tingzhou/wlhy'
import defaults from '../data/upload.json' with { type: 'json' }
import '../money/tables.ts'
import type { PaymentMeans } from '../money/words.ts'
import '../tables.ts'
import { shownNumber } from '../waybill/shown-number.ts'
import { carried, carriedFrom, isAboveFreight, type Carried } from './carried.ts'
import { subjectKey, type Gathered } from './subject.ts'

type PaymentRow = {
  readonly id: string
  readonly line: string
  readonly means: PaymentMeans
  readonly amountFen: number
  readonly doneAt: EpochMs
  readonly holder: string | null
  readonly account: string | null
  readonly bankCode: string | null
  readonly serial: string | null
}

/** Flows of funds of waybills that are paid. What is held as a deposit leaves later and is no part of it. */
export async function flowsOf(
  tx: Tx,
  zoneId: string,
  ids: readonly string[],
  now: EpochMs,
): Promise<readonly Gathered[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Carried & { readonly payments: readonly PaymentRow[] }>`select ${carried}, (
      select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'line', p.line, 'means', p.means, 'amountFen', p.amount_fen,
        'doneAt', floor(extract(epoch from p.done_at) * 1000)::bigint, 'holder', p.payee_holder, 'account', p.payee_account,
        'bankCode', p.payee_bank_code, 'serial', p.bank_serial) order by p.done_at, p.id), '[]')
      from freight_payment p where p.zone_id = w.zone_id and p.waybill_id = w.id and p.state = 'done' and p.line not like 'deposit%'
    ) as payments
    from ${carriedFrom(zoneId)}
    where w.id = any(${[...ids]}::uuid[]) and w.state in ('paid', 'reported')`.execute(tx)
  return rows.map((row) => ({
    subject: { kind: 'fund_flow', id: row.id },
    title: shownNumber(row),
    waybillId: row.id,
    carrierId: row.carrierId,
    sumFen: row.sheet.totals.outFen,
    needs: [subjectKey({ kind: 'waybill', id: row.id })],
    synthetic: row.synthetic,
    aboveFreight: isAboveFreight(row.audit),
    document: {
      number: `${row.number}${row.serial}`,
      sentAt: now,
      carrier: { name: row.carrier, idNumber: row.carrierNumber },
      vehicle: { plate: row.plate, plateColour: row.plateColour },
      // By the settlement, so that payments which come to something else are found.
      notes: [{ number: row.number, serial: row.serial, totalFen: row.sheet.totals.outFen }],
      payments: row.payments.map((payment) => paymentOf(row, payment)),
      remark: '',
    },
  }))
}

/** A wallet has neither bank nor account: the line it is for stands in their place. */
const paymentOf = ({ carrier }: Carried, payment: PaymentRow): FlowPayment => ({
  means: defaults.paymentMeans[payment.means],
  recipient: payment.holder ?? carrier,
  account: payment.account ?? payment.line,
  bankCode: payment.bankCode ?? defaults.walletBank,
  serial: payment.serial ?? payment.id,
  amountFen: payment.amountFen,
  at: payment.doneAt,
})
