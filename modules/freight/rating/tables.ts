import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { RatingSide, RatingSubject } from './words.ts'

type RatingTable = {
  zone_id: string
  id: string
  waybill_id: string
  side: RatingSide
  shipper_id: string
  carrier_id: string
  driver_id: string
  stars: number
  tags: Jsonb<readonly string[]>
  words: string
  author_id: string
  author_name: string
  given_at: Instant
  changed_at: Instant
  shown_at: Instant
  counts_on: string
  synthetic: boolean
  rev: Generated<number>
}

type RatingSumTable = {
  zone_id: string
  subject: RatingSubject
  subject_id: string
  day: string
  ratings: number
  stars: number
}

declare module '@tingzhou/db' {
  interface Tables {
    freight_rating: RatingTable
    freight_rating_sum: RatingSumTable
  }
}
