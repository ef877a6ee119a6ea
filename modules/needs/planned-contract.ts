import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { AppealState, UrgencyClass } from './appeal-contract.ts'
import { Day, Id, PartyRef } from './fields.ts'

export const plannedStates = ['open', 'reopened', 'done'] as const

/** An appeal on the planned list 挂账: what shall be done, by whom, and when it is looked at again. */
export const PlannedItem = z.object({
  id: Id,
  plan: z.string(),
  owner: PartyRef,
  reviewDate: Day,
  overdue: z.boolean().describe('The review date is past and nobody has reviewed it.'),
  state: z.enum(plannedStates),
  listedAt: Instant,
  appeal: z.object({
    id: Id,
    no: z.string().nullable(),
    title: z.string(),
    state: AppealState,
    class: UrgencyClass,
    category: z.string().nullable(),
    enterprise: PartyRef.nullable(),
  }),
})
export type PlannedItem = z.infer<typeof PlannedItem>

export const plannedContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/planned-items',
      summary: '挂账清单 · The planned list, the next review first',
      tags: ['needs'],
    })
    .input(
      listInput({
        state: z.enum(plannedStates).default('open'),
        ownerId: Id.optional(),
        overdue: z.boolean().optional().describe('true: the review date is past'),
      }),
    )
    .output(listOutput(PlannedItem)),
}
