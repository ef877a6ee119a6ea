import * as z from 'zod'
import type { LocalDate } from '@tingzhou/kernel'
import { NamedTable } from './decision-table.ts'
import { FieldDef, FieldGroup } from './field.ts'
import { Item, Material, When } from './item.ts'
import { Code, Days, ItemCode, ProcessRef, Source, Words } from './words.ts'

const Option = z.strictObject({
  code: Code,
  name: Words,
  selects: z
    .strictObject({ items: z.array(ItemCode).max(60).default([]), materials: z.array(Code).max(60).default([]) })
    .default({ items: [], materials: [] }),
  /** Says on purpose that the answer selects nothing, as a "no" does. */
  none: z.boolean().default(false),
})

/** A question about the applicant's situation 情形. */
export const SituationQuestion = z.strictObject({
  code: Code,
  text: Words,
  many: z.boolean().default(false),
  when: When.nullable().default(null),
  options: z.array(Option).min(1).max(40),
  source: Source,
})
export type SituationQuestion = z.infer<typeof SituationQuestion>

/** What applying costs: materials handed in, forms, steps, visits, working days; null where it is not known. */
export const Burden = z.strictObject({
  materials: z.int().min(0).nullable(),
  forms: z.int().min(0).nullable(),
  steps: z.int().min(0).nullable(),
  visits: z.int().min(0).nullable(),
  days: z.int().min(0).nullable(),
})
export type Burden = z.infer<typeof Burden>

/** An area 属地 by its code, such as that of GB/T 2260 or of the zone's own register. */
const AreaCode = z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, 'letters, digits, _ and -; at most 20')

/** 多地联办: places that decide items away from the lead's own, and by which answers. */
export const Joint = z.strictObject({
  home: Words,
  places: z
    .array(
      z.strictObject({
        area: AreaCode,
        name: Words,
        /** Who does there what a department of the items does here. */
        departments: z.array(z.strictObject({ of: Code, by: Code })).max(60),
        source: Source,
      }),
    )
    .min(1)
    .max(20),
  rules: z
    .array(z.strictObject({ item: ItemCode, area: AreaCode, when: When.nullable().default(null) }))
    .min(1)
    .max(200),
})
export type Joint = z.infer<typeof Joint>

const MonthDay = z.string().regex(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'MM-DD')

/** A package of items of several departments that the applicant sees as one 一件事. Version and state are the row's. */
export const OneThing = z.strictObject({
  code: Code,
  /** Its place in the State Council's list (国发〔2024〕3号); null for one that is made here. */
  number: z.int().min(1).max(13).nullable(),
  name: Words,
  summary: Words,
  target: z.enum(['enterprise', 'person']),
  lead: Code,
  level: z.enum(['county', 'prefecture', 'region']),
  channels: z
    .array(z.enum(['window', 'web', 'phone', 'self_service']))
    .min(1)
    .max(4),
  basis: z.array(z.strictObject({ title: Words, source: Source })).max(20),
  jointPromise: Days,
  legal: Days,
  /** Applications are taken between these days of each year; null all year. */
  yearly: z.strictObject({ from: MonthDay, to: MonthDay, source: Source }).nullable().default(null),
  /** What the applicant does for the whole: one form, and these. */
  together: z.strictObject({ steps: z.int().min(0), visits: z.int().min(0), source: Source }),
  /** Figures that another place published for its own version: shown beside ours, never as ours. */
  published: z.strictObject({ place: Words, before: Burden, after: Burden, source: Source }).nullable().default(null),
  questions: z.array(SituationQuestion).max(60).default([]),
  items: z.array(Item).min(1).max(200),
  materials: z.array(Material).max(500).default([]),
  groups: z.array(FieldGroup).min(1).max(40),
  fields: z.array(FieldDef).max(500),
  tables: z.array(NamedTable).max(40).default([]),
  joint: Joint.nullable().default(null),
  process: ProcessRef,
  source: Source,
})
export type OneThing = z.infer<typeof OneThing>

/** Whether applications are taken on a day: always, or inside the yearly window, which may run across the new year. O(1). */
export function isTaking({ yearly }: Pick<OneThing, 'yearly'>, day: LocalDate): boolean {
  if (yearly === null) return true
  const monthDay = day.slice(5)
  if (yearly.from <= yearly.to) return yearly.from <= monthDay && monthDay <= yearly.to
  return monthDay >= yearly.from || monthDay <= yearly.to
}

/** The item that a code names, as others are told of it; null when the code names none. O(items). */
export function itemNamed(
  { items }: Pick<OneThing, 'items'>,
  code: string | null,
): { readonly code: string; readonly name: Words } | null {
  const item = items.find((one) => one.code === code)
  return item ? { code: item.code, name: { ...item.name } } : null
}
