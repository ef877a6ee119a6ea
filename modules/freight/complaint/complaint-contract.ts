import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Id, line, one, Ref, tags, words } from '../contract-parts.ts'
import { decisions } from '../words.ts'
import { complaintAbouts, complaintEnds, complaintSides, complaintStates } from './words.ts'

const State = z.enum(complaintStates)
const Side = z.enum(complaintSides).describe('Who complains, as a side of the waybill.')
const Kind = z.string().min(1).max(40).describe('A code of freight-opinion-choices.')
const Photos = z.array(Id).max(9).default([])
const Words = words(2_000)

export const moveNames = ['accept', 'answer', 'content', 'not_content', 'review', 'state', 'withdraw'] as const
export type MoveName = (typeof moveNames)[number]

const move = <N extends MoveName, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.object({ commandId: CommandId, rev: Rev, move: z.literal(name), ...shape })

/** What can be done to a complaint. */
export const Move = z.discriminatedUnion('move', [
  move('accept', {}),
  move('answer', { words: Words.describe('What was found, and what will be done by when.') }),
  move('content', { words: line(2_000).default('') }),
  move('not_content', { words: Words }),
  move('review', { decision: z.enum(decisions), words: Words }),
  move('state', { words: Words, photoIds: Photos }).describe('Either side adds what it has to say.'),
  move('withdraw', { words: line(2_000).default('') }),
])
export type Move = z.infer<typeof Move>

const Standing = z.object({ id: z.string(), number: z.string(), state: State, rev: Rev })

const row = {
  ...Standing.shape,
  kind: z.string(),
  about: z.enum(complaintAbouts),
  side: Side,
  party: Ref.describe('Who complains; of a driver the name on the waybill.'),
  waybill: z.object({ id: z.string(), number: z.string() }).nullable(),
  words: z.string(),
  dueAt: Instant.nullable(),
  overdue: z.boolean().describe('The platform should have acted by now.'),
  escalatedAt: Instant.nullable().describe('When freight audit was told that it is late.'),
  endedHow: z.enum(complaintEnds).nullable(),
  createdAt: Instant,
  closedAt: Instant.nullable(),
  synthetic: z.boolean(),
}
const Row = z.object(row)

const Detail = z.object({
  ...row,
  isMine: z.boolean().describe('The reader is of the side that complains.'),
  contact: z.string().nullable().describe('Null for the side that is complained of.'),
  against: z.string().nullable().describe('Who is complained of; null: the platform.'),
  answer: z.string(),
  answeredBy: z.string().nullable(),
  answeredAt: Instant.nullable(),
  reply: z.string(),
  decision: z.enum(decisions).nullable(),
  decisionWords: z.string(),
  decidedBy: z.string().nullable(),
  statements: z.array(
    z.object({
      seq: z.int(),
      byComplainer: z.boolean(),
      author: z.string(),
      words: z.string(),
      at: Instant,
    }),
  ),
  files: z.array(z.object({ id: z.string(), name: z.string(), mediaType: z.string() })),
  mayDispute: z.boolean().describe('The reader may dispute the waybill now: only that changes money.'),
  moves: z.array(z.object({ move: z.enum(moveNames), allowed: z.boolean(), reason: z.string().nullable() })),
})

export const complaintContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/freight-complaints',
      summary: '投诉 · Complaints within reach, the latest first',
      description: 'total is counted up to 1,000; null when there are more.',
      tags,
    })
    .input(
      listInput({
        state: z
          .union([z.array(State).max(complaintStates.length), State.transform((only) => [only])])
          .optional()
          .describe('One or several.'),
        kind: Kind.optional(),
        waybillId: Id.optional(),
        overdue: z.boolean().optional().describe('Those on which the platform is late.'),
      }),
    )
    .output(listOutput(Row)),
  get: oc
    .route({ method: 'GET', path: '/freight-complaints/{id}', summary: '投诉 · One complaint', tags })
    .input(one)
    .output(Detail),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-complaints',
      summary: '提出投诉 · Complains about a waybill, or about the platform',
      description: 'Changes no money: that is done by a dispute of the waybill.',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        kind: Kind,
        waybillId: Id.nullable().default(null).describe('Needed where the kind is about the other side.'),
        words: Words,
        contact: line(60).default('').describe('How the platform reaches you; the other side does not read it.'),
        photoIds: Photos,
      }),
    )
    .output(Standing),
  move: oc
    .route({ method: 'POST', path: '/freight-complaints/{id}/moves', summary: '办理 · Make a move', tags })
    .input(z.object({ id: Id, move: Move }))
    .output(Standing),
  history: oc
    .route({ method: 'GET', path: '/freight-complaints/{id}/history', summary: '历史 · What was done', tags })
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
    .route({
      method: 'GET',
      path: '/freight-complaints/{id}/process',
      summary: '流程图 · The drawing and its tokens',
      tags,
    })
    .input(one)
    .output(Drawing),
}
