import { useSyncExternalStore } from 'react'

export const tabs = ['loads', 'trips', 'wallet', 'me'] as const
export type Tab = (typeof tabs)[number]
/** Every state is an address: `#/trips/ID`. */
export type Route = { readonly tab: Tab; readonly id: string | null }

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (listener) => {
      window.addEventListener('hashchange', listener)
      return () => window.removeEventListener('hashchange', listener)
    },
    () => location.hash,
  )
  const [, first, id] = hash.replace(/^#/, '').split('/')
  return { tab: tabs.find((tab) => tab === first) ?? 'trips', id: id ? decodeURIComponent(id) : null }
}

export function go(tab: Tab, id: string | null = null): void {
  location.hash = id === null ? `/${tab}` : `/${tab}/${encodeURIComponent(id)}`
}
