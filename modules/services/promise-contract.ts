import { oc } from '@orpc/contract'
import * as z from 'zod'
import { ask, Files, Id, Instant, Moved, MoveView, prose, remark, Words } from './contract-parts.ts'

export const promiseStates = ['open', 'verifying', 'kept', 'broken', 'repaired', 'ended'] as const

/** 容缺承诺: what was promised, until when, and what became of it. */
export const PromiseView = z.object({
  id: Id,
  applicationId: Id,
  state: z.enum(promiseStates),
  materials: z.array(z.object({ code: z.string(), name: Words, supplied: z.boolean() })),
  signedBy: z.string(),
  signedAt: Instant,
  dueAt: Instant,
  extended: z.boolean(),
  remindedAt: z.array(Instant),
  suppliedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  rev: z.int(),
  moves: z.array(MoveView),
})

export const PromiseMove = z.discriminatedUnion('move', [
  z.object({
    ...ask,
    move: z.literal('supply'),
    materials: z
      .array(z.object({ code: z.string().max(60), fileIds: Files }))
      .min(1)
      .max(50),
  }),
  z.object({ ...ask, move: z.literal('verify'), words: remark(500) }),
  z.object({ ...ask, move: z.literal('reject'), reason: prose(500) }),
  z.object({
    ...ask,
    move: z.literal('extend'),
    workingDays: z.int().min(1).max(10),
    reason: prose(500).describe('force majeure; once'),
  }),
  z.object({ ...ask, move: z.literal('repair'), reason: prose(500).describe('the broken promise no longer blocks') }),
])
export type PromiseMove = z.infer<typeof PromiseMove>
export type PromiseMoveName = PromiseMove['move']

export const promiseContract = {
  move: oc
    .route({
      method: 'POST',
      path: '/promises/{id}/moves',
      summary: '容缺承诺 · A move on a promise',
      tags: ['services'],
    })
    .input(z.object({ id: Id, move: PromiseMove }))
    .output(Moved),
}
