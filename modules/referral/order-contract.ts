import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import {
  concludeReasons,
  consentScopes,
  directions,
  followUpResults,
  needCodes,
  offerAnswers,
  orderStates,
  readingKinds,
  readReasons,
  urgencies,
} from './words.ts'

const Id = z.uuid()
const words = (max: number) => z.string().trim().max(max).default('')
const prose = (max: number) => z.string().trim().min(1).max(max)
const Code = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/)
const files = z.array(Id).max(20).default([])
const PartyRef = z.object({ id: z.string(), name: z.string() })

export const Urgency = z.enum(urgencies)
export const Direction = z.enum(directions)
export const OrderState = z.enum(orderStates)

/** How the patient is: what the receiving side must know, and no more. */
const Condition = {
  condition: prose(4000).describe('No name, no identity number, no telephone number.'),
  abilityLevel: z.int().min(0).max(4).describe('0 able … 4 fully dependent.'),
  needs: z.array(z.enum(needCodes)).max(needCodes.length).default([]),
  needsWords: words(500),
}

export const Clinical = z.object({
  patientCode: z.string(),
  birthYear: z.int(),
  reason: z.string(),
  condition: z.string(),
  abilityLevel: z.int(),
  needs: z.array(z.enum(needCodes)),
  needsWords: z.string(),
  careSummary: z.string().nullable(),
  followUpResult: z.enum(followUpResults).nullable(),
  followUpWords: z.string().nullable(),
  files: z.array(z.object({ id: Id, name: z.string(), mediaType: z.string(), size: z.int() })),
})

export const OrderRow = z.object({
  id: Id,
  code: z.string(),
  direction: Direction,
  urgency: Urgency,
  state: OrderState,
  from: PartyRef,
  target: PartyRef.nullable(),
  isReturn: z.boolean(),
  dueAt: Instant.nullable(),
  overdue: z.boolean(),
  nextStep: z.string().nullable(),
  holder: PartyRef.nullable(),
  createdAt: Instant,
  synthetic: z.boolean(),
  rev: Rev,
})

const Offer = z.object({
  number: z.int(),
  institution: PartyRef,
  listed: z.boolean().describe('From the list of pairs; false: named by the coordinator.'),
  sentAt: Instant,
  dueAt: Instant.nullable(),
  answer: z.enum(offerAnswers).nullable(),
  answeredAt: Instant.nullable(),
  reason: z.string().nullable(),
  words: z.string(),
})

const Signature = z.object({
  side: z.enum(['hand_over', 'take_over']),
  at: Instant,
  by: z.string(),
  institution: PartyRef,
  items: z.array(z.string()),
  words: z.string(),
})

export const moveNames = [
  'accept',
  'decline',
  'depart',
  'hand_over',
  'take_over',
  'ready',
  'conclude',
  'summarise',
  'follow_up',
  'cancel',
  'offer_to',
  'give_up',
] as const
export type MoveName = (typeof moveNames)[number]

export const OrderDetail = OrderRow.extend({
  consent: z.boolean(),
  consentScope: z.array(z.enum(consentScopes)),
  bed: z.string().nullable(),
  readyAt: Instant.nullable(),
  transport: z.string(),
  acceptedAt: Instant.nullable(),
  departedAt: Instant.nullable(),
  arrivedAt: Instant.nullable(),
  careEndedAt: Instant.nullable(),
  careEnd: z.enum(['returned', 'concluded']).nullable(),
  closedAt: Instant.nullable(),
  endReason: z.string(),
  papersMissing: z.array(z.string()).nullable(),
  ruleVersion: z.int(),
  returnOf: z.object({ id: Id, code: z.string() }).nullable(),
  returnedBy: z.array(z.object({ id: Id, code: z.string(), state: OrderState })),
  offers: z.array(Offer),
  signatures: z.array(Signature),
  checklist: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string(), paper: z.boolean() })),
  declineReasons: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string() })),
  readings: z.int().describe('How often the clinical part was read.'),
  moves: z.array(z.object({ move: z.enum(moveNames), allowed: z.boolean(), reason: z.string().nullable() })),
})

const base = { commandId: CommandId, rev: Rev }
const move = <N extends MoveName, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.object({ ...base, move: z.literal(name), ...shape })

