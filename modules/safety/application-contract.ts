import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Day, Id, line, PartyRef, words } from './fields.ts'
import { RuleSet } from './rule-set.ts'
import { Centi, Marks } from './score-sheet.ts'
import { applicationStates, awards, campaignStates, panelLevels } from './words.ts'

export const ApplicationState = z.enum(applicationStates)
const Reasons = z.record(z.string().max(40), line(500)).default({})
const fileIds = z.array(Id).max(40).default([])

const identity = {
  team: words(60),
  leader: words(30).describe('Who leads the team; the leader has a part of the prize.'),
  members: z.int().min(1).max(500),
  departmentId: Id.nullable()
    .default(null)
    .describe('The department that guides the enterprise; its people do not review.'),
  periodFrom: Day,
  periodTo: Day,
}

export const NewApplication = z.object({
  ...identity,
  campaignId: Id,
  enterpriseId: Id,
  synthetic: z.boolean().default(false),
})

const command = { commandId: CommandId, rev: Rev }
const self = { marks: Marks, words: line(4_000).default(''), fileIds }

/** What people do to an application; each is one command. */
export const ApplicationMoveInput = z.discriminatedUnion('move', [
  z.object({ ...command, move: z.literal('save'), ...self }),
  z.object({ ...command, move: z.literal('submit'), ...self }),
  z.object({
    ...command,
    move: z.literal('score'),
    marks: Marks,
    reasons: Reasons.describe('Why a mark differs from the team’s own, by item.'),
    words: line(2_000).default(''),
    fileIds,
  }),
  z.object({
    ...command,
    move: z.literal('decide'),
    outcome: z.enum(['accept', 'return', 'reject']),
    reason: line(1_000).default(''),
  }),
  z.object({ ...command, move: z.literal('recuse'), reason: words(500) }),
  z.object({
    ...command,
    move: z.literal('veto'),
    item: z.string().max(40),
    facts: words(2_000),
    happenedOn: Day,
    fileIds,
  }),
  z.object({ ...command, move: z.literal('withdraw'), reason: words(500) }),
])
export type ApplicationMoveInput = z.infer<typeof ApplicationMoveInput>
export type ApplicationMove = ApplicationMoveInput['move']
export const applicationMoves = ['save', 'submit', 'score', 'decide', 'recuse', 'veto', 'withdraw'] as const

const row = {
  id: Id,
  no: z.string(),
  state: ApplicationState,
  team: z.string(),
  enterprise: PartyRef,
  area: PartyRef,
  campaign: PartyRef,
  submittedAt: Instant.nullable(),
  dueAt: Instant.nullable(),
  leftSeconds: z.int().nullable().describe('by the clock of the zone; negative when overdue'),
  nextStep: z.string().nullable(),
  waitsForMe: z.boolean(),
  synthetic: z.boolean(),
}
export const ApplicationRow = z.object(row)

const Level = z.object({ totalCenti: Centi, sectionsCenti: z.array(z.int()) })

export const ApplicationDetail = z.object({
  ...row,
  rev: Rev,
  leader: z.string(),
  members: z.int(),
  department: PartyRef.nullable(),
  periodFrom: z.string(),
  periodTo: z.string(),
  round: z.int(),
  reason: z.string().describe('Why it was returned or turned away.'),
  rulesVersion: z.int(),
  rules: RuleSet,
  campaignState: z.enum(campaignStates),
  self: z.object({ marks: Marks, words: z.string(), score: Level.nullable() }),
  scores: z
    .array(
      z.object({
        id: Id,
        level: z.enum(panelLevels),
        reviewer: z.string().nullable().describe('Not named to the enterprise.'),
        mine: z.boolean(),
        marks: Marks,
        reasons: z.record(z.string(), z.string()),
        words: z.string(),
        totalCenti: Centi,
        at: Instant,
      }),
    )
    .describe('Of the present round, as far as the reader may see them.'),
  scoresHidden: z.int().describe('Scores that the reader does not see yet.'),
  countyCenti: Centi.nullable(),
  prefectureCenti: Centi.nullable(),
  compositeCenti: Centi.nullable(),
  vetoes: z.array(z.object({ item: z.string(), facts: z.string(), happenedOn: z.string().nullable() })),
  placing: z
    .object({ rank: z.int(), award: z.enum(awards).nullable(), prizeFen: z.int() })
    .nullable()
    .describe('From the public list.'),
  earlier: z
    .array(z.object({ id: Id, year: z.int(), team: z.string(), award: z.enum(awards), state: z.string() }))
    .describe('Honours that the enterprise holds or held: read from the register, for the reviewer.'),
  moves: z.array(z.object({ move: z.enum(applicationMoves), allowed: z.boolean(), reason: z.string().nullable() })),
  files: z.array(z.object({ id: Id, name: z.string(), mediaType: z.string(), size: z.int() })),
})

/** One line of an object's history. */
export const TrailRow = z.object({
  seq: z.int(),
  at: Instant,
  verb: z.string(),
  actor: z.string(),
  reason: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  hash: z.string(),
})

const Changed = z.object({ id: Id, rev: Rev, state: ApplicationState })
const tags = ['safety-review']
const one = z.object({ id: Id })

export const applicationContract = {
  list: oc
    .route({ method: 'GET', path: '/safety/applications', summary: '班组申报列表', tags })
    .input(
      listInput({
        campaignId: Id.optional(),
        state: ApplicationState.optional(),
        enterpriseId: Id.optional(),
        areaId: Id.optional(),
        mine: z.boolean().optional().describe('Those that wait for the reader.'),
      }),
    )
    .output(listOutput(ApplicationRow)),
  get: oc
    .route({ method: 'GET', path: '/safety/applications/{id}', summary: '班组申报', tags })
    .input(one)
    .output(ApplicationDetail),
  apply: oc
    .route({ method: 'POST', path: '/safety/applications', summary: '申报班组', tags, successStatus: 201 })
    .input(NewApplication.extend({ commandId: CommandId }))
    .output(z.object({ id: Id, rev: Rev, no: z.string() })),
  move: oc
    .route({ method: 'POST', path: '/safety/applications/{id}/moves', summary: '办理申报', tags })
    .input(z.object({ id: Id, move: ApplicationMoveInput }))
    .output(Changed),
  trail: oc
    .route({ method: 'GET', path: '/safety/applications/{id}/trail', summary: '申报办理记录', tags })
    .input(z.object({ id: Id }))
    .output(z.object({ rows: z.array(TrailRow) })),
}
