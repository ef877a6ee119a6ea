import type { Generated, Instant, Jsonb } from '@tingzhou/db'

type OutboxTable = {
  zone_id: string
  seq: Generated<number>
  position: number | null
  type: string
  object_kind: string
  object_id: string
  data: Jsonb<unknown>
  to_parties: string[]
  at: Instant
}
type OutboxRelayTable = { zone_id: string; position: number }
type OutboxCursorTable = {
  zone_id: string
  handler: string
  position: number
  attempts: Generated<number>
  next_try_at: Instant | null
  last_error: string | null
}
type OutboxDeadTable = {
  zone_id: string
  handler: string
  position: number
  event: Jsonb<unknown>
  error: string
  attempts: number
  at: Instant
}
declare module '@tingzhou/db' {
  interface Tables {
    outbox: OutboxTable
    outbox_relay: OutboxRelayTable
    outbox_cursor: OutboxCursorTable
    outbox_dead: OutboxDeadTable
  }
}
