import { sql } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { CrossborderError, Fault } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { changesBetween, drawNumber, note, writtenBy, type CrossborderDeps, type Saved } from '../record.ts'
import '../tables.ts'
import type { GoodsClass, Inspection, State } from '../words.ts'
import { openEnterprise } from './sale.ts'

/** What is known of a lot 批次. */
export type LotFields = {
  readonly goods: string
  readonly species: string
  readonly sku: string
  readonly pieces: number
  readonly heightCmMin: number | null
  readonly heightCmMax: number | null
  readonly diameterMmMin: number | null
  readonly diameterMmMax: number | null
  readonly liftedOn: string | null
  readonly prunedOn: string | null
  readonly disinfectedOn: string | null
  readonly disinfectant: string
  readonly bundlePieces: number | null
  readonly inspection: Inspection
  readonly inspectedOn: string | null
  readonly inspector: string
  readonly certificate: string
  readonly remark: string
}

const toRow = (fields: LotFields) => ({
  goods: fields.goods,
  species: fields.species,
  sku: fields.sku,
  pieces: fields.pieces,
  height_cm_min: fields.heightCmMin,
  height_cm_max: fields.heightCmMax,
  diameter_mm_min: fields.diameterMmMin,
  diameter_mm_max: fields.diameterMmMax,
  lifted_on: fields.liftedOn,
  pruned_on: fields.prunedOn,
  disinfected_on: fields.disinfectedOn,
  disinfectant: fields.disinfectant,
  bundle_pieces: fields.bundlePieces,
  inspection: fields.inspection,
  inspected_on: fields.inspectedOn,
  inspector: fields.inspector,
  certificate: fields.certificate,
  remark: fields.remark,
})

/** What is wrong with the fields, or null. Pure. O(1). */
function faultOf(fields: LotFields): Fault | null {
  const { heightCmMin, heightCmMax, diameterMmMin, diameterMmMax, inspection, inspectedOn, inspector } = fields
  if (heightCmMin !== null && heightCmMax !== null && heightCmMin > heightCmMax)
    return { field: 'heightCmMax', value: heightCmMax, rule: `at_least ${heightCmMin}` }
  if (diameterMmMin !== null && diameterMmMax !== null && diameterMmMin > diameterMmMax)
    return { field: 'diameterMmMax', value: diameterMmMax, rule: `at_least ${diameterMmMin}` }
  if (inspection === 'pending') return null
  if (inspectedOn === null) return { field: 'inspectedOn', value: null, rule: 'needed_with_result' }
  return inspector === '' ? { field: 'inspector', value: '', rule: 'needed_with_result' } : null
}

/** Enters a lot of an exporter; the exporter and the nursery's enterprise reach it. */
export async function enterLot(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: LotFields & {
    readonly goodsClass: GoodsClass
    readonly exporterId: string
    readonly plotId: string | null
    readonly synthetic: boolean
  },
): Promise<Result<Saved, CrossborderError>> {
  const { exporterId, plotId, goodsClass, synthetic } = input
  if (!keepsFor(actor, exporterId)) return err({ kind: 'not_permitted' })
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const exporter = await openEnterprise(tx, deps, 'exporterId', exporterId)
  if (!exporter.ok) return exporter
  const grown = await plotOf(tx, deps, actor, goodsClass, plotId)
  if (!grown.ok) return grown
  const id = newId()
  const now = deps.clock()
  const row = {
    ...toRow(input),
    number: await drawNumber(tx, 'PC', now),
    exporter_id: exporterId,
    goods_class: goodsClass,
    nursery_id: grown.value?.nursery ?? null,
    plot_id: plotId,
    synthetic,
  }
  await tx
    .insertInto('export_lot')
    .values({ zone_id: deps.zoneId, id, ...row, ...writtenBy(actor, now) })
    .execute()
  const parties = [...new Set([exporterId, ...(grown.value ? [grown.value.enterprise] : [])])]
  await grantReach(
    tx,
    deps.zoneId,
    parties.map((partyId) => ({ objectKind: 'export_lot', objectId: id, partyId, relation: 'enterprise' })),
  )
  const data = changesBetween({}, row)
  await note(tx, deps, actor, { objectKind: 'export_lot', objectId: id, verb: 'enter', data, to: parties })
  return ok({ id, rev: 1 })
}

/** The nursery of a plot that the actor reaches; live plants come from one. One statement. */
async function plotOf(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  actor: Actor,
  goodsClass: GoodsClass,
  plotId: string | null,
) {
  const refused = (rule: string) => err({ kind: 'field_refused', field: 'plotId', value: plotId, rule } as const)
  if (plotId === null) return goodsClass === 'live_plants' ? refused('needed_for_live_plants') : ok(null)
  const row = await tx
    .selectFrom('export_plot as p')
    .innerJoin('export_nursery as n', (join) =>
      join.onRef('n.zone_id', '=', 'p.zone_id').onRef('n.id', '=', 'p.nursery_id'),
    )
    .select(['n.id as nursery', 'n.enterprise_id as enterprise', 'n.state'])
    .where('p.zone_id', '=', zoneId)
    .where('p.id', '=', plotId)
    .where(reaches(actor, 'export_nursery', { zoneId, objectId: sql.ref('n.id') }))
    .executeTakeFirst()
  if (!row) return refused('within_reach')
  return row.state === 'open' ? ok(row) : refused('still_open')
}

/** Changes, closes or reopens a lot; whose it is and where it grew stay, and never below what shipments took. */
export async function changeLot(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: LotFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<Saved, CrossborderError>> {
  const { id } = input
  const row = await tx
    .selectFrom('export_lot')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'export_lot', { zoneId: deps.zoneId, objectId: sql.ref('export_lot.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  if (!keepsFor(actor, row.exporter_id)) return err({ kind: 'not_permitted' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = faultOf(input)
  if (fault) return err({ kind: 'field_refused', ...fault })
  if (row.taken > 0 && input.sku !== row.sku)
    return err({ kind: 'field_refused', field: 'sku', value: input.sku, rule: 'drawn_already' })
  if (input.pieces < row.taken)
    return err({ kind: 'below_taken', field: 'pieces', value: input.pieces, rule: 'at_least', taken: row.taken })
  const after = { ...toRow(input), state: input.state }
  await tx
    .updateTable('export_lot')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const data = changesBetween(row, after)
  const to = [row.exporter_id]
  await note(tx, deps, actor, { objectKind: 'export_lot', objectId: id, verb: 'change', why: input.why, data, to })
  return ok({ id, rev: row.rev + 1 })
}
