import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import {
  ask,
  Ask,
  Id,
  Instant,
  line,
  Moved,
  MoveView,
  Paging,
  Party,
  Place,
  prose,
  remark,
  Words,
} from './contract-parts.ts'

const tags = ['services']

/** A visit at the window 窗口办理: from the first word to the last, so that minutes are measured and not guessed. */
export const VisitView = z.object({
  id: Id,
  purpose: z.enum(['consult', 'apply', 'deliver']),
  applicationId: Id.nullable(),
  officer: Party,
  startedAt: Instant,
  endedAt: Instant.nullable(),
  minutes: z.number().nullable(),
  rev: z.int(),
})

export const windowContract = {
  start: oc
    .route({ method: 'POST', path: '/window-visits', summary: '窗口接待 · Begin a visit', tags, successStatus: 201 })
    .input(z.object({ commandId: Id, purpose: z.enum(['consult', 'apply', 'deliver']) }))
    .output(VisitView),
  finish: oc
    .route({ method: 'POST', path: '/window-visits/{id}/end', summary: '窗口接待结束 · End a visit', tags })
    .input(z.object({ id: Id, ...ask, applicationId: Id.nullable().default(null) }))
    .output(VisitView),
  open: oc
    .route({ method: 'GET', path: '/window-visits/open', summary: '在办接待 · Own visits that are not over', tags })
    .output(z.array(VisitView)),
}

export const packageStates = [
  'receive',
  'answer',
  'repair',
  'decision',
  'deliver',
  'delivered',
  'rejected',
  'ended',
] as const

export const PackageRow = z.object({
  id: Id,
  applicationId: Id,
  applicationNo: z.string().nullable(),
  oneThing: Words,
  applicant: z.string(),
  receiving: z.string().describe('the window that takes it in'),
  deciding: z.string().describe('the authority that decides'),
  state: z.enum(packageStates),
  sentAt: Instant.nullable(),
  answerDueAt: Instant.nullable(),
  late: z.boolean().describe('both supervisors were told'),
  receivedAt: Instant.nullable().describe('when the clock of the deciding side began'),
  place: Place.nullable().describe('of a joint application; null: taken in by one window for another'),
  items: z.array(z.object({ code: z.string(), name: Words })).describe('what a place decides; empty: the whole'),
  departments: z.array(z.string()).describe('that decide there'),
  direction: z.enum(['incoming', 'outgoing']).describe('for the reader: to be answered, or sent'),
  rev: z.int(),
})

export const PackageDetail = PackageRow.extend({
  manifest: z.object({
    sha256: z.string().nullable().describe('of the list itself'),
    entries: z.array(z.object({ name: z.string(), sha256: z.string(), size: z.int() })),
  }),
  identityChecked: z.string().nullable().describe('how the receiving window knew who it was'),
  asks: z.array(Ask.extend({ name: Words.nullable().describe('of the material or field that is meant') })),
  moves: z.array(MoveView),
})

export const PackageMove = z.discriminatedUnion('move', [
  z.object({ ...ask, move: z.literal('pass'), identityBy: line(100), words: remark(500) }),
  z.object({ ...ask, move: z.literal('reject'), reason: prose(500) }),
  z.object({ ...ask, move: z.literal('accept'), words: remark(500) }),
  z.object({ ...ask, move: z.literal('ask_correction'), asks: z.array(Ask).min(1).max(50) }),
  z.object({ ...ask, move: z.literal('repair'), words: remark(1000) }),
  z.object({ ...ask, move: z.literal('deliver'), how: z.enum(['online', 'window', 'post']), words: remark(500) }),
])
export type PackageMove = z.infer<typeof PackageMove>
export type PackageMoveName = PackageMove['move']

export const packageContract = {
  list: oc
    .route({ method: 'GET', path: '/cross-region-packages', summary: '异地代收代办 · Packages within reach', tags })
    .input(
      z.object({
        states: z.array(z.enum(packageStates)).max(8).optional(),
        direction: z.enum(['incoming', 'outgoing']).optional(),
        ...Paging,
      }),
    )
    .output(z.object({ rows: z.array(PackageRow), next: z.string().nullable() })),
  get: oc
    .route({
      method: 'GET',
      path: '/cross-region-packages/{id}',
      summary: '代收件 · One package with its manifest',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(PackageDetail),
  process: oc
    .route({
      method: 'GET',
      path: '/cross-region-packages/{id}/process',
      summary: '流程图 · Its drawing with tokens',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(Drawing),
  open: oc
    .route({
      method: 'POST',
      path: '/cross-region-packages',
      summary: '代收申请 · Take in a draft for another authority',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: Id, applicationId: Id, receiving: line(100), deciding: line(100) }))
    .output(Moved),
  move: oc
    .route({ method: 'POST', path: '/cross-region-packages/{id}/moves', summary: '代收动作 · Make a move', tags })
    .input(z.object({ id: Id, move: PackageMove }))
    .output(Moved),
}