/** What can be done to an order; each moves the drawing. */
export const Move = z.discriminatedUnion('move', [
  move('accept', { bed: prose(40), readyAt: Instant, words: words(500) }),
  move('decline', { reason: Code, words: words(500) }),
  move('depart', { transport: words(60) }),
  move('hand_over', { items: z.array(Code).max(40), words: words(500) }),
  move('take_over', { items: z.array(Code).max(40), words: words(500) }),
  move('ready', { ...Condition, urgency: Urgency.default('planned') }),
  move('conclude', { reason: z.enum(concludeReasons), words: words(500) }),
  move('summarise', { text: prose(4000), fileIds: files }),
  move('follow_up', { result: z.enum(followUpResults), text: prose(2000) }),
  move('cancel', { words: prose(500) }),
  move('offer_to', { institutionId: Id, words: words(500) }),
  move('give_up', { words: prose(500) }),
])
export type Move = z.infer<typeof Move>

export const Standing = z.object({ id: Id, code: z.string(), state: OrderState, rev: Rev })

export const OrderFilters = {
  state: OrderState.optional(),
  open: z.boolean().optional(),
  direction: Direction.optional(),
  urgency: Urgency.optional(),
  institutionId: Id.optional().describe('On either side.'),
  mine: z.boolean().optional().describe('Waits for the reader.'),
  overdue: z.boolean().optional(),
  returns: z.boolean().optional().describe('Only the way back, or only the way there.'),
  from: Day.optional(),
  to: Day.optional(),
}

const tags = ['referral-orders']

export const orderContract = {
  list: oc
    .route({ method: 'GET', path: '/referrals', summary: '转诊单 · Referral orders within reach', tags })
    .input(listInput(OrderFilters))
    .output(listOutput(OrderRow)),
  counts: oc
    .route({ method: 'GET', path: '/referral-counts', summary: '转诊单计数 · What waits, what is open', tags })
    .input(z.object({}))
    .output(z.object({ mine: z.int(), open: z.int(), overdue: z.int() })),
  exportSheet: oc
    .route({ method: 'GET', path: '/referrals.xlsx', summary: '导出转诊单 · The list as a workbook', tags })
    .input(z.object({ ...OrderFilters, q: z.string().trim().max(200).optional() }))
    .output(z.instanceof(File)),
  get: oc
    .route({ method: 'GET', path: '/referrals/{id}', summary: '转诊单 · One order, without the clinical part', tags })
    .input(z.object({ id: Id }))
    .output(OrderDetail),
  create: oc
    .route({ method: 'POST', path: '/referrals', summary: '发起转诊 · Send a patient', tags, successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        fromId: Id.describe('The institution for which you send.'),
        urgency: Urgency,
        patientCode: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9-]{2,20}$/, 'letters, digits and hyphens, 2 to 20: never a name'),
        birthYear: z.int().min(1880).max(2200),
        reason: prose(500),
        ...Condition,
        consent: z.boolean(),
        consentScope: z.array(z.enum(consentScopes)).max(consentScopes.length).default([]),
        fileIds: files,
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Standing),
  move: oc
    .route({ method: 'POST', path: '/referrals/{id}/moves', summary: '办理 · Make a move', tags })
    .input(z.object({ id: Id, move: Move }))
    .output(Standing),
  read: oc
    .route({
      method: 'POST',
      path: '/referrals/{id}/readings',
      summary: '阅读临床部分 · Read the clinical part; logged with who, when, why',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId, why: z.enum(readReasons), words: words(200) }))
    .output(Clinical),
  readings: oc
    .route({ method: 'GET', path: '/referrals/{id}/readings', summary: '阅读记录 · Who read, when, why', tags })
    .input(z.object({ id: Id, after: z.int().min(0).default(0) }))
    .output(
      z.object({
        rows: z.array(
          z.object({
            id: Id,
            at: Instant,
            who: z.string(),
            institution: PartyRef.nullable(),
            why: z.enum(readingKinds),
            words: z.string(),
          }),
        ),
        next: z.int().nullable(),
      }),
    ),
  history: oc
    .route({ method: 'GET', path: '/referrals/{id}/history', summary: '历史 · What was done', tags })
    .input(z.object({ id: Id, after: z.int().min(0).default(0), limit: z.int().min(1).max(200).default(200) }))
    .output(
      z.object({
        rows: z.array(
          z.object({
            seq: z.int(),
            at: Instant,
            verb: z.string(),
            actor: z.string(),
            from: z.string().nullable(),
            to: z.string().nullable(),
            reason: z.string().nullable(),
            hash: z.string(),
          }),
        ),
        next: z.int().nullable(),
      }),
    ),
  process: oc
    .route({ method: 'GET', path: '/referrals/{id}/process', summary: '流程图 · The drawing and its tokens', tags })
    .input(z.object({ id: Id }))
    .output(Drawing),
}
