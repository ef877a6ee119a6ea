import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, jsonb, newId, type CommandDeps, type Tx } from '@tingzhou/db'
import type { Actor, Lang } from '@tingzhou/parties'
import { mapRows, type Table } from '@tingzhou/sheets'
import { isIdentifying, readCode, type FieldChange } from '../enterprise.ts'
import { findMatching, type StoredEnterprise } from '../enterprise-rows.ts'
import type { StoredFault } from '../import-report.ts'
import { oneOf, planForLists } from '../one-of.ts'
import { announce, recordChanges } from '../record.ts'
import { mayEdit, mayEditContacts } from '../rights.ts'
import { toldFault } from '../texts.ts'
import '../tables.ts'
import { checkFigure, toldFigure, type FigureFields } from './figure.ts'
import { figureFieldsOf, toFigureRow } from './figure-command.ts'
import type { FigureImportReport, Indicator } from './figure-contract.ts'
import { figureColumns, headIn, unitMeant, type FigureSheetField } from './figure-sheet.ts'
import { readIndicators } from './indicator.ts'

/** Rows of one workbook: they are written together, in seconds. */
export const figureRowsMax = 20_000
const statementRows = 2_000
const shownMax = 500

type Read = {
  readonly row: number
  readonly code: string | null
  readonly name: string | null
  readonly indicator: Indicator
  readonly fields: FigureFields
}
type Placed = Read & { readonly firm: StoredEnterprise; readonly own: boolean }
type Heads = (field: FigureSheetField) => string
type Stored = FigureFields & { readonly id: string; readonly enterpriseId: string; readonly own: boolean }

/**
 * Reads a workbook of figures and, unless it is a preview, writes its good rows, all or none. The same source saying the same thing of the
 * same day twice changes nothing; saying another value corrects what it said.
 */
export async function importFigures(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  wish: {
    readonly table: Table
    readonly fileName: string
    readonly preview: boolean
    readonly synthetic: boolean
    readonly lang: Lang
  },
): Promise<FigureImportReport> {
  const { table, preview, lang } = wish
  await planForLists(tx)
  const { rows, faults, heads } = readRows(table, await readIndicators(tx, deps.zoneId), localDateOf(deps.clock()))
  const placed = await placeRows(tx, deps, actor, rows, { heads, lock: !preview })
  const { added, updated, unchanged, repeated } = await compare(tx, deps, placed.good, heads)
  const all = [...faults, ...placed.faults, ...repeated].toSorted((a, b) => a.row - b.row)
  if (!preview) await write(tx, deps, actor, { added, updated, ...wish })
  return {
    rows: table.rows.length,
    added: added.length,
    updated: updated.length,
    unchanged,
    bad: table.rows.length - added.length - updated.length - unchanged,
    written: !preview,
    faults: all.slice(0, shownMax).map((fault) => toldFault(lang, fault)),
  }
}

/** What the rows say by themselves. Pure. */
function readRows(table: Table, indicators: readonly Indicator[], today: string) {
  const mapped = mapRows(figureColumns(indicators), table)
  const heads = headIn(table.header)
  const faults: StoredFault[] = mapped.bad.map(({ row, column, value, rule }) => ({
    row,
    column,
    value: value.slice(0, 100),
    rule,
  }))
  const rows: Read[] = []
  for (const { rowNumber: row, value } of mapped.good) {
    const { indicator, uscc, name, unit, qualifier, basis, confidence, ...said } = value
    const meant = unitMeant(indicator, unit)
    const { uscc: read, usccStatus } = readCode(uscc)
    const code = isIdentifying(usccStatus) ? read : null
    const fields: FigureFields = {
      ...said,
      indicator: indicator.code,
      unit: meant ?? unit ?? '',
      qualifier: qualifier ?? 'actual',
      basis: basis ?? '',
      confidence: confidence ?? 'medium',
    }
    const checked = checkFigure(fields, indicator, today)
    if (code === null && name === null)
      faults.push({ row, column: heads('name'), value: uscc ?? '', rule: 'code_or_name' })
    else if (!checked.ok) faults.push(faultOf(row, checked.error, indicator, heads))
    else rows.push({ row, code, name: name?.replace(/\s+/g, ' ') ?? null, indicator, fields })
  }
  return { rows, faults, heads }
}

type Checked = Extract<ReturnType<typeof checkFigure>, { ok: false }>['error']

