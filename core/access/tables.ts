import type { ColumnType } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import type { Generated, Instant } from '@tingzhou/db'
import type { Lang, Role } from '@tingzhou/parties'

/** How a party stands to an object. */
export const relations = ['enterprise', 'area', 'owner', 'pool', 'assistant', 'person', 'watcher'] as const
export type Relation = (typeof relations)[number]

type InstantOrNull = ColumnType<EpochMs | null, Date | null | undefined, Date | null>

type AccountTable = {
  zone_id: string
  id: string
  kind: Generated<'person' | 'machine'>
  username: string
  name: string
  email: string
  email_verified: Generated<boolean>
  image: string | null
  lang: Generated<Lang>
  state: Generated<'open' | 'closed'>
  two_factor_enabled: Generated<boolean>
  synthetic: Generated<boolean>
  demo: Generated<boolean>
  rev: Generated<number>
  created_at: Instant
  updated_at: Instant
}

type CredentialTable = {
  zone_id: string
  id: string
  account_id: string
  provider_id: string
  user_id: string
  password: string | null
  created_at: Instant
  updated_at: Instant
}

type SessionTable = {
  zone_id: string
  id: string
  user_id: string
  token: string
  expires_at: Instant
}

type GuardTable = {
  zone_id: string
  subject: string
  failures: number
  window_since: Instant
  locked_until: InstantOrNull
}

type ApiKeyTable = {
  zone_id: string
  id: string
  account_id: string
  name: string
  key_sha256: string
  hint: string
  roles: Role[] | null
  created_at: Instant
  created_by: string
  expires_at: InstantOrNull
  last_used_at: InstantOrNull
  revoked_at: InstantOrNull
  revoked_by: string | null
  party_id: string | null
  read_only: Generated<boolean>
}

type OneTimeLinkTable = {
  zone_id: string
  id: string
  purpose: 'setup' | 'invitation' | 'password_reset'
  token_sha256: string
  account_id: string | null
  role: Role | null
  party_id: string | null
  created_at: Instant
  created_by: string
  expires_at: Instant
  used_at: InstantOrNull
}

type SettingTable = {
  zone_id: string
  totp_for_staff: boolean
  rev: Generated<number>
  updated_at: Instant
  updated_by: string
}

type ZoneOriginTable = {
  zone_id: string
  demo: boolean
  created_at: Instant
}

type ReachTable = {
  zone_id: string
  object_kind: string
  object_id: string
  party_id: string
  relation: Relation
}

declare module '@tingzhou/db' {
  interface Tables {
    account: AccountTable
    account_credential: CredentialTable
    account_session: SessionTable
    sign_in_guard: GuardTable
    api_key: ApiKeyTable
    one_time_link: OneTimeLinkTable
    access_setting: SettingTable
    zone_origin: ZoneOriginTable
    reach: ReachTable
  }
}
