import type { FastifyRequest } from 'fastify'
import type { Auth } from './auth.ts'
import { headersOf } from './headers.ts'

/** Sessions by cookie, remembered for at most 30 s; whoever ends sessions forgets them at once. */
export type SessionStore = {
  /** The account that the request's session belongs to, or null when there is none or it has ended. */
  readonly find: (request: FastifyRequest) => Promise<string | null>
  readonly forget: (request: FastifyRequest) => void
  readonly forgetAccount: (accountId: string) => void
}

type Held = { readonly until: number; readonly accountId: string }

const rememberMs = 30_000
const entriesMax = 50_000
const cookiePattern = /(?:^|;\s*)(?:__Secure-)?tingzhou\.session_token=([^;]+)/

/** The session cookie's value, or null. */
export const sessionCookie = (request: FastifyRequest): string | null =>
  cookiePattern.exec(request.headers.cookie ?? '')?.[1] ?? null

/** Makes the store of one process; another process sees an end after 30 s at most. */
export function createSessionStore(auth: Auth): SessionStore {
  const known = new Map<string, Held>()
  return {
    find: async (request) => {
      const cookie = sessionCookie(request)
      if (cookie === null) return null
      const held = known.get(cookie)
      if (held && held.until > Date.now()) return held.accountId
      const found = await auth.api.getSession({ headers: headersOf(request), query: { disableRefresh: true } })
      if (!found) {
        known.delete(cookie)
        return null
      }
      if (known.size >= entriesMax) known.clear()
      const until = Math.min(Date.now() + rememberMs, found.session.expiresAt.getTime())
      known.set(cookie, { until, accountId: found.user.id })
      return found.user.id
    },
    forget: (request) => void known.delete(sessionCookie(request) ?? ''),
    forgetAccount: (accountId) => {
      for (const [cookie, held] of known) if (held.accountId === accountId) known.delete(cookie)
    },
  }
}
