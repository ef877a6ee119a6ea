import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type CommandDeps, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Redirected } from '../enterprise-command.ts'
import { lockStored, type StoredEnterprise } from '../enterprise-rows.ts'
import { announce, recordChanges } from '../record.ts'
import { mayEdit, mayEditContacts, type NotYourEnterprise } from '../rights.ts'
import type { Changed } from '../shared-contract.ts'
import '../tables.ts'
import { checkFigure, toldFigure, type FigureFault, type FigureFields } from './figure.ts'
import type { Indicator } from './figure-contract.ts'
import { firmness } from './figure-list.ts'
import { readIndicators } from './indicator.ts'

type NotFound = { readonly kind: 'not_found' }
export type FigureError =
  | NotFound
  | StaleRevision
  | Redirected
  | NotYourEnterprise
  | FigureFault
  | { readonly kind: 'not_your_figure' }
  | { readonly kind: 'not_your_choice' }
  | { readonly kind: 'figure_withdrawn'; readonly field: 'state'; readonly value: string }
  | { readonly kind: 'figure_stands'; readonly field: 'state'; readonly value: string }
  | { readonly kind: 'not_among_best'; readonly field: 'asOf'; readonly value: string; readonly rule: string }

/** Whether the actor speaks for the zone of an enterprise's figures, or as the enterprise itself. */
function voiceOf(actor: Actor, { id, facts }: StoredEnterprise): Result<'zone' | 'own', NotYourEnterprise> {
  const may = mayEditContacts(actor, { id, areaId: facts.areaId, guideAccountId: facts.guideAccountId })
  if (!may.ok) return may
  return ok(mayEdit(actor, [facts.areaId]).ok ? 'zone' : 'own')
}

/** Locks the enterprise, under which its figures are written one after the other. */
async function lockFirm(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  id: string,
): Promise<Result<{ firm: StoredEnterprise; own: boolean }, NotFound | Redirected | NotYourEnterprise>> {
  const firm = (await lockStored(tx, deps.zoneId, [id])).get(id)
  if (!firm) return err({ kind: 'not_found' })
  if (firm.mergedInto) return err({ kind: 'enterprise_merged', enterpriseId: id, mergedInto: firm.mergedInto })
  const voice = voiceOf(actor, firm)
  return voice.ok ? ok({ firm, own: voice.value === 'own' }) : voice
}

/** What is said, as it is stored. */
export const toFigureRow = (fields: FigureFields) => ({
  indicator: fields.indicator,
  period: fields.period,
  value: fields.value,
  unit: fields.unit,
  qualifier: fields.qualifier,
  basis: fields.basis,
  source: fields.source,
  confidence: fields.confidence,
  as_of: fields.asOf,
})

/** Enters a figure beside those that stand. */
export async function createFigure(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: FigureFields & { readonly enterpriseId: string; readonly synthetic?: boolean | undefined },
): Promise<Result<Changed, FigureError>> {
  const { enterpriseId, synthetic = false, ...fields } = input
  const locked = await lockFirm(tx, deps, actor, enterpriseId)
  if (!locked.ok) return locked
  const known = await indicatorOf(tx, deps, fields)
  if (!known.ok) return known
  const id = newId()
  const now = at(deps.clock())
  await tx
    .insertInto('enterprise_figure')
    .values({
      zone_id: deps.zoneId,
      id,
      enterprise_id: enterpriseId,
      ...toFigureRow(fields),
      own: locked.value.own,
      chosen_at: null,
      chosen_by: null,
      withdrawn_why: null,
      synthetic,
      created_at: now,
      created_by: actor.name,
      updated_at: now,
      updated_by: actor.name,
    })
    .execute()
  await tell(tx, deps, actor, { enterpriseId, verb: 'figure_entered', to: toldFigure(fields, known.value) })
  return ok({ id, rev: 1 })
}

