import { sql } from 'kysely'
import { change, tell } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { canonicalJson } from '@tingzhou/settlement'
import { riskEdition } from '../risk/edition.ts'
import { paidRules, riskRules } from '../risk/words.ts'
import { judgePaid, scoreOf } from './audit-rules.ts'
import type { PaidFacts } from './audit-paid-rules.ts'
import { blockedBy, spoken, type Audited, type Finding } from './audited.ts'
import type { Waybill, WaybillDossier } from './case.ts'
import '../money/tables.ts'

export const isPaidRule = ({ rule }: { readonly rule: string }): boolean => paidRules.some((one) => one === rule)

/** Judges the payment, and tells whoever audits of a breach: the waybill is not reported before it is let pass. */
export async function auditPayment(tx: Tx, dossier: WaybillDossier): Promise<Audited> {
  const audited = await judgePayment(tx, dossier)
  const blocking = blockedBy(audited).filter((rule) => isPaidRule({ rule }))
  if (blocking.length > 0) tell(dossier, 'waybill_flagged', [], { rules: [...blocking] })
  return audited
}

/**
 * Asks the rules that look at the payment, by the edition that the waybill was audited under, and adds what they say to the audit; it
 * stands as it is otherwise. What a person let pass holds while the rule says the same. Two statements by keys.
 */
export async function judgePayment(tx: Tx, dossier: WaybillDossier): Promise<Audited> {
  const { row, deps } = dossier
  const { edition, rules } = await riskEdition(tx, deps.zoneId, row.audit?.edition ?? null)
  const before: Audited = row.audit ?? { edition, findings: [], overrides: [], score: 0 }
  const found = judgePaid(await paidFacts(tx, row), rules)
  const findings = inOrder([...before.findings.filter((one) => !isPaidRule(one)), ...found])
  const overrides = before.overrides.filter((one) => !isPaidRule(one) || saysSame(one.rule, before.findings, found))
  const audited = { ...before, findings, overrides, score: scoreOf(findings, rules) }
  change(dossier, { audit: audited })
  return audited
}

function saysSame(rule: string, before: readonly Finding[], now: readonly Finding[]): boolean {
  const saidIn = (findings: readonly Finding[]) => canonicalJson(spoken(findings.filter((one) => one.rule === rule)))
  return saidIn(before) === saidIn(now)
}

const inOrder = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => riskRules.indexOf(a.rule) - riskRules.indexOf(b.rule))

/** What the bank and the wallets have paid, by freight_payment_line and freight_payment_serial. One statement. */
async function paidFacts(tx: Tx, row: Waybill): Promise<PaidFacts> {
  const { rows } = await sql<Omit<PaidFacts, 'signedAt' | 'plannedM'>>`
    with settled as (
      select s.version, (s.sheet -> 'totals' ->> 'outFen')::bigint as out_fen, s.set_off_fen from freight_settlement s
      where s.zone_id = ${row.zone_id} and s.waybill_id = ${row.id} order by s.version desc limit 1
    ), done as (
      select p.* from freight_payment p, settled
      where p.zone_id = ${row.zone_id} and p.waybill_id = ${row.id} and p.version = settled.version and p.state = 'done'
    )
    select settled.out_fen as "dueFen", settled.set_off_fen as "setOffFen",
      coalesce((select sum(d.amount_fen)::bigint from done d where d.line not like 'deposit%'), 0) as "doneFen",
      coalesce((select sum(d.amount_fen)::bigint from done d where d.line like 'fuel_card%'), 0) as "fuelFen",
      coalesce((select jsonb_agg(jsonb_build_object('line', d.line, 'doneAt', extract(epoch from d.done_at) * 1000,
          'serial', d.bank_serial) order by d.done_at)
        from done d where d.means = 'bank' and d.line not like 'advance%'), '[]'::jsonb) as bank,
      coalesce((select jsonb_agg(distinct d.bank_serial) from done d where exists (
        select from freight_payment o where o.zone_id = d.zone_id and o.bank_serial = d.bank_serial and o.id <> d.id)),
        '[]'::jsonb) as "serialsTwice"
    from settled`.execute(tx)
  const none = { dueFen: 0, setOffFen: 0, doneFen: 0, fuelFen: 0, bank: [], serialsTwice: [] }
  return { ...(rows[0] ?? none), signedAt: row.signed_at, plannedM: row.distance_m }
}
