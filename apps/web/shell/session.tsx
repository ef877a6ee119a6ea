import type { Me as Account } from '@tingzhou/access/contract'
import { hasStoredLanguage, MeContext, signedOutEvent, toProblem } from '@tingzhou/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react'
import { accessApi } from './api.ts'
import { adoptLanguage } from './language-switch.tsx'

type Session = {
  readonly loading: boolean
  /** Why it cannot be told who is reading; null when nobody is signed in. */
  readonly problem: unknown
  /** The account in full, for its own page. */
  readonly account: Account | null
  readonly retry: () => void
}

const SessionContext = createContext<Session>({ loading: true, problem: null, account: null, retry: () => undefined })

/** Who is reading: asked once, forgotten as soon as an answer says that nobody is signed in. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const query = useQuery({
    queryKey: sessionKey,
    queryFn: () => askWho(),
    staleTime: 5 * 60_000,
  })
  useEffect(() => {
    const forget = () => {
      if (client.getQueryData(sessionKey)) client.setQueryData(sessionKey, null)
    }
    window.addEventListener(signedOutEvent, forget)
    return () => window.removeEventListener(signedOutEvent, forget)
  }, [client])
  const { data: me, isPending, error, refetch } = query
  useEffect(() => {
    if (me && !hasStoredLanguage()) void adoptLanguage(me.lang)
  }, [me])
  const session = useMemo(
    () => ({ loading: isPending, problem: error, account: me ?? null, retry: () => void refetch() }),
    [isPending, error, me, refetch],
  )
  return (
    <SessionContext value={session}>
      <MeContext value={me ?? null}>{children}</MeContext>
    </SessionContext>
  )
}

export const sessionKey = ['session'] as const

export function useSession(): Session {
  return useContext(SessionContext)
}

async function askWho(): Promise<Account | null> {
  try {
    return await accessApi.me.get.call()
  } catch (error) {
    if (toProblem(error).status === 401) return null
    throw error
  }
}

/** Forgets everything that was read for the account before, then asks who it is now. */
export function useSessionChange(): () => Promise<Account | null> {
  const client = useQueryClient()
  return async () => {
    const me = await askWho()
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
    client.setQueryData(sessionKey, me)
    return me
  }
}
