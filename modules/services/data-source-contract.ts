import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Day, Files, Id, LastDay, line, Moved, Words } from './contract-parts.ts'
import { requestStates } from './request-states.ts'
import { ServiceId } from './words.ts'

/** Where a service outside the zone is asked; its key stands in a setting of the server and is never shown. */
export const DataSource = z.object({
  service: z.string(),
  name: Words,
  url: z.string(),
  keySetting: z.string().nullable(),
  waitMinutes: z.int(),
  state: z.enum(['open', 'closed']),
  rev: z.int(),
})

const tags = ['services']

export const dataSourceContract = {
  list: oc
    .route({ method: 'GET', path: '/data-sources', summary: '外部数据源 · Sources outside the zone', tags })
    .output(z.array(DataSource)),
  save: oc
    .route({ method: 'PUT', path: '/data-sources', summary: '维护外部数据源 · Add or change one', tags })
    .input(
      z.object({
        commandId: Id,
        service: ServiceId,
        rev: z.int().min(1).nullable().default(null).describe('null: a new one'),
        name: Words,
        url: z.url({ protocol: /^https?$/ }).max(500),
        keySetting: z
          .string()
          .regex(/^DATA_SOURCE_KEY_[A-Z0-9_]{1,40}$/, 'DATA_SOURCE_KEY_ and capitals, digits, _')
          .nullable()
          .default(null)
          .describe('the setting of the server that holds its key'),
        waitMinutes: z.int().min(1).max(1_440).default(60),
        state: z.enum(['open', 'closed']).default('open'),
      }),
    )
    .output(DataSource),
  answer: oc
    .route({
      method: 'POST',
      path: '/data-requests/{id}/answer',
      summary: '数据源回调 · A source answers later, with the token that it was given',
      tags,
    })
    .input(
      z.object({
        id: Id,
        token: line(200),
        value: z.unknown().optional(),
        asOf: Day.nullable().default(null),
        validTo: LastDay.nullable().default(null),
        noData: z.boolean().default(false).describe('the source knows nothing of the subject'),
      }),
    )
    .output(z.object({ id: Id, state: z.enum(requestStates), used: z.boolean() })),
  consent: oc
    .route({
      method: 'POST',
      path: '/data-requests/{id}/consent',
      summary: '同意使用迟到的数据 · The applicant agrees that a late answer is used',
      tags,
    })
    .input(z.object({ id: Id, commandId: Id, agree: z.boolean() }))
    .output(Moved),
  handIn: oc
    .route({
      method: 'POST',
      path: '/data-requests/{id}/materials',
      summary: '改由申请人提交 · Hand in what a source did not answer',
      tags,
    })
    .input(
      z.object({
        id: Id,
        commandId: Id,
        materials: z
          .array(z.object({ code: z.string().max(60), fileIds: Files }))
          .min(1)
          .max(20),
      }),
    )
    .output(Moved),
}
