import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import { Instant } from '@tingzhou/http/contract'
import { Day, Version } from './fields.ts'

export const channels = ['web', 'phone', 'window', 'hotline', 'visit', 'meeting', 'import', 'open311'] as const
export const natures = ['consult', 'help', 'complaint', 'report', 'suggestion', 'praise'] as const
export const urgencyClasses = ['P0', 'P1', 'P2', 'P3', 'P4'] as const
export const appealStates = [
  'draft',
  'registered',
  'declined',
  'merged',
  'split',
  'dispatched',
  'returned',
  'signed',
  'handling',
  'waiting',
  'replied',
  'callback',
  'closed',
  'archived',
  'withdrawn',
] as const
export const replyResults = ['resolved', 'partly', 'explained', 'planned'] as const
export const solvedAnswers = ['yes', 'partly', 'no'] as const
export const declineReasons = ['not_ours', 'in_court', 'already_decided', 'repeated_without_new_facts'] as const
export const contactChannels = ['phone', 'on_site', 'meeting', 'message', 'video'] as const

const id = z.uuid()
const line = (max: number) => z.string().trim().min(1).max(max)
const prose = (max: number) => z.string().trim().min(1).max(max)
const instant = Instant
const files = z.array(id).max(20).default([])
const CategoryCode = z.string().regex(/^\d{4}$/, 'four digits, e.g. 0402')
export const Channel = z.enum(channels)
export const Nature = z.enum(natures)
export const UrgencyClass = z.enum(urgencyClasses)
export const AppealState = z.enum(appealStates)
/** 好差评: 5 very satisfied … 1 very dissatisfied. */
export const Rating = z.int().min(1).max(5)

export const Party = z.object({ id: z.string(), name: z.string() })

export const AppealFields = z.object({
  title: line(60),
  text: prose(4000),
  nature: Nature,
  category: CategoryCode.nullable().default(null),
  wanted: z.string().trim().max(500).default(''),
  occurredAt: instant.nullable().default(null),
  areaId: id.nullable().default(null),
  lon: z.number().min(-180).max(180).nullable().default(null),
  lat: z.number().min(-90).max(90).nullable().default(null),
  address: z.string().trim().max(200).default(''),
  contactName: z.string().trim().max(60).default(''),
  contactPhone: z
    .string()
    .trim()
    .regex(/^$|^\+?[\d -]{5,20}$/, 'digits, spaces and hyphens, 5 to 20')
    .default(''),
  anonymous: z.boolean().default(false),
  sensitive: z.boolean().default(false),
  fileIds: files,
})

/** Clock as the reader sees it; null when no clock runs. */
export const ClockView = z.object({
  kind: z.enum(['dispatch', 'sign', 'contact', 'result', 'quality', 'wait']),
  dueAt: instant,
  paused: z.boolean(),
  overdue: z.boolean(),
  workingSecondsLeft: z
    .int()
    .nullable()
    .describe('negative once overdue; null when the calendar of that year is not loaded'),
})

export const AppealRow = z.object({
  id,
  no: z.string().nullable(),
  title: z.string(),
  state: AppealState,
  nature: Nature,
  channel: Channel,
  category: z.string().nullable(),
  class: UrgencyClass,
  enterprise: Party.nullable(),
  area: Party.nullable(),
  owner: Party.nullable(),
  receivedAt: instant.nullable(),
  clock: ClockView.nullable(),
  supervisionLevel: z.int().min(0).max(3),
  reopenCount: z.int(),
  sensitive: z.boolean(),
  closingNo: z.string().nullable(),
  rev: z.int(),
  synthetic: z.boolean(),
})

export const FileView = z.object({
  id,
  name: z.string(),
  mediaType: z.string(),
  size: z.int(),
  evidence: z.boolean(),
  takenAt: instant.nullable(),
  lon: z.number().nullable(),
  lat: z.number().nullable(),
})

