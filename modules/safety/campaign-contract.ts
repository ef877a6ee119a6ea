import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { TrailRow } from './application-contract.ts'
import { Day, Id, line, PartyRef, words } from './fields.ts'
import { RuleSet } from './rule-set.ts'
import { Centi, ScoreSheet } from './score-sheet.ts'
import { awards, campaignStates, objectionEffects, objectionStates, panelLevels } from './words.ts'

export const CampaignState = z.enum(campaignStates)

/** A reviewer: county reviewers score their county's teams, prefecture reviewers those of all. */
export const PanelSeat = z.object({
  accountId: words(100),
  level: z.enum(panelLevels),
  areaId: Id.nullable().default(null),
  departmentId: Id.nullable().default(null),
})
const panel = z.array(PanelSeat).max(500)

export const NewCampaign = z.object({
  name: words(60),
  year: z.int().min(2000).max(2999),
  rules: RuleSet,
  panel,
  synthetic: z.boolean().default(false),
})

const command = { commandId: CommandId, rev: Rev }
const bare = <M extends string>(move: M) => z.object({ ...command, move: z.literal(move) })

/** What people do to a campaign; each is one command. */
export const CampaignMoveInput = z.discriminatedUnion('move', [
  z.object({ ...command, move: z.literal('change_rules'), rules: RuleSet, why: words(500) }),
  z.object({ ...command, move: z.literal('set_panel'), panel }),
  bare('close'),
  bare('publicise'),
  z.object({ ...command, move: z.literal('object'), applicationId: Id, words: words(4_000) }),
  z.object({
    ...command,
    move: z.literal('decide_objection'),
    objectionId: Id,
    outcome: z.enum(['upheld', 'dismissed']),
    effect: z.enum(objectionEffects).nullable().default(null),
    vetoItem: z.string().max(40).nullable().default(null),
    adjustCenti: z.int().min(-10_000).max(10_000).nullable().default(null),
    decision: words(2_000),
  }),
  bare('confirm'),
  bare('publicise_again'),
  z.object({
    ...command,
    move: z.literal('pay'),
    voucher: words(60),
    paidFen: z.int().min(0).max(1_000_000_000_00),
  }),
])
export type CampaignMoveInput = z.infer<typeof CampaignMoveInput>
export type CampaignMove = CampaignMoveInput['move']
export const campaignMoves = [
  'change_rules',
  'set_panel',
  'close',
  'publicise',
  'object',
  'decide_objection',
  'confirm',
  'publicise_again',
  'pay',
] as const

const row = {
  id: Id,
  name: z.string(),
  year: z.int(),
  state: CampaignState,
  applications: z.int(),
  running: z.int().describe('Applications that are still under way.'),
  scored: z.int(),
  selfDue: Day,
  countyDue: Day,
  prefectureDue: Day,
  poolFen: z.int(),
  publicityUntil: Instant.nullable(),
  synthetic: z.boolean(),
}
export const CampaignRow = z.object(row)

export const RankedRow = z.object({
  rank: z.int(),
  id: Id,
  no: z.string(),
  team: z.string(),
  enterprise: PartyRef,
  area: PartyRef,
  selfCenti: Centi,
  countyCenti: Centi,
  prefectureCenti: Centi,
  section2Centi: Centi,
  compositeCenti: Centi,
  submittedAt: Instant,
  vetoes: z.array(z.string()),
  award: z.enum(awards).nullable(),
  why: z.enum(['model', 'good', 'vetoed', 'below_minimum', 'places_taken']),
  prizeFen: z.int(),
  leaderFen: z.int(),
  teamFen: z.int(),
})

export const Objection = z.object({
  id: Id,
  application: z.object({ id: Id, no: z.string(), team: z.string() }),
  words: z.string(),
  by: z.string(),
  at: Instant,
  state: z.enum(objectionStates),
  effect: z.enum(objectionEffects).nullable(),
  adjustCenti: z.int().nullable(),
  decision: z.string(),
  decidedAt: Instant.nullable(),
})

export const CampaignDetail = z.object({
  ...row,
  rev: Rev,
  rulesVersion: z.int(),
  rules: RuleSet,
  versions: z.array(z.object({ version: z.int(), why: z.string(), at: Instant })),
  panel: z.array(
    z.object({
      accountId: z.string(),
      name: z.string(),
      level: z.enum(panelLevels),
      area: PartyRef.nullable(),
      department: PartyRef.nullable(),
    }),
  ),
  publicityFrom: Instant.nullable(),
  publicityLeftSeconds: z.int().nullable().describe('By the clock of the zone; null unless it is in publicity.'),
  list: z
    .object({ version: z.int(), at: Instant, why: z.string(), sha256: z.string(), rows: z.array(RankedRow) })
    .nullable()
    .describe('Once it is public; before only for the office.'),
  objections: z.array(Objection),
  voucher: z.string(),
  moves: z.array(z.object({ move: z.enum(campaignMoves), allowed: z.boolean(), reason: z.string().nullable() })),
  areas: z.array(z.object({ area: PartyRef, max: z.int() })),
})

export const Recomputation = z.object({
  version: z.int(),
  same: z.boolean().describe('Byte for byte.'),
  storedSha256: z.string(),
  computedSha256: z.string(),
})

const tags = ['safety-review']
const one = z.object({ id: Id })

export const campaignContract = {
  list: oc
    .route({ method: 'GET', path: '/safety/campaigns', summary: '评选活动列表', tags })
    .input(listInput({ year: z.int().min(2000).max(2999).optional(), state: CampaignState.optional() }))
    .output(listOutput(CampaignRow)),
  get: oc
    .route({ method: 'GET', path: '/safety/campaigns/{id}', summary: '评选活动', tags })
    .input(one)
    .output(CampaignDetail),
  create: oc
    .route({ method: 'POST', path: '/safety/campaigns', summary: '启动评选活动', tags, successStatus: 201 })
    .input(NewCampaign.extend({ commandId: CommandId }))
    .output(z.object({ id: Id, rev: Rev })),
  move: oc
    .route({ method: 'POST', path: '/safety/campaigns/{id}/moves', summary: '办理评选活动', tags })
    .input(z.object({ id: Id, move: CampaignMoveInput }))
    .output(z.object({ id: Id, rev: Rev, state: CampaignState })),
  recompute: oc
    .route({ method: 'GET', path: '/safety/campaigns/{id}/recomputation', summary: '复算排名与奖金', tags })
    .input(one)
    .output(Recomputation),
  trail: oc
    .route({ method: 'GET', path: '/safety/campaigns/{id}/trail', summary: '评选活动记录', tags })
    .input(one)
    .output(z.object({ rows: z.array(TrailRow) })),
  process: oc
    .route({ method: 'GET', path: '/safety/campaigns/{id}/process', summary: '评选活动流程图', tags })
    .input(one)
    .output(Drawing),
  defaultSheet: oc
    .route({ method: 'GET', path: '/safety/default-sheet', summary: '默认评分表', tags })
    .output(z.object({ sheet: ScoreSheet })),
  people: oc
    .route({ method: 'GET', path: '/safety/people', summary: '可选评委', tags })
    .input(z.object({ q: line(60).default('') }))
    .output(z.object({ rows: z.array(z.object({ accountId: z.string(), name: z.string() })) })),
}
