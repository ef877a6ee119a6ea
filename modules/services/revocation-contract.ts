import { oc } from '@orpc/contract'
import * as z from 'zod'
import { ask, Department, Id, Instant, Moved, MoveView, prose, remark, Words } from './contract-parts.ts'

export const revocationStates = ['notice', 'hearing', 'decide', 'revoked', 'upheld', 'ended'] as const
export const revocationCauses = ['promise_broken', 'sample_wrong'] as const

/** 撤销审查: whether a decision that was given is taken back; the applicant may ask to be heard 听证. */
export const RevocationView = z.object({
  id: Id,
  applicationId: Id,
  itemCaseId: Id,
  item: Words,
  department: Department,
  cause: z.enum(revocationCauses),
  state: z.enum(revocationStates),
  hearingUntil: Instant.nullable(),
  hearingMinutes: z.string().nullable(),
  reason: z.string().nullable(),
  openedAt: Instant,
  decidedAt: Instant.nullable(),
  rev: z.int(),
  moves: z.array(MoveView),
})

export const RevocationMove = z.discriminatedUnion('move', [
  z.object({ ...ask, move: z.literal('ask_hearing'), words: remark(1000) }),
  z.object({ ...ask, move: z.literal('waive_hearing'), words: remark(1000) }),
  z.object({ ...ask, move: z.literal('hold_hearing'), minutes: prose(4000) }),
  z.object({ ...ask, move: z.literal('revoke'), reason: prose(1000) }),
  z.object({ ...ask, move: z.literal('uphold'), reason: prose(1000) }),
])
export type RevocationMove = z.infer<typeof RevocationMove>
export type RevocationMoveName = RevocationMove['move']

export const revocationContract = {
  move: oc
    .route({
      method: 'POST',
      path: '/revocations/{id}/moves',
      summary: '撤销审查 · A move on a revocation',
      tags: ['services'],
    })
    .input(z.object({ id: Id, move: RevocationMove }))
    .output(Moved),
}
