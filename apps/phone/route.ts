import { useSyncExternalStore } from 'react'

export const tabs = ['loads', 'trips', 'wallet', 'me'] as const
export type Tab = (typeof tabs)[number]
/** Every state is an address: `#/trips/ID`, `#/trips/ID/returns`. */
export type Route = { readonly tab: Tab; readonly id: string | null; readonly page: string | null }

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (listener) => {
      window.addEventListener('hashchange', listener)
      return () => window.removeEventListener('hashchange', listener)
    },
    () => location.hash,
  )
  const [, first, id, page] = hash.replace(/^#/, '').split('/')
  return {
    tab: tabs.find((tab) => tab === first) ?? 'trips',
    id: id ? decodeURIComponent(id) : null,
    page: page ?? null,
  }
}

export function go(tab: Tab, id: string | null = null, page: string | null = null): void {
  const parts = [tab, ...(id === null ? [] : [encodeURIComponent(id)]), ...(page === null ? [] : [page])]
  location.hash = `/${parts.join('/')}`
}
