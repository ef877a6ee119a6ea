import { decodeProblem, toProblem } from '@tingzhou/ui'
import { api } from '../api.ts'

export type WaybillDetail = Awaited<ReturnType<typeof api.waybills.get.call>>
export type Standing = Awaited<ReturnType<typeof api.waybills.move.call>>
type Wire = Parameters<typeof api.waybills.move.call>[0]
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
export type MoveInput = {
  readonly id: string
  readonly move: Without<Wire['move'], 'commandId'>
  readonly commandId: string
}

/** Makes a move; the server names fields `move.reason`, the form calls them `reason`. */
export async function makeMove({ id, move, commandId }: MoveInput): Promise<Standing> {
  try {
    // The move had an id of its own only while it was none of this attempt.
    return await api.waybills.move.call({ id, move: { ...move, commandId } as Wire['move'] })
  } catch (error) {
    const problem = toProblem(error)
    const errors = problem.errors.map((entry) => ({ ...entry, field: entry.field.replace(/^move\./, '') }))
    throw decodeProblem({ ...problem.data, errors }, problem.data.status, problem.requestId)
  }
}
