import { hasRole, type Actor, type Role } from '@tingzhou/parties'
import type { RequestContext } from './context.ts'
import { problem } from './problem.ts'

/**
 * The one who acts.
 * @throws ProblemError 401 when nobody is signed in or the session has ended
 */
export function requireActor(context: Pick<RequestContext, 'actor' | 'identity'>): Actor {
  if (context.actor) return context.actor
  throw problem({ kind: context.identity.by === 'stale' ? 'session_ended' : 'not_signed_in', status: 401 })
}

/**
 * The actor, if they hold one of the roles. Which rows they may touch is the row predicate's business.
 * @throws ProblemError 403 when no role fits
 */
export function requireRole(actor: Actor, ...wanted: readonly Role[]): Actor {
  if (hasRole(actor, ...wanted)) return actor
  throw problem({ kind: 'wrong_role', status: 403, meta: { roles: wanted } })
}