export const OrderView = z.object({
  id,
  round: z.int(),
  owner: Party,
  assignee: Party.nullable(),
  class: UrgencyClass,
  dispatchedAt: instant,
  dueSignAt: instant.nullable(),
  signedAt: instant.nullable(),
  dueContactAt: instant.nullable(),
  contactedAt: instant.nullable(),
  dueResultAt: instant.nullable(),
  originalDueResultAt: instant.nullable(),
  repliedAt: instant.nullable(),
  returnReason: z.string().nullable(),
  returnBasis: z.string().nullable(),
  returnDecision: z.enum(['pending', 'accepted', 'refused']).nullable(),
  returnUntil: instant.nullable(),
  ruleNumber: z.int().nullable(),
  ruleVersion: z.int().nullable(),
  note: z.string(),
})

export const AssistView = z.object({
  id,
  department: Party,
  question: z.string(),
  dueAt: instant.nullable(),
  state: z.enum(['open', 'answered', 'overruled', 'cancelled']),
  opinion: z.string().nullable(),
  answeredAt: instant.nullable(),
  overruledReason: z.string().nullable(),
})

export const ReplyView = z.object({
  id,
  round: z.int(),
  at: instant,
  by: Party,
  result: z.enum(replyResults),
  text: z.string(),
  measures: z.string(),
  files: z.array(FileView),
  rejectedReason: z.string().nullable(),
})

export const CallbackView = z.object({
  id,
  attempt: z.int(),
  at: instant,
  reached: z.boolean(),
  contacted: z.boolean().nullable(),
  solved: z.enum(solvedAnswers).nullable(),
  rating: Rating.nullable(),
  words: z.string(),
})

export const MoveView = z.object({
  move: z.string(),
  allowed: z.boolean(),
  /** Key under `needs.reason.` when not allowed. */
  reason: z.string().nullable(),
  /** A row the move is about, e.g. the open assist or supervision. */
  subjectId: z.string().nullable(),
})

