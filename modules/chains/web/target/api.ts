import { moveAnswer } from '@tingzhou/ui'
import { api } from '../api.ts'

export type LineDetail = Awaited<ReturnType<typeof api.lines.get.call>>
export type LineRow = Awaited<ReturnType<typeof api.lines.list.call>>['rows'][number]
export type TargetDetail = Awaited<ReturnType<typeof api.targets.get.call>>
export type TargetRow = Awaited<ReturnType<typeof api.targets.list.call>>['rows'][number]
export type PlantDetail = Awaited<ReturnType<typeof api.plants.get.call>>
export type SiteFit = Awaited<ReturnType<typeof api.lines.plants.call>>
export type Standing = Awaited<ReturnType<typeof api.targets.move.call>>
export type Saved = Awaited<ReturnType<typeof api.plants.create.call>>

type Wire = Parameters<typeof api.targets.move.call>[0]
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
export type MoveInput = {
  readonly id: string
  readonly move: Without<Wire['move'], 'commandId'>
  readonly commandId: string
}

/** Makes a move; it had an id of its own only while it was none of this attempt. */
export const makeMove = ({ id, move, commandId }: MoveInput): Promise<Standing> =>
  moveAnswer(api.targets.move.call({ id, move: { ...move, commandId } as Wire['move'] }))

export const placeOf = {
  lines: '/chain-lines',
  linesOf: (product: string) => `/chain-lines?product=${product}`,
  line: (key: string) => `/chain-lines/${key}`,
  board: '/chain-targets',
  list: '/chain-targets/list',
  target: (id: string) => `/chain-targets/${id}`,
  newTarget: (line?: string) => `/chain-targets/new${line === undefined ? '' : `?line=${line}`}`,
  plants: '/chain-plants',
  plant: (id: string) => `/chain-plants/${id}`,
  newPlant: '/chain-plants/new',
  chain: (code: string) => `/industry-chains/${code}`,
  firm: (id: string) => `/chain-firms/${id}`,
  /** Where the capacity of a firm is entered, or of any. */
  enterPosition: (firm: string | null) =>
    firm === null ? '/chain-positions?do=enter' : `/chain-firms/${firm}?do=position`,
}
