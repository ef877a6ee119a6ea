import type { Generated, Instant } from '@tingzhou/db'
import type { ColumnType } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import type { Role } from './actor.ts'

export const partyKinds = ['zone', 'area', 'department', 'enterprise', 'person', 'institution'] as const
export type PartyKind = (typeof partyKinds)[number]

type InstantOrNull = ColumnType<EpochMs | null, Date | null | undefined, Date | null>

type PartyTable = {
  zone_id: string
  id: string
  kind: PartyKind
  name: string
  parent_id: string | null
  state: Generated<'open' | 'closed'>
  synthetic: Generated<boolean>
  rev: Generated<number>
  created_at: Instant
  updated_at: Instant
}

type MembershipTable = {
  zone_id: string
  id: string
  account_id: string
  role: Role
  party_id: string | null
  since: Instant
  until: InstantOrNull
  granted_by: string
  ended_by: string | null
}

declare module '@tingzhou/db' {
  interface Tables {
    party: PartyTable
    membership: MembershipTable
  }
}