function faultOf(row: number, error: Checked, { units }: Indicator, heads: Heads): StoredFault {
  const rule =
    error.kind === 'unknown_unit'
      ? `unknown_unit ${units.map(({ zh, en }) => `${zh} / ${en}`).join(', ')}`
      : `${error.kind} ${'rule' in error ? error.rule.replace(/^(begun by|not after) /, '') : ''}`.trim()
  return { row, column: heads(error.field), value: String(error.value), rule }
}

/** Whose rows they are, and whether the actor may say it. Two statements for every 2,000 rows. */
async function placeRows(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  rows: readonly Read[],
  { heads, lock }: { readonly heads: Heads; readonly lock: boolean },
): Promise<{ readonly good: readonly Placed[]; readonly faults: readonly StoredFault[] }> {
  const byCode = new Map<string, StoredEnterprise>()
  const byName = new Map<string, Map<string, StoredEnterprise>>()
  const codes = [...new Set(rows.flatMap(({ code }) => code ?? []))].toSorted()
  const names = [...new Set(rows.flatMap(({ code, name }) => (code === null && name !== null ? name : [])))].toSorted()
  for (let i = 0; i < Math.max(codes.length, names.length); i += statementRows) {
    const wanted = { codes: codes.slice(i, i + statementRows), names: names.slice(i, i + statementRows), lock }
    for (const firm of await findMatching(tx, deps.zoneId, wanted)) {
      const { uscc, name } = firm.facts
      if (uscc !== null && isIdentifying(firm.usccStatus)) byCode.set(uscc, firm)
      byName.set(name, (byName.get(name) ?? new Map<string, StoredEnterprise>()).set(firm.id, firm))
    }
  }
  const good: Placed[] = []
  const faults: StoredFault[] = []
  for (const read of rows) {
    const named = [...(read.name === null ? [] : (byName.get(read.name)?.values() ?? []))]
    const found = read.code === null ? named : [byCode.get(read.code)].filter((firm) => firm !== undefined)
    // Out of reach and not there look the same.
    const kept = found.filter((firm) => keeps(actor, firm))
    const [firm] = kept
    const field = read.code === null ? 'name' : 'uscc'
    const place = { row: read.row, column: heads(field), value: (read.code ?? read.name ?? '').slice(0, 100) }
    if (!firm) faults.push({ ...place, rule: 'unknown_enterprise' })
    else if (kept.length > 1) faults.push({ ...place, rule: `ambiguous_name ${kept.length}` })
    else good.push({ ...read, firm, own: !mayEdit(actor, [firm.facts.areaId]).ok })
  }
  return { good, faults }
}

const keeps = (actor: Actor, { id, facts }: StoredEnterprise): boolean =>
  mayEditContacts(actor, { id, areaId: facts.areaId, guideAccountId: facts.guideAccountId }).ok

/** What one voice says once: of an indicator and period, in one capacity, from one source, of one day. */
const keyOf = (enterpriseId: string, own: boolean, fields: FigureFields): string =>
  [enterpriseId, own, fields.indicator, fields.period, fields.qualifier, fields.asOf, fields.source].join('\n')

/** Which rows are new, which correct what stands, and which say what is known. */
async function compare(tx: Tx, deps: CommandDeps, rows: readonly Placed[], heads: Heads) {
  const standing = await readStanding(tx, deps, [...new Set(rows.map(({ firm }) => firm.id))])
  const seen = new Map<string, number>()
  const added: Placed[] = []
  const updated: { readonly row: Placed; readonly before: Stored }[] = []
  const repeated: StoredFault[] = []
  let unchanged = 0
  for (const row of rows) {
    const key = keyOf(row.firm.id, row.own, row.fields)
    const first = seen.get(key)
    const before = standing.get(key)
    if (first === undefined) seen.set(key, row.row)
    if (first !== undefined)
      repeated.push({
        row: row.row,
        column: heads('indicator'),
        value: row.indicator.zh,
        rule: `repeated_figure ${first}`,
      })
    else if (!before) added.push(row)
    else if (isSame(before, row.fields)) unchanged++
    else updated.push({ row, before })
  }
  return { added, updated, unchanged, repeated }
}

const isSame = (a: FigureFields, b: FigureFields): boolean =>
  a.value === b.value && a.unit === b.unit && a.basis === b.basis && a.confidence === b.confidence

