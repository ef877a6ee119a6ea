import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import { Answers, Plan } from './catalogue-contract.ts'
import {
  ask,
  Ask,
  Clock,
  Day,
  Department,
  Files,
  FileView,
  Id,
  Instant,
  Judged,
  line,
  Moved,
  MoveView,
  Paging,
  Party,
  Place,
  prose,
  remark,
  TrailEntry,
  Verdict,
  Words,
} from './contract-parts.ts'
import { ItemRow } from './item-contract.ts'
import { PromiseView } from './promise-contract.ts'
import { RevocationView } from './revocation-contract.ts'
import { CertificateView } from './certificate-contract.ts'
import { packageStates } from './window-contract.ts'

export const applicationStates = [
  'draft',
  'check',
  'correction',
  'not_accepted',
  'running',
  'concluded',
  'delivered',
  'archived',
  'withdrawn',
] as const
export const ApplicationState = z.enum(applicationStates)
/** 受理: in order, with promised materials 容缺, or because nobody answered in time 逾期视为受理. */
export const acceptances = ['accepted', 'tolerant', 'by_silence'] as const
export const results = ['granted', 'partly_granted', 'not_granted'] as const
/** 全程网办, 窗口, 异地代收代办, 多地联办. */
export const modes = ['online', 'window', 'cross_region', 'joint'] as const
export const deliveries = ['online', 'window', 'post'] as const
/** A material is handed in, held by the zone already, fetched, or promised 容缺承诺. */
export const materialHows = ['handed_in', 'held', 'promised', 'missing'] as const

export const Applicant = z.object({
  kind: z.enum(['enterprise', 'person']),
  enterpriseId: Id.nullable().default(null).describe('a firm of the register; null: a person, or a firm to be founded'),
  name: line(100).describe('as it stands in the form; lists show it masked for a person'),
})

export const MaterialGiven = z.object({
  code: z.string().max(60),
  how: z.enum(['handed_in', 'held', 'promised']),
  fileIds: Files,
})

/** 容缺承诺: what is promised until when; the list, the form, the deadline and the consequence stand in the signed text. */
export const PromiseGiven = z.object({
  workingDays: z.int().min(1).max(60),
  signedBy: line(60),
  agreed: z.literal(true),
})

/** What a draft holds; `save` changes only what it is given. */
export const DraftFields = z.object({
  answers: Answers.optional(),
  values: z.record(z.string().max(60), z.unknown()).optional().describe('by code of field'),
  disputes: z
    .array(z.object({ field: z.string().max(60), words: prose(500) }))
    .max(100)
    .optional()
    .describe('prefilled values that the applicant says are wrong'),
  materials: z.array(MaterialGiven).max(200).optional(),
  takenBack: z
    .array(z.string().max(60))
    .max(200)
    .optional()
    .describe('codes of materials that are handed in no longer'),
  promise: PromiseGiven.nullable().optional(),
  consents: z.array(z.string().max(60)).max(50).optional(),
  deliverBy: z.enum(deliveries).optional(),
  postTo: z.string().trim().max(300).optional(),
})

export const ApplicationRow = z.object({
  id: Id,
  no: z.string().nullable(),
  oneThing: z.object({ code: z.string(), version: z.int(), name: Words }),
  state: ApplicationState,
  acceptance: z.enum(acceptances).nullable(),
  result: z.enum(results).nullable(),
  mode: z.enum(modes),
  applicant: z.object({ kind: z.enum(['enterprise', 'person']), id: z.string().nullable(), name: z.string() }),
  receivedAt: Instant.nullable(),
  clock: Clock.nullable().describe('check within five working days, then the joint clock'),
  items: z.object({ all: z.int(), decided: z.int() }),
  supplementOpen: z.boolean(),
  promised: z.boolean().describe('The applicant signed a promise for what is missing.'),
  rating: z.int().nullable(),
  rev: z.int(),
  synthetic: z.boolean(),
})

export const SupplementView = z.object({
  id: Id,
  day: Day,
  state: z.enum(['open', 'supplied', 'late']),
  dueAt: Instant.nullable(),
  asks: z.array(Ask.extend({ itemCaseId: Id, item: Words, department: Department })),
  words: z.string(),
  suppliedAt: Instant.nullable(),
  files: z.array(FileView),
  rev: z.int(),
})

export const ApplicationDetail = ApplicationRow.extend({
  answers: Answers,
  values: z.record(z.string(), z.unknown()),
  disputes: z.array(z.object({ field: z.string(), words: z.string() })),
  promiseGiven: PromiseGiven.nullable(),
  consents: z.array(z.string()),
  deliverBy: z.enum(deliveries),
  postTo: z.string(),
  plan: Plan.describe('by the version that the application was begun with'),
  problems: z
    .array(z.object({ field: z.string(), value: z.unknown(), rule: z.string(), message: Words }))
    .describe('what keeps a draft from being submitted'),
  materials: z.array(
    z.object({
      code: z.string(),
      name: Words,
      kind: z.enum(['main', 'secondary']),
      how: z.enum(materialHows),
      source: z.string().nullable(),
      sourceName: Words.nullable().describe('what the data service is called'),
      asOf: Instant.nullable(),
      files: z.array(FileView),
      ...Judged,
    }),
  ),
  corrections: z.array(
    z.object({
      round: z.int(),
      at: Instant,
      by: z.string(),
      headReason: z.string().nullable(),
      asks: z.array(Ask),
      answeredAt: Instant.nullable(),
    }),
  ),
  refusal: z.object({ reason: z.string(), basis: z.string() }).nullable(),
  itemCases: z.array(ItemRow),
  clockJoint: Clock.nullable(),
  sumDays: z.int().nullable(),
  promises: z.array(PromiseView),
  supplements: z.array(SupplementView),
  certificates: z.array(CertificateView),
  revocations: z.array(RevocationView),
  packageId: Id.nullable(),
  packages: z
    .array(
      z.object({
        id: Id,
        place: Place,
        state: z.enum(packageStates),
        items: z.array(z.object({ code: z.string(), name: Words })),
        departments: z.array(z.string()),
        sentAt: Instant.nullable(),
        answerDueAt: Instant.nullable(),
        receivedAt: Instant.nullable(),
        late: z.boolean(),
      }),
    )
    .describe('多地联办: one a place'),
  ratingWords: z.string(),
  followUpId: Id.nullable().describe('the appeal that one or two stars opened'),
  nextStep: z.string().nullable().describe('key under services.step.'),
  waitingFor: z.array(Party),
  moves: z.array(MoveView),
})

