import type { api } from '../api.ts'

export type PlanRow = Awaited<ReturnType<typeof api.chains.list.call>>['rows'][number]
export type PlanDetail = Awaited<ReturnType<typeof api.chains.get.call>>
export type TourRow = PlanDetail['rows'][number]
export type Leg = TourRow['legs'][number]
export type Returns = Awaited<ReturnType<typeof api.nexts.returns.call>>
export type NextRow = Awaited<ReturnType<typeof api.nexts.list.call>>['rows'][number]
export type ChainSettings = Awaited<ReturnType<typeof api.nexts.settings.call>>

/** What changes plans and next loads: told to the screens that show them. */
export const chainKinds = ['freight_chain', 'freight_next', 'freight_waybill'] as const

export const placeOf = {
  plans: '/freight-chain-plans',
  plan: (id: string) => `/freight-chain-plans/${id}`,
  nexts: '/freight-next-loads',
  settings: '/freight-chain-settings',
  waybill: (id: string) => `/freight-waybills/${id}`,
  load: (id: string) => `/freight-loads/${id}`,
} as const
