import type { Generated, Instant, Json, Jsonb } from '@tingzhou/db'
import type { Explanation } from '@tingzhou/text'
import type {
  DealSource,
  DealState,
  KnownBy,
  PostingKind,
  PostingState,
  RfqState,
  Subject,
  Visibility,
} from './words.ts'

/** A value as it comes out of a column: nobody else has it. */
type Read<T> = T extends object ? { -readonly [K in keyof T]: Read<T[K]> } : T

/** Columns of every row that a person edits. */
type Edited = {
  zone_id: string
  id: string
  synthetic: Generated<boolean>
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type PostingTable = Edited & {
  number: string
  kind: PostingKind
  subject: Subject
  firm_id: string
  firm_outside: Generated<boolean>
  text: string
  resolution: Jsonb<Json>
  product_code: string | null
  confirmed_at: Instant | null
  confirmed_by: string | null
  spec: string[]
  unit: Generated<string>
  dimension: string | null
  period: string | null
  quantity: number | null
  reserved: Generated<number>
  min_quantity: number | null
  price_milli_fen: number | null
  price_high_milli_fen: number | null
  price_per: string | null
  place: Generated<string>
  lon: number | null
  lat: number | null
  lead_days: number | null
  needed_by: string | null
  valid_to: string
  is_single: Generated<boolean>
  visibility: Generated<Visibility>
  state: Generated<PostingState>
  appeal_id: string | null
  opened_at: Instant | null
  warned_to: string | null
}

type DealTable = Edited & {
  number: string
  need_id: string
  offer_id: string
  buyer_id: string
  seller_id: string
  product_code: string | null
  quantity: number
  dimension: string
  price_milli_fen: number | null
  price_per: string | null
  source: DealSource
  source_id: string | null
  score: number | null
  explanation: Jsonb<Read<Explanation>> | null
  buyer_said: 'yes' | 'no' | null
  buyer_said_at: Instant | null
  seller_said: 'yes' | 'no' | null
  seller_said_at: Instant | null
  state: Generated<DealState>
  stands_until: Instant
  load_id: string | null
  why: Generated<string>
}

type ProposalTable = {
  zone_id: string
  id: string
  number: string
  product_code: string | null
  state: Generated<'made' | 'sent'>
  numbers: Jsonb<Record<string, number>>
  needs: number
  offers: number
  arcs: number
  cost_fen: number
  penalty_fen: number
  unmet: number
  first_cost_fen: number
  first_penalty_fen: number
  first_unmet: number
  is_optimal: boolean
  left_out: Jsonb<{ needId: string; number: string; rule: string }[]>
  advice: Jsonb<{ kind: 'below_minimum' | 'several_suppliers'; need: string; offer: string; quantity: number }[]>
  read_ms: number
  solve_ms: number
  made_at: Instant
  made_by: string
  sent_at: Instant | null
  sent_by: string | null
  synthetic: Generated<boolean>
  rev: Generated<number>
}

type ProposalPairTable = {
  zone_id: string
  proposal_id: string
  seq: number
  need_id: string
  offer_id: string
  need_product: string | null
  offer_product: string | null
  dimension: string
  quantity: number
  first_quantity: number
  cost_fen: number
  first_cost_fen: number
  price_milli_fen: number | null
  price_per: string | null
  score: number
  explanation: Jsonb<Read<Explanation>>
  deal_id: string | null
  stale: Jsonb<{ kind: string; value: string; rule: string }> | null
}

type RfqTable = Edited & {
  number: string
  asker_id: string
  title: string
  words: Generated<string>
  place: Generated<string>
  lon: number | null
  lat: number | null
  closes_at: Instant
  is_sealed: boolean
  state: Generated<RfqState>
  why: Generated<string>
}

type RfqLineTable = {
  zone_id: string
  rfq_id: string
  line: number
  product_code: string
  spec: Generated<string>
  unit: string
  dimension: string
  quantity: number
  needed_by: string | null
  need_id: string | null
}

type RfqAskTable = {
  zone_id: string
  rfq_id: string
  firm_id: string
  is_outside: boolean
  known_by: KnownBy[]
  answered_at: Instant | null
  answered_by: string | null
  remark: Generated<string>
  rev: Generated<number>
}

type RfqAnswerTable = {
  zone_id: string
  rfq_id: string
  firm_id: string
  line: number
  is_declined: boolean
  price_milli_fen: number | null
  quantity: number | null
  lead_days: number | null
  remark: Generated<string>
  deal_id: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    market_posting: PostingTable
    market_deal: DealTable
    market_proposal: ProposalTable
    market_proposal_pair: ProposalPairTable
    market_rfq: RfqTable
    market_rfq_line: RfqLineTable
    market_rfq_ask: RfqAskTable
    market_rfq_answer: RfqAnswerTable
    market_settings: {
      zone_id: string
      numbers: Jsonb<Readonly<Record<string, number>>>
      rev: number
      updated_at: Instant
      updated_by: string
    }
  }
}
