import type { FastifyRequest } from 'fastify'
import type { Clock } from '@tingzhou/kernel'
import type { Db } from '@tingzhou/db'
import type { Identity, Log } from '@tingzhou/http'
import { createAuth, type Auth, type OidcConfig } from './auth.ts'
import { createActorStore, type ActorStore } from './actor-store.ts'
import { createIdentify } from './identify.ts'
import { createSessionStore, type SessionStore } from './session-store.ts'

export type AccessOptions = {
  readonly db: Db
  readonly clock: Clock
  readonly zoneId: string
  readonly log: Log
  /** Where readers reach the site; cookies are `Secure` when it is https. */
  readonly publicUrl: string
  readonly secret: string
  readonly oidc?: OidcConfig
  /** Set only when the server runs as the demo: its accounts are offered with this password on the sign-in page. */
  readonly demoPassword?: string
  /** Credential of this machine's own commands, new at each start; acts for the account `localMachineId`. */
  readonly machineToken?: string
}

/** Who may do what: the port that handlers and the HTTP face use. */
export type Access = {
  readonly auth: Auth
  readonly actors: ActorStore
  readonly sessions: SessionStore
  /** Finds out who sent a request. */
  readonly identify: (request: FastifyRequest) => Promise<Identity>
  readonly publicUrl: string
  readonly oidc: OidcConfig | null
  readonly demoPassword: string | null
}

declare module '@tingzhou/http' {
  interface Deps {
    readonly access: Access
  }
}

/** Builds the port. Nothing is read until the first request. */
export function createAccess(options: AccessOptions): Access {
  const auth = createAuth(options)
  const actors = createActorStore(options)
  const sessions = createSessionStore(auth)
  return {
    auth,
    actors,
    sessions,
    identify: createIdentify({ ...options, sessions, actors }),
    publicUrl: options.publicUrl,
    oidc: options.oidc ?? null,
    demoPassword: options.demoPassword ?? null,
  }
}
