import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Department, Id, Instant, Paging, Place, Words } from './contract-parts.ts'
import { FieldDef, FieldGroup } from './field.ts'
import { itemKinds, specialStepKinds } from './item.ts'
import { OneThing, SituationQuestion } from './one-thing.ts'

const tags = ['services']

/** Options chosen, by question. */
export const Answers = z.record(z.string().max(60), z.array(z.string().max(60)).max(40))

export const OneThingRow = z.object({
  code: z.string(),
  version: z.int(),
  number: z.int().nullable(),
  name: Words,
  summary: Words,
  target: z.enum(['enterprise', 'person']),
  lead: Department,
  items: z.int(),
  jointDays: z.int().describe('working days promised for all items together'),
  taking: z.boolean().describe('whether applications are taken today'),
  synthetic: z.boolean(),
})

/** A service item of the catalogue; of the synthetic ones the row says so. */
export const ServiceItemRow = z.object({
  code: z.string(),
  name: Words,
  department: z.object({ code: z.string(), name: z.string() }),
  kind: z.enum(itemKinds),
  level: z.string(),
  promisedDays: z.int(),
  oneThings: z.array(z.string()).describe('codes of the published one-things that hold it'),
  synthetic: z.boolean(),
})

export const PlannedItem = z.object({
  code: z.string(),
  name: Words,
  department: Department,
  place: Place.nullable().default(null).describe('多地联办: that decides it; null: where the lead is'),
  kind: z.enum(itemKinds),
  promisedDays: z.int(),
  after: z.array(z.string()).describe('selected items that must be granted before'),
  automaticMinutes: z.int().nullable().describe('minutes promised when rules may decide'),
  specialSteps: z.array(z.object({ kind: z.enum(specialStepKinds), name: Words, days: z.int() })),
})

export const PlannedMaterial = z.object({
  code: z.string(),
  name: Words,
  kind: z.enum(['main', 'secondary']),
  form: z.enum(['paper', 'e_licence', 'data', 'promise']),
  from: z.enum(['applicant', 'licence_store', 'data_service', 'item']),
  asked: z.boolean().describe('the applicant hands it in; false: the zone holds it or fetches it'),
  tolerantDaysMax: z.int().nullable().describe('working days for which it may be promised; null: it may not'),
  items: z.array(z.string()),
})

export const Prefilled = z.object({
  field: z.string(),
  value: z.unknown(),
  source: z.string().describe('the register and field it comes from'),
  asOf: Instant.nullable(),
})

/** What the answers lead to: the items, the materials, one form, one clock. */
export const Plan = z.object({
  code: z.string(),
  version: z.int(),
  questions: z.array(SituationQuestion).describe('to ask so far, in order'),
  problems: z.array(z.object({ kind: z.string(), question: z.string().nullable(), option: z.string().nullable() })),
  items: z.array(PlannedItem),
  materials: z.array(PlannedMaterial),
  form: z.object({
    schema: z.record(z.string(), z.unknown()).describe('JSON Schema draft 2020-12'),
    groups: z.array(FieldGroup),
    fields: z.array(FieldDef).describe('each asked once, in order'),
    prefilled: z.array(Prefilled),
  }),
  clock: z.object({ days: z.int(), sumDays: z.int(), path: z.array(z.string()) }),
  cuts: z.array(
    z.object({
      what: z.enum(['materials', 'forms', 'steps', 'visits', 'days']),
      before: z.number(),
      after: z.number(),
      cut: z.number().nullable(),
    }),
  ),
})

export const catalogueContract = {
  oneThings: oc
    .route({ method: 'GET', path: '/one-things', summary: '一件事目录 · Published one-things', tags })
    .input(z.object({ target: z.enum(['enterprise', 'person']).optional(), q: z.string().trim().max(100).optional() }))
    .output(z.array(OneThingRow)),
  guide: oc
    .route({ method: 'GET', path: '/one-things/{code}', summary: '办事指南 · Guide of one one-thing', tags })
    .input(z.object({ code: z.string().max(60) }))
    .output(OneThingRow.extend({ body: OneThing, departments: z.array(Department) })),
  plan: oc
    .route({
      method: 'POST',
      path: '/one-things/{code}/plan',
      summary: '情形引导 · Answers to items, materials, form and clock',
      tags,
    })
    .input(
      z.object({
        code: z.string().max(60),
        answers: Answers,
        enterpriseId: Id.nullable().default(null).describe('for whom the form is prefilled'),
      }),
    )
    .output(Plan),
  items: oc
    .route({ method: 'GET', path: '/service-items', summary: '事项目录 · The catalogue of service items', tags })
    .input(
      z.object({
        q: z.string().trim().max(100).optional(),
        department: z.string().max(60).optional(),
        kind: z.enum(itemKinds).optional(),
        level: z.string().max(20).optional(),
        ...Paging,
      }),
    )
    .output(z.object({ rows: z.array(ServiceItemRow), next: z.string().nullable(), total: z.int().nullable() })),
  departments: oc
    .route({
      method: 'GET',
      path: '/service-items/departments',
      summary: '事项部门 · Departments of the catalogue',
      tags,
    })
    .output(z.array(z.object({ code: z.string(), name: z.string(), items: z.int() }))),
}
