import type { Generated, Instant, Jsonb } from '@tingzhou/db'

type ScheduledJobTable = {
  zone_id: string
  id: string
  kind: string
  due_at: Instant
  try_at: Instant
  payload: Jsonb<unknown>
  attempts: Generated<number>
  last_error: string | null
}
declare module '@tingzhou/db' {
  interface Tables {
    scheduled_job: ScheduledJobTable
  }
}
