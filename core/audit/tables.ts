import type { Instant, Jsonb } from '@tingzhou/db'

type HistoryTable = {
  zone_id: string
  object_kind: string
  object_id: string
  seq: number
  at: Instant
  verb: string
  actor_id: string
  actor_name: string
  on_behalf_of: string | null
  node: string | null
  public: boolean
  reason: string | null
  data: Jsonb<unknown>
  prev_hash: string
  hash: string
}
type HistoryHeadTable = {
  zone_id: string
  object_id: string
  object_kind: string
  seq: number
  hash: string
  sealed: boolean
}
type HistorySealTable = {
  zone_id: string
  seq: number
  at: Instant
  heads: Jsonb<unknown>
  prev_hash: string
  hash: string
}
declare module '@tingzhou/db' {
  interface Tables {
    history: HistoryTable
    history_head: HistoryHeadTable
    history_seal: HistorySealTable
  }
}
