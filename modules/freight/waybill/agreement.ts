import { createHash } from 'node:crypto'
import { canonicalJson } from '@tingzhou/settlement'
import type { Measure } from '../words.ts'

type Named = { readonly id: string | null; readonly name: string }
type Where = {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly divisionCode: string
  readonly lonDeg: number
  readonly latDeg: number
}

/** The carriage agreement 运输协议 of one waybill, as the driver accepts it; the shipper's price is no part of it. */
export type Agreement = {
  /** 1: without insurance. */
  readonly edition: 1 | 2
  readonly number: string
  readonly loadNumber: string
  readonly shipper: Named
  readonly consignee: Named
  readonly carrier: Named
  readonly driver: Named
  readonly vehicle: Named
  readonly goods: string
  readonly cargoClass: string
  readonly from: Where
  readonly to: Where
  /** Of the load: kilograms, cubic decimetres or trucks. */
  readonly measure: Measure
  readonly plan: number
  /** Thousandths of a fen for a ton, cubic metre or truck. */
  readonly carrierMilliFen: number
  readonly goodsMilliFen: number
  readonly terms: { readonly id: string; readonly version: number }
  /** Milliseconds since the epoch. */
  readonly loadFrom: number
  readonly loadUntil: number
  /** What the goods are covered by; null: nothing. */
  readonly insurance?: { readonly insurerCode: string; readonly number: string; readonly sumFen: number } | null
}

/** What proves which agreement was accepted: SHA-256 of its canonical JSON (RFC 8785), hexadecimal. O(size). */
export const agreementSha256 = (agreement: Agreement): string =>
  createHash('sha256').update(canonicalJson(agreement)).digest('hex')
