import type { api } from '../api.ts'

export type Chain = Awaited<ReturnType<typeof api.industry.get.call>>
export type ChainRow = Awaited<ReturnType<typeof api.industry.list.call>>['rows'][number]
export type Product = Chain['segments'][number]['products'][number]
export type Shown = Chain['figures'][number]
export type Flow = Chain['flows'][number]
export type Wall = Awaited<ReturnType<typeof api.industry.wall.call>>
export type Network = Awaited<ReturnType<typeof api.network.get.call>>
export type Shock = Awaited<ReturnType<typeof api.shocks.simulate.call>>
export type Saving = Awaited<ReturnType<typeof api.savings.reckon.call>>

export const placeOf = {
  chains: '/industry-chains',
  chain: (code: string) => `/industry-chains/${code}`,
  product: (code: string) => `/chain-products/${code}`,
  makers: (code: string) => `/chain-products/${code}?tab=firms&role=produce`,
  firm: (id: string) => `/chain-firms/${id}`,
  runs: '/chain-runs',
  run: (id: string) => `/chain-runs/${id}`,
  network: '/chain-network',
  shock: '/chain-shocks',
  saving: '/chain-savings',
  target: (id: string) => `/chain-targets/${id}`,
} as const