export const TrailEntry = z.object({
  seq: z.int(),
  at: instant,
  verb: z.string(),
  actor: z.string(),
  onBehalfOf: z.string().nullable(),
  public: z.boolean(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  reason: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
})

export const AppealDetail = AppealRow.extend({
  text: z.string(),
  wanted: z.string(),
  occurredAt: instant.nullable(),
  address: z.string(),
  lon: z.number().nullable(),
  lat: z.number().nullable(),
  contactName: z.string(),
  contactPhone: z.string().describe('masked except for those who handle it'),
  anonymous: z.boolean(),
  result: z.enum(replyResults).nullable(),
  solved: z.enum(solvedAnswers).nullable(),
  rating: Rating.nullable(),
  mergedInto: Party.nullable(),
  parent: Party.nullable(),
  children: z.array(z.object({ id, no: z.string().nullable(), title: z.string(), state: AppealState })),
  followers: z.array(z.object({ id, no: z.string().nullable(), title: z.string(), state: AppealState })),
  repeatOf: Party.nullable(),
  nextStep: z.string().nullable().describe('key under needs.step.'),
  waitingFor: z.array(Party).describe('who must act next: departments, or roles of the zone'),
  question: z.string().nullable().describe('what the applicant is asked while waiting'),
  files: z.array(FileView),
  orders: z.array(OrderView),
  assists: z.array(AssistView),
  contacts: z.array(z.object({ id, at: instant, by: Party, channel: z.enum(contactChannels), words: z.string() })),
  replies: z.array(ReplyView),
  callbacks: z.array(CallbackView),
  extensions: z.array(
    z.object({
      id,
      at: instant,
      reason: z.string(),
      until: instant,
      state: z.enum(['asked', 'approved', 'refused']),
      decisionReason: z.string().nullable(),
    }),
  ),
  supervisions: z.array(
    z.object({
      id,
      level: z.int(),
      reason: z.string(),
      auto: z.boolean(),
      openedAt: instant,
      closedAt: instant.nullable(),
      answer: z.string().nullable(),
      answerDueAt: instant.nullable(),
    }),
  ),
  planned: z
    .object({ id, plan: z.string(), owner: Party, reviewDate: z.string(), state: z.enum(['open', 'reopened', 'done']) })
    .nullable(),
  segments: z.array(
    z.object({
      kind: z.enum(['running', 'paused']),
      from: instant,
      to: instant.nullable(),
      reason: z.string(),
      dueBefore: instant.nullable(),
      dueAfter: instant.nullable(),
    }),
  ),
  moves: z.array(MoveView),
  process: z.object({
    key: z.string(),
    version: z.int(),
    active: z.array(z.string()).describe('ids of nodes that hold a token'),
    visited: z.array(z.string()).describe('ids of nodes passed'),
  }),
})

const ask = { commandId: id, rev: z.int().describe('the revision that the actor saw') }

/** Every move a person can make on an appeal (casework.md §3), told apart by `move`. */
export const Move = z.discriminatedUnion('move', [
  z.object({ ...ask, move: z.literal('submit') }),
  z.object({
    ...ask,
    move: z.literal('classify'),
    category: CategoryCode,
    nature: Nature,
    class: UrgencyClass,
    areaId: id.nullable(),
    sensitive: z.boolean(),
    reason: z.string().trim().max(500).default(''),
  }),
  z.object({ ...ask, move: z.literal('decline'), reasonCode: z.enum(declineReasons), notice: prose(1000) }),
  z.object({ ...ask, move: z.literal('answer'), articleId: id, text: prose(4000) }),
  z.object({ ...ask, move: z.literal('merge'), leaderId: id, reason: prose(500) }),
  z.object({ ...ask, move: z.literal('unmerge'), reason: prose(500) }),
  z.object({
    ...ask,
    move: z.literal('split'),
    parts: z
      .array(z.object({ title: line(60), text: prose(4000), category: CategoryCode }))
      .min(2)
      .max(10),
  }),
  z.object({
    ...ask,
    move: z.literal('dispatch'),
    ownerId: id,
    assistantIds: z.array(id).max(10).default([]),
    class: UrgencyClass.optional(),
    note: z.string().trim().max(500).default(''),
    ruleNumber: z.int().min(1).max(9999).nullable().default(null),
    ruleVersion: Version.nullable().default(null),
  }),
  z.object({ ...ask, move: z.literal('sign') }),
  z.object({ ...ask, move: z.literal('assign'), accountId: id, reason: z.string().trim().max(500).default('') }),
  z.object({ ...ask, move: z.literal('return'), reason: prose(500), basis: prose(500) }),
  z.object({
    ...ask,
    move: z.literal('accept_return'),
    ownerId: id.nullable().default(null),
    assistantIds: z.array(id).max(10).default([]),
    note: z.string().trim().max(500).default(''),
  }),
  z.object({ ...ask, move: z.literal('refuse_return'), reason: prose(500) }),
  z.object({ ...ask, move: z.literal('decide_jointly'), ownerId: id.nullable().default(null), minutes: prose(1000) }),
  z.object({ ...ask, move: z.literal('contact'), channel: z.enum(contactChannels), words: prose(1000) }),
  z.object({ ...ask, move: z.literal('ask_applicant'), question: prose(1000) }),
  z.object({ ...ask, move: z.literal('supplement'), text: prose(4000), fileIds: files }),
  z.object({
    ...ask,
    move: z.literal('ask_assistant'),
    departmentId: id,
    question: prose(1000),
    dueWorkingDays: z.int().min(1).max(10).default(2),
  }),
  z.object({ ...ask, move: z.literal('opinion'), assistId: id, text: prose(2000), fileIds: files }),
  z.object({ ...ask, move: z.literal('overrule'), assistId: id, reason: prose(500) }),
  z.object({ ...ask, move: z.literal('ask_extension'), until: instant, reason: prose(500) }),
  z.object({ ...ask, move: z.literal('decide_extension'), approve: z.boolean(), reason: prose(500) }),
  z.object({
    ...ask,
    move: z.literal('reply'),
    result: z.enum(replyResults),
    text: prose(4000),
    measures: z.string().trim().max(1000).default(''),
    fileIds: files,
  }),
  z.object({ ...ask, move: z.literal('pass_reply'), words: z.string().trim().max(500).default('') }),
  z.object({ ...ask, move: z.literal('reject_reply'), reason: prose(500) }),
  z.object({
    ...ask,
    move: z.literal('callback'),
    reached: z.boolean(),
    contacted: z.boolean().nullable().default(null),
    solved: z.enum(solvedAnswers).nullable().default(null),
    rating: Rating.nullable().default(null),
    words: z.string().trim().max(1000).default(''),
  }),
  z.object({ ...ask, move: z.literal('hold_meeting'), minutes: prose(2000) }),
  z.object({ ...ask, move: z.literal('strike_off'), words: z.string().trim().max(500).default('') }),
  z.object({ ...ask, move: z.literal('list_planned'), plan: prose(2000), ownerId: id, reviewDate: Day }),
  z.object({ ...ask, move: z.literal('refuse_planned'), reason: prose(500) }),
  z.object({ ...ask, move: z.literal('review_planned'), renewUntil: Day.nullable(), reason: prose(500) }),
  z.object({ ...ask, move: z.literal('review'), facts: prose(2000), fileIds: files }),
  z.object({ ...ask, move: z.literal('withdraw'), reason: prose(500) }),
  z.object({ ...ask, move: z.literal('rate'), rating: Rating, words: z.string().trim().max(1000).default('') }),
  z.object({ ...ask, move: z.literal('urge'), words: z.string().trim().max(500).default('') }),
  z.object({ ...ask, move: z.literal('supervise'), level: z.int().min(1).max(3), reason: prose(500) }),
  z.object({ ...ask, move: z.literal('answer_supervision'), supervisionId: id, text: prose(2000) }),
  z.object({ ...ask, move: z.literal('lift_supervision'), supervisionId: id, reason: prose(500) }),
  z.object({ ...ask, move: z.literal('note'), text: prose(2000), internal: z.boolean().default(true) }),
])
export type Move = z.infer<typeof Move>
export type MoveName = Move['move']

export const AppealFilters = z.object({
  q: z.string().trim().max(100).optional(),
  states: z.array(AppealState).max(15).optional(),
  open: z.boolean().optional().describe('true: neither closed, archived, declined, withdrawn nor merged'),
  mine: z.boolean().optional().describe('waits for the reader now'),
  category: z
    .string()
    .regex(/^\d{2}(\d{2})?$/)
    .optional()
    .describe('L1 or L2 code'),
  class: UrgencyClass.optional(),
  nature: Nature.optional(),
  channel: Channel.optional(),
  areaId: id.optional(),
  ownerId: id.optional(),
  enterpriseId: id.optional(),
  overdue: z.boolean().optional(),
  supervised: z.boolean().optional(),
  receivedFrom: Day.optional(),
  receivedTo: Day.optional(),
  /** A figure of the indicators page: the list behind it. */
  figure: z.string().max(80).optional(),
  periodFrom: Day.optional(),
  periodTo: Day.optional(),
})

export const appealSorts = ['receivedAt', 'dueAt', 'updatedAt'] as const

const paging = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  sort: z.enum(appealSorts).default('receivedAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
}

const tags = ['needs']

export const appealContract = {
  list: oc
    .route({ method: 'GET', path: '/appeals', summary: '诉求列表 · List appeals within reach', tags })
    .input(AppealFilters.extend(paging))
    .output(z.object({ rows: z.array(AppealRow), next: z.string().nullable(), total: z.int().nullable() })),
  get: oc
    .route({ method: 'GET', path: '/appeals/{id}', summary: '诉求详情 · One appeal with its trail of work', tags })
    .input(z.object({ id }))
    .output(AppealDetail),
  trail: oc
    .route({ method: 'GET', path: '/appeals/{id}/history', summary: '诉求历史 · Its hash-chained history', tags })
    .input(
      z.object({
        id,
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(200).default(200),
      }),
    )
    .output(z.object({ rows: z.array(TrailEntry), next: z.int().nullable() })),
  create: oc
    .route({ method: 'POST', path: '/appeals', summary: '提出诉求 · Raise a need', tags, successStatus: 201 })
    .input(
      AppealFields.extend({
        commandId: id,
        enterpriseId: id.nullable().default(null).describe('for whom; an enterprise contact leaves it empty'),
        channel: Channel.default('web'),
        visitId: id.nullable().default(null),
        meetingId: id.nullable().default(null),
        mandateId: id.nullable().default(null),
        draft: z.boolean().default(false).describe('true keeps it as a draft'),
      }),
    )
    .output(z.object({ id, no: z.string().nullable(), state: AppealState, rev: z.int() })),
  edit: oc
    .route({ method: 'PATCH', path: '/appeals/{id}', summary: '修改草稿 · Change a draft', tags })
    .input(AppealFields.extend({ id, commandId: id, rev: z.int() }))
    .output(z.object({ id, state: AppealState, rev: z.int() })),
  move: oc
    .route({ method: 'POST', path: '/appeals/{id}/moves', summary: '办理动作 · Make a move', tags })
    .input(z.object({ id, move: Move }))
    .output(z.object({ id, no: z.string().nullable(), state: AppealState, rev: z.int() })),
  suggestions: oc
    .route({
      method: 'GET',
      path: '/appeals/{id}/suggestions',
      summary: '派单建议 · Suggested category, duplicates, owner, articles',
      tags,
    })
    .input(z.object({ id }))
    .output(
      z.object({
        categories: z.array(
          z.object({
            code: z.string(),
            share: z.number().min(0).max(1),
            basis: z.int().describe('closed appeals compared'),
          }),
        ),
        duplicates: z.array(
          z.object({
            id,
            no: z.string().nullable(),
            title: z.string(),
            state: AppealState,
            score: z.number(),
            sameEnterprise: z.boolean(),
            sameCategory: z.boolean(),
          }),
        ),
        routing: z
          .object({
            ruleNumber: z.int().nullable(),
            ruleVersion: z.int().nullable(),
            owner: Party.nullable(),
            assistants: z.array(Party),
            watchers: z.array(Party),
            class: UrgencyClass.nullable(),
            why: z.string(),
          })
          .nullable(),
        articles: z.array(z.object({ id, question: z.string(), score: z.number() })),
      }),
    ),
  similar: oc
    .route({
      method: 'GET',
      path: '/appeal-suggestions',
      summary: '填写时的建议 · Suggestions while a need is being written',
      tags,
    })
    .input(z.object({ title: z.string().max(60), text: z.string().max(4000).default('') }))
    .output(
      z.object({
        categories: z.array(z.object({ code: z.string(), share: z.number() })),
        articles: z.array(z.object({ id, question: z.string(), answer: z.string(), score: z.number() })),
      }),
    ),
  exportSheet: oc
    .route({
      method: 'GET',
      path: '/appeals/export.xlsx',
      summary: '导出诉求 · What the list shows, as a workbook',
      tags,
    })
    .input(AppealFilters)
    .output(z.file()),
  counts: oc
    .route({ method: 'GET', path: '/appeals/counts', summary: '各视图数量 · Counts behind the saved views', tags })
    .output(
      z.object({
        mine: z.int(),
        open: z.int(),
        overdue: z.int(),
        supervised: z.int(),
        byState: z.array(z.object({ state: AppealState, n: z.int() })),
      }),
    ),
  process: oc
    .route({
      method: 'GET',
      path: '/appeals/{id}/process',
      summary: '流程图 · The drawing of its process with live tokens',
      tags,
    })
    .input(z.object({ id }))
    .output(Drawing),
  categories: oc
    .route({ method: 'GET', path: '/need-categories', summary: '诉求分类 · The two-level taxonomy', tags })
    .output(
      z.array(
        z.object({
          code: z.string(),
          parent: z.string().nullable(),
          nameZh: z.string(),
          nameEn: z.string(),
          hint: z.string(),
          public: z.boolean(),
          retired: z.boolean(),
          rev: z.int(),
        }),
      ),
    ),
}
