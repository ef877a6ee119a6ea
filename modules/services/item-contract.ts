import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import {
  ask,
  Ask,
  Clock,
  Department,
  FileView,
  Id,
  Instant,
  Judged,
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
import { specialStepKinds } from './item.ts'

export const itemStates = [
  'waiting',
  'review',
  'supplement',
  'special',
  'approval',
  'granted',
  'refused',
  'cancelled',
  'ended',
  'revoked',
] as const
export const ItemState = z.enum(itemStates)

export const ItemRow = z.object({
  id: Id,
  applicationId: Id,
  applicationNo: z.string().nullable(),
  oneThing: z.object({ code: z.string(), name: Words }),
  code: z.string(),
  name: Words,
  department: Department,
  place: Place.nullable().describe('that decides it; null: where the lead is'),
  state: ItemState,
  after: z.array(z.string()).describe('items that it waits for'),
  automatic: z.boolean().describe('decided by rules'),
  clock: Clock.nullable(),
  supervised: z.boolean(),
  suspendedAt: Instant.nullable().describe('since when it stands suspended'),
  urgedAt: Instant.nullable().describe('when somebody urged it last'),
  assignee: Party.nullable(),
  decidedAt: Instant.nullable(),
  reason: z.string().nullable().describe('why it was refused, cancelled or ended; a code, when the zone did it'),
  because: z.object({ code: z.string(), name: Words }).nullable().describe('the item whose end cancelled it'),
  rev: z.int(),
})

/** What rules decided, with everything that it was decided by. */
export const DecisionView = z.object({
  id: Id,
  at: Instant,
  outcome: z.enum(['approve', 'manual']),
  table: z.string(),
  tableVersion: z.string().describe('sha256 of the table'),
  inputs: z.record(z.string(), z.unknown()),
  evidenceHash: z.string(),
  accountable: Party.nullable(),
  sampled: z.boolean(),
  judgement: z.enum(['right', 'wrong']).nullable(),
  judgedBy: z.string().nullable(),
  judgedReason: z.string().nullable(),
})

/** A task of an item case, and the signatures beside it. */
export const DeskTask = z.object({
  id: Id,
  nodeId: z.string(),
  name: z.string(),
  state: z.string().nullable().describe('the state that the drawing marks there'),
  form: z.string().nullable().describe('the special step, in a drawing of its own'),
  outcomes: z.array(z.string()),
  assignee: Party.nullable(),
  delegatedBy: z.string().nullable(),
  openedAt: Instant,
  dueAt: Instant.nullable(),
  held: z.boolean().describe('answered; its signatures have their turn'),
  signs: z.array(z.object({ id: Id, by: Party, when: z.enum(['before', 'after']), held: z.boolean() })),
})

/** Where the process stands for officials, and the verbs of casework `POST /process-tasks/{id}/casework`. */
export const DeskView = z.object({
  status: z.enum(['active', 'suspended', 'completed', 'terminated', 'failed']),
  tasks: z.array(DeskTask),
  passed: z.array(z.object({ nodeId: z.string(), name: z.string() })).describe('what a task can be returned to'),
  verbs: z.array(
    z.object({
      verb: z.string(),
      taskId: Id,
      reason: z.string().nullable().describe('key under services.reason. when not possible now'),
    }),
  ),
})

export const ItemDetail = ItemRow.extend({
  applicant: z.object({ kind: z.enum(['enterprise', 'person']), id: z.string().nullable(), name: z.string() }),
  fields: z.array(z.object({ code: z.string(), name: Words, value: z.unknown(), source: z.string().nullable() })),
  materials: z.array(
    z.object({
      code: z.string(),
      name: Words,
      kind: z.enum(['main', 'secondary']),
      how: z.enum(['handed_in', 'held', 'promised', 'missing']),
      files: z.array(FileView),
      ...Judged,
    }),
  ),
  opinions: z.array(z.object({ at: Instant, by: z.string(), verb: z.string(), words: z.string() })),
  asks: z.array(Ask.extend({ supplementId: Id, at: Instant, suppliedAt: Instant.nullable() })),
  specials: z.array(
    z.object({
      index: z.int(),
      kind: z.enum(specialStepKinds),
      name: Words,
      days: z.int(),
      dueAt: Instant.nullable(),
      doneAt: Instant.nullable(),
      words: z.string(),
    }),
  ),
  decision: DecisionView.nullable(),
  basis: z.string().nullable(),
  certificateNo: z.string().nullable(),
  nextStep: z.string().nullable(),
  moves: z.array(MoveView),
  desk: DeskView.nullable().describe('for officials; null before the process runs'),
  urges: z.array(
    z.object({ at: Instant, by: z.string(), side: z.enum(['applicant', 'lead', 'supervisor']), words: z.string() }),
  ),
})

/** Every move a person can make on an item case. */
export const ItemMove = z.discriminatedUnion('move', [
  z.object({ ...ask, move: z.literal('assign'), accountId: Id, reason: remark(500) }),
  z.object({ ...ask, move: z.literal('pass_review'), opinion: prose(2000) }),
  z.object({ ...ask, move: z.literal('ask_supplement'), asks: z.array(Ask).max(50) }),
  z.object({ ...ask, move: z.literal('judge_materials'), judgements: z.array(Verdict).min(1).max(200) }),
  z.object({
    ...ask,
    move: z.literal('finish_special'),
    words: prose(2000),
    step: z.string().max(200).optional().describe('node of the task, where several are open'),
    outcome: z.string().max(60).optional().describe('one of those that the task names'),
  }),
  z.object({ ...ask, move: z.literal('urge'), words: prose(500) }),
  z.object({ ...ask, move: z.literal('stop'), reason: prose(1000), basis: prose(500) }),
  z.object({ ...ask, move: z.literal('approve'), words: remark(1000) }),
  z.object({ ...ask, move: z.literal('refuse'), reason: prose(1000), basis: prose(500) }),
  z.object({ ...ask, move: z.literal('send_back'), reason: prose(1000) }),
  z.object({ ...ask, move: z.literal('judge_sample'), right: z.boolean(), reason: prose(1000) }),
  z.object({ ...ask, move: z.literal('note'), text: prose(2000), internal: z.boolean().default(true) }),
])
export type ItemMove = z.infer<typeof ItemMove>
export type ItemMoveName = ItemMove['move']

export const ItemFilters = z.object({
  states: z.array(ItemState).max(10).optional(),
  department: z.string().max(60).optional().describe('code in the one-things'),
  applicationId: Id.optional(),
  waiting: z.boolean().optional().describe('waits for the reader now'),
  overdue: z.boolean().optional(),
  sampled: z.boolean().optional().describe('decided by rules and drawn for a person to look at'),
})

const tags = ['services']

export const itemContract = {
  list: oc
    .route({ method: 'GET', path: '/item-cases', summary: '事项办件 · Item cases within reach', tags })
    .input(ItemFilters.extend(Paging))
    .output(z.object({ rows: z.array(ItemRow), next: z.string().nullable(), total: z.int().nullable() })),
  get: oc
    .route({ method: 'GET', path: '/item-cases/{id}', summary: '审查工作台 · One item case on one page', tags })
    .input(z.object({ id: Id }))
    .output(ItemDetail),
  trail: oc
    .route({ method: 'GET', path: '/item-cases/{id}/history', summary: '事项历史 · Its hash-chained history', tags })
    .input(
      z.object({
        id: Id,
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(200).default(200),
      }),
    )
    .output(z.object({ rows: z.array(TrailEntry), next: z.int().nullable() })),
  process: oc
    .route({ method: 'GET', path: '/item-cases/{id}/process', summary: '流程图 · Its drawing with tokens', tags })
    .input(z.object({ id: Id }))
    .output(Drawing),
  move: oc
    .route({ method: 'POST', path: '/item-cases/{id}/moves', summary: '审批动作 · Make a move', tags })
    .input(z.object({ id: Id, move: ItemMove }))
    .output(Moved),
}
