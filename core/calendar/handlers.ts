import { implement } from '@orpc/server'
import { localDate } from '@tingzhou/kernel'
import { runCommand, type CommandReused } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
  type ServerModule,
} from '@tingzhou/http'
import { calendarContract } from './contract.ts'
import { findOfficeHours, saveOfficeHours } from './hours.ts'
import type { OfficeHoursError } from './office-hours.ts'
import { prepareCalendar } from './store.ts'
import { findVersion, listVersions } from './version.ts'
import { findYear, listYears, loadYear, type YearError } from './years.ts'

const changesMax = 50

const problems = {
  ...commandProblems,
  year_exists: { status: 409, area: 'calendar', field: 'year', rule: 'replace: true' },
  day_missing: { status: 422, area: 'calendar' },
  day_repeated: { status: 422, area: 'calendar' },
  day_outside_year: { status: 422, area: 'calendar' },
  season_missing: { status: 422, area: 'calendar' },
  season_overlap: { status: 422, area: 'calendar' },
  span_order: { status: 422, area: 'calendar' },
} satisfies ProblemTable<YearError | OfficeHoursError | CommandReused>

const os = implement(calendarContract).$context<RequestContext>()

const calendarRouter = os.router({
  years: os.years.handler(async ({ context }) => {
    requireActor(context)
    const { db, zoneId } = context.deps
    const rows = await listYears(db, zoneId)
    const changes = await listVersions(db, zoneId, changesMax)
    return {
      rows: rows.map((row) => ({ ...row, sources: [...row.sources] })),
      version: await findVersion(db, zoneId),
      changes: [...changes],
    }
  }),
  year: os.year.handler(async ({ context, input }) => {
    requireActor(context)
    const days = await findYear(context.deps.db, context.deps.zoneId, input.year)
    if (days.length > 0) return { year: input.year, days: [...days] }
    throw problem({ kind: 'year_not_loaded', status: 404, area: 'calendar', field: 'year', value: input.year })
  }),
  loadYear: os.loadYear.handler(async ({ context, input }) => {
    const { accountId } = requireRole(requireActor(context), 'admin')
    const { commandId, ...load } = input
    const days = load.days.map((day) => ({ ...day, date: localDate(day.date) }))
    const stamp = { at: context.deps.clock(), by: accountId }
    const command = { commandId, actorId: accountId, name: 'calendar.load_year', input: load }
    const result = await runCommand(context.deps, command, (tx) =>
      loadYear(tx, context.deps.zoneId, { ...load, days }, stamp),
    )
    return unwrap(result, problems)
  }),
  officeHours: os.officeHours.handler(async ({ context }) => {
    requireActor(context)
    const seasons = await findOfficeHours(context.deps.db, context.deps.zoneId)
    return { seasons: seasons.map((season) => ({ ...season, spans: [...season.spans] })) }
  }),
  saveOfficeHours: os.saveOfficeHours.handler(async ({ context, input }) => {
    const { accountId } = requireRole(requireActor(context), 'admin')
    const { commandId, ...change } = input
    const stamp = { at: context.deps.clock(), by: accountId }
    const command = { commandId, actorId: accountId, name: 'calendar.save_office_hours', input: change }
    const result = await runCommand(context.deps, command, (tx) =>
      saveOfficeHours(tx, context.deps.zoneId, change.seasons, change.source, stamp),
    )
    return unwrap(result, problems)
  }),
})

/** What the calendar gives the server: its routes, and a calendar to compute with before the first request. */
export const calendarModule: ServerModule = {
  name: 'calendar',
  contract: calendarContract,
  router: calendarRouter,
  start: async ({ db, zoneId, clock }) => {
    await db.transaction().execute((tx) => prepareCalendar(tx, zoneId, clock()))
  },
}
