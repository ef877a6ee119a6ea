import { implement } from '@orpc/server'
import type { CommandReused } from '@tingzhou/db'
import {
  problem,
  requireActor,
  requireRole,
  sendWorkbook,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { ok } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { SheetError } from '@tingzhou/sheets'
import { findReached } from '../enterprise-view.ts'
import { foundingRoles } from '../rights.ts'
import { command, commonProblems, missing, refuse } from '../room.ts'
import { textsOf } from '../texts.ts'
import { sheetProblems, uploadedFile, uploadedTable } from '../uploaded.ts'
import {
  changeFigure,
  chooseFigure,
  createFigure,
  restoreFigure,
  withdrawFigure,
  type FigureError,
} from './figure-command.ts'
import { figureContract, indicatorContract } from './figure-contract.ts'
import { figureRowsMax, importFigures } from './figure-import.ts'
import { countFigures, listFigures, type FigureLine, type FigureWish } from './figure-list.ts'
import { writeFigures, writeFigureTemplate } from './figure-sheet.ts'
import { changeIndicator, createIndicator, readIndicators, type IndicatorError } from './indicator.ts'

const problems = {
  ...commonProblems,
  enterprise_merged: refuse(409, 'enterpriseId'),
  not_your_enterprise: refuse(403),
  not_your_figure: refuse(403),
  not_your_choice: refuse(403),
  unknown_indicator: refuse(422),
  indicator_closed: refuse(422),
  unknown_unit: refuse(422),
  figure_below: refuse(422),
  actual_of_future: refuse(422),
  as_of_future: refuse(422),
  figure_withdrawn: refuse(409),
  figure_stands: refuse(409),
  not_among_best: refuse(409),
  indicator_taken: refuse(409),
  units_refused: refuse(422),
  ...sheetProblems,
} satisfies ProblemTable<FigureError | IndicatorError | SheetError | CommandReused>

/** Whether the reader reaches the enterprise of a figure; what is out of reach is not there. @throws ProblemError 404 */
async function reachFigure({ deps }: RequestContext, actor: Actor, id: string): Promise<void> {
  const row = await deps.db
    .selectFrom('enterprise_figure')
    .select('enterprise_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row || !(await findReached(deps.db, deps.zoneId, actor, row.enterprise_id))) throw missing(id)
}

/** A list says how many rows it has up to so many. */
const totalMax = 1_000
const exportRowsMax = 100_000
const pageRows = 2_000

const figures = implement(figureContract).$context<RequestContext>()
export const figureHandlers = figures.router({
  list: figures.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId } = context.deps
    const { rows, next } = await listFigures(db, zoneId, actor, input)
    return {
      rows: rows.map(rowOf),
      next,
      total: await countFigures(db, zoneId, actor, { filters: input, most: totalMax }),
    }
  }),
  create: figures.create.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { deps } = context
    if (!(await findReached(deps.db, deps.zoneId, actor, input.enterpriseId))) throw missing(input.enterpriseId)
    const { commandId: _commandId, ...entered } = input
    const done = command(context, actor, 'create_figure', input, (tx) => createFigure(tx, deps, actor, entered))
    return unwrap(await done, problems)
  }),
  change: figures.change.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    await reachFigure(context, actor, input.id)
    const { commandId: _commandId, ...entered } = input
    const done = command(context, actor, 'change_figure', input, (tx) => changeFigure(tx, context.deps, actor, entered))
    return unwrap(await done, problems)
  }),
  withdraw: figures.withdraw.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    await reachFigure(context, actor, input.id)
    const done = command(context, actor, 'withdraw_figure', input, (tx) =>
      withdrawFigure(tx, context.deps, actor, input),
    )
    return unwrap(await done, problems)
  }),
  restore: figures.restore.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    await reachFigure(context, actor, input.id)
    const done = command(context, actor, 'restore_figure', input, (tx) => restoreFigure(tx, context.deps, actor, input))
    return unwrap(await done, problems)
  }),
  choose: figures.choose.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    await reachFigure(context, actor, input.id)
    const done = command(context, actor, 'choose_figure', input, (tx) => chooseFigure(tx, context.deps, actor, input))
    return unwrap(await done, problems)
  }),
  exportXlsx: figures.exportXlsx.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { deps, lang } = context
    const rows = await readAll(context, actor, input)
    const { cursor: _cursor, limit: _limit, sort: _sort, ...asked } = input
    const filters = Object.entries(asked).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)] as const],
    )
    const book = await writeFigures(lang, rows, { filters, by: actor.name, at: deps.clock() })
    return sendWorkbook(book, textsOf(lang).figure.file)
  }),
  templateXlsx: figures.templateXlsx.handler(async ({ context }) => {
    requireActor(context)
    const { deps, lang } = context
    const indicators = await readIndicators(deps.db, deps.zoneId)
    return sendWorkbook(await writeFigureTemplate(lang, indicators), textsOf(lang).figure.templateFile)
  }),
  importXlsx: figures.importXlsx.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { deps, lang } = context
    const file = await uploadedFile(context, actor, input.fileId)
    const table = await uploadedTable(context, file, figureRowsMax)
    const { preview, synthetic = false } = input
    const wish = { table, fileName: file.name, preview, synthetic, lang }
    if (preview) return deps.db.transaction().execute((tx) => importFigures(tx, deps, actor, wish))
    const done = command(context, actor, 'import_figures', input, async (tx) =>
      ok(await importFigures(tx, deps, actor, wish)),
    )
    return unwrap(await done, problems)
  }),
})

const rowOf = ({ uscc: _uscc, indicatorName: _indicator, unitName: _unit, ...figure }: FigureLine) => figure

/** The whole list under its filters. @throws ProblemError 422 when it is too long for a workbook */
async function readAll({ deps }: RequestContext, actor: Actor, wish: FigureWish): Promise<readonly FigureLine[]> {
  const total = await countFigures(deps.db, deps.zoneId, actor, { filters: wish, most: exportRowsMax })
  if (total === null)
    throw problem({
      kind: 'export_too_large',
      status: 422,
      area: 'registry',
      meta: { total: `${exportRowsMax}+`, max: exportRowsMax },
    })
  const rows: FigureLine[] = []
  for (let cursor: string | undefined | null; cursor !== null;) {
    const { cursor: _cursor, ...filters } = wish
    const page = await listFigures(deps.db, deps.zoneId, actor, { ...filters, cursor, limit: pageRows })
    rows.push(...page.rows)
    cursor = page.next
  }
  return rows
}

const indicators = implement(indicatorContract).$context<RequestContext>()
export const indicatorHandlers = indicators.router({
  list: indicators.list.handler(async ({ context }) => {
    requireActor(context)
    return { rows: [...(await readIndicators(context.deps.db, context.deps.zoneId))] }
  }),
  create: indicators.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...foundingRoles)
    const { commandId: _commandId, ...entered } = input
    const done = command(context, actor, 'create_indicator', input, (tx) =>
      createIndicator(tx, context.deps, actor, entered),
    )
    return unwrap(await done, problems)
  }),
  change: indicators.change.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...foundingRoles)
    const { commandId: _commandId, ...entered } = input
    const done = command(context, actor, 'change_indicator', input, (tx) =>
      changeIndicator(tx, context.deps, actor, entered),
    )
    return unwrap(await done, problems)
  }),
})
