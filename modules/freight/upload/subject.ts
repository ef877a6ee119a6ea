import type { Documents } from '@tingzhou/wlhy'
import type { UploadKind } from './words.ts'

/** What a document is about: a driver, a vehicle, a waybill, the flow of funds of a waybill. */
export type Subject = { readonly kind: UploadKind; readonly id: string }

/** A subject as one word, for maps and for what a document waits for. O(1). */
export const subjectKey = ({ kind, id }: Subject): string => `${kind}:${id}`

/** A document as today's rows say it, and what the outbox must know of it. */
export type Gathered = {
  readonly subject: Subject
  readonly title: string
  readonly waybillId: string | null
  readonly carrierId: string | null
  /** What it comes to; fen. */
  readonly sumFen: number
  readonly needs: readonly string[]
  readonly synthetic: boolean
  readonly document: Documents[UploadKind]
  /** Whether audit let the carrier get more than the shipper pays (rule R12). */
  readonly aboveFreight: boolean
}
