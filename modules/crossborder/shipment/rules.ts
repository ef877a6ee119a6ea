import { sql } from 'kysely'
import { at, expectRevision, jsonb, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import file from '../data/document-rules.json' with { type: 'json' }
import type { CrossborderError } from '../problems.ts'
import { note, type CrossborderDeps } from '../record.ts'
import { rulingRoles } from '../roles.ts'
import '../tables.ts'
import type { CheckCode, CheckResult, DocumentKind, GoodsClass, RuleStep } from '../words.ts'

/** Loads the rules of `data/document-rules.json` that the zone has not yet; what was edited stays. Two statements. */
export async function loadRules(db: Tx | Db, zoneId: string, now: EpochMs): Promise<void> {
  await sql`insert into export_document_rule (zone_id, goods_class, kind, step, required, dated, counted, warn_days, mark, source,
      updated_at, updated_by)
    select ${zoneId}, r."goodsClass", r.kind, r.step, r.required, r.dated, r.counted, r."warnDays", r.mark, r.source,
      ${at(now)}::timestamptz, ''
    from jsonb_to_recordset(${jsonb(file.documents)}::jsonb) as r("goodsClass" text, kind text, step text, required boolean,
      dated boolean, counted boolean, "warnDays" integer[], mark text, source text)
    on conflict do nothing`.execute(db)
  await sql`insert into export_check_rule (zone_id, goods_class, code, step, result, locked, mark, source, updated_at, updated_by)
    select ${zoneId}, r."goodsClass", r.code, r.step, r.result, r.locked, r.mark, r.source, ${at(now)}::timestamptz, ''
    from jsonb_to_recordset(${jsonb(file.checks)}::jsonb) as r("goodsClass" text, code text, step text, result text,
      locked boolean, mark text, source text)
    on conflict do nothing`.execute(db)
}

const ruled = ['step', 'mark', 'source', 'updated_at as updatedAt', 'updated_by as updatedBy', 'rev'] as const

/** The rules of a zone; tens of rows. Two statements. */
export async function listRules(db: Db, zoneId: string) {
  const documents = await db
    .selectFrom('export_document_rule')
    .select(['goods_class as goodsClass', 'kind', 'required', 'dated', 'counted', 'warn_days as warnDays', ...ruled])
    .where('zone_id', '=', zoneId)
    .orderBy('goods_class')
    .orderBy('kind')
    .limit(200)
    .execute()
  const checks = await db
    .selectFrom('export_check_rule')
    .select(['goods_class as goodsClass', 'code', 'result', 'locked', ...ruled])
    .where('zone_id', '=', zoneId)
    .orderBy('goods_class')
    .orderBy('code')
    .limit(200)
    .execute()
  return { documents, checks }
}

/** Changes what a document is needed for; a locked one stays required and dated; shipments that are open are judged by it from then on. */
export async function changeDocumentRule(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: {
    readonly goodsClass: GoodsClass
    readonly kind: DocumentKind
    readonly rev: number
    readonly step: RuleStep
    readonly required: boolean
    readonly dated: boolean
    readonly warnDays: readonly number[]
    readonly why: string
  },
): Promise<Result<{ readonly id: string }, CrossborderError>> {
  if (!hasRole(actor, ...rulingRoles)) return err({ kind: 'not_permitted' })
  const { goodsClass, kind, step, required, dated } = input
  const row = await tx
    .selectFrom('export_document_rule')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('goods_class', '=', goodsClass)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const fault = lockedFault(input)
  if (fault) return err({ kind: 'field_refused', ...fault, rule: 'always_asked' })
  const warnDays = [...new Set(input.warnDays)].toSorted((a, b) => b - a)
  await tx
    .updateTable('export_document_rule')
    .set({ step, required, dated, warn_days: warnDays, ...changedBy(row.rev, actor, deps.clock()) })
    .where('zone_id', '=', deps.zoneId)
    .where('goods_class', '=', goodsClass)
    .where('kind', '=', kind)
    .execute()
  const before = { step: row.step, required: row.required, dated: row.dated, warnDays: row.warn_days }
  const id = `${goodsClass}.${kind}`
  const data = { before, after: { step, required, dated, warnDays } }
  await note(tx, deps, actor, { objectKind: 'export_rule', objectId: id, verb: 'change', why: input.why, data })
  return ok({ id })
}

/** What no zone may give up of a document, as the file marks it. Pure. O(rules). */
function lockedFault(wish: {
  readonly goodsClass: GoodsClass
  readonly kind: DocumentKind
  readonly required: boolean
  readonly dated: boolean
}) {
  const own = file.documents.find((one) => one.goodsClass === wish.goodsClass && one.kind === wish.kind)
  if (!own?.locked) return null
  if (own.required && !wish.required) return { field: 'required', value: false }
  return own.dated && !wish.dated ? { field: 'dated', value: false } : null
}

const changedBy = (rev: number, actor: Actor, now: EpochMs) => ({
  rev: rev + 1,
  updated_at: at(now),
  updated_by: actor.name,
})

/** Changes what a check does; a locked one always blocks. */
export async function changeCheckRule(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: {
    readonly goodsClass: GoodsClass
    readonly code: CheckCode
    readonly rev: number
    readonly result: CheckResult
    readonly why: string
  },
): Promise<Result<{ readonly id: string }, CrossborderError>> {
  if (!hasRole(actor, ...rulingRoles)) return err({ kind: 'not_permitted' })
  const { goodsClass, code, result } = input
  const row = await tx
    .selectFrom('export_check_rule')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('goods_class', '=', goodsClass)
    .where('code', '=', code)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (row.locked && result !== 'block')
    return err({ kind: 'field_refused', field: 'result', value: result, rule: 'always_blocks' })
  await tx
    .updateTable('export_check_rule')
    .set({ result, ...changedBy(row.rev, actor, deps.clock()) })
    .where('zone_id', '=', deps.zoneId)
    .where('goods_class', '=', goodsClass)
    .where('code', '=', code)
    .execute()
  const id = `${goodsClass}.${code}`
  const data = { before: row.result, after: result }
  await note(tx, deps, actor, { objectKind: 'export_rule', objectId: id, verb: 'change', why: input.why, data })
  return ok({ id })
}
