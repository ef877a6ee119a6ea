import type { api } from '../api.ts'

export type PlanRow = Awaited<ReturnType<typeof api.tours.list.call>>['rows'][number]
export type PlanDetail = Awaited<ReturnType<typeof api.tours.get.call>>
export type TourRow = PlanDetail['rows'][number]
export type StopRow = TourRow['stops'][number]
export type Settings = Awaited<ReturnType<typeof api.tours.settings.call>>

/** What changes with a plan: told to the lists that show it. */
export const tourKinds = ['freight_tour_plan', 'freight_waybill'] as const

export const placeOf = {
  list: '/freight-tour-plans',
  make: '/freight-tour-plans/new',
  plan: (id: string) => `/freight-tour-plans/${id}`,
  settings: '/freight-tour-settings',
  waybill: (id: string) => `/freight-waybills/${id}`,
  load: (id: string) => `/freight-loads/${id}`,
} as const
