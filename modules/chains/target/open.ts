import { beginCase, dossierOf, grant, say, type CaseDeps } from '@tingzhou/casework'
import type { Tx, WriteBatch } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { openFirm } from '../economy/firm.ts'
import type { ChainsError } from '../problems.ts'
import { keepingRoles } from '../roles.ts'
import { targetKind, type TargetRow } from './case.ts'
import type { Standing } from './moves.ts'
import { isOwner } from './owners.ts'
import { targetPlay } from './process.ts'
import { aheadFault, stepFault } from './rules.ts'
import { clocksOf } from './times.ts'
import './tables.ts'

export type NewTarget = {
  readonly lineKey: string | null
  readonly chain?: string | undefined
  readonly product?: string | undefined
  readonly ownerId: string
  readonly deadline: string
  readonly goal: string
  readonly firmId: string | null
  readonly step: string
  readonly stepDay: string | null
  readonly synthetic: boolean
}

type About = Pick<TargetRow, 'line_key' | 'chain_code' | 'segment_key' | 'product_code' | 'list' | 'opened_value_fen'>

/** Opens a target of a line, under the line's lock: a line has one open target; or by hand, of a chain and a product. */
export async function openTarget(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: NewTarget,
  batch: WriteBatch,
): Promise<Result<Standing, ChainsError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const now = deps.clock()
  const { ownerId, deadline, goal, firmId, step, stepDay, synthetic } = input
  const fault = aheadFault('deadline', deadline, now) ?? stepFault(input, now)
  if (fault) return err(fault)
  if (!(await isOwner(tx, deps.zoneId, ownerId)))
    return err({ kind: 'field_refused', field: 'ownerId', value: ownerId, rule: 'may_own' })
  const firm = firmId === null ? null : await openFirm(tx, deps.zoneId, 'firmId', firmId)
  if (firm && !firm.ok) return firm
  const about = input.lineKey === null ? await byHand(tx, deps, input) : await ofLine(tx, deps, input.lineKey)
  if (!about.ok) return about
  const clocks = clocksOf({ deadline, step_day: stepDay }, now)
  const row: TargetRow = {
    ...blank,
    ...about.value,
    zone_id: deps.zoneId,
    id: deps.newId(),
    goal,
    owner_id: ownerId,
    deadline,
    due_at: clocks.dueAt,
    step,
    step_day: stepDay,
    firm_id: firm?.value.id ?? null,
    firm_outside: firm?.value.isOutside ?? null,
    synthetic,
    created_at: now,
    created_by: actor.name,
    updated_at: now,
    updated_by: actor.name,
  }
  const dossier = dossierOf(deps, targetKind, row, { by: 'actor', actor, verb: 'open' }, { fresh: true, batch })
  grant(dossier, [{ partyId: ownerId, relation: 'watcher' }])
  say(dossier, { verb: 'open', reason: goal || null, data: { lineKey: row.line_key, ownerId, deadline } })
  const begun = await beginCase(tx, targetPlay, dossier, {
    outcome: null,
    parkedFrom: null,
    lookAt: null,
    ...clocks,
  })
  assert(begun.ok, 'a fresh target begins')
  const { id, state, rev } = dossier.row
  return ok({ id, state, rev })
}

/** What every target begins with. */
const blank = {
  state: 'idea',
  instance_id: null,
  plant_id: null,
  amount_fen: null,
  capacity: null,
  parked_from: null,
  parked_why: '',
  look_day: null,
  end_reason: '',
  closed_at: null,
  rev: 1,
} as const

async function ofLine(tx: Tx, { zoneId }: CaseDeps, key: string): Promise<Result<About, ChainsError>> {
  const field = 'lineKey'
  const line = await tx
    .selectFrom('chain_line')
    .select(['chain_code', 'segment_key', 'product_code', 'list', 'value_fen', 'gone_at'])
    .where('zone_id', '=', zoneId)
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst()
  if (!line) return err({ kind: 'field_refused', field, value: key, rule: 'within_reach' })
  if (line.gone_at !== null) return err({ kind: 'not_open', field, value: key, rule: 'line_gone' })
  const open = await tx
    .selectFrom('chain_target')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('line_key', '=', key)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  if (open) return err({ kind: 'target_open', field, value: open.id, rule: 'one_target' })
  const { value_fen, gone_at: _gone, ...about } = line
  return ok({ ...about, line_key: key, opened_value_fen: value_fen })
}

async function byHand(tx: Tx, { zoneId }: CaseDeps, input: NewTarget): Promise<Result<About, ChainsError>> {
  const { chain = '', product = '' } = input
  const found = await tx
    .selectFrom('chain as c')
    .select('c.state')
    .where('c.zone_id', '=', zoneId)
    .where('c.code', '=', chain)
    .executeTakeFirst()
  const refused = (field: string, value: string, rule: string) =>
    err({ kind: 'field_refused', field, value, rule } as const)
  if (!found) return refused('chain', chain, 'within_reach')
  if (found.state !== 'open') return refused('chain', chain, 'still_open')
  const made = await tx
    .selectFrom('chain_product')
    .select('state')
    .where('zone_id', '=', zoneId)
    .where('code', '=', product)
    .executeTakeFirst()
  if (!made) return refused('product', product, 'within_reach')
  if (made.state !== 'open') return refused('product', product, 'still_open')
  const about = { chain_code: chain, product_code: product, segment_key: null, list: null }
  return ok({ ...about, line_key: null, opened_value_fen: null })
}
