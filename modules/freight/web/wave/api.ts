import type { api } from '../api.ts'

export type WaveRow = Awaited<ReturnType<typeof api.waves.list.call>>['rows'][number]
export type WaveDetail = Awaited<ReturnType<typeof api.waves.get.call>>
export type PairRow = WaveDetail['rows'][number]
export type Settings = Awaited<ReturnType<typeof api.waves.settings.call>>
export type MarkRow = Awaited<ReturnType<typeof api.waves.marks.call>>['rows'][number]

/** What changes with a wave: told to the lists that show it. */
export const waveKinds = ['freight_wave', 'freight_waybill'] as const

export const placeOf = {
  list: '/freight-waves',
  wave: (id: string) => `/freight-waves/${id}`,
  settings: '/freight-wave-settings',
  marks: '/freight-wave-marks',
  waybill: (id: string) => `/freight-waybills/${id}`,
  load: (id: string) => `/freight-loads/${id}`,
} as const
