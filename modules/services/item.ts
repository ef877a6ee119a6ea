import * as z from 'zod'
import { Code, Days, ItemCode, Period, ProcessRef, Reuse, ServiceId, Source, Words } from './words.ts'

/** 许可, 确认, 给付, 公共服务, 公用. */
export const itemKinds = ['permit', 'confirmation', 'payment', 'public_service', 'utility'] as const
/** 现场踏勘, 听证, 公示, 专家评审, 异议处理: steps with a clock of their own, outside the promised days. */
export const specialStepKinds = ['survey', 'hearing', 'publicity', 'expert_review', 'objection'] as const

/** Holds when one of these options of a question was chosen. */
export const When = z.strictObject({ question: Code, options: z.array(Code).min(1).max(40) })
export type When = z.infer<typeof When>

const SpecialStep = z.strictObject({
  kind: z.enum(specialStepKinds),
  name: Words,
  days: Days,
  when: When.nullable().default(null),
})
export type SpecialStep = z.infer<typeof SpecialStep>

/** Smallest thing a department decides 事项. */
export const Item = z.strictObject({
  code: ItemCode,
  name: Words,
  department: Code,
  kind: z.enum(itemKinds),
  promised: Days,
  legal: Days,
  /** Items that must be granted before. One that is not selected is passed over to what it waits for. */
  after: z.array(ItemCode).max(60).default([]),
  /** Selected without asking; otherwise an answer selects it. */
  always: z.boolean().default(false),
  specialSteps: z.array(SpecialStep).max(10).default([]),
  materials: z.array(Code).max(60).default([]),
  fields: z.array(Code).max(100).default([]),
  /** The table that may approve at once, and the minutes promised then 秒批. */
  automatic: z
    .strictObject({ table: Code, minutes: z.int().min(1).max(1_440), source: Source })
    .nullable()
    .default(null),
  certificate: Words.nullable().default(null),
  /** What it costs the applicant without the one-thing; measures compare with it. */
  alone: z.strictObject({
    forms: z.int().min(0).max(50),
    steps: z.int().min(0).max(100),
    visits: z.int().min(0).max(50),
    source: Source,
  }),
  process: ProcessRef,
  source: Source,
})
export type Item = z.infer<typeof Item>

/** Something that proves 材料. A main one (主件) must be there; a secondary one (副件) may be promised when it is tolerant (可容缺). */
export const Material = z.strictObject({
  code: Code,
  name: Words,
  kind: z.enum(['main', 'secondary']),
  form: z.enum(['paper', 'e_licence', 'data', 'promise']),
  from: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('applicant') }),
    z.strictObject({ kind: z.literal('licence_store'), service: ServiceId }),
    z.strictObject({ kind: z.literal('data_service'), service: ServiceId }),
    z.strictObject({ kind: z.literal('item'), item: ItemCode }),
  ]),
  validFor: Period.nullable().default(null),
  tolerant: z
    .strictObject({ daysMax: z.int().min(1).max(60), source: Source })
    .nullable()
    .default(null),
  reuse: Reuse,
  /** Needed only when an answer asks for it. */
  situational: z.boolean().default(false),
  source: Source,
})
export type Material = z.infer<typeof Material>
