import { useMe } from '@tingzhou/ui'
import { Navigate, useLocation } from 'react-router'
import { homePath, surfaceOf } from './visible.ts'

/** The first page of whoever signed in. */
export function Home() {
  const me = useMe()
  const { pathname } = useLocation()
  if (!me) return null
  const surface = pathname.startsWith('/counter') ? 'counter' : surfaceOf(me)
  return <Navigate to={homePath(me, surface)} replace />
}
