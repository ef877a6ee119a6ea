import { createApi, moveAnswer, type Content } from '@tingzhou/ui'
import { registryContract } from '@tingzhou/registry/contract'
import { needsContract } from '../contract.ts'
import type { Move } from '../appeal-contract.ts'

/** The needs loop over HTTP. */
export const api = createApi(needsContract, 'needs')

/** What the screens of this module read from the registry: who can own, where, for whom. */
export const registry = createApi(
  {
    areas: registryContract.areas,
    departments: registryContract.departments,
    enterprises: registryContract.enterprises,
  },
  'registry',
)

/** A move as a form makes it: the command id comes from the command helper. */
export type MoveBody = Content<Move>

export type MoveInput = { readonly id: string; readonly move: MoveBody; readonly commandId: string }

/** Makes a move. */
export const makeMove = ({ id, move, commandId }: MoveInput) =>
  // MoveBody and its command id are a Move again; TypeScript cannot see it through the union.
  moveAnswer(api.appeals.move.call({ id, move: { ...move, commandId } as Move }))
