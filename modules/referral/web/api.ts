import { createApi, decodeProblem, toProblem, type Content } from '@tingzhou/ui'
import { referralContract } from '../contract.ts'
import type { Move } from '../order-contract.ts'

/** Referral over HTTP. */
export const api = createApi(referralContract, 'referral')

export type Detail = Awaited<ReturnType<typeof api.orders.get.call>>
export type Row = Awaited<ReturnType<typeof api.orders.list.call>>['rows'][number]
export type MoveInput = { readonly id: string; readonly move: Content<Move>; readonly commandId: string }

/** Makes a move; the server names fields `move.bed`, the form calls them `bed`. */
export async function makeMove({ id, move, commandId }: MoveInput) {
  try {
    return await api.orders.move.call({ id, move: { ...move, commandId } })
  } catch (error) {
    const problem = toProblem(error)
    const errors = problem.errors.map((entry) => ({ ...entry, field: entry.field.replace(/^move\./, '') }))
    throw decodeProblem({ ...problem.data, errors }, problem.data.status, problem.requestId)
  }
}
