import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { AppealState, Nature } from './appeal-contract.ts'
import { Changed, Day, Id, line, PartyRef, Why, words } from './fields.ts'

export const visitForms = ['on_site', 'phone', 'video', 'seminar'] as const
export const visitStates = ['planned', 'done', 'cancelled'] as const

const campaignFields = {
  name: words(60),
  description: line(2000),
  from: Day,
  to: Day,
  cadreIds: z.array(words(100)).max(500).describe('Accounts of the cadres that take part.'),
}

/** Campaign 走访行动, e.g. 暖企行动. */
export const Campaign = z.object({
  ...campaignFields,
  id: Id,
  cadres: z.array(PartyRef),
  state: z.enum(['open', 'closed']),
  visitsPlanned: z.int(),
  visitsDone: z.int(),
  findings: z.int(),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

/** What a visit found; each becomes an appeal. */
export const Finding = z.object({
  title: words(60),
  text: words(4000),
  nature: Nature.default('help'),
  category: z
    .string()
    .regex(/^\d{4}$/)
    .nullable()
    .default(null),
  wanted: line(500).default(''),
  sensitive: z.boolean().default(false),
  fileIds: z.array(Id).max(20).default([]),
})

const visitFields = {
  date: Day,
  form: z.enum(visitForms),
  visitorIds: z.array(words(100)).min(1).max(20).describe('Accounts of the visitors.'),
  purpose: line(500),
}

/** Visit 走访: planned, then done with its findings. */
export const Visit = z.object({
  ...visitFields,
  id: Id,
  state: z.enum(visitStates),
  enterprise: PartyRef,
  area: PartyRef.nullable(),
  campaign: PartyRef.nullable(),
  visitors: z.array(PartyRef),
  doneAt: Instant.nullable(),
  summary: z.string(),
  metWith: z.string(),
  reason: z.string().describe('Why it was cancelled.'),
  findings: z.array(
    z.object({
      title: z.string(),
      appeal: z.object({ id: Id, no: z.string().nullable(), state: AppealState, solved: z.string().nullable() }),
    }),
  ),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

const tags = ['needs-visits']

export const campaignContract = {
  list: oc
    .route({ method: 'GET', path: '/campaigns', summary: '走访行动 · Campaigns', tags })
    .input(listInput({ state: z.enum(['open', 'closed']).optional() }))
    .output(listOutput(Campaign)),
  get: oc
    .route({ method: 'GET', path: '/campaigns/{id}', summary: '走访行动 · One campaign', tags })
    .input(z.object({ id: Id }))
    .output(Campaign),
  create: oc
    .route({ method: 'POST', path: '/campaigns', summary: '发起行动 · Start a campaign', tags, successStatus: 201 })
    .input(
      z.object({
        ...campaignFields,
        commandId: CommandId,
        description: campaignFields.description.default(''),
        cadreIds: campaignFields.cadreIds.default([]),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/campaigns/{id}', summary: '修改行动 · Change, close or reopen', tags })
    .input(
      z
        .object({ ...campaignFields, state: z.enum(['open', 'closed']) })
        .partial()
        .extend({ id: Id, commandId: CommandId, rev: Rev, why: Why }),
    )
    .output(Changed),
}

export const visitContract = {
  list: oc
    .route({ method: 'GET', path: '/visits', summary: '走访 · Visits within reach', tags })
    .input(
      listInput({
        state: z.enum(visitStates).optional(),
        campaignId: Id.optional(),
        enterpriseId: Id.optional(),
        areaId: Id.optional(),
        mine: z.boolean().optional(),
        from: Day.optional(),
        to: Day.optional(),
      }),
    )
    .output(listOutput(Visit)),
  get: oc
    .route({ method: 'GET', path: '/visits/{id}', summary: '走访 · One visit', tags })
    .input(z.object({ id: Id }))
    .output(Visit),
  plan: oc
    .route({ method: 'POST', path: '/visits', summary: '计划走访 · Plan a visit', tags, successStatus: 201 })
    .input(
      z.object({
        ...visitFields,
        commandId: CommandId,
        enterpriseId: Id,
        campaignId: Id.nullable().default(null),
        purpose: visitFields.purpose.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/visits/{id}', summary: '修改计划 · Change a planned visit', tags })
    .input(z.object(visitFields).partial().extend({ id: Id, commandId: CommandId, rev: Rev, why: Why }))
    .output(Changed),
  report: oc
    .route({
      method: 'POST',
      path: '/visits/{id}/report',
      summary: '走访记录 · Record a visit; each finding becomes an appeal',
      tags,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        rev: Rev,
        summary: words(4000),
        metWith: line(200).default(''),
        findings: z.array(Finding).max(20).default([]),
      }),
    )
    .output(Changed.extend({ appeals: z.array(z.object({ id: Id, no: z.string().nullable() })) })),
  cancel: oc
    .route({ method: 'POST', path: '/visits/{id}/cancellation', summary: '取消走访 · Cancel a planned visit', tags })
    .input(z.object({ id: Id, commandId: CommandId, rev: Rev, reason: words(500) }))
    .output(Changed),
  coverage: oc
    .route({ method: 'GET', path: '/visit-coverage', summary: '走访覆盖率 · Coverage by area', tags })
    .input(z.object({ from: Day, to: Day }))
    .output(
      z.object({
        rows: z.array(
          z.object({
            area: PartyRef.nullable(),
            enterprises: z.int(),
            visited: z.int(),
            visits: z.int(),
            findings: z.int(),
            coveragePct: z.number().nullable(),
          }),
        ),
      }),
    ),
}
