import { implement } from '@orpc/server'
import { caseDeps, caseProblems, drawingOf } from '@tingzhou/casework'
import { runCommand, type Tx } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { writeXlsx } from '@tingzhou/sheets'
import { moveCase, type CaseMoveError } from './case-moves.ts'
import { findCase, listCases } from './case-view.ts'
import { alarmsContract } from './contract.ts'
import { detailsOf } from './detail.ts'
import { allAlarms, allHistory, countAlarms, findAlarm, listAlarms, listHistory, type Reader } from './list.ts'
import {
  acknowledge,
  putBack,
  reset,
  shelve,
  takeOut,
  type Handled,
  type HoldError,
  type HoldSeat,
  type PeopleDeps,
} from './people.ts'
import { measure } from './performance.ts'
import { readPlaces, type PlacePoint } from './place.ts'
import { alarmsOf, peopleDeps } from './ports.ts'
import { reachesAlarm, ruleRoles, watches, watchRoles } from './reach.ts'
import { checkFit, savePointRule, saveTypeRule, type RuleSaveError, type SaveDeps } from './rule-save.ts'
import { findPointRules, listRulePoints } from './rule-view.ts'
import { alarmSheet } from './sheet.ts'
import './texts.ts'
import { tryRule } from './trial.ts'
import { findTypeRules, listRuleTypes } from './type-rule-view.ts'

const area = 'alarms'
const holdProblems = {
  ...commandProblems,
  rule_not_found: { status: 404, area, field: 'rule' },
  not_shelvable: { status: 422, area, field: 'hours', valueIn: 'hours' },
  held_already: { status: 409, area, field: 'rule' },
  not_held: { status: 409, area, field: 'rule' },
} satisfies ProblemTable<HoldError>
const ruleProblems = {
  ...commandProblems,
  rule_changed: { status: 409, area, field: 'rev', valueIn: 'rev' },
  rule_missing: { status: 422, area, field: 'rule' },
  rule_key_differs: { status: 422, area, field: 'rule.key' },
  condition_unfit: { status: 422, area, field: 'rule.condition.kind', valueIn: 'condition' },
  point_unknown: { status: 422, area },
  type_unknown: { status: 404, area, field: 'template', valueIn: 'template' },
} satisfies ProblemTable<RuleSaveError>
const moveProblems = {
  ...caseProblems(area),
  proof_missing: { status: 422, area, field: 'words' },
  file_unknown: { status: 422, field: 'fileIds' },
  file_not_yours: { status: 422, field: 'fileIds' },
  file_already_attached: { status: 422, field: 'fileIds' },
} satisfies ProblemTable<CaseMoveError>

const os = implement(alarmsContract).$context<RequestContext>()
const dayMs = 86_400_000
const performanceDaysMax = 31
const exportRowsMax = 50_000

function readerOf(context: RequestContext): Reader {
  const { db, zoneId } = context.deps
  return { db, zoneId, actor: requireActor(context), now: alarmsOf(context.deps).clock() }
}

const nowhere = (): never => {
  throw problem({ kind: 'not_found', status: 404 })
}

/** Runs what somebody wants done, once. */
function runOnce<T, E extends { readonly kind: string }>(
  { deps }: RequestContext,
  actor: Actor,
  name: string,
  { commandId, ...fields }: { readonly commandId: string },
  work: (tx: Tx) => Promise<Result<T, E>>,
) {
  return runCommand(deps, { commandId, actorId: actor.accountId, name: `alarms.${name}`, input: fields }, work)
}

/** One command about many alarms, by somebody who may act on them; what they reach is asked of the rows. */
async function handleMany(
  context: RequestContext,
  name: string,
  input: { readonly commandId: string; readonly ids: readonly string[] },
  work: (tx: Tx, deps: PeopleDeps, actor: Actor) => Promise<Handled>,
) {
  const actor = requireRole(requireActor(context), ...watchRoles, 'enterprise')
  const { deps } = context
  const handled = await runOnce(context, actor, name, input, async (tx) =>
    ok(await work(tx, peopleDeps(deps, deps.clock()), actor)),
  )
  const { done: ids, left } = unwrap(handled, commandProblems)
  return { done: [...ids], left: [...left] }
}

