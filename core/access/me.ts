import { problem, requireActor, type RequestContext } from '@tingzhou/http'
import type { StoredActor } from './actor-store.ts'
import { namedRoles } from './account-list.ts'
import type { Me } from './contract.ts'

/** The signed-in account as clients see it. */
export async function describeMe(context: RequestContext, accountId: string): Promise<Me> {
  const { db, zoneId, access } = context.deps
  const stored = await access.actors.find(accountId)
  if (!stored) throw problem({ kind: 'session_ended', status: 401 })
  const { actor, username, totpEnabled, mustEnrolTotp } = stored
  const { name, kind, lang } = actor
  const named = actor.memberships.length === 0 ? [] : ((await namedRoles(db, zoneId, [accountId])).get(accountId) ?? [])
  // A key may narrow the roles of its account.
  const held = context.actor?.accountId === accountId ? context.actor.memberships : actor.memberships
  const memberships = named.filter((one) =>
    held.some(({ role, partyId }) => role === one.role && partyId === one.partyId),
  )
  return { accountId, username, name, kind, lang, memberships, totpEnabled, mustEnrolTotp }
}

/**
 * The account of the session; a key cannot change how a person signs in.
 * @throws ProblemError 401, 403 `needs_session`
 */
export async function requireSession(context: RequestContext): Promise<StoredActor> {
  const { accountId } = requireActor(context)
  if (context.identity.by !== 'session') throw problem({ kind: 'needs_session', status: 403, area: 'access' })
  const stored = await context.deps.access.actors.find(accountId)
  if (!stored) throw problem({ kind: 'session_ended', status: 401 })
  return stored
}
