import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import type { ChainProduct } from '../catalogue/store.ts'
import type { ChainsError, Fault } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import { knownProduct, openProduct, timeFault, valueFault, volumeTold } from './quantity.ts'

/** What is told of a final demand 终端需求 in the zone. */
export type DemandTold = {
  readonly volume?: number | undefined
  readonly volumeText?: string | undefined
  readonly source: string
  readonly asOf: string
}

function volumeOf(told: DemandTold, product: ChainProduct, before: number | null): Result<number, Fault> {
  const read = volumeTold('volume', { number: told.volume, text: told.volumeText }, product)
  if (!read.ok) return read
  const volume = read.value ?? before
  if (volume === null) return err({ field: 'volume', value: '', rule: 'required' })
  const absurd = valueFault('volume', volume, product.priceFen)
  return absurd ? err(absurd) : ok(volume)
}

/** Enters what is used up in the zone of a product in a year. */
export async function enterDemand(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: DemandTold & { readonly productCode: string; readonly year: number; readonly synthetic: boolean },
): Promise<Result<Saved, ChainsError>> {
  const { zoneId } = deps
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const { productCode, year } = input
  const product = await openProduct(tx, zoneId, productCode)
  if (!product.ok) return product
  const late = timeFault(deps.clock(), input)
  if (late) return err({ kind: 'field_refused', ...late })
  const volume = volumeOf(input, product.value, null)
  if (!volume.ok) return err({ kind: 'field_refused', ...volume.error })
  const there = await tx
    .selectFrom('chain_demand')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('product_code', '=', productCode)
    .where('year', '=', year)
    .executeTakeFirst()
  if (there) return err({ kind: 'taken', field: 'productCode', value: productCode, rule: 'demand_once' })
  const id = newId()
  const row = {
    product_code: productCode,
    year,
    volume: volume.value,
    source: input.source,
    as_of: input.asOf,
    synthetic: input.synthetic,
  }
  await tx
    .insertInto('chain_demand')
    .values({ zone_id: zoneId, id, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  const data = changesBetween({}, row)
  await note(tx, deps, actor, { objectKind: 'chain_demand', objectId: id, verb: 'enter', data })
  return ok({ id, rev: 1 })
}

/** The demand, locked and at the revision that was read, if the actor keeps it. */
async function keptDemand(tx: Tx, { zoneId }: RecordDeps, actor: Actor, { id, rev }: Saved) {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' } as const)
  const row = await tx
    .selectFrom('chain_demand')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  const fresh = expectRevision(row.rev, rev)
  return fresh.ok ? ok(row) : fresh
}

/** Changes a demand; of what and of which year stays. */
export async function changeDemand(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: DemandTold & { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, ChainsError>> {
  const { id } = input
  const kept = await keptDemand(tx, deps, actor, input)
  if (!kept.ok) return kept
  const row = kept.value
  const late = timeFault(deps.clock(), { year: row.year, asOf: input.asOf })
  if (late) return err({ kind: 'field_refused', ...late })
  const product = await knownProduct(tx, deps.zoneId, row.product_code)
  if (!product.ok) return product
  const volume = volumeOf(input, product.value, row.volume)
  if (!volume.ok) return err({ kind: 'field_refused', ...volume.error })
  const after = { volume: volume.value, source: input.source, as_of: input.asOf }
  await tx
    .updateTable('chain_demand')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const data = changesBetween(row, after)
  await note(tx, deps, actor, { objectKind: 'chain_demand', objectId: id, verb: 'change', why: input.why, data })
  return ok({ id, rev: row.rev + 1 })
}

/** Removes a demand that was entered by mistake; its history stays. */
export async function removeDemand(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, ChainsError>> {
  const { id } = input
  const kept = await keptDemand(tx, deps, actor, input)
  if (!kept.ok) return kept
  await tx.deleteFrom('chain_demand').where('zone_id', '=', deps.zoneId).where('id', '=', id).execute()
  const data = changesBetween({ volume: kept.value.volume }, { volume: null })
  await note(tx, deps, actor, { objectKind: 'chain_demand', objectId: id, verb: 'remove', why: input.why, data })
  return ok({ id, rev: kept.value.rev + 1 })
}
