import type { Generated, Instant, Jsonb } from '@tingzhou/db'
import type { ServiceKind } from '@tingzhou/text'
import type { Basis, Mode, PositionRole, SiteNeeds, Stage, State, WordState } from './words.ts'

/** Columns of every row that a person edits. */
type Edited = {
  zone_id: string
  created_at: Instant
  created_by: string
  updated_at: Instant
  updated_by: string
  rev: Generated<number>
}

type ClusterTable = Edited & {
  id: string
  code: string
  zh: string
  en: string
  basis: Basis
  source: Generated<string>
  valid_from: string
  valid_to: string | null
}

type ChainTable = Edited & {
  code: string
  cluster_code: string
  zh: string
  en: string
  basis: Basis
  source: Generated<string>
  state: Generated<State>
  valid_from: string
}

type SegmentTable = {
  zone_id: string
  chain_code: string
  key: string
  stage: Stage
  place: number
  zh: string
  en: string
}

type ProductTable = Edited & {
  code: string
  parent: string | null
  zh: string
  en: string
  unit: string
  family: string
  axis: string | null
  axis_values: string[]
  grades: Jsonb<Readonly<Record<string, readonly string[]>>>
  service: ServiceKind | null
  kg_per_unit: number
  price_fen: number
  industry: string | null
  margin_share: number | null
  site: Jsonb<SiteNeeds | null> | null
  basis: Basis
  source: Generated<string>
  as_of: string
  state: Generated<State>
}

type SegmentProductTable = {
  zone_id: string
  chain_code: string
  segment_key: string
  product_code: string
  place: number
  weight: number
  is_required: boolean
  mes: number
}

type AliasTable = Edited & {
  id: string
  product_code: string
  lang: 'zh' | 'en'
  alias: string
  basis: Basis
  state: Generated<State>
}

type WordTable = {
  zone_id: string
  id: string
  word: string
  seen: Generated<number>
  example: string
  first_at: Instant
  last_at: Instant
  state: Generated<WordState>
  product_code: string | null
  decided_at: Instant | null
  decided_by: string | null
  rev: Generated<number>
}

type RecipeTable = Edited & {
  id: string
  output_code: string
  route: Generated<string>
  share: Generated<number>
  basis: Basis
  source: Generated<string>
  as_of: string
  state: Generated<State>
}

type RecipeInputTable = {
  zone_id: string
  recipe_id: string
  product_code: string
  coefficient: number
  low: number
  high: number
  basis: Basis
}

type OutsideTable = Edited & {
  id: string
  name: string
  country: string
  place: Generated<string>
  lon: number | null
  lat: number | null
  industry: string | null
  is_strong: Generated<boolean>
  expansion: Generated<number>
  source: Generated<string>
  remark: Generated<string>
  state: Generated<State>
  synthetic: Generated<boolean>
}

/** What is known of a year, by whoever entered it. */
type Told = Edited & { id: string; product_code: string; year: number; as_of: string; synthetic: Generated<boolean> }

type PositionTable = Told & {
  firm_id: string
  is_outside: boolean
  role: PositionRole
  capacity: number
  output: number
  is_qualified: Generated<boolean>
  evidence: Generated<string>
}

type LinkTable = Told & {
  seller_id: string
  seller_outside: boolean
  buyer_id: string
  buyer_outside: boolean
  volume: number
  price_fen: number
  distance_km: number
  mode: Mode
  rate_fen: number
  is_contract: boolean
  source: Generated<string>
}

type LeaderTable = Edited & {
  id: string
  chain_code: string
  firm_id: string
  is_main: boolean
  basis: Basis
  source: Generated<string>
  valid_from: string
  valid_to: string | null
  synthetic: Generated<boolean>
}

type DemandTable = Told & { volume: number; source: Generated<string> }

/** Numbers of a zone that are data; `numbers` by their names. */
export type SettingsTable = {
  zone_id: string
  numbers: Jsonb<Readonly<Record<string, number>>>
  rev: number
  updated_at: Instant
  updated_by: string
}

declare module '@tingzhou/db' {
  interface Tables {
    chain_catalogue: { zone_id: string; version: Generated<number>; stamp: Generated<string>; updated_at: Instant }
    chain_cluster: ClusterTable
    chain: ChainTable
    chain_segment: SegmentTable
    chain_product: ProductTable
    chain_segment_product: SegmentProductTable
    chain_alias: AliasTable
    chain_word: WordTable
    chain_recipe: RecipeTable
    chain_recipe_input: RecipeInputTable
    chain_outside: OutsideTable
    chain_position: PositionTable
    chain_link: LinkTable
    chain_leader: LeaderTable
    chain_demand: DemandTable
    chain_settings: SettingsTable
  }
}
