import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing, TrailPage, trailWish } from '@tingzhou/casework/contract'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { ChainCode, Firm, FirmId, Id, line, one, ProductCode, tags, Why, words } from '../contract-parts.ts'
import { ChainRef, LineKey, List, ProductRef, Scale, SiteFit } from './line-contract.ts'
import { targetStates, workingStates } from './words.ts'

const State = z.enum(targetStates)
const Files = z.array(Id).max(9).default([])
const OwnerId = z.string().min(1).max(60)
const Units = z.number().gt(0).max(1e12)

export const moveNames = [
  'contact',
  'visit',
  'sign',
  'start',
  'produce',
  'park',
  'resume',
  'drop',
  'plan',
  'reassign',
  'firm',
  'take_plant',
  'give_plant',
  'note',
] as const
export type MoveName = (typeof moveNames)[number]

const move = <N extends MoveName, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.object({ commandId: CommandId, rev: Rev, move: z.literal(name), ...shape })

/** What proves a stage: the day, in words, with files. */
const proof = { day: Day, words: line(1_000).default(''), fileIds: Files }
/** The next step and the day by which it is to be done. */
const next = { step: line(200).default(''), stepDay: Day.nullable().default(null) }

/** What can be done to a target. */
export const Move = z.discriminatedUnion('move', [
  move('contact', { ...proof, ...next, whom: words(120), firmId: FirmId.nullable().default(null) }),
  move('visit', { ...proof, ...next, whom: words(120) }),
  move('sign', {
    ...proof,
    ...next,
    firmId: FirmId.nullable().default(null).describe('Who signs; left out: the firm that is named already.'),
    amountFen: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  }),
  move('start', { ...proof, ...next, site: words(200).describe('Where it is built.') }),
  move('produce', { ...proof, capacity: Units.describe('Units of the product a year.') }),
  move('park', { reason: Why, lookDay: Day.describe('When to look again.') }),
  move('resume', { reason: Why, deadline: Day, ...next }),
  move('drop', { reason: Why }),
  move('plan', { deadline: Day, ...next, reason: line(500).default('').describe('Needed when the deadline moves.') }),
  move('reassign', { ownerId: OwnerId, reason: Why }),
  move('firm', { firmId: FirmId.nullable(), reason: line(500).default('') }),
  move('take_plant', { plantId: Id }),
  move('give_plant', { reason: Why }),
  move('note', { words: words(1_000), fileIds: Files }),
])
export type Move = z.infer<typeof Move>

export const Standing = z.object({ id: Id, state: State, rev: Rev })
const Owner = z.object({ id: z.string(), name: z.string() })

const TargetRow = z.object({
  id: Id,
  state: State,
  chain: ChainRef,
  product: ProductRef,
  list: List.nullable(),
  lineKey: z.string().nullable(),
  valueFen: z.int().nullable().describe('Of its line as it was reckoned last, else as it was opened with.'),
  owner: Owner,
  deadline: z.string(),
  dueAt: Instant,
  isLate: z.boolean(),
  step: z.string(),
  stepDay: z.string().nullable(),
  lookDay: z.string().nullable(),
  firm: Firm.nullable(),
  closedAt: Instant.nullable(),
  updatedAt: Instant,
  synthetic: z.boolean(),
  rev: Rev,
})

const TargetDetail = TargetRow.extend({
  goal: z.string(),
  line: z
    .object({
      key: z.string(),
      openedFen: z.int().nullable(),
      nowFen: z.int().nullable(),
      isRounded: z.boolean(),
      isGone: z.boolean(),
    })
    .nullable(),
  plant: z.object({ id: Id, name: z.string(), place: z.string() }).nullable(),
  candidates: z.array(Firm).describe('Of its line, best first.'),
  amountFen: z.int().nullable(),
  capacity: z.number().nullable(),
  parkedFrom: z.enum(workingStates).nullable(),
  parkedWhy: z.string(),
  endReason: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
  times: z.array(z.object({ step: State, at: Instant })),
  notes: z
    .array(
      z.object({
        id: Id,
        at: Instant,
        by: z.string(),
        verb: z.string(),
        day: z.string().nullable(),
        whom: z.string(),
        words: z.string(),
        files: z.array(z.object({ id: z.string(), name: z.string() })),
      }),
    )
    .describe('The latest first, at most 100.'),
  moves: z.array(z.object({ move: z.enum(moveNames), allowed: z.boolean(), reason: z.string().nullable() })),
})

const filters = {
  chain: ChainCode.optional(),
  product: ProductCode.optional(),
  ownerId: OwnerId.optional(),
  late: z.boolean().optional().describe('Those past their deadline.'),
  list: List.optional(),
}

export const targetContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-targets', summary: '招商目标 · Targets', tags })
    .input(
      listInput({
        ...filters,
        state: z.union([State.transform((state) => [state]), z.array(State).max(targetStates.length)]).optional(),
      }),
    )
    .output(listOutput(TargetRow)),
  board: oc
    .route({ method: 'GET', path: '/chain-target-board', summary: '目标看板 · Targets by stage', tags })
    .input(z.object({ ...filters, q: z.string().trim().max(200).optional() }))
    .output(
      z.object({
        columns: z.array(z.object({ state: State, total: z.int(), valueFen: z.number(), rows: z.array(TargetRow) })),
      }),
    ),
  owners: oc
    .route({ method: 'GET', path: '/chain-target-owners', summary: '可选责任人 · Who may own a target', tags })
    .input(z.object({ q: z.string().trim().max(200).optional() }))
    .output(z.object({ rows: z.array(Owner.extend({ roles: z.array(z.string()) })) })),
  get: oc
    .route({ method: 'GET', path: '/chain-targets/{id}', summary: '招商目标 · One target', tags })
    .input(one)
    .output(TargetDetail),
  open: oc
    .route({ method: 'POST', path: '/chain-targets', summary: '开目标 · Open a target', tags, successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        lineKey: LineKey.nullable()
          .default(null)
          .describe('The line it is made of; chain and product are then its own.'),
        chain: ChainCode.optional(),
        product: ProductCode.optional(),
        ownerId: OwnerId,
        deadline: Day,
        goal: line(500).default(''),
        firmId: FirmId.nullable().default(null),
        ...next,
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Standing),
  move: oc
    .route({ method: 'POST', path: '/chain-targets/{id}/moves', summary: '办理 · A step of a target', tags })
    .input(z.object({ id: Id, move: Move }))
    .output(Standing),
  plants: oc
    .route({ method: 'GET', path: '/chain-targets/{id}/plants', summary: '适配厂房 · Plants that fit a target', tags })
    .input(z.object({ id: Id, scale: Scale }))
    .output(SiteFit),
  history: oc
    .route({ method: 'GET', path: '/chain-targets/{id}/history', summary: '记录 · History', tags })
    .input(trailWish)
    .output(TrailPage),
  process: oc
    .route({ method: 'GET', path: '/chain-targets/{id}/process', summary: '流程图 · The drawing', tags })
    .input(one)
    .output(Drawing),
}
