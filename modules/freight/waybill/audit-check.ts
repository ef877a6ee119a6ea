import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { settle } from '@tingzhou/settlement'
import { blockers } from '../blockers.ts'
import { riskEdition } from '../risk/edition.ts'
import type { RuleSettings } from '../risk/words.ts'
import { gatherTrip } from './audit-facts.ts'
import { judge, scoreOf, type AuditFacts } from './audit-rules.ts'
import { shapesOf } from './audit-track-rules.ts'
import { blockedBy, spoken, type Audited, type Finding, type Override } from './audited.ts'
import type { Waybill, WaybillDossier } from './case.ts'
import { tripOf } from './case.ts'
import type { WaybillError } from './errors.ts'
import { noteLane } from './lane.ts'
import { stepTimes } from './times.ts'

/**
 * Asks the rules of the latest edition. One that blocks refuses the audit unless the person overrides it with a reason; an override
 * of a rule that does not block is refused, so that none is given beforehand. What passes tells the lane how far it is.
 * @param by  the name of the person
 * About twenty statements, by keys.
 */
export async function auditWaybill(
  tx: Tx,
  dossier: WaybillDossier,
  overrides: readonly Override[],
  by: string,
): Promise<Result<Audited, WaybillError>> {
  const { audited, facts } = await judgeWaybill(tx, dossier)
  const passed = withOverrides(audited, overrides, by)
  if (passed.ok) await noteLane(tx, dossier, facts, audited.findings)
  return passed
}

/** What the rules say now; nothing is kept. About twenty statements, by keys. */
export async function judgeWaybill(
  tx: Tx,
  dossier: WaybillDossier,
): Promise<{ readonly audited: Audited; readonly facts: AuditFacts }> {
  const { edition, rules } = await riskEdition(tx, dossier.deps.zoneId)
  const facts = await gather(tx, dossier, rules)
  const findings = judge(facts, rules)
  return {
    audited: { edition, findings, overrides: [], score: scoreOf(findings, rules), shapes: shapesOf(facts) },
    facts,
  }
}

/** The audit with what a person lets pass, if that is all that blocks. Pure. O(findings). */
export function withOverrides(
  audited: Audited,
  overrides: readonly Override[],
  by: string,
): Result<Audited, WaybillError> {
  const blocking = blockedBy(audited)
  const useless = overrides.find(({ rule }) => !blocking.includes(rule))
  if (useless)
    return err({ kind: 'override_useless', field: 'overrides', value: useless.rule, rule: 'a rule that blocks' })
  const passed = { ...audited, overrides: [...audited.overrides, ...overrides.map((one) => ({ ...one, by }))] }
  const left = blockedBy(passed)
  return left.length > 0 ? err(blocked(left, audited.findings)) : ok(passed)
}

/** @param left  the rules that block */
export const blocked = (left: readonly string[], findings: readonly Finding[]): WaybillError => ({
  kind: 'audit_blocked',
  field: 'overrides',
  value: left,
  rule: 'every rule passes or is overridden with a reason',
  findings: spoken(findings.filter(({ result }) => result === 'warn' || result === 'block')),
})

async function gather(tx: Tx, dossier: WaybillDossier, rules: RuleSettings): Promise<AuditFacts> {
  const { row, deps, now } = dossier
  const { zoneId } = deps
  const trio = { carrier: row.carrier_id, driver: row.driver_id, vehicle: row.vehicle_id }
  const days = [...new Set([localDateOf(row.accepted_at ?? now), localDateOf(row.signed_at ?? now)])]
  const found = []
  // At most two days.
  for (const day of days) found.push({ day, found: await blockers(tx, zoneId, trio, day) })
  const { slips, photosElsewhere } = await slipsOf(tx, row)
  const photosAlike = await alikeOf(tx, row, rules.R15.limits)
  return {
    ...(await gatherTrip(tx, dossier, rules)),
    times: stepTimes(row),
    others: await otherTrips(tx, row, rules.R2.limits.lookBackDays ?? 0),
    slips,
    vehicleGrossKg: tripOf(dossier).vehicleGrossKg,
    ...(await payeesOf(tx, row)),
    money: await moneyOf(tx, row),
    photosElsewhere,
    photosAlike,
    blockers: found,
    sameParty: row.shipper_id === row.carrier_id,
  }
}

const dayMs = 86_400_000
/** Waybills of a carrier whose photos are compared. */
const lookedAtMax = 2_000

