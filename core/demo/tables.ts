import type { Instant } from '@tingzhou/db'

type DemoZoneTable = {
  zone_id: string
  began_at: Instant
  clock_at: Instant | null
  live_at: Instant | null
  percent: number
  phase: string
  updated_at: Instant
}

declare module '@tingzhou/db' {
  interface Tables {
    demo_zone: DemoZoneTable
  }
}
