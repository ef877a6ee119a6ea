import type { Generated, Instant, Jsonb } from '@tingzhou/db'

type NoticeTable = {
  zone_id: string
  id: string
  account_id: string
  kind: string
  alarm: boolean
  needs_me: boolean
  title_key: string
  params: Jsonb<Record<string, unknown>>
  object_kind: string | null
  object_id: string | null
  link: string | null
  at: Instant
  read_at: Instant | null
}
type NoticeMuteTable = { zone_id: string; account_id: string; kind: string }
type NoticeMailTable = {
  zone_id: string
  notice_id: string
  address: string
  state: Generated<'waiting' | 'sent' | 'given_up'>
  attempts: Generated<number>
  try_at: Instant
  last_error: string | null
  sent_at: Instant | null
}
declare module '@tingzhou/db' {
  interface Tables {
    notice: NoticeTable
    notice_mute: NoticeMuteTable
    notice_mail: NoticeMailTable
  }
}
