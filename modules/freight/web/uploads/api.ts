import type { api } from '../api.ts'

export type UploadRow = Awaited<ReturnType<typeof api.uploads.list.call>>['rows'][number]
export type UploadDetail = Awaited<ReturnType<typeof api.uploads.get.call>>
export type Stepped = Awaited<ReturnType<typeof api.uploads.resend.call>>
export type MonthRow = Awaited<ReturnType<typeof api.uploadCounts.list.call>>['rows'][number]
export type MonthDetail = Awaited<ReturnType<typeof api.uploadCounts.get.call>>
export type RegulatorSettings = NonNullable<Awaited<ReturnType<typeof api.regulator.get.call>>['regulator']>
