import type { Instant } from '@tingzhou/db'

type SearchEntryTable = {
  zone_id: string
  object_kind: string
  object_id: string
  title: string
  subtitle: string
  number: string | null
  title_key: string
  number_key: string | null
  initials: string
  tokens: string[]
  updated_at: Instant
}
declare module '@tingzhou/db' {
  interface Tables {
    search_entry: SearchEntryTable
  }
}
