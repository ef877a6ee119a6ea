import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId } from '@tingzhou/http/contract'

const Year = z.int().min(1992).max(2100)
const Time = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM')
const MonthDay = z.string().regex(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'MM-DD')
const Name = z.string().trim().min(1).max(80).nullable()
const Source = z.string().trim().min(1).max(300).describe('The notice or decision the days come from.')

/** A day of the calendar: a holiday, or a workday that makes up for one, has a name. */
export const CalendarDay = z.strictObject({
  date: z.iso.date(),
  kind: z.enum(['work', 'off']),
  name: Name.default(null),
  nameEn: Name.default(null),
})

export const OfficeSeason = z.strictObject({
  fromMonthDay: MonthDay,
  toMonthDay: MonthDay,
  spans: z
    .array(z.strictObject({ from: Time, to: Time }))
    .min(1)
    .max(12),
})

/** How long something may take: by the clock, in office hours, or in workdays. */
export const Duration = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('calendar'), seconds: z.int().min(0).max(31_622_400) }),
  z.object({ kind: z.literal('working_hours'), hours: z.number().min(0).max(3_000) }),
  z.object({ kind: z.literal('working_days'), days: z.int().min(0).max(366) }),
])

const YearSummary = z.object({
  year: z.int(),
  workDays: z.int(),
  offDays: z.int(),
  sources: z.array(z.string()),
})
const Version = z.object({
  version: z.string(),
  change: z.enum(['built_in', 'year_loaded', 'year_replaced', 'office_hours']),
  subject: z.string(),
  source: z.string(),
  loadedBy: z.string().nullable(),
  loadedAt: z.int(),
})
const Changed = z.object({ version: z.string().describe('Stored with every due time computed from now on.') })
const tags = ['calendar']

/** The public face of the working calendar over HTTP. */
export const calendarContract = {
  years: oc
    .route({ method: 'GET', path: '/calendar/years', summary: '工作日历:已加载年份', tags })
    .output(z.object({ rows: z.array(YearSummary), version: z.string().nullable(), changes: z.array(Version) })),
  year: oc
    .route({ method: 'GET', path: '/calendar/years/{year}', summary: '某年的每一天', tags })
    .input(z.object({ year: Year }))
    .output(z.object({ year: z.int(), days: z.array(CalendarDay) })),
  loadYear: oc
    .route({ method: 'PUT', path: '/calendar/years/{year}', summary: '加载或替换一年', tags })
    .input(
      z.strictObject({
        year: Year,
        commandId: CommandId,
        days: z.array(CalendarDay).min(1).max(366),
        source: Source,
        replace: z.boolean().default(false),
      }),
    )
    .output(Changed),
  officeHours: oc
    .route({ method: 'GET', path: '/calendar/office-hours', summary: '办公时间', tags })
    .output(z.object({ seasons: z.array(OfficeSeason) })),
  saveOfficeHours: oc
    .route({ method: 'PUT', path: '/calendar/office-hours', summary: '修改办公时间', tags })
    .input(z.strictObject({ commandId: CommandId, seasons: z.array(OfficeSeason).min(1).max(12), source: Source }))
    .output(Changed),
}