async function indicatorOf(tx: Tx, deps: CommandDeps, fields: FigureFields): Promise<Result<Indicator, FigureFault>> {
  const indicators = await readIndicators(tx, deps.zoneId)
  const indicator = indicators.find(({ code }) => code === fields.indicator)
  return checkFigure(fields, indicator, localDateOf(deps.clock()))
}

const selectFigure = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('enterprise_figure')
    .select(['id', 'enterprise_id', 'indicator', 'period', 'value', 'unit', 'qualifier', 'basis', 'source', 'own'])
    .select(['confidence', 'as_of', 'state', 'rev'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
type Row = NonNullable<Awaited<ReturnType<ReturnType<typeof selectFigure>['executeTakeFirst']>>>

/** A stored figure as what was said. */
export const figureFieldsOf = (
  row: Pick<Row, 'indicator' | 'period' | 'value' | 'unit' | 'qualifier' | 'basis' | 'source' | 'confidence' | 'as_of'>,
): FigureFields => ({
  indicator: row.indicator,
  period: row.period,
  value: row.value,
  unit: row.unit,
  qualifier: row.qualifier,
  basis: row.basis,
  source: row.source,
  confidence: row.confidence,
  asOf: row.as_of,
})

/** Locks a figure, behind its enterprise, for a writer who saw revision `rev`; an enterprise changes only what it said itself. */
async function lockFigure(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  { id, rev }: { readonly id: string; readonly rev: number },
): Promise<Result<{ row: Row; own: boolean }, FigureError>> {
  const seen = await selectFigure(tx, deps.zoneId, id).executeTakeFirst()
  if (!seen) return err({ kind: 'not_found' })
  const firm = await lockFirm(tx, deps, actor, seen.enterprise_id)
  if (!firm.ok) return firm
  const row = await selectFigure(tx, deps.zoneId, id).forUpdate().executeTakeFirst()
  // A merge may have taken it elsewhere between the two looks.
  if (!row || row.enterprise_id !== firm.value.firm.id) return err({ kind: 'not_found' })
  if (firm.value.own && !row.own) return err({ kind: 'not_your_figure' })
  const fresh = expectRevision(row.rev, rev)
  return fresh.ok ? ok({ row, own: firm.value.own }) : fresh
}

type Write = Partial<ReturnType<typeof toFigureRow>> & {
  readonly state?: 'stands' | 'withdrawn'
  readonly withdrawn_why?: string | null
  readonly chosen_at?: Date | null
  readonly chosen_by?: string | null
}

async function save(tx: Tx, deps: CommandDeps, actor: Actor, row: Row, write: Write): Promise<Changed> {
  await tx
    .updateTable('enterprise_figure')
    .set({ ...write, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.id)
    .execute()
  return { id: row.id, rev: row.rev + 1 }
}

const withdrawn = { kind: 'figure_withdrawn', field: 'state', value: 'withdrawn' } as const

type Named = { readonly id: string; readonly rev: number }

/** Corrects what was said; indicator and enterprise stay. */
export async function changeFigure(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: Named & { readonly why: string } & {
    readonly [Key in Exclude<keyof FigureFields, 'indicator'>]?: FigureFields[Key] | undefined
  },
): Promise<Result<Changed, FigureError>> {
  const locked = await lockFigure(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { row } = locked.value
  if (row.state === 'withdrawn') return err(withdrawn)
  const { id: _id, rev: _rev, why, ...entered } = input
  const before = figureFieldsOf(row)
  const after = { ...before, ...Object.fromEntries(Object.entries(entered).filter(([, value]) => value !== undefined)) }
  const known = await indicatorOf(tx, deps, after)
  if (!known.ok) return known
  const saved = await save(tx, deps, actor, row, toFigureRow(after))
  const told = { from: toldFigure(before, known.value), to: toldFigure(after, known.value) }
  await tell(tx, deps, actor, { enterpriseId: row.enterprise_id, verb: 'figure_changed', why, ...told })
  return ok(saved)
}

/** Withdraws a figure: it stays to be read, and is reckoned with no more. */
export async function withdrawFigure(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: Named & { readonly why: string },
): Promise<Result<Changed, FigureError>> {
  const locked = await lockFigure(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { row } = locked.value
  if (row.state === 'withdrawn') return err(withdrawn)
  const write = { state: 'withdrawn', withdrawn_why: input.why, chosen_at: null, chosen_by: null } as const
  const saved = await save(tx, deps, actor, row, write)
  const from = await toldOf(tx, deps, row)
  await tell(tx, deps, actor, { enterpriseId: row.enterprise_id, verb: 'figure_withdrawn', why: input.why, from })
  return ok(saved)
}

/** Lets a withdrawn figure stand again. */
export async function restoreFigure(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: Named,
): Promise<Result<Changed, FigureError>> {
  const locked = await lockFigure(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { row } = locked.value
  if (row.state === 'stands') return err({ kind: 'figure_stands', field: 'state', value: 'stands' })
  const saved = await save(tx, deps, actor, row, { state: 'stands', withdrawn_why: null })
  const to = await toldOf(tx, deps, row)
  await tell(tx, deps, actor, { enterpriseId: row.enterprise_id, verb: 'figure_restored', to })
  return ok(saved)
}

/**
 * Chooses between figures that the rule cannot tell apart: those of the best qualifier and the newest day. One that the rule puts behind
 * another is not chosen past it; its day or its qualifier is corrected instead.
 */
export async function chooseFigure(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: Named & { readonly why: string },
): Promise<Result<Changed, FigureError>> {
  const locked = await lockFigure(tx, deps, actor, input)
  if (!locked.ok) return locked
  const { row, own } = locked.value
  if (own) return err({ kind: 'not_your_choice' })
  if (row.state === 'withdrawn') return err(withdrawn)
  const ofKey = {
    zone_id: deps.zoneId,
    enterprise_id: row.enterprise_id,
    indicator: row.indicator,
    period: row.period,
    state: 'stands',
  } as const
  const best = await tx
    .selectFrom('enterprise_figure')
    .select(['id', 'qualifier', 'as_of'])
    .where((eb) => eb.and(ofKey))
    .orderBy(firmness('qualifier'), 'desc')
    .orderBy('as_of', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (best && (best.qualifier !== row.qualifier || best.as_of !== row.as_of)) {
    const rule = `${best.qualifier} ${best.as_of}`
    return err({ kind: 'not_among_best', field: 'asOf', value: row.as_of, rule })
  }
  await tx
    .updateTable('enterprise_figure')
    .set((eb) => ({ chosen_at: null, chosen_by: null, rev: eb('rev', '+', 1) }))
    .where((eb) => eb.and(ofKey))
    .where('id', '<>', row.id)
    .where('chosen_at', 'is not', null)
    .execute()
  const saved = await save(tx, deps, actor, row, { chosen_at: new Date(deps.clock()), chosen_by: actor.name })
  const to = await toldOf(tx, deps, row)
  await tell(tx, deps, actor, { enterpriseId: row.enterprise_id, verb: 'figure_chosen', why: input.why, to })
  return ok(saved)
}

async function toldOf(tx: Tx, deps: CommandDeps, row: Row) {
  const indicator = (await readIndicators(tx, deps.zoneId)).find(({ code }) => code === row.indicator)
  return indicator ? toldFigure(figureFieldsOf(row), indicator) : null
}

type Told = {
  readonly enterpriseId: string
  readonly verb: string
  readonly from?: unknown
  readonly to?: unknown
  readonly why?: string
}

/** A line of the enterprise's history, and word to the screens that show it. */
async function tell(tx: Tx, deps: CommandDeps, actor: Actor, told: Told): Promise<void> {
  const { enterpriseId, verb, from = null, to = null, why } = told
  const changes = [{ field: 'figure', from, to }]
  const change = { objectKind: 'enterprise' as const, objectId: enterpriseId, verb, changes, why }
  await recordChanges(tx, deps, actor, [change])
  await announce(tx, deps, change, 'registry.figures_changed', [enterpriseId])
}
