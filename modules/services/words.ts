import * as z from 'zod'

/** A code of ours: lower case, stable for ever. */
export const Code = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'lower case letters, digits and _; at most 60')
/** The code of an item 事项编码: twelve digits, the same wherever the item is used. */
export const ItemCode = z.string().regex(/^\d{12}$/, 'twelve digits')
/** What a person reads, in both languages. */
export const Words = z.strictObject({
  zh: z.string().trim().min(1).max(300),
  en: z.string().trim().min(1).max(300),
})
export type Words = z.infer<typeof Words>

export const invented = 'invented default'
/** Where a value comes from. An invented default is a seed row: an administrator replaces it, code never relies on it. */
export const Source = z
  .string()
  .max(200)
  .regex(/^(?:invented default|reported: .+)$/, '"invented default", or "reported: " and where')

/** Working days, and where the number comes from. */
export const Days = z.strictObject({ days: z.int().min(0).max(366), source: Source })
/** A period in years, months and days. Source: ISO 8601-1, 5.5.2. */
export const Period = z
  .string()
  .regex(/^P(?=\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,5}D)?$/, 'P1Y, P6M, P90D or a mixture')
/** `region/class/member/subsystem/service/version`. Source: X-Road message protocol 4.0, 2.1 (identifiers). */
export const ServiceId = z.string().regex(/^[A-Za-z0-9_.-]{1,40}(?:\/[A-Za-z0-9_.-]{1,40}){5}$/, 'six parts')

/** How far a value that is known already may be used again 复用等级. */
export const Reuse = z.union([z.literal('never'), z.literal('always'), z.strictObject({ youngerThan: Period })])
export type Reuse = z.infer<typeof Reuse>

/** A drawing that runs; null stands for the newest published version. */
export const ProcessRef = z.strictObject({
  // `item-case.utilities.joint_survey`: a drawing of an item's own, under its one-thing.
  key: z.string().regex(/^[a-z][a-z0-9-]{0,59}(?:\.[a-z][a-z0-9_]{0,59}){0,2}$/),
  version: z.int().nullable(),
})
export type ProcessRef = z.infer<typeof ProcessRef>
