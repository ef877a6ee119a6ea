import { sql } from 'kysely'
import { clearReach, reaches } from '@tingzhou/access'
import { at, expectRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, type RecordDeps, type Saved } from '@tingzhou/records'
import type { ChainProduct } from '../catalogue/store.ts'
import type { ChainsError, Fault } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { note } from '../record.ts'
import '../tables.ts'
import type { PositionRole } from '../words.ts'
import { openFirm } from './firm.ts'
import { knownProduct, openProduct, timeFault, valueFault, volumeTold } from './quantity.ts'
import { insertInto, type YearTable } from './year-table.ts'

/** What is told of a position 环节位置: volumes as numbers or in words. */
export type PositionTold = {
  readonly capacity?: number | undefined
  readonly capacityText?: string | undefined
  readonly output?: number | undefined
  readonly outputText?: string | undefined
  readonly isQualified: boolean
  readonly evidence: string
  readonly asOf: string
}

/** A position on its way into the table. */
export type NewPosition = {
  readonly firm_id: string
  readonly is_outside: boolean
  readonly product_code: string
  readonly role: PositionRole
  readonly year: number
  readonly capacity: number
  readonly output: number
  readonly is_qualified: boolean
  readonly evidence: string
  readonly as_of: string
  readonly synthetic: boolean
}

/** The enterprise of the register that a position is of. */
const firmsHere = (position: Pick<NewPosition, 'firm_id' | 'is_outside'>): readonly string[] =>
  position.is_outside ? [] : [position.firm_id]

/** What is odd and yet allowed. */
export type Warning = { readonly field: string; readonly rule: string }
export type SavedWarned = Saved & { readonly warnings: readonly Warning[] }

/** Nobody makes a fifth more than he can, for long. */
const aboveCapacity = 1.2

/** What is odd about a position. Pure. O(1). */
export const oddities = ({ capacity, output }: { readonly capacity: number; readonly output: number }) =>
  output > capacity * aboveCapacity ? [{ field: 'output', rule: 'above_capacity' }] : []

/**
 * The volumes of a position as told.
 * @param before  what stays where nothing is told; null: both must be told
 * Pure. O(length of the words).
 */
export function volumesOf(
  told: PositionTold,
  product: ChainProduct,
  before: { readonly capacity: number; readonly output: number } | null,
): Result<{ readonly capacity: number; readonly output: number }, Fault> {
  const capacity = volumeTold('capacity', { number: told.capacity, text: told.capacityText }, product)
  if (!capacity.ok) return capacity
  const output = volumeTold('output', { number: told.output, text: told.outputText }, product)
  if (!output.ok) return output
  const [can, does] = [capacity.value ?? before?.capacity, output.value ?? before?.output]
  if (can === undefined) return err({ field: 'capacity', value: '', rule: 'required' })
  if (does === undefined) return err({ field: 'output', value: '', rule: 'required' })
  const absurd = valueFault('capacity', can, product.priceFen) ?? valueFault('output', does, product.priceFen)
  return absurd ? err(absurd) : ok({ capacity: can, output: does })
}

/** Enters what a firm makes, uses or serves; the firm reaches it. */
export async function enterPosition(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: PositionTold & {
    readonly firmId: string
    readonly productCode: string
    readonly role: PositionRole
    readonly year: number
    readonly synthetic: boolean
  },
): Promise<Result<SavedWarned, ChainsError>> {
  const firm = await openFirm(tx, deps.zoneId, 'firmId', input.firmId)
  if (!firm.ok) return firm
  if (!keepsFor(actor, firm.value.id)) return err({ kind: 'not_permitted' })
  const product = await openProduct(tx, deps.zoneId, input.productCode)
  if (!product.ok) return product
  const late = timeFault(deps.clock(), input)
  if (late) return err({ kind: 'field_refused', ...late })
  const volumes = volumesOf(input, product.value, null)
  if (!volumes.ok) return err({ kind: 'field_refused', ...volumes.error })
  const row: NewPosition = {
    firm_id: firm.value.id,
    is_outside: firm.value.isOutside,
    product_code: input.productCode,
    role: input.role,
    year: input.year,
    ...volumes.value,
    is_qualified: input.isQualified,
    evidence: input.evidence,
    as_of: input.asOf,
    synthetic: input.synthetic,
  }
  const [id = null] = await insertInto(tx, deps, actor, positionTable, [row])
  if (id === null) return err({ kind: 'taken', field: 'productCode', value: firm.value.name, rule: 'position_once' })
  return ok({ id, rev: 1, warnings: oddities(row) })
}

export const positionTable: YearTable<NewPosition> = {
  table: 'chain_position',
  columns: {
    firm_id: 'text',
    is_outside: 'boolean',
    product_code: 'text',
    role: 'text',
    year: 'integer',
    capacity: 'double precision',
    output: 'double precision',
    is_qualified: 'boolean',
    evidence: 'text',
    as_of: 'date',
    synthetic: 'boolean',
  },
  once: ['firm_id', 'year', 'product_code', 'role'],
  firmsHere,
  shown: (row) => changesBetween({}, row),
}

/** The position, locked and at the revision that was read, if the actor keeps it. */
async function keptPosition(tx: Tx, { zoneId }: RecordDeps, actor: Actor, { id, rev }: Saved) {
  const row = await tx
    .selectFrom('chain_position')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'chain_position', { zoneId, objectId: sql.ref('chain_position.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  if (!keepsFor(actor, row.firm_id)) return err({ kind: 'not_permitted' } as const)
  const fresh = expectRevision(row.rev, rev)
  return fresh.ok ? ok(row) : fresh
}

/** Changes a position; whose it is, of what and of which year stays. */
export async function changePosition(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: PositionTold & { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<SavedWarned, ChainsError>> {
  const { id } = input
  const kept = await keptPosition(tx, deps, actor, input)
  if (!kept.ok) return kept
  const row = kept.value
  const late = timeFault(deps.clock(), { year: row.year, asOf: input.asOf })
  if (late) return err({ kind: 'field_refused', ...late })
  const product = await knownProduct(tx, deps.zoneId, row.product_code)
  if (!product.ok) return product
  const volumes = volumesOf(input, product.value, row)
  if (!volumes.ok) return err({ kind: 'field_refused', ...volumes.error })
  const after = {
    ...volumes.value,
    is_qualified: input.isQualified,
    evidence: input.evidence,
    as_of: input.asOf,
  }
  await tx
    .updateTable('chain_position')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_position',
    objectId: id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: firmsHere(row),
  })
  return ok({ id, rev: row.rev + 1, warnings: oddities(after) })
}

/** Removes a position that was entered by mistake; its history stays. */
export async function removePosition(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, ChainsError>> {
  const { id } = input
  const kept = await keptPosition(tx, deps, actor, input)
  if (!kept.ok) return kept
  const row = kept.value
  await tx.deleteFrom('chain_position').where('zone_id', '=', deps.zoneId).where('id', '=', id).execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_position',
    objectId: id,
    verb: 'remove',
    why: input.why,
    data: changesBetween(
      { capacity: row.capacity, output: row.output, evidence: row.evidence },
      { capacity: null, output: null, evidence: null },
    ),
    to: firmsHere(row),
  })
  await clearReach(tx, deps.zoneId, 'chain_position', id)
  return ok({ id, rev: row.rev + 1 })
}
