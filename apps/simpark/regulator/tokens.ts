import { randomBytes } from 'node:crypto'
import { epochMs, type Clock, type EpochMs } from '@tingzhou/kernel'
import type { AdapterId } from '@tingzhou/wlhy'

/** An enterprise that may report. Its app on phones signs in with `appId` and `appSecurity`. */
export type Enterprise = {
  readonly user: string
  readonly password: string
  readonly enterpriseCode: string
  readonly appId?: string
  readonly appSecurity?: string
}

/** Who holds a token, in which dialect it was asked for, and whether it still counts. */
export type Holder = { readonly enterprise: Enterprise; readonly adapter: AdapterId; readonly isOver: boolean }

export type Tokens = {
  readonly give: (enterprise: Enterprise, adapter: AdapterId) => string
  /** Null: it was never given, or so long ago that nobody remembers. */
  readonly find: (token: string) => Holder | null
  /** Ends all that were given. */
  readonly endAll: () => void
}

type Given = { readonly enterprise: Enterprise; readonly adapter: AdapterId; readonly until: EpochMs }

/** Tokens that are remembered. */
const tokensMax = 1_000

/** Makes the tokens of a monitoring system. */
export function openTokens(clock: Clock, lifeMs: number): Tokens {
  const given = new Map<string, Given>()
  return {
    give: (enterprise, adapter) => {
      const token = randomBytes(16).toString('hex')
      given.set(token, { enterprise, adapter, until: epochMs(clock() + lifeMs) })
      // A Map keeps the order of insertion: the first is the oldest.
      for (const [oldest] of given) {
        if (given.size <= tokensMax) break
        given.delete(oldest)
      }
      return token
    },
    find: (token) => {
      const found = given.get(token)
      return found ? { enterprise: found.enterprise, adapter: found.adapter, isOver: clock() >= found.until } : null
    },
    endAll: () => {
      for (const [token, one] of given) given.set(token, { ...one, until: epochMs(0) })
    },
  }
}