/** A point that the actor answers for. */
async function seatOf(context: RequestContext, id: number): Promise<PlacePoint> {
  const actor = requireActor(context)
  const { db, zoneId } = context.deps
  const [point] = await readPlaces(db, zoneId, { ids: [id] })
  return point && watches(actor, point.partyId) ? point : nowhere()
}

async function holdSeat(context: RequestContext, id: number, key: string): Promise<Result<HoldSeat, HoldError>> {
  const point = await seatOf(context, id)
  const found = alarmsOf(context.deps)
    .book.at(point)
    .find(({ rule }) => rule.key === key)
  return found ? ok({ point, rule: found.rule }) : err({ kind: 'rule_not_found', rule: key })
}

type Said = { readonly commandId: string; readonly point: number; readonly rule: string }

/** One command about a rule of a point. */
async function holdCommand<T>(
  context: RequestContext,
  name: string,
  input: Said,
  work: (tx: Tx, deps: PeopleDeps, actor: Actor, seat: HoldSeat) => Promise<Result<T, HoldError>>,
): Promise<T> {
  const seat = await holdSeat(context, input.point, input.rule)
  const actor = requireActor(context)
  const { deps } = context
  const held = await runOnce(context, actor, name, input, async (tx): Promise<Result<T, HoldError>> =>
    seat.ok ? work(tx, peopleDeps(deps, deps.clock()), actor, seat.value) : seat,
  )
  return unwrap(held, holdProblems)
}

/** One command about what a rule says, which counts at once. */
async function ruleCommand(
  context: RequestContext,
  actor: Actor,
  name: string,
  input: { readonly commandId: string },
  work: (tx: Tx, deps: SaveDeps) => Promise<Result<{ readonly rev: number }, RuleSaveError>>,
): Promise<{ readonly rev: number }> {
  const { deps } = context
  const saved = await runOnce(context, actor, name, input, (tx) => work(tx, { zoneId: deps.zoneId, now: deps.clock() }))
  const answer = unwrap(saved, ruleProblems)
  await alarmsOf(deps).refresh()
  return answer
}

/** A workbook of alarms. @throws ProblemError 422 beyond 50 000 rows */
async function fileOf(
  { isMoreThan, pages }: ReturnType<typeof allHistory>,
  { columns, name, notes }: ReturnType<typeof alarmSheet>,
): Promise<File> {
  if (await isMoreThan(exportRowsMax))
    throw problem({
      kind: 'export_too_large',
      status: 422,
      area,
      rule: `at most ${exportRowsMax} rows`,
      meta: { max: exportRowsMax },
    })
  const rows = []
  for await (const page of pages()) rows.push(...page)
  const bytes = await writeXlsx(columns, rows, { sheetName: name, notesSheet: notes })
  return new File([new Uint8Array(bytes)], `${name}.xlsx`, {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  })
}

const done = { done: true } as const

