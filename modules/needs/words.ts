import type { z } from 'zod'
import type * as contract from './appeal-contract.ts'

/** The closed word lists of the needs loop; the contract holds the values, these are their types. */
export type AppealState = z.infer<typeof contract.AppealState>
export type Channel = z.infer<typeof contract.Channel>
export type Nature = z.infer<typeof contract.Nature>
export type UrgencyClass = z.infer<typeof contract.UrgencyClass>
export type ReplyResult = (typeof contract.replyResults)[number]
export type SolvedAnswer = (typeof contract.solvedAnswers)[number]

/** States in which nothing more is owed to the applicant. */
export const restingStates: readonly AppealState[] = ['draft', 'declined', 'merged', 'closed', 'archived', 'withdrawn']

/** Whether somebody still owes the applicant something. O(1). */
export const isOpenState = (state: AppealState): boolean => !restingStates.includes(state)
