import { caseDeps, makeMove } from '@tingzhou/casework'
import { at, newId, type CommandReused } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { runFreight } from '../room.ts'
import type { MoveError } from '../waybill/move-spec.ts'
import { waybillMovable } from '../waybill/moves.ts'
import './tables.ts'

type Deps = RequestContext['deps']
type Wish = { readonly id: string; readonly commandId: string; readonly why: string }
type Refusal = FreightError | MoveError | CommandReused

/** The dispatcher's cancellation, while nobody has accepted: the state is looked at when the waybill is locked. */
const takingBack = {
  ...waybillMovable,
  moves: { ...waybillMovable.moves, cancel: { ...waybillMovable.moves.cancel, from: ['offered'] as const } },
}

/**
 * Takes a pair back: a proposal is not sent any more, an offer is cancelled while the driver has not accepted it. First the waybill, then
 * the pair: whoever is broken off between them does the same once more.
 * @returns refused by name once the driver accepted, and of a trial
 */
export async function withdrawPair(
  deps: Deps,
  actor: Actor,
  { id, commandId, why }: Wish,
): Promise<Result<{ id: string }, Refusal>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const pair = await findPair(deps, id)
  if (!pair) return err({ kind: 'not_found' })
  if (pair.trial) return err({ kind: 'wave_trial', field: 'id', value: id, rule: 'wave_real' })
  if (pair.state === 'stale') return err(wrongState('stale'))
  if (pair.waybillId !== null && pair.waybillState !== 'cancelled') {
    const move = {
      move: 'cancel',
      commandId: newId(),
      rev: 1,
      reason: why,
      at: null,
      sentAt: null,
      position: null,
    } as const
    const cancelled = await makeMove(caseDeps(deps), actor, takingBack, pair.waybillId, move)
    if (!cancelled.ok) {
      const { error } = cancelled
      return err(error.kind === 'not_in_state' ? wrongState(error.state) : error)
    }
  }
  return runFreight(deps, actor, 'withdraw_wave_pair', { commandId, id, why }, async (tx) => {
    if (pair.state === 'withdrawn') return err(wrongState('withdrawn'))
    const { numUpdatedRows } = await tx
      .updateTable('freight_wave_pair')
      .set({ state: 'withdrawn', command_id: commandId, decided_at: at(deps.clock()), decided_by: actor.name })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', id)
      // What was sent or found stale meanwhile is asked anew.
      .where('state', '=', pair.state)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return err(wrongState('sent'))
    await note(tx, deps, actor, {
      objectKind: 'freight_wave',
      objectId: pair.waveId,
      verb: 'withdraw',
      why,
      data: { pairId: id, waybillId: pair.waybillId },
    })
    return ok({ id })
  })
}

const wrongState = (value: string) =>
  ({ kind: 'wave_pair_state', field: 'state', value, rule: 'wave_pair_unaccepted' }) as const

const findPair = ({ db, zoneId }: Deps, id: string) =>
  db
    .selectFrom('freight_wave_pair as p')
    .innerJoin('freight_wave as w', (join) => join.onRef('w.zone_id', '=', 'p.zone_id').onRef('w.id', '=', 'p.wave_id'))
    .leftJoin('freight_waybill as b', (join) =>
      join.onRef('b.zone_id', '=', 'p.zone_id').onRef('b.id', '=', 'p.waybill_id'),
    )
    .select(['p.state', 'p.wave_id as waveId', 'p.waybill_id as waybillId', 'b.state as waybillState', 'w.trial'])
    .where('p.zone_id', '=', zoneId)
    .where('p.id', '=', id)
    .executeTakeFirst()
