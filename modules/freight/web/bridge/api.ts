import { useMe, type Me } from '@tingzhou/ui'
import { useLocation } from 'react-router'
import type { api } from '../api.ts'

export type BridgeDetail = Awaited<ReturnType<typeof api.bridges.get.call>>
export type Yard = Awaited<ReturnType<typeof api.bridges.yard.call>>
export type Truck = Yard['here'][number]
export type WeighingRow = Awaited<ReturnType<typeof api.bridges.weighings.call>>['rows'][number]
export type Decided = Awaited<ReturnType<typeof api.bridges.assign.call>>

/** The addresses of these screens on the surface that the reader is on. */
export function useBridgePaths() {
  const base = useLocation().pathname.startsWith('/counter') ? '/counter' : ''
  return { list: `${base}/freight-bridges`, bridge: (id: string) => `${base}/freight-bridge/${id}` }
}

/** Whether the reader enters weighbridges: the platform, and whoever has places. The server says at which. */
export function useMayEnter(): boolean {
  const me: Me | null = useMe()
  return (me?.memberships ?? []).some(({ role }) =>
    ['admin', 'machine', 'freight_dispatcher', 'enterprise'].includes(role),
  )
}
