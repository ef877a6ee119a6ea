import { moveAnswer } from '@tingzhou/ui'
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

/** Makes a move; it had an id of its own only while it was none of this attempt. */
export const makeMove = ({ id, move, commandId }: MoveInput): Promise<Standing> =>
  moveAnswer(api.waybills.move.call({ id, move: { ...move, commandId } as Wire['move'] }))
