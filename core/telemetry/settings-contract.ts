import { oc } from '@orpc/contract'
import * as z from 'zod'
import { RetentionView } from './device-contract.ts'
import { roomKinds } from './room-kind.ts'
import { TrailPage, trailInput } from './trail-contract.ts'

const tags = ['telemetry']
const whole = (days: z.ZodInt) => z.coerce.number().pipe(days)
const { packAfterDays, rawDays, minuteDays, trackDays } = RetentionView.shape

/** What settings of a zone have a history of their own. */
export const settingsObjects = ['retention', 'confirmation'] as const

/** The routes of what the settings of a zone come to, and of who changed them. */
export const settingsContract = {
  room: oc
    .route({
      method: 'GET',
      path: '/telemetry-room',
      summary: '数据占用空间 · What is kept takes so much room, and what such settings would drop',
      description: 'Of all zones of the database, for they share its tables. Old days go within an hour, whole.',
      tags,
    })
    .input(
      z.object({
        packAfterDays: whole(packAfterDays),
        rawDays: whole(rawDays),
        minuteDays: whole(minuteDays),
        trackDays: whole(trackDays),
      }),
    )
    .output(
      z.object({
        rows: z.array(
          z.object({
            kind: z.enum(roomKinds),
            bytes: z.number(),
            days: z.int().describe('Of which there is something; 0 of what is not cut by day.'),
            oldest: z.iso.date().nullable().describe('The first of them, UTC.'),
            goes: z
              .object({
                bytes: z.number(),
                days: z.int(),
                before: z.iso.date().describe('Days before this one, UTC.'),
                keptDays: z.int().describe('Longer than asked where another zone of the database keeps it longer.'),
              })
              .nullable()
              .describe('Null: kept for ever.'),
          }),
        ),
      }),
    ),
  settingsTrail: oc
    .route({ method: 'GET', path: '/telemetry-settings/{object}/trail', summary: '设置变更记录', tags })
    .input(z.object({ object: z.enum(settingsObjects), ...trailInput }))
    .output(TrailPage),
}
