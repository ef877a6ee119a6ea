import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import type { ChainsError, Fault } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import type { Basis } from '../words.ts'
import { findFirm, openFirm } from './firm.ts'

/** A lead firm 链主 of a chain. */
export type LeaderFields = {
  readonly isMain: boolean
  readonly basis: Basis
  readonly source: string
  readonly validFrom: string
}

const toRow = (fields: LeaderFields) => ({
  is_main: fields.isMain,
  basis: fields.basis,
  source: fields.source,
  valid_from: fields.validFrom,
})

/** Those who lead a chain now. A chain has few. */
const leading = (tx: Tx, zoneId: string, chainCode: string) =>
  tx
    .selectFrom('chain_leader')
    .select(['id', 'firm_id', 'is_main'])
    .where('zone_id', '=', zoneId)
    .where('chain_code', '=', chainCode)
    .where('valid_to', 'is', null)
    .limit(200)
    .execute()

/** One main lead firm at a time, and each once. */
async function clash(
  tx: Tx,
  { zoneId }: RecordDeps,
  own: { readonly id: string | null; readonly chainCode: string; readonly firmId: string; readonly isMain: boolean },
): Promise<ChainsError | null> {
  const others = (await leading(tx, zoneId, own.chainCode)).filter(({ id }) => id !== own.id)
  const same = others.find((other) => other.firm_id === own.firmId)
  if (same) return taken('firmId', 'leads_already', await nameOf(tx, zoneId, same.firm_id))
  const main = own.isMain ? others.find((other) => other.is_main) : undefined
  return main ? taken('isMain', 'one_main', await nameOf(tx, zoneId, main.firm_id)) : null
}

const taken = (field: string, rule: string, value: string): ChainsError => ({ kind: 'taken', field, value, rule })
const nameOf = async (tx: Tx, zoneId: string, id: string): Promise<string> =>
  (await findFirm(tx, zoneId, id))?.name ?? id

/** Enters who leads a chain. */
export async function enterLeader(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: LeaderFields & { readonly chainCode: string; readonly firmId: string; readonly synthetic: boolean },
): Promise<Result<Saved, ChainsError>> {
  const { zoneId } = deps
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const chain = await openChain(tx, zoneId, input.chainCode)
  if (chain) return err({ kind: 'field_refused', ...chain })
  const firm = await openFirm(tx, zoneId, 'firmId', input.firmId)
  if (!firm.ok) return firm
  const { chainCode, isMain } = input
  const other = await clash(tx, deps, { id: null, chainCode, firmId: firm.value.id, isMain })
  if (other) return err(other)
  const id = newId()
  const row = { chain_code: chainCode, firm_id: firm.value.id, ...toRow(input), synthetic: input.synthetic }
  await tx
    .insertInto('chain_leader')
    .values({ zone_id: zoneId, id, ...row, ...writtenBy(actor, deps.clock()) })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_leader',
    objectId: id,
    verb: 'enter',
    data: changesBetween({}, row),
    to: firm.value.isOutside ? [] : [firm.value.id],
  })
  return ok({ id, rev: 1 })
}

async function openChain(tx: Tx, zoneId: string, code: string): Promise<Fault | null> {
  const row = await tx
    .selectFrom('chain')
    .select('state')
    .where('zone_id', '=', zoneId)
    .where('code', '=', code)
    .executeTakeFirst()
  if (!row) return { field: 'chainCode', value: code, rule: 'within_reach' }
  return row.state === 'open' ? null : { field: 'chainCode', value: code, rule: 'still_open' }
}

/** Changes who leads a chain and as what, or ends it on a day; which firm leads which chain stays. */
export async function changeLeader(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: LeaderFields & {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly validTo: string | null
  },
): Promise<Result<Saved, ChainsError>> {
  const { id, validTo } = input
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const row = await tx
    .selectFrom('chain_leader')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (validTo !== null && validTo < input.validFrom)
    return err({ kind: 'field_refused', field: 'validTo', value: validTo, rule: `not_before ${input.validFrom}` })
  const own = { id, chainCode: row.chain_code, firmId: row.firm_id, isMain: input.isMain }
  const other = validTo === null ? await clash(tx, deps, own) : null
  if (other) return err(other)
  const after = { ...toRow(input), valid_to: validTo }
  await tx
    .updateTable('chain_leader')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_leader',
    objectId: id,
    verb: row.valid_to === null && validTo !== null ? 'end' : 'change',
    why: input.why,
    data: changesBetween(row, after),
  })
  return ok({ id, rev: row.rev + 1 })
}
