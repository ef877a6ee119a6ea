import { at, type Tx } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { addDuration, localDateOf } from '@tingzhou/calendar'
import { ok } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { isApplicant } from './application-stand.ts'
import { calendarOf, change, say, tell, write, type Dossier, type PromiseRow } from './dossier.ts'
import { only, type Movable, type MoveSpec, type MoveTable } from './move.ts'
import { extend, supply, verify } from './promise.ts'
import type { PromiseMove } from './promise-contract.ts'
import { missingOf, promiseHost, promiseOf, timersOf } from './promise-host.ts'

export type PromiseStand = {
  readonly accountId: string
  readonly applicant: boolean
  readonly window: boolean
  readonly supervisor: boolean
}

type Spec<N extends PromiseMove['move']> = MoveSpec<
  'tolerance_promise',
  PromiseStand,
  Extract<PromiseMove, { move: N }>
>

const windowOnly = ({ window }: PromiseStand) => only(window, 'window_only')

const give: Spec<'supply'> = {
  from: ['open'],
  may: ({ applicant, window }) => only(applicant || window, 'applicant_only'),
  run: async ({ tx, dossier, input }) => {
    const { row, now } = dossier
    const codes = input.materials.map(({ code }) => code)
    const after = supply(promiseOf(row, missingOf(row)), codes, localDateOf(now))
    if (!after.ok) return after
    const attached = await keepMaterials(tx, dossier, input.materials)
    if (!attached.ok) return attached
    const complete = after.value.state === 'supplied'
    change(dossier, {
      supplied: [...new Set([...row.supplied, ...codes])],
      supplied_at: complete ? now : row.supplied_at,
    })
    say(dossier, { verb: 'supply', data: { materials: codes, complete } })
    // While something is missing the days run on.
    return ok(complete ? { kind: 'message', name: 'supplied', vars: { outcome: null } } : null)
  },
}

async function keepMaterials(
  tx: Tx,
  dossier: Dossier<'tolerance_promise'>,
  materials: readonly { readonly code: string; readonly fileIds: readonly string[] }[],
) {
  const { deps, row, now, doer } = dossier
  for (const { code, fileIds } of materials)
    write(
      dossier,
      tx
        .updateTable('material_copy')
        .set((eb) => ({
          how: 'handed_in',
          file_ids: [...fileIds],
          given_at: at(now),
          given_by: doer.id,
          version: eb('version', '+', 1),
        }))
        .where('zone_id', '=', deps.zoneId)
        .where('application_id', '=', row.application_id)
        .where('code', '=', code),
    )
  return attachFiles(tx, deps.zoneId, {
    objectKind: 'application',
    objectId: row.application_id,
    fileIds: materials.flatMap(({ fileIds }) => fileIds),
    actorId: doer.id,
    now,
  })
}

const confirm: Spec<'verify'> = {
  from: ['verifying'],
  node: 'verify',
  may: windowOnly,
  run: async ({ dossier, input }) => {
    const { row, now } = dossier
    const after = verify(promiseOf(row, missingOf(row)), [], localDateOf(now))
    if (!after.ok) return after
    change(dossier, { ended_at: now })
    say(dossier, { verb: 'promise_kept', reason: input.words || null })
    tell(dossier, 'promise_kept', [row.enterprise_id, row.applicant_account])
    return ok({ kind: 'complete', node: 'verify', vars: { outcome: 'kept', promiseState: 'kept' } })
  },
}

const reject: Spec<'reject'> = {
  from: ['verifying'],
  node: 'verify',
  may: windowOnly,
  run: async ({ dossier, input }) => {
    const { row, now } = dossier
    const after = verify(promiseOf(row, missingOf(row)), row.materials, localDateOf(now))
    if (!after.ok) return after
    change(dossier, { supplied: [], supplied_at: null })
    say(dossier, { verb: 'reject_supply', reason: input.reason })
    // Reminders that were sent are not sent again; the due day stands.
    const timers = timersOf({ due: row.due_on, reminders: [] }, now)
    return ok({ kind: 'complete', node: 'verify', vars: { outcome: 'rejected', ...timers } })
  },
}

const prolong: Spec<'extend'> = {
  from: ['open'],
  may: windowOnly,
  run: async ({ tx, dossier, input }) => {
    const { row, now } = dossier
    const calendar = await calendarOf(tx, dossier)
    const after = extend(promiseOf(row, missingOf(row)), calendar, input.workingDays, localDateOf(now))
    if (!after.ok) return after
    const due = after.value.state === 'open' ? after.value.due : row.due_on
    const dueAt = addDuration(calendar, row.due_at, { kind: 'working_days', days: input.workingDays })
    if (!dueAt.ok) return dueAt
    change(dossier, { due_on: due, due_at: dueAt.value, extended: true })
    say(dossier, { verb: 'extend_promise', reason: input.reason, data: { due } })
    return ok({ kind: 'set', vars: { deadlineAt: timersOf({ due, reminders: [] }, now).deadlineAt ?? null } })
  },
}

const repair: Spec<'repair'> = {
  from: ['broken'],
  may: ({ supervisor }) => only(supervisor, 'supervisor_only'),
  run: async ({ dossier, input }) => {
    change(dossier, { state: 'repaired' })
    say(dossier, { verb: 'repair_promise', reason: input.reason })
    return ok(null)
  },
}

const moves: MoveTable<'tolerance_promise', PromiseStand, PromiseMove> = {
  supply: give,
  verify: confirm,
  reject,
  extend: prolong,
  repair,
}

/** How people move a promise. */
export const promiseMovable: Movable<'tolerance_promise', PromiseStand, PromiseMove> = {
  table: 'tolerance_promise',
  moves,
  host: promiseHost,
  standIn: async (_tx, _deps, actor, row) => standOnPromise(actor, row),
}

/** Pure. O(memberships). */
export const standOnPromise = (actor: Actor, row: PromiseRow): PromiseStand => ({
  accountId: actor.accountId,
  applicant: isApplicant(actor, { ...row, raised_by: '' }),
  window: hasRole(actor, 'window_officer'),
  supervisor: hasRole(actor, 'supervisor'),
})