/** Every move a person can make on an application. */
export const ApplicationMove = z.discriminatedUnion('move', [
  z.object({ ...ask, move: z.literal('submit') }),
  z.object({ ...ask, move: z.literal('accept'), words: remark(500) }),
  z.object({ ...ask, move: z.literal('accept_tolerant'), words: remark(500) }),
  z.object({
    ...ask,
    move: z.literal('ask_correction'),
    asks: z
      .array(Ask)
      .max(50)
      .describe('empty only when materials were judged: those that are bad or missing are asked'),
    headReason: z.string().trim().max(500).nullable().default(null).describe('a second list needs it'),
  }),
  z.object({ ...ask, move: z.literal('judge_materials'), judgements: z.array(Verdict).min(1).max(200) }),
  z.object({ ...ask, move: z.literal('refuse'), reason: prose(1000), basis: prose(500) }),
  z.object({ ...ask, move: z.literal('corrected'), words: remark(1000) }),
  z.object({ ...ask, move: z.literal('withdraw'), reason: prose(500) }),
  z.object({ ...ask, move: z.literal('deliver'), how: z.enum(deliveries), words: remark(500) }),
  z.object({ ...ask, move: z.literal('rate'), stars: z.int().min(1).max(5), words: remark(1000) }),
  z.object({ ...ask, move: z.literal('note'), text: prose(2000), internal: z.boolean().default(true) }),
])
export type ApplicationMove = z.infer<typeof ApplicationMove>
export type ApplicationMoveName = ApplicationMove['move']

export const ApplicationFilters = z.object({
  q: z.string().trim().max(100).optional().describe('number or name'),
  states: z.array(ApplicationState).max(9).optional(),
  oneThing: z.string().max(60).optional(),
  mode: z.enum(modes).optional(),
  mine: z.boolean().optional().describe('own applications'),
  waiting: z.boolean().optional().describe('waits for the reader now'),
  overdue: z.boolean().optional(),
  receivedFrom: Day.optional(),
  receivedTo: Day.optional(),
})

const tags = ['services']

export const applicationContract = {
  list: oc
    .route({ method: 'GET', path: '/applications', summary: '办件列表 · Applications within reach', tags })
    .input(ApplicationFilters.extend(Paging))
    .output(z.object({ rows: z.array(ApplicationRow), next: z.string().nullable(), total: z.int().nullable() })),
  counts: oc
    .route({ method: 'GET', path: '/applications/counts', summary: '各视图数量 · Counts behind the views', tags })
    .output(
      z.object({
        mine: z.int(),
        waiting: z.int(),
        overdue: z.int(),
        byState: z.array(z.object({ state: ApplicationState, n: z.int() })),
      }),
    ),
  exportSheet: oc
    .route({ method: 'GET', path: '/applications/export.xlsx', summary: '导出办件 · The list as a workbook', tags })
    .input(ApplicationFilters)
    .output(z.file()),
  get: oc
    .route({ method: 'GET', path: '/applications/{id}', summary: '办件详情 · One application with its items', tags })
    .input(z.object({ id: Id }))
    .output(ApplicationDetail),
  trail: oc
    .route({ method: 'GET', path: '/applications/{id}/history', summary: '办件历史 · Its hash-chained history', tags })
    .input(
      z.object({
        id: Id,
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(200).default(200),
      }),
    )
    .output(z.object({ rows: z.array(TrailEntry), next: z.int().nullable() })),
  process: oc
    .route({ method: 'GET', path: '/applications/{id}/process', summary: '流程图 · Its drawing with tokens', tags })
    .input(z.object({ id: Id }))
    .output(Drawing),
  create: oc
    .route({ method: 'POST', path: '/applications', summary: '开始申请 · Begin a draft', tags, successStatus: 201 })
    .input(
      z.object({
        commandId: Id,
        oneThing: z.string().max(60),
        applicant: Applicant,
        mode: z.enum(modes).default('online'),
        visitId: Id.nullable().default(null).describe('the visit at the window during which it is entered'),
        fields: DraftFields.default({}),
      }),
    )
    .output(Moved),
  save: oc
    .route({ method: 'PATCH', path: '/applications/{id}', summary: '保存草稿 · Save a draft or a correction', tags })
    .input(z.object({ id: Id, ...ask, fields: DraftFields }))
    .output(Moved),
  move: oc
    .route({ method: 'POST', path: '/applications/{id}/moves', summary: '办理动作 · Make a move', tags })
    .input(z.object({ id: Id, move: ApplicationMove }))
    .output(Moved),
  supply: oc
    .route({
      method: 'POST',
      path: '/supplements/{id}/supply',
      summary: '补正材料 · Give what the departments asked for in one list',
      tags,
    })
    .input(z.object({ id: Id, ...ask, materials: z.array(MaterialGiven).max(50).default([]), words: remark(2000) }))
    .output(Moved),
}
