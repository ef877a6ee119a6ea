import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { settle } from '@tingzhou/settlement'
import { blockers } from '../blockers.ts'
import { judge, overlapDays, rulesEdition, scoreOf, type AuditFacts } from './audit-rules.ts'
import type { Audited, Finding, Override } from './audited.ts'
import { tripOf, type Waybill, type WaybillDossier } from './case.ts'
import type { WaybillError } from './errors.ts'
import { stepTimes } from './times.ts'

/**
 * Asks the rules. One that blocks refuses the audit unless the person overrides it with a reason; an override of a rule that does
 * not block is refused, so that none is given beforehand.
 * @param by  the name of the person
 * About ten statements, by keys.
 */
export async function auditWaybill(
  tx: Tx,
  dossier: WaybillDossier,
  overrides: readonly Override[],
  by: string,
): Promise<Result<Audited, WaybillError>> {
  const findings = judge(await gather(tx, dossier))
  const blocking = findings.filter(({ result }) => result === 'block').map(({ rule }) => rule)
  const useless = overrides.find(({ rule }) => !blocking.includes(rule))
  if (useless)
    return err({ kind: 'override_useless', field: 'overrides', value: useless.rule, rule: 'a rule that blocks' })
  const left = blocking.filter((rule) => !overrides.some((one) => one.rule === rule))
  if (left.length > 0) return err(blocked(left, findings))
  return ok({
    edition: rulesEdition,
    findings,
    overrides: overrides.map((one) => ({ ...one, by })),
    score: scoreOf(findings),
  })
}

const blocked = (left: readonly string[], findings: readonly Finding[]): WaybillError => ({
  kind: 'audit_blocked',
  field: 'overrides',
  value: left,
  rule: 'every rule passes or is overridden with a reason',
  findings: findings.filter(({ result }) => result !== 'pass'),
})

async function gather(tx: Tx, dossier: WaybillDossier): Promise<AuditFacts> {
  const { row, deps, now } = dossier
  const { zoneId } = deps
  const trip = tripOf(dossier)
  const trio = { carrier: row.carrier_id, driver: row.driver_id, vehicle: row.vehicle_id }
  const days = [...new Set([localDateOf(row.accepted_at ?? now), localDateOf(row.signed_at ?? now)])]
  const found = []
  // At most two days.
  for (const day of days) found.push({ day, found: await blockers(tx, zoneId, trio, day) })
  const { slips, photosElsewhere } = await slipsOf(tx, row)
  return {
    times: stepTimes(row),
    others: await otherTrips(tx, row),
    slips,
    ratedLoadKg: trip.ratedLoadKg,
    vehicleGrossKg: trip.vehicleGrossKg,
    ...(await payeesOf(tx, row)),
    money: await moneyOf(tx, row),
    photosElsewhere,
    blockers: found,
    sameParty: row.shipper_id === row.carrier_id,
  }
}

const dayMs = 86_400_000

/** Trips of the vehicle or the driver in the weeks before and since, by freight_waybill_plate and freight_waybill_driver. */
async function otherTrips(tx: Tx, row: Waybill): Promise<AuditFacts['others']> {
  const begun = row.accepted_at ?? row.created_at
  const answer = await sql<{ number: string; from: number; to: number | null; same: 'vehicle' | 'driver' }>`
    select w.number, (extract(epoch from w.accepted_at) * 1000)::float8 as "from",
      (extract(epoch from coalesce(w.unloaded_at, w.closed_at)) * 1000)::float8 as "to",
      case when w.vehicle_id = ${row.vehicle_id} then 'vehicle' else 'driver' end as same
    from freight_waybill w
    where w.zone_id = ${row.zone_id} and (w.plate_key = ${row.plate_key} or w.driver_id = ${row.driver_id})
      and w.created_at >= ${new Date(begun - overlapDays * dayMs)}::timestamptz and w.number <> ${row.number}
      and (w.vehicle_id = ${row.vehicle_id} or w.driver_id = ${row.driver_id}) and w.accepted_at is not null
    order by w.created_at desc limit 200`.execute(tx)
  return answer.rows
}

/** The weighings of every leg of the number, and others with the same photos. */
async function slipsOf(tx: Tx, row: Waybill): Promise<Pick<AuditFacts, 'slips' | 'photosElsewhere'>> {
  const answer = await sql<{ own: boolean; number: string; end: string; grossKg: number; netKg: number }>`
    with own as (
      select s.* from freight_waybill w join freight_slip s on s.zone_id = w.zone_id and s.waybill_id = w.id
      where w.zone_id = ${row.zone_id} and w.number = ${row.number} and s.voided_at is null)
    select true as own, ${row.number}::text as number, own.place_end as "end", own.gross_kg as "grossKg", own.net_kg as "netKg" from own
    union all
    select false, w.number, s.place_end, s.gross_kg, s.net_kg
    from freight_slip s join freight_waybill w on w.zone_id = s.zone_id and w.id = s.waybill_id
    where s.zone_id = ${row.zone_id} and w.number <> ${row.number}
      and s.photo_sha256 in (select own.photo_sha256 from own where own.photo_sha256 is not null)
    limit 200`.execute(tx)
  return {
    slips: answer.rows.filter(({ own }) => own).map(({ end, grossKg, netKg }) => ({ end, grossKg, netKg })),
    photosElsewhere: answer.rows.filter(({ own }) => !own).map(({ number, end }) => ({ number, end })),
  }
}

async function payeesOf(tx: Tx, row: Waybill): Promise<Pick<AuditFacts, 'payees' | 'carrierName'>> {
  const payees = await tx
    .selectFrom('freight_payee')
    .select('holder')
    .where('zone_id', '=', row.zone_id)
    .where('carrier_id', '=', row.carrier_id)
    .where('state', '=', 'open')
    .limit(200)
    .execute()
  return { payees, carrierName: row.agreement.carrier.name }
}

/** What the carrier would get and the shipper pay without items, by the rules that the waybill was made under. */
async function moneyOf(tx: Tx, row: Waybill): Promise<AuditFacts['money']> {
  const terms = await tx
    .selectFrom('freight_terms')
    .select(['rules', 'vat_bp'])
    .where('zone_id', '=', row.zone_id)
    .where('id', '=', row.terms_id)
    .where('version', '=', row.terms_version)
    .executeTakeFirstOrThrow()
  const sheet = settle(terms.rules, {
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
    items: [],
    parts: [],
    vatBp: terms.vat_bp,
  })
  if (!sheet.ok) return null
  const { dueFen, billFen } = sheet.value.totals
  return { dueFen, billFen }
}
