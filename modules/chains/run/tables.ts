import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { ChainSettings } from '@tingzhou/chain-model'
import type { NetworkBody } from './network.ts'
import type { Band, FigureKind, Indicator, Level, Outcome, RunCounts } from './words.ts'

type TurnTable = {
  zone_id: string
  holder: string
  year: number
  begun_at: Instant
  begun_by: string
  beat_at: Instant
  ended_at: Instant | null
  outcome: Outcome | null
  run_id: string | null
  fault: Jsonb<{ readonly field: string; readonly value: string; readonly rule: string } | null> | null
}

/** What a run was reckoned with, and how many firms had to stand behind what its lists tell. */
export type RunNumbers = ChainSettings & { readonly kMin: number }

type RunTable = {
  zone_id: string
  id: string
  year: number
  input_version: string
  numbers: Jsonb<RunNumbers>
  made_at: Instant
  made_by: string
  checked_at: Instant
  counts: Jsonb<RunCounts>
  followed: number | null
  pivots: number
  is_exact: boolean
  read_ms: number
  solve_ms: number
}

type FigureTable = {
  zone_id: string
  run_id: string
  kind: FigureKind
  code: string
  firm_id: Generated<string>
  name: Indicator
  value: number | null
  parts: Jsonb<Readonly<Record<string, number>>>
  band: Band | null
  sellers: number
  buyers: number
}

type FlowTable = {
  zone_id: string
  run_id: string
  chain_code: string
  level: Level
  from_key: string
  to_key: string
  from_outside: boolean
  value_fen: number
  kg: number
  sellers: number
  buyers: number
}

type RiskTable = {
  zone_id: string
  run_id: string
  buyer_id: string
  product_code: string
  supplier_id: string
  risk: number
  share: number
  dependence: number
  alternative: number
  volume: number
  dependent_fen: number
}

type HiddenTable = {
  zone_id: string
  run_id: string
  buyer_id: string
  product_code: string
  input_code: string
  source_id: string
  concentration: number
  direct: number
  followed: number
  suppliers: number
  sources: number
  source_share: number
}

declare module '@tingzhou/db' {
  interface Tables {
    chain_run_turn: TurnTable
    chain_run: RunTable
    chain_figure: FigureTable
    chain_flow: FlowTable
    chain_risk: RiskTable
    chain_hidden: HiddenTable
    chain_critical: { zone_id: string; run_id: string; place: number; firm_id: string; value: number }
    chain_network: { zone_id: string; run_id: string; body: Jsonb<NetworkBody> }
  }
}
