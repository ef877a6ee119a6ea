import { implement } from '@orpc/server'
import { readHistory } from '@tingzhou/audit'
import { problem, registerProblems, requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { hasRole } from '@tingzhou/parties'
import { writeXlsx } from '@tingzhou/sheets'
import { appealContract } from './appeal-contract.ts'
import { appealSheet } from './appeal-sheet.ts'
import { editDraft, raiseAppeal } from './appeal.ts'
import en from './locales/appeal.en.json' with { type: 'json' }
import zhCN from './locales/appeal.zh-CN.json' with { type: 'json' }
import { makeMove } from './moves.ts'
import { appealProblems } from './problems.ts'
import './rule-texts.ts'
import { needsDeps } from './runtime.ts'
import { suggestFor, suggestWhileWriting } from './suggestions.ts'
import { listCategories } from './taxonomy.ts'
import { allAppeals, countAppeals, findAppeal, hidesNames, listAppeals, readableState, type Reader } from './view.ts'

registerProblems('appeal', { 'zh-CN': zhCN, en })

const os = implement(appealContract).$context<RequestContext>()

/** The most rows one export writes; more is asked for by a narrower filter. */
const exportRowsMax = 50_000

export const appealHandlers = os.router({
  list: os.list.handler(async ({ context, input }) => {
    const page = await listAppeals(await readerOf(context), input)
    return { rows: [...page.rows], next: page.next, total: page.total }
  }),
  get: os.get.handler(async ({ context, input }) => {
    const detail = await findAppeal(await readerOf(context), input.id)
    return detail ?? outOfReach(input.id)
  }),
  trail: os.trail.handler(async ({ context, input }) => {
    const reader = await readerOf(context)
    const state = await readableState(reader, input.id)
    if (state === null) return outOfReach(input.id)
    const nameless = hidesNames(reader.actor, state)
    const official = hasRole(
      reader.actor,
      'dispatcher',
      'supervisor',
      'auditor',
      'admin',
      'leader',
      'area_lead',
      'dept_head',
      'dept_officer',
    )
    const rows = await readHistory(context.deps.db, context.deps.zoneId, input.id, {
      after: input.after,
      limit: input.limit,
      publicOnly: !official,
    })
    return {
      rows: rows.map((row) => {
        // Every entry of an appeal is written by the dossier, whose data is an object.
        const data = row.data as Record<string, unknown>
        const text = (value: unknown) => (typeof value === 'string' ? value : null)
        return {
          seq: row.seq,
          at: row.at,
          verb: row.verb,
          actor: nameless && row.actorId !== reader.actor.accountId ? '—' : row.actorName,
          onBehalfOf: row.onBehalfOf,
          public: row.public,
          from: text(data.from),
          to: text(data.to),
          reason: row.reason,
          data,
          hash: row.hash,
        }
      }),
      next: rows.length === input.limit ? (rows.at(-1)?.seq ?? null) : null,
    }
  }),
  create: os.create.handler(async ({ context, input }) => {
    const { commandId, ...fields } = input
    return unwrap(await raiseAppeal(needsDeps(context.deps), requireActor(context), commandId, fields), appealProblems)
  }),
  edit: os.edit.handler(async ({ context, input }) => {
    return unwrap(await editDraft(needsDeps(context.deps), requireActor(context), input), appealProblems)
  }),
  move: os.move.handler(async ({ context, input }) => {
    const reader = await readerOf(context)
    if ((await readableState(reader, input.id)) === null) return outOfReach(input.id)
    return unwrap(await makeMove(reader.deps, reader.actor, input.id, input.move), appealProblems)
  }),
  suggestions: os.suggestions.handler(async ({ context, input }) => {
    const reader = await readerOf(context)
    if ((await readableState(reader, input.id)) === null) return outOfReach(input.id)
    return suggestFor(reader, input.id, context.lang)
  }),
  similar: os.similar.handler(async ({ context, input }) => suggestWhileWriting(await readerOf(context), input)),
  exportSheet: os.exportSheet.handler(async ({ context, input }) => {
    const reader = await readerOf(context)
    const rows = []
    for await (const batch of allAppeals(reader, input)) {
      rows.push(...batch)
      if (rows.length > exportRowsMax)
        throw problem({
          kind: 'export_too_large',
          status: 422,
          area: 'appeal',
          rule: `at most ${exportRowsMax} rows`,
          meta: { max: exportRowsMax },
        })
    }
    const { columns, name, notes } = appealSheet(context.lang, input, reader.now)
    const bytes = await writeXlsx(columns, rows, { sheetName: name, notesSheet: notes })
    return new File([new Uint8Array(bytes)], `${name}.xlsx`, {
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    })
  }),
  counts: os.counts.handler(async ({ context }) => countAppeals(await readerOf(context))),
  process: os.process.handler(async ({ context, input }) => {
    const reader = await readerOf(context)
    const detail = await findAppeal(reader, input.id)
    if (!detail) return outOfReach(input.id)
    const row = await context.deps.db
      .selectFrom('process_definition')
      .select('xml')
      .where('zone_id', '=', context.deps.zoneId)
      .where('key', '=', detail.process.key)
      .where('version', '=', detail.process.version)
      .executeTakeFirst()
    return { ...detail.process, xml: row?.xml ?? '' }
  }),
  categories: os.categories.handler(async ({ context }) => {
    requireActor(context)
    const rows = await listCategories(context.deps.db, context.deps.zoneId)
    return [...rows]
  }),
})

async function readerOf(context: RequestContext): Promise<Reader> {
  const actor = requireActor(context)
  const deps = needsDeps(context.deps)
  return { deps, actor, calendar: await deps.calendar.current(deps.db), now: deps.clock() }
}

/** Out of reach and not existing look the same from outside. */
function outOfReach(id: string): never {
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id })
}
