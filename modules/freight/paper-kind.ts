import { sql } from 'kysely'
import { at, expectRevision, jsonb, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import papers from './data/papers.json' with { type: 'json' }
import type { FreightError } from './problems.ts'
import { note, type FreightDeps } from './record.ts'
import { rulingRoles } from './roles.ts'
import './tables.ts'

/** Loads the kinds of `data/papers.json` that the zone has not yet; what was edited stays. One statement. */
export async function loadPaperKinds(tx: Tx | Db, zoneId: string, now: EpochMs): Promise<void> {
  await sql`insert into freight_paper_kind (zone_id, code, subject, only_for, required, light_exempt, warn_days, updated_at, updated_by)
    select ${zoneId}, k.code, k.subject, k."onlyFor", k.required, k."lightExempt", k."warnDays", ${at(now)}::timestamptz, ''
    from jsonb_to_recordset(${jsonb(papers.kinds)}::jsonb)
      as k(code text, subject text, "onlyFor" text, required boolean, "lightExempt" boolean, "warnDays" integer[])
    on conflict do nothing`.execute(tx)
}

/** The kinds of paper of a zone, by subject. One statement. */
export const listPaperKinds = (db: Db | Tx, zoneId: string) =>
  db
    .selectFrom('freight_paper_kind')
    .select([
      'code',
      'subject',
      'only_for as onlyFor',
      'required',
      'light_exempt as lightExempt',
      'warn_days as warnDays',
      'updated_at as updatedAt',
      'updated_by as updatedBy',
      'rev',
    ])
    .where('zone_id', '=', zoneId)
    .orderBy('subject')
    .orderBy('code')
    .limit(200)
    .execute()

/** Changes what a kind of paper is required for and when people are warned. */
export async function changePaperKind(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: {
    readonly code: string
    readonly rev: number
    readonly required: boolean
    readonly lightExempt: boolean
    readonly warnDays: readonly number[]
    readonly why: string
  },
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...rulingRoles)) return err({ kind: 'not_allowed' })
  const row = await tx
    .selectFrom('freight_paper_kind')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', input.code)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const warnDays = [...new Set(input.warnDays)].toSorted((a, b) => b - a)
  const { required, lightExempt } = input
  await tx
    .updateTable('freight_paper_kind')
    .set({
      required,
      light_exempt: lightExempt,
      warn_days: warnDays,
      rev: row.rev + 1,
      updated_at: at(deps.clock()),
      updated_by: actor.name,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', input.code)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_paper_kind',
    objectId: input.code,
    verb: 'change',
    why: input.why,
    data: {
      before: { required: row.required, lightExempt: row.light_exempt, warnDays: row.warn_days },
      after: { required, lightExempt, warnDays },
    },
  })
  return ok({ id: input.code })
}
