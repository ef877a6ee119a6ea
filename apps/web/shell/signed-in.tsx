import { ProblemAlert, SkeletonLines, useLate, useMe } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { Navigate, useLocation } from 'react-router'
import { useSession } from './session.tsx'

/** Lets the signed-in through; others sign in first and come back here. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const me = useMe()
  const { loading, problem, retry } = useSession()
  const { pathname, search } = useLocation()
  const late = useLate(loading)
  if (me) return children
  if (loading)
    return late ? (
      <div className="tz-page">
        <SkeletonLines lines={6} />
      </div>
    ) : null
  if (problem)
    return (
      <div className="tz-page">
        <ProblemAlert problem={problem} onRetry={retry} />
      </div>
    )
  const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`
  return <Navigate to={`/login${next}`} replace />
}
