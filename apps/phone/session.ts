import { useCallback, useEffect, useState } from 'react'
import { ask, type Problem } from './api.ts'
import { forget, keep, recall } from './vault.ts'

export type Me = { readonly accountId: string; readonly name: string; readonly isDriver: boolean }

type MeAnswer = {
  readonly accountId: string
  readonly name: string
  readonly memberships: readonly { readonly role: string }[]
}

/** Who this phone belongs to; `stale`: the server no longer knows the session, what waits stays. */
export type Session =
  | { readonly state: 'unknown' }
  | { readonly state: 'out'; readonly me: null }
  | { readonly state: 'in' | 'stale'; readonly me: Me }

const device = 'device'
const meOf = ({ accountId, name, memberships }: MeAnswer): Me => ({
  accountId,
  name,
  isDriver: memberships.some(({ role }) => role === 'driver'),
})

/** The session: known from the phone at once, also without a network. */
export function useSession() {
  const [session, setSession] = useState<Session>({ state: 'unknown' })
  const enter = useCallback(async (answer: MeAnswer) => {
    const me = meOf(answer)
    await keep(device, 'me', me)
    setSession({ state: 'in', me })
  }, [])

  useEffect(() => {
    const begin = async () => {
      const kept = await recall(device, 'me')
      // Written by `enter`.
      const known = (kept?.value ?? null) as Me | null
      if (known) setSession({ state: 'in', me: known })
      const answer = await ask<MeAnswer>('GET', '/me')
      if (answer.ok) return enter(answer.value)
      if (answer.why === 'signed_out')
        return setSession(known ? { state: 'stale', me: known } : { state: 'out', me: null })
      if (!known) setSession({ state: 'out', me: null })
    }
    void begin()
  }, [enter])

  const signIn = async (username: string, password: string): Promise<Problem | null> => {
    const answer = await ask<MeAnswer>('POST', '/sessions', { username, password })
    if (!answer.ok) return answer.problem
    await enter(answer.value)
    return null
  }
  const signOut = async () => {
    await ask('DELETE', '/sessions/current')
    if (session.state === 'in' || session.state === 'stale') await forget(session.me.accountId)
    await forget(device)
    setSession({ state: 'out', me: null })
  }
  const lose = useCallback(() => setSession((now) => (now.state === 'in' ? { state: 'stale', me: now.me } : now)), [])
  return { session, signIn, signOut, lose }
}
