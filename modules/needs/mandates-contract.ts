import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { AppealState } from './appeal-contract.ts'
import { Day, Id, line, PartyRef, words } from './fields.ts'

export const mandateStates = ['offered', 'accepted', 'active', 'paused', 'resumed', 'finished', 'terminated'] as const

/** Intake sheet 受理登记表. */
export const IntakeSheet = z.object({
  matter: words(200).describe('What is to be done.'),
  details: line(2000).default(''),
  contactName: words(60),
  contactPhone: z
    .string()
    .trim()
    .regex(/^\+?[\d -]{5,20}$/, 'digits, spaces and hyphens, 5 to 20'),
})
/** Mandate 委托书: what the enterprise entrusts. */
export const MandateSheet = z.object({
  scope: z.array(words(200)).min(1).max(20).describe('Items 事项 that the guide may act in.'),
  from: Day,
  to: Day,
  signatory: words(60).describe('Who signs for the enterprise.'),
  freeAndVoluntary: z
    .literal(true)
    .describe('The enterprise knows that agency is free, voluntary and may end at any time.'),
})
/** Pause sheet 暂停告知单. */
export const PauseSheet = z.object({
  reason: words(500),
  missing: z.array(words(200)).max(30).default([]).describe('What the enterprise must supply.'),
  until: Day.nullable().default(null),
})
/** Continue mandate 继续委托书. */
export const ContinueSheet = z.object({
  supplied: z.array(words(200)).max(30).default([]),
  to: Day.describe('New last day of the mandate.'),
  signatory: words(60),
})
/** Finish sheet 办结单. */
export const FinishSheet = z.object({
  results: words(2000),
  handedOver: z.array(words(200)).max(50).default([]).describe('Papers given back or handed over.'),
})

const ask = { commandId: CommandId, rev: Rev }

/** Every step in the life of a mandate, with the form it needs. */
export const MandateMove = z.discriminatedUnion('move', [
  z.object({ ...ask, move: z.literal('accept'), form: MandateSheet }),
  z.object({ ...ask, move: z.literal('start') }),
  z.object({ ...ask, move: z.literal('pause'), form: PauseSheet }),
  z.object({ ...ask, move: z.literal('resume'), form: ContinueSheet }),
  z.object({ ...ask, move: z.literal('finish'), form: FinishSheet }),
  z.object({ ...ask, move: z.literal('terminate'), reason: words(500) }),
])
export type MandateMove = z.infer<typeof MandateMove>

/** Mandate 代办委托. */
export const Mandate = z.object({
  id: Id,
  enterprise: PartyRef,
  guide: PartyRef,
  state: z.enum(mandateStates),
  matter: z.string(),
  scope: z.array(z.string()),
  from: Day.nullable(),
  to: Day.nullable(),
  inForce: z.boolean().describe('The guide may act for the enterprise today.'),
  forms: z.array(
    z.object({
      kind: z.enum(['intake', 'mandate', 'pause', 'continue', 'finish']),
      at: Instant,
      by: PartyRef,
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  endReason: z.string(),
  moves: z.array(z.object({ move: z.string(), allowed: z.boolean(), reason: z.string().nullable() })),
  synthetic: z.boolean(),
  rev: Rev,
  createdAt: Instant,
  updatedAt: Instant,
})

const tags = ['needs-mandates']

export const mandateContract = {
  list: oc
    .route({ method: 'GET', path: '/mandates', summary: '代办委托 · Mandates within reach', tags })
    .input(
      listInput({
        state: z.enum(mandateStates).optional(),
        enterpriseId: Id.optional(),
        guideId: line(100).optional(),
        inForce: z.boolean().optional(),
      }),
    )
    .output(listOutput(Mandate)),
  get: oc
    .route({ method: 'GET', path: '/mandates/{id}', summary: '代办委托 · One mandate with its forms', tags })
    .input(z.object({ id: Id }))
    .output(Mandate),
  offer: oc
    .route({
      method: 'POST',
      path: '/mandates',
      summary: '提出代办 · Offer agency, or ask for it',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        enterpriseId: Id,
        guideId: words(100),
        intake: IntakeSheet,
        synthetic: z.boolean().default(false),
      }),
    )
    .output(z.object({ id: Id, state: z.enum(mandateStates), rev: z.int() })),
  move: oc
    .route({
      method: 'POST',
      path: '/mandates/{id}/moves',
      summary: '代办动作 · Accept, start, pause, resume, finish, end',
      tags,
    })
    .input(z.object({ id: Id, move: MandateMove }))
    .output(z.object({ id: Id, state: z.enum(mandateStates), rev: z.int() })),
  acts: oc
    .route({
      method: 'GET',
      path: '/mandates/{id}/acts',
      summary: '代办留痕 · What the guide did for the enterprise',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(
      z.object({
        rows: z.array(
          z.object({
            at: Instant,
            actor: z.string(),
            onBehalfOf: z.string().nullable(),
            verb: z.string(),
            appeal: z.object({ id: Id, no: z.string().nullable(), title: z.string(), state: AppealState }).nullable(),
            reason: z.string().nullable(),
          }),
        ),
      }),
    ),
}
