import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Clock } from '@tingzhou/kernel'
import type { Db } from '@tingzhou/db'
import { problem, type Identity } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type { ActorStore } from './actor-store.ts'
import { findUsableKey } from './api-key.ts'
import { localMachineId } from './local-machine.ts'
import { sha256 } from './secret.ts'
import { sessionCookie, type SessionStore } from './session-store.ts'

type IdentifyDeps = {
  readonly db: Db
  readonly clock: Clock
  readonly zoneId: string
  readonly sessions: SessionStore
  readonly actors: ActorStore
  readonly machineToken?: string
}

const nobody: Identity = { by: 'none', actor: null }
const stale: Identity = { by: 'stale', actor: null }

/**
 * Makes the function that finds out who sent a request: a key in `Authorization: Bearer tz_…` or `X-Api-Key`, else the
 * session cookie.
 */
export function createIdentify(deps: IdentifyDeps): (request: FastifyRequest) => Promise<Identity> {
  const machineSha256 = deps.machineToken === undefined ? null : sha256(deps.machineToken)
  return async (request) => {
    const key = keyOf(request)
    if (key !== null) return { by: 'key', actor: await actorOfKey(deps, machineSha256, key, request.method) }
    if (sessionCookie(request) === null) return nobody
    const accountId = await deps.sessions.find(request)
    const stored = accountId === null ? null : await deps.actors.find(accountId)
    return stored ? { by: 'session', actor: stored.actor } : stale
  }
}

function keyOf(request: FastifyRequest): string | null {
  const own = request.headers['x-api-key']
  if (typeof own === 'string') return own
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' ? (token ?? '') : null
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

async function actorOfKey(
  deps: IdentifyDeps,
  machineSha256: string | null,
  key: string,
  method: string,
): Promise<Actor> {
  const hash = sha256(key)
  if (machineSha256 !== null && timingSafeEqual(Buffer.from(hash), Buffer.from(machineSha256))) {
    const machine = await deps.actors.find(localMachineId)
    if (machine) return machine.actor
  }
  const usable = await findUsableKey(deps.db, deps.zoneId, hash, deps.clock())
  const stored = usable ? await deps.actors.find(usable.accountId) : null
  if (!usable || !stored) throw problem({ kind: 'key_refused', status: 401, area: 'access' })
  const { roles, readOnly } = usable
  if (readOnly && !reading.has(method)) throw problem({ kind: 'key_only_reads', status: 403, area: 'access' })
  if (roles === null) return stored.actor
  return { ...stored.actor, memberships: stored.actor.memberships.filter(({ role }) => roles.includes(role)) }
}