async function readStanding(tx: Tx, deps: CommandDeps, ids: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
  const standing = new Map<string, Stored>()
  for (let i = 0; i < ids.length; i += statementRows) {
    const rows = await tx
      .selectFrom('enterprise_figure')
      .select(['id', 'enterprise_id', 'indicator', 'period', 'value', 'unit', 'qualifier', 'basis', 'source', 'own'])
      .select(['confidence', 'as_of'])
      .where('zone_id', '=', deps.zoneId)
      .where('enterprise_id', '=', oneOf(ids.slice(i, i + statementRows)))
      .where('state', '=', 'stands')
      .orderBy('id')
      .execute()
    for (const row of rows) {
      const fields = figureFieldsOf(row)
      standing.set(keyOf(row.enterprise_id, row.own, fields), {
        ...fields,
        id: row.id,
        enterpriseId: row.enterprise_id,
        own: row.own,
      })
    }
  }
  return standing
}

type Written = {
  readonly added: readonly Placed[]
  readonly updated: readonly { readonly row: Placed; readonly before: Stored }[]
  readonly fileName: string
  readonly synthetic: boolean
}

async function write(tx: Tx, deps: CommandDeps, actor: Actor, { added, updated, fileName, synthetic }: Written) {
  const now = at(deps.clock())
  for (let i = 0; i < added.length; i += statementRows)
    await tx
      .insertInto('enterprise_figure')
      .columns([
        'zone_id',
        'id',
        'enterprise_id',
        'indicator',
        'period',
        'value',
        'unit',
        'qualifier',
        'basis',
        'source',
        'confidence',
        'as_of',
        'own',
        'synthetic',
        'created_at',
        'created_by',
        'updated_at',
        'updated_by',
      ])
      .expression(insertOf(added.slice(i, i + statementRows), { deps, actor, now, synthetic }))
      .execute()
  for (let i = 0; i < updated.length; i += statementRows) {
    const rows = updated
      .slice(i, i + statementRows)
      .map(({ row, before }) => ({ id: before.id, ...toFigureRow(row.fields) }))
    await sql`update enterprise_figure f set value = n.value, unit = n.unit, basis = n.basis, confidence = n.confidence,
        rev = f.rev + 1, updated_at = ${now}::timestamptz, updated_by = ${actor.name}
      from jsonb_to_recordset(${jsonb(rows)}::jsonb) as n(id text, value float8, unit text, basis text, confidence text)
      where f.zone_id = ${deps.zoneId} and f.id = n.id`.execute(tx)
  }
  await tell(tx, deps, actor, { added, updated, fileName, synthetic })
}

function insertOf(
  rows: readonly Placed[],
  about: {
    readonly deps: CommandDeps
    readonly actor: Actor
    readonly now: ReturnType<typeof at>
    readonly synthetic: boolean
  },
) {
  const { deps, actor, now, synthetic } = about
  const records = rows.map(({ firm, own, fields }) => ({ id: newId(), firm: firm.id, own, ...toFigureRow(fields) }))
  return sql<never>`select ${deps.zoneId}, id, firm, indicator, period, value, unit, qualifier, basis, source,
      confidence, as_of, own, ${synthetic}::boolean, ${now}::timestamptz, ${actor.name}, ${now}::timestamptz, ${actor.name}
    from jsonb_to_recordset(${jsonb(records)}::jsonb) as n(id text, firm text, own boolean, indicator text, period text,
      value float8, unit text, qualifier text, basis text, source text, confidence text, as_of date)`
}

/** One line in the history of each enterprise, and one word to the screens. */
async function tell(tx: Tx, deps: CommandDeps, actor: Actor, { added, updated, fileName }: Written): Promise<void> {
  const changes = new Map<string, FieldChange[]>()
  const put = (id: string, change: FieldChange) => changes.set(id, [...(changes.get(id) ?? []), change])
  for (const { firm, fields, indicator } of added)
    put(firm.id, { field: 'figure', from: null, to: toldFigure(fields, indicator) })
  for (const { row, before } of updated) {
    const [from, to] = [toldFigure(before, row.indicator), toldFigure(row.fields, row.indicator)]
    put(row.firm.id, { field: 'figure', from, to })
  }
  if (changes.size === 0) return
  const lines = [...changes].map(([objectId, told]) => ({
    objectKind: 'enterprise' as const,
    objectId,
    verb: 'figures_imported',
    changes: told,
    why: fileName,
  }))
  for (let i = 0; i < lines.length; i += statementRows)
    await recordChanges(tx, deps, actor, lines.slice(i, i + statementRows))
  const [first] = lines
  if (first)
    await announce(tx, deps, first, 'registry.figures_imported', [actor.accountId], { enterprises: lines.length })
}
