import { at, expectRevision, newId, runCommand } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import type { Reader } from './reader.ts'

type Purpose = 'consult' | 'apply' | 'deliver'
type Row = {
  readonly id: string
  readonly purpose: Purpose
  readonly application_id: string | null
  readonly officer_id: string
  readonly officer_name: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly rev: number
}

const viewOf = (row: Row) => ({
  id: row.id,
  purpose: row.purpose,
  applicationId: row.application_id,
  officer: { id: row.officer_id, name: row.officer_name },
  startedAt: row.started_at,
  endedAt: row.ended_at,
  minutes: row.ended_at === null ? null : Math.round((row.ended_at - row.started_at) / 600) / 100,
  rev: row.rev,
})
export type VisitView = ReturnType<typeof viewOf>

const columns = [
  'id',
  'purpose',
  'application_id',
  'officer_id',
  'officer_name',
  'started_at',
  'ended_at',
  'rev',
] as const

/** A visit begins: the minutes at the window are measured, not guessed. */
export const startVisit = (
  deps: ServicesDeps,
  actor: Actor,
  input: { readonly commandId: string; readonly purpose: Purpose },
): Promise<Result<VisitView, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.start_visit', input },
    async (tx): Promise<Result<VisitView, ServiceError>> => {
      if (!hasRole(actor, 'window_officer'))
        return err({ kind: 'not_allowed', move: 'start_visit', reason: 'window_only' })
      const now = deps.clock()
      const row: Row = {
        id: newId(),
        purpose: input.purpose,
        application_id: null,
        officer_id: actor.accountId,
        officer_name: actor.name,
        started_at: now,
        ended_at: null,
        rev: 1,
      }
      await tx
        .insertInto('window_visit')
        .values({ ...row, zone_id: deps.zoneId, started_at: at(now), ended_at: null })
        .execute()
      return ok(viewOf(row))
    },
  )

/** A visit ends; whoever began it ends it. */
export const endVisit = (
  deps: ServicesDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly commandId: string
    readonly rev: number
    readonly applicationId: string | null
  },
): Promise<Result<VisitView, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.end_visit', input },
    async (tx): Promise<Result<VisitView, ServiceError>> => {
      const row = await tx
        .selectFrom('window_visit')
        .select(columns)
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', input.id)
        .where('officer_id', '=', actor.accountId)
        .forUpdate()
        .executeTakeFirst()
      if (!row) return err({ kind: 'not_found' })
      const state = row.ended_at === null ? 'open' : 'ended'
      const fresh = expectRevision(row.rev, input.rev)
      if (!fresh.ok) return err({ ...fresh.error, state })
      if (row.ended_at !== null)
        return err({ kind: 'not_in_state', move: 'end_visit', state, rule: 'open', states: ['open'] })
      const now = deps.clock()
      const application_id = input.applicationId ?? row.application_id
      await tx
        .updateTable('window_visit')
        .set({ ended_at: at(now), application_id, rev: row.rev + 1 })
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', input.id)
        .execute()
      return ok(viewOf({ ...row, ended_at: now, application_id, rev: row.rev + 1 }))
    },
  )

/** Own visits that are not over. */
export async function openVisits({ deps, actor }: Pick<Reader, 'deps' | 'actor'>): Promise<VisitView[]> {
  const rows = await deps.db
    .selectFrom('window_visit')
    .select(columns)
    .where('zone_id', '=', deps.zoneId)
    .where('officer_id', '=', actor.accountId)
    .where('ended_at', 'is', null)
    .orderBy('started_at')
    .limit(50)
    .execute()
  return rows.map(viewOf)
}
