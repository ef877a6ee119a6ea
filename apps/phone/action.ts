import type { Problem } from './api.ts'
import type { Position } from './position.ts'
import type { Deed } from './trip.ts'

/** Where the server wants a photo: with an arrival or an accident, in a slip, as the receipt. */
export type ProofField = 'photoIds' | 'slip' | 'fileId'
/** A photo that proves a step; `fileId` once the server has it. */
export type Proof = { readonly field: ProofField; readonly photo: Blob; readonly fileId: string | null }

/** One thing that a driver did to a waybill. The id of its command never changes, so that it is done once however often it is sent. */
export type Action = {
  /** The order in which things were done; given by the store. */
  readonly seq?: number
  readonly owner: string
  readonly waybillId: string
  readonly commandId: string
  readonly move: Deed
  /** By the clock of the phone, epoch ms. */
  readonly at: number
  readonly position: Position | null
  readonly input: Readonly<Record<string, unknown>>
  readonly proofs: readonly Proof[]
  /** Why the server will not have it; null: it waits to be sent. */
  readonly refusal: Problem | null
}

export type StoredAction = Action & { readonly seq: number }