/** The routes of alarms. */
export const alarmsRouter = os.router({
  list: os.list.handler(({ context, input }) => listAlarms(readerOf(context), input)),
  listSheet: os.listSheet.handler(({ context, input }) => {
    const reader = readerOf(context)
    return fileOf(allAlarms(reader, input), alarmSheet(context.lang, 'standing', input, reader.now))
  }),
  counts: os.counts.handler(({ context }) => countAlarms(readerOf(context))),
  get: os.get.handler(async ({ context, input }) => {
    const found = (await findAlarm(readerOf(context), input.id)) ?? nowhere()
    return { ...found, details: await detailsOf(context.deps, found) }
  }),
  acknowledge: os.acknowledge.handler(({ context, input }) =>
    handleMany(context, 'acknowledge', input, (tx, deps, actor) =>
      acknowledge(tx, deps, actor, input.ids, input.comment || null, reachesAlarm(actor)),
    ),
  ),
  reset: os.reset.handler(({ context, input }) =>
    handleMany(context, 'reset', input, (tx, deps, actor) => reset(tx, deps, actor, input.ids, reachesAlarm(actor))),
  ),
  shelve: os.shelve.handler(({ context, input }) =>
    holdCommand(context, 'shelve', input, (tx, deps, actor, seat) => shelve(tx, deps, actor, seat, input)),
  ),
  unshelve: os.unshelve.handler(async ({ context, input }) => {
    await holdCommand(context, 'unshelve', input, (tx, deps, actor, { point, rule }) =>
      putBack(tx, deps, actor, point.id, rule.key, 'shelved'),
    )
    return done
  }),
  takeOut: os.takeOut.handler(async ({ context, input }) => {
    await holdCommand(context, 'take_out', input, (tx, deps, actor, seat) =>
      takeOut(tx, deps, actor, seat, input.reason),
    )
    return done
  }),
  putBack: os.putBack.handler(async ({ context, input }) => {
    await holdCommand(context, 'put_back', input, (tx, deps, actor, { point, rule }) =>
      putBack(tx, deps, actor, point.id, rule.key, 'out_of_service'),
    )
    return done
  }),
  history: os.history.handler(({ context, input }) => listHistory(readerOf(context), input)),
  historySheet: os.historySheet.handler(({ context, input }) => {
    const reader = readerOf(context)
    return fileOf(allHistory(reader, input), alarmSheet(context.lang, 'history', input, reader.now))
  }),
  performance: os.performance.handler(({ context, input: { from, until } }) => {
    const reader = readerOf(context)
    if (until <= from)
      throw problem({ kind: 'window_empty', status: 422, area, field: 'until', value: until, rule: '> from' })
    if (until - from > performanceDaysMax * dayMs)
      throw problem({
        kind: 'window_too_long',
        status: 422,
        area,
        field: 'until',
        value: until,
        rule: `<= ${performanceDaysMax} d`,
        meta: { maxDays: performanceDaysMax },
      })
    return measure(reader, from, until)
  }),
  rulePoints: os.rulePoints.handler(async ({ context, input }) => {
    const { rows, ...page } = await listRulePoints(readerOf(context), input)
    return { ...page, rows: [...rows] }
  }),
  pointRules: os.pointRules.handler(
    async ({ context, input }) => (await findPointRules(readerOf(context), input.point)) ?? nowhere(),
  ),
  saveRule: os.saveRule.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...ruleRoles)
    const point = await seatOf(context, input.point)
    return ruleCommand(context, actor, 'save_rule', input, (tx, deps) => savePointRule(tx, deps, actor, point, input))
  }),
  ruleTypes: os.ruleTypes.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...ruleRoles)
    const { rows, ...page } = await listRuleTypes(readerOf(context), input)
    return { ...page, rows: [...rows] }
  }),
  typeRules: os.typeRules.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...ruleRoles)
    return (await findTypeRules(readerOf(context), input.profileKey, input.template)) ?? nowhere()
  }),
  saveTypeRule: os.saveTypeRule.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...ruleRoles)
    return ruleCommand(context, actor, 'save_type_rule', input, (tx, deps) =>
      saveTypeRule(tx, deps, actor, input, input),
    )
  }),
  trial: os.trial.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...ruleRoles)
    const point = await seatOf(context, input.point)
    unwrap(checkFit(input.rule, point.kind), ruleProblems)
    const tried = await tryRule(context.deps, point, input.rule, input.hours)
    return { ...tried, first: [...tried.first] }
  }),
  cases: os.cases.handler(({ context, input }) => listCases(readerOf(context), input)),
  case: os.case.handler(async ({ context, input }) => (await findCase(readerOf(context), input.id)) ?? nowhere()),
  moveCase: os.moveCase.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    if (!(await findCase(reader, input.id))) return nowhere()
    return unwrap(await moveCase(caseDeps(context.deps), reader.actor, input.id, input.move), moveProblems)
  }),
  caseProcess: os.caseProcess.handler(async ({ context, input: { id } }) => {
    const reader = readerOf(context)
    if (!(await findCase(reader, id))) return nowhere()
    return (await drawingOf(reader.db, reader.zoneId, 'alarm_case', id)) ?? nowhere()
  }),
})
