import { createApi, decodeProblem, toProblem, type Content } from '@tingzhou/ui'
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

/** Makes a move; the server names fields `move.text`, the form calls them `text`. */
export async function makeMove({ id, move, commandId }: MoveInput) {
  try {
    // MoveBody and its command id are a Move again; TypeScript cannot see it through the union.
    return await api.appeals.move.call({ id, move: { ...move, commandId } as Move })
  } catch (error) {
    throw withoutPrefix(error)
  }
}

function withoutPrefix(error: unknown) {
  const problem = toProblem(error)
  if (!problem.errors.some(({ field }) => field.startsWith('move.'))) return problem
  const errors = problem.errors.map((entry) => ({ ...entry, field: entry.field.replace(/^move\./, '') }))
  return decodeProblem({ ...problem.data, errors }, problem.data.status, problem.requestId)
}
