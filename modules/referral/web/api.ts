import { createApi, moveAnswer, type Content } from '@tingzhou/ui'
import { referralContract } from '../contract.ts'
import type { Move } from '../order-contract.ts'

/** Referral over HTTP. */
export const api = createApi(referralContract, 'referral')

export type Detail = Awaited<ReturnType<typeof api.orders.get.call>>
export type Row = Awaited<ReturnType<typeof api.orders.list.call>>['rows'][number]
export type MoveInput = { readonly id: string; readonly move: Content<Move>; readonly commandId: string }

/** Makes a move. */
export const makeMove = ({ id, move, commandId }: MoveInput) =>
  moveAnswer(api.orders.move.call({ id, move: { ...move, commandId } }))
