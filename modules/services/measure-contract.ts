import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Day, Id, Instant, LastDay, Paging, Share, Words } from './contract-parts.ts'
import { requestStates } from './request-states.ts'

const tags = ['services']

export const cutNames = ['materials', 'forms', 'steps', 'visits', 'days'] as const
export const shareNames = [
  'first_pass',
  'material_first_pass',
  'correction',
  'tolerant',
  'promise_kept',
  'automatic',
  'sharing',
  'joint_on_time',
] as const

export const Measures = z.object({
  from: Day,
  to: Day,
  oneThing: z.string().nullable(),
  cuts: z.array(
    z.object({ name: z.enum(cutNames), before: z.number(), after: z.number(), cut: z.number().nullable() }),
  ),
  shares: z.array(Share.extend({ name: z.enum(shareNames) })),
  windowMinutes: z.object({ median: z.number().nullable(), base: z.int() }),
  rating: z.object({ mean: z.number().nullable(), base: z.int(), byStars: z.array(z.int()).length(5) }),
  applications: z.int(),
})

export const measureContract = {
  get: oc
    .route({ method: 'GET', path: '/service-measures', summary: '成效指标 · Measures of a period', tags })
    .input(z.object({ from: Day, to: Day, oneThing: z.string().max(60).optional() }))
    .output(Measures),
  behind: oc
    .route({
      method: 'GET',
      path: '/service-measures/{name}/rows',
      summary: '指标清单 · The rows behind a share: as many as its base',
      tags,
    })
    .input(
      z.object({
        name: z.enum(shareNames),
        from: Day,
        to: Day,
        oneThing: z.string().max(60).optional(),
        counted: z.boolean().optional().describe('true: only the numerator'),
        ...Paging,
      }),
    )
    .output(
      z.object({
        rows: z.array(z.object({ id: Id, no: z.string().nullable(), label: z.string(), counted: z.boolean() })),
        next: z.string().nullable(),
      }),
    ),
}

/** 数据共享请求: who asked whom for what, why and with whose consent. The answer itself is not kept. */
export const DataRequestRow = z.object({
  id: Id,
  at: Instant,
  answeredAt: Instant.nullable(),
  service: z.string(),
  serviceName: Words.nullable().describe('what the data service is called'),
  requester: z.string(),
  applicationId: Id,
  itemCaseId: Id.nullable(),
  purpose: z.string(),
  consentId: z.string().nullable(),
  responseHash: z.string().nullable(),
  used: z.boolean(),
  failure: z.string().nullable(),
  state: z.enum(requestStates),
  dueAt: Instant.nullable().describe('until when a source outside has to answer'),
  attempts: z.int(),
  answer: z.unknown().describe('for officials, while the application is open; null: nothing is kept'),
  materials: z.array(z.object({ code: z.string(), name: Words })).describe('what the service gives'),
  mayConsent: z.boolean().describe('a late answer waits for the reader’s word'),
  mayHandIn: z.boolean().describe('the reader may hand the materials in instead'),
})

/** A fact that a department lays down for others to ask, about one subject. */
export const SharedFact = z.object({
  service: z.string().max(260),
  subject: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('enterprise'), id: Id }),
    z.object({ kind: z.literal('account'), id: Id }),
    z.object({ kind: z.literal('person'), idNumber: z.string().min(15).max(18).describe('kept as a hash only') }),
  ]),
  value: z.unknown(),
  asOf: Day,
  validTo: LastDay.nullable().default(null),
  synthetic: z.boolean().default(false),
})

export const dataRequestContract = {
  lay: oc
    .route({ method: 'POST', path: '/shared-facts', summary: '数据归集 · Lay facts down for others to ask', tags })
    .input(z.object({ commandId: Id, facts: z.array(SharedFact).min(1).max(500) }))
    .output(z.object({ laid: z.int() })),
  list: oc
    .route({
      method: 'GET',
      path: '/data-requests',
      summary: '数据调用记录 · Data requests with purpose and consent',
      tags,
    })
    .input(z.object({ applicationId: Id.optional(), service: z.string().max(200).optional(), ...Paging }))
    .output(z.object({ rows: z.array(DataRequestRow), next: z.string().nullable() })),
}
