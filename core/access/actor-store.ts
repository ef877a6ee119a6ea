import type { Db } from '@tingzhou/db'
import { listMemberships, type Actor, type Role } from '@tingzhou/parties'
import { findSettings } from './settings.ts'

/** An account as an actor, with what signing in must know. */
export type StoredActor = {
  readonly actor: Actor
  readonly username: string
  readonly totpEnabled: boolean
  /** Holds a role that needs the one-time-code app, which is not set up: acts without roles until it is. */
  readonly mustEnrolTotp: boolean
}

/** Accounts as actors, remembered for at most 30 s; whoever changes an account, its roles or its keys forgets it at once. */
export type ActorStore = {
  readonly find: (accountId: string) => Promise<StoredActor | null>
  readonly forget: (accountId: string) => void
  readonly forgetAll: () => void
}

const rememberMs = 30_000
const entriesMax = 20_000

/** Makes the store of one process; another process sees a change after 30 s at most. */
export function createActorStore({ db, zoneId }: { readonly db: Db; readonly zoneId: string }): ActorStore {
  const known = new Map<string, { readonly until: number; readonly found: Promise<StoredActor | null> }>()
  return {
    find: (accountId) => {
      const held = known.get(accountId)
      if (held && held.until > performance.now()) return held.found
      if (known.size >= entriesMax) known.clear()
      const found = readActor(db, zoneId, accountId)
      known.set(accountId, { until: performance.now() + rememberMs, found })
      found.catch(() => known.delete(accountId))
      return found
    },
    forget: (accountId) => void known.delete(accountId),
    forgetAll: () => known.clear(),
  }
}

async function readActor(db: Db, zoneId: string, accountId: string): Promise<StoredActor | null> {
  const row = await db
    .selectFrom('account')
    .select(['id', 'username', 'name', 'kind', 'lang', 'two_factor_enabled'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', accountId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (!row) return null
  const held = await listMemberships(db, zoneId, { accountId })
  const { totpForStaff } = await findSettings(db, zoneId)
  const mustEnrolTotp =
    totpForStaff && row.kind === 'person' && !row.two_factor_enabled && held.some(({ role }) => isStaff(role))
  const memberships = mustEnrolTotp ? [] : held.map(({ role, partyId }) => ({ role, partyId }))
  return {
    actor: { accountId: row.id, name: row.name, kind: row.kind, lang: row.lang, memberships },
    username: row.username,
    totpEnabled: row.two_factor_enabled,
    mustEnrolTotp,
  }
}

const isStaff = (role: Role): boolean => role !== 'enterprise' && role !== 'machine'
