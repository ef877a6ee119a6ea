import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Id, Instant, Paging, prose } from './contract-parts.ts'
import { settingNames, settingSpecs, settingUnits, type SettingName } from './setting-rules.ts'

const Name = z.enum(settingNames as [SettingName, ...SettingName[]])

/** A value inside the bounds of its setting. */
const bounded = (name: SettingName) => {
  const { unit, min, max } = settingSpecs[name]
  return (unit === 'share' ? z.number() : z.int()).min(min).max(max).optional()
}

const Values = z.strictObject({
  toleranceDaysMax: bounded('toleranceDaysMax'),
  supplementDays: bounded('supplementDays'),
  hearingDays: bounded('hearingDays'),
  rateDays: bounded('rateDays'),
  urgeDays: bounded('urgeDays'),
  sampledShare: bounded('sampledShare'),
} satisfies Record<SettingName, unknown>)

/** One setting as it stands. */
export const SettingView = z.object({
  name: Name,
  value: z.number(),
  unit: z.enum(settingUnits),
  min: z.number(),
  max: z.number(),
  byDefault: z.number(),
  basis: z.string().nullable().describe('what the value stands on; null: an invented default'),
  changedAt: Instant.nullable(),
  changedBy: z.string().nullable(),
})

export const SettingChangeView = z.object({
  id: Id,
  name: Name,
  before: z.number(),
  after: z.number(),
  basis: z.string(),
  at: Instant,
  by: z.string(),
})

const tags = ['services']

export const settingContract = {
  get: oc
    .route({ method: 'GET', path: '/service-settings', summary: '办理参数 · Settings of the services', tags })
    .output(z.object({ rev: z.int(), settings: z.array(SettingView) })),
  save: oc
    .route({ method: 'PATCH', path: '/service-settings', summary: '修改参数 · Change settings, on a basis', tags })
    .input(z.object({ commandId: Id, rev: z.int(), values: Values, basis: prose(300) }))
    .output(z.object({ rev: z.int(), changed: z.array(Name) })),
  history: oc
    .route({ method: 'GET', path: '/service-settings/history', summary: '参数历史 · Who changed what when', tags })
    .input(z.object({ name: Name.optional(), ...Paging }))
    .output(z.object({ rows: z.array(SettingChangeView), next: z.string().nullable() })),
}
