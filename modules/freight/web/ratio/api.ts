import type { api } from '../api.ts'

export type DayDetail = Awaited<ReturnType<typeof api.dispatchDays.get.call>>

export const placeOf = {
  list: '/freight-dispatch-days',
  day: (day: string) => `/freight-dispatch-days/${day}`,
  waves: '/freight-waves',
  waybill: (id: string) => `/freight-waybills/${id}`,
} as const