/** Trips of the vehicle or the driver at the same time, other loads of the same tour apart; by freight_waybill_plate and freight_waybill_driver. */
async function otherTrips(tx: Tx, row: Waybill, lookBackDays: number): Promise<AuditFacts['others']> {
  const begun = row.accepted_at ?? row.created_at
  const until = row.unloaded_at === null ? null : at(row.unloaded_at)
  const answer = await sql<{ number: string; from: number; to: number | null; same: 'vehicle' | 'driver' }>`
    select w.number, (extract(epoch from w.accepted_at) * 1000)::float8 as "from",
      (extract(epoch from coalesce(w.unloaded_at, w.closed_at)) * 1000)::float8 as "to",
      case when w.vehicle_id = ${row.vehicle_id} then 'vehicle' else 'driver' end as same
    from freight_waybill w
    where w.zone_id = ${row.zone_id} and (w.plate_key = ${row.plate_key} or w.driver_id = ${row.driver_id})
      and w.created_at >= ${at(epochMs(begun - lookBackDays * dayMs))}::timestamptz and w.number <> ${row.number}
      and (${until}::timestamptz is null or w.accepted_at < ${until}::timestamptz)
      and (w.vehicle_id = ${row.vehicle_id} or w.driver_id = ${row.driver_id}) and w.accepted_at is not null
      and coalesce(w.unloaded_at, w.closed_at, 'infinity') > ${at(begun)}::timestamptz
      and (${row.tour_id}::uuid is null or w.tour_id is distinct from ${row.tour_id}::uuid)
    order by w.created_at desc limit 200`.execute(tx)
  return answer.rows
}

/** The weighings of every leg of the number, and others with the same photos, by freight_slip_photo_any. */
async function slipsOf(tx: Tx, row: Waybill): Promise<Pick<AuditFacts, 'slips' | 'photosElsewhere'>> {
  type Found = AuditFacts['slips'][number] & { readonly own: boolean; readonly number: string }
  const answer = await sql<Found>`
    with own as (
      select s.* from freight_waybill w join freight_slip s on s.zone_id = w.zone_id and s.waybill_id = w.id
      where w.zone_id = ${row.zone_id} and w.number = ${row.number} and s.voided_at is null)
    select true as own, ${row.number}::text as number, own.place_end as "end", own.gross_kg as "grossKg", own.net_kg as "netKg",
      (extract(epoch from own.weighed_at) * 1000)::float8 as "weighedAt",
      (extract(epoch from f.taken_at) * 1000)::float8 as "takenAt", f.longitude as "photoLonDeg", f.latitude as "photoLatDeg"
    from own left join file f on f.zone_id = own.zone_id and f.id = own.photo_id::uuid
    union all
    select false, w.number, s.place_end, s.gross_kg, s.net_kg, 0, null, null, null
    from freight_slip s join freight_waybill w on w.zone_id = s.zone_id and w.id = s.waybill_id
    where s.zone_id = ${row.zone_id} and w.number <> ${row.number}
      and s.photo_sha256 is not null and s.photo_sha256 in (select own.photo_sha256 from own where own.photo_sha256 is not null)
    limit 200`.execute(tx)
  return {
    slips: answer.rows.filter(({ own }) => own).map(({ own: _own, number: _number, ...slip }) => slip),
    photosElsewhere: answer.rows.filter(({ own }) => !own).map(({ number, end }) => ({ number, end })),
  }
}

/**
 * Photos of weighings of the carrier's waybills before this one that look like its own: whoever changes a slip's picture a little shows an old one
 * again. By freight_waybill_carrier and freight_slip_of.
 */
async function alikeOf(
  tx: Tx,
  row: Waybill,
  { photoAlikeBits, photoAlikeDays }: Readonly<Record<string, number>>,
): Promise<AuditFacts['photosAlike']> {
  const since = at(epochMs(row.created_at - (photoAlikeDays ?? 0) * dayMs))
  const answer = await sql<AuditFacts['photosAlike'][number]>`
    with own as (
      select f.look, f.sha256 from freight_slip s join file f on f.zone_id = s.zone_id and f.id = s.photo_id::uuid
      where s.zone_id = ${row.zone_id} and s.waybill_id = ${row.id} and s.voided_at is null and f.look is not null),
    latest as (
      select w.zone_id, w.id, w.number from freight_waybill w
      where w.zone_id = ${row.zone_id} and w.carrier_id = ${row.carrier_id} and w.created_at >= ${since}::timestamptz
        and w.created_at <= ${at(row.created_at)}::timestamptz and w.number <> ${row.number} and exists (select from own)
      order by w.created_at desc, w.id limit ${lookedAtMax})
    select l.number, s.place_end as "end", min(bit_count(f.look # own.look))::integer as bits
    from latest l
    join freight_slip s on s.zone_id = l.zone_id and s.waybill_id = l.id and s.voided_at is null
    join file f on f.zone_id = s.zone_id and f.id = s.photo_id::uuid and f.look is not null
    join own on own.sha256 <> f.sha256
    where bit_count(f.look # own.look) <= ${photoAlikeBits ?? 0}
    group by l.number, s.place_end order by bits, l.number limit 20`.execute(tx)
  return answer.rows
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
