import { sql } from 'kysely'
import { change, only, say } from '@tingzhou/casework'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { jsonb, type Tx } from '@tingzhou/db'
import { findWaybillStand } from '@tingzhou/freight'
import { assert, err, isUuid, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { RuleStep } from '../words.ts'
import type { ShipmentDossier } from './case.ts'
import { attachToShipment, putDocument } from './document.ts'
import type { ShipmentError } from './errors.ts'
import { readFacts } from './facts.ts'
import { blocking, findingsOf } from './finding.ts'
import { changeSeals, handOver, sealsOn, tidySeals } from './hand-over.ts'
import type { ShipmentMove } from './move-spec.ts'
import { sends } from './stand.ts'

const byExporter = 'exporter_or_dispatcher'

/** The rules before a step, on a day: refused with every one that blocks. Two statements. */
export async function judge(
  tx: Tx,
  { deps, row }: ShipmentDossier,
  step: RuleStep,
  onDay: string,
): Promise<Result<void, ShipmentError>> {
  const findings = blocking(findingsOf(await readFacts(tx, deps.zoneId, row.id), step, onDay))
  const [first] = findings
  if (!first) return ok(undefined)
  const { field, value, rule } = first
  return err({ kind: 'blocked', field, value, rule, findings })
}

type Wish = { readonly lotId: string; readonly pieces: number }

export const lots: ShipmentMove<'lots'> = {
  from: ['booked'],
  may: (stand) => only(sends(stand), byExporter),
  run: async ({ tx, dossier, input }) => {
    const { row, doer } = dossier
    const sum = input.lots.reduce((total, lot) => total + lot.pieces, 0)
    const { pieces } = row
    if (sum !== pieces) return err({ kind: 'lots_differ', field: 'lots', value: sum, rule: 'equals_pieces', pieces })
    if (new Set(input.lots.map(({ lotId }) => lotId)).size < input.lots.length)
      return err({ kind: 'field_refused', field: 'lots', value: input.lots.length, rule: 'each_lot_once' })
    assert(doer.actor, 'a person chooses lots')
    const taken = await takeLots(tx, dossier, doer.actor, input.lots)
    if (!taken.ok) return taken
    say(dossier, { verb: 'lots', data: { lots: input.lots.map(({ lotId, pieces }) => ({ lotId, pieces })) } })
    return ok(null)
  },
}

/** Takes of lots what the shipment sends, and gives back what it had of others. Five statements, lots locked in their order. */
async function takeLots(
  tx: Tx,
  { deps: { zoneId }, row }: ShipmentDossier,
  actor: Actor,
  wishes: readonly Wish[],
): Promise<Result<void, ShipmentError>> {
  const had = await tx
    .selectFrom('export_shipment_lot')
    .select(['lot_id', 'pieces'])
    .where('zone_id', '=', zoneId)
    .where('shipment_id', '=', row.id)
    .execute()
  const before = new Map(had.map((one) => [one.lot_id, one.pieces]))
  const after = new Map(wishes.map((one) => [one.lotId, one.pieces]))
  const ids = [...new Set([...before.keys(), ...after.keys()])]
  const rows = await tx
    .selectFrom('export_lot')
    .select(['id', 'number', 'exporter_id', 'goods_class', 'sku', 'state', 'pieces', 'taken'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`export_lot.id = any(${ids.filter(isUuid)}::uuid[])`)
    .where(reaches(actor, 'export_lot', { zoneId, objectId: sql.ref('export_lot.id') }))
    .orderBy('id')
    .forUpdate()
    .execute()
  for (const { lotId, pieces } of wishes) {
    const lot = rows.find(({ id }) => id === lotId)
    if (!lot || lot.exporter_id !== row.exporter_id)
      return err({ kind: 'field_refused', field: 'lots', value: lotId, rule: 'within_reach' })
    if (lot.state === 'closed') return err({ kind: 'not_open', field: 'lots', value: lot.number, rule: 'still_open' })
    if (lot.goods_class !== row.goods_class || lot.sku !== row.sku)
      return err({
        kind: 'field_refused',
        field: 'lots',
        value: `${lot.number} ${lot.sku}`,
        rule: `same_sku ${row.sku}`,
      })
    const left = lot.pieces - lot.taken + (before.get(lotId) ?? 0)
    if (pieces > left)
      return err({ kind: 'lot_overdrawn', field: 'lots', value: pieces, rule: 'at_most_left', left, lot: lot.number })
  }
  const deltas = ids.map((id) => ({ id, delta: (after.get(id) ?? 0) - (before.get(id) ?? 0) }))
  await sql`update export_lot l set taken = l.taken + d.delta
    from jsonb_to_recordset(${jsonb(deltas)}::jsonb) as d(id uuid, delta bigint)
    where l.zone_id = ${zoneId} and l.id = d.id`.execute(tx)
  await tx.deleteFrom('export_shipment_lot').where('zone_id', '=', zoneId).where('shipment_id', '=', row.id).execute()
  await tx
    .insertInto('export_shipment_lot')
    .values(wishes.map(({ lotId, pieces }) => ({ zone_id: zoneId, shipment_id: row.id, lot_id: lotId, pieces })))
    .execute()
  return ok(undefined)
}

export const load: ShipmentMove<'load'> = {
  from: ['booked', 'documents', 'declared', 'inspected', 'released'],
  may: (stand) => only(sends(stand), byExporter),
  run: async ({ tx, dossier, input }) => {
    const { row, deps, doer } = dossier
    const { pieces, carrier, vehicle, driver, waybillId, reason } = input
    const again = row.loaded_pieces !== null
    if (pieces > row.pieces)
      return err({ kind: 'loaded_over', field: 'pieces', value: pieces, rule: 'at_most_booked', pieces: row.pieces })
    if (again && reason === '')
      return err({ kind: 'loaded_already', field: 'reason', value: row.loaded_pieces, rule: 'why_anew' })
    assert(doer.actor, 'a person loads')
    if (waybillId !== null && !(await findWaybillStand(tx, deps.zoneId, waybillId, doer.actor)))
      return err({ kind: 'waybill_unknown', field: 'waybillId', value: waybillId, rule: 'within_reach' })
    const seals = tidySeals(input.seals)
    const changed = await changeSeals(tx, dossier, await sealsOn(tx, dossier), seals, reason)
    if (!changed.ok) return changed
    const handed = await handOver(tx, dossier, 'load', seals, { carrier, vehicle, driver }, input)
    if (!handed.ok) return handed
    change(dossier, { loaded_pieces: pieces, waybill_id: waybillId ?? row.waybill_id })
    const data = { pieces, before: row.loaded_pieces, seals: [...seals], vehicle }
    say(dossier, { verb: again ? 'load_anew' : 'load', reason: reason || null, data })
    return ok(null)
  },
}

export const seal: ShipmentMove<'seal'> = {
  from: ['booked', 'documents', 'declared', 'inspected', 'released'],
  may: ({ dispatcher }) => only(dispatcher, 'dispatcher_only'),
  run: async ({ tx, dossier, input }) => {
    if (dossier.row.loaded_pieces === null) return err(notLoaded)
    const [removed, applied] = [tidySeals(input.removed), tidySeals(input.applied)]
    if (removed.length + applied.length === 0)
      return err({ kind: 'field_refused', field: 'applied', value: 0, rule: 'some_seal' })
    const on = await sealsOn(tx, dossier)
    const other = removed.find((number) => !on.includes(number))
    if (other !== undefined) return err({ kind: 'seal_unknown', field: 'removed', value: other, rule: 'on_this_load' })
    const attached = await attachToShipment(tx, dossier, input.photoIds)
    if (!attached.ok) return attached
    const changed = await changeSeals(tx, dossier, removed, applied, input.reason)
    if (!changed.ok) return changed
    const data = { removed: [...removed], applied: [...applied], photoIds: [...input.photoIds] }
    say(dossier, { verb: 'seal', reason: input.reason, data })
    return ok(null)
  },
}

export const notLoaded: ShipmentError = { kind: 'not_loaded', field: 'loadedPieces', value: null, rule: 'loaded' }

export const complete: ShipmentMove<'complete'> = {
  from: ['booked'],
  may: (stand) => only(sends(stand), byExporter),
  run: async ({ tx, dossier }) => {
    const judged = await judge(tx, dossier, 'complete', localDateOf(dossier.now))
    if (!judged.ok) return judged
    change(dossier, { completed_at: dossier.now })
    say(dossier, { verb: 'complete' })
    return ok({ kind: 'complete', node: 'collect', vars: { outcome: 'complete' } })
  },
}

export const declare: ShipmentMove<'declare'> = {
  from: ['documents'],
  may: (stand) => only(sends(stand), byExporter),
  run: async ({ tx, dossier, input }) => {
    const judged = await judge(tx, dossier, 'declare', localDateOf(dossier.now))
    if (!judged.ok) return judged
    const put = await putDocument(tx, dossier, { ...input, kind: 'customs_declaration', pieces: null })
    if (!put.ok) return put
    change(dossier, { declaration: input.number, declared_at: dossier.now })
    say(dossier, { verb: 'declare', data: { number: input.number } })
    return ok({ kind: 'complete', node: 'to_declare', vars: { outcome: 'declare' } })
  },
}

export const cancel: ShipmentMove<'cancel'> = {
  from: ['booked', 'documents'],
  may: (stand) => only(sends(stand), byExporter),
  run: async ({ tx, dossier, input }) => {
    await changeSeals(tx, dossier, await sealsOn(tx, dossier), [], input.reason)
    change(dossier, { end_reason: input.reason })
    say(dossier, { verb: 'cancel', reason: input.reason })
    return ok({ kind: 'complete', node: ['collect', 'to_declare'], vars: { outcome: 'cancel' } })
  },
}
