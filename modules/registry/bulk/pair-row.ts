import type { Conflict } from '../merge-rules.ts'
import type { SplitTakes } from '../split-contract.ts'

/** A row on its way into the table; what is missing is null. */
export type PairRecord = {
  readonly row: number
  readonly from_text: string
  readonly into_text: string
  readonly why: string
  readonly from_id?: string | undefined
  readonly into_id?: string | undefined
  readonly from_name?: string | undefined
  readonly into_name?: string | undefined
  readonly turn?: number | null
  readonly conflicts?: readonly Conflict[]
  readonly state: 'refused' | 'ready'
  readonly rule?: string | undefined
  readonly rule_value?: string | undefined
  readonly uscc_text?: string | null
  readonly takes_text?: string
  readonly takes?: SplitTakes | undefined
}

/** A row as it is carried out or undone. */
export type StoredPair = {
  readonly row: number
  readonly from_id: string | null
  readonly into_id: string | null
  readonly into_text: string
  readonly why: string
  readonly turn: number | null
  readonly merge_id: string | null
  readonly uscc_text: string | null
  readonly takes: SplitTakes | null
  readonly split_id: string | null
}
