import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Changed, Id, line, requiredLine, Workbook } from '../shared-contract.ts'

/** What a figure says of its own firmness; a target is wished for, an estimate is not measured. */
export const Qualifier = z.enum(['actual', 'estimate', 'target'])
export type Qualifier = z.infer<typeof Qualifier>
export const Confidence = z.enum(['high', 'medium', 'low'])
export type Confidence = z.infer<typeof Confidence>
export const PeriodKind = z.enum(['year', 'quarter', 'month'])
export type PeriodKind = z.infer<typeof PeriodKind>

/** `2025`, `2025-Q3` or `2025-07`. */
export const Period = z
  .string()
  .regex(/^(19[5-9]|20\d|21\d)\d(-Q[1-4]|-(0[1-9]|1[0-2]))?$/)
  .describe('Year 2025, quarter 2025-Q3 or month 2025-07.')

/** Code of an indicator or of a unit. */
export const IndicatorCode = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/)

/** A unit that figures of an indicator may be given in; `factor` of them make one of the first. */
export const IndicatorUnit = z.object({
  code: IndicatorCode,
  zh: requiredLine(20),
  en: requiredLine(30),
  factor: z.number().positive().max(1e12).describe('How many of the first unit one of this is.'),
})
export type IndicatorUnit = z.infer<typeof IndicatorUnit>

const indicatorFields = {
  zh: requiredLine(40),
  en: requiredLine(60),
  definitionZh: requiredLine(500),
  definitionEn: requiredLine(500),
  units: z.array(IndicatorUnit).min(1).max(10).describe('The first has factor 1; figures are compared in it.'),
  least: z.number().nullable().describe('No figure is below it; null: any.'),
  position: z.int().min(0).max(10_000),
}

/** Indicator 指标: what is counted of an enterprise. */
export const Indicator = z.object({
  code: IndicatorCode,
  ...indicatorFields,
  state: z.enum(['open', 'closed']),
  rev: Rev,
})
export type Indicator = z.infer<typeof Indicator>

const figureFields = {
  period: Period,
  value: z.number().min(-1e15).max(1e15),
  unit: IndicatorCode.describe('One of the indicator’s units.'),
  qualifier: Qualifier,
  basis: line(300).describe('What the figure covers and how it was reckoned 口径.'),
  source: requiredLine(200).describe('Who says so: a statement, a report, an office.'),
  confidence: Confidence,
  asOf: Day.describe('The day for which it was true at its source.'),
}

/** Figure 指标数据: what one source says of one indicator and period. */
export const Figure = z.object({
  id: Id,
  enterprise: z.object({ id: Id, name: z.string() }),
  indicator: IndicatorCode,
  ...figureFields,
  /** In the indicator's first unit. */
  compared: z.number().describe('The value in the indicator’s first unit.'),
  own: z.boolean().describe('Said by the enterprise of itself.'),
  preferred: z
    .boolean()
    .describe(
      'Of the figures of one indicator and period: an actual one, else an estimate; then the newest; then the one chosen.',
    ),
  chosen: z.object({ at: Instant, byName: z.string() }).nullable(),
  others: z.int().describe('Further standing figures of the same indicator and period.'),
  state: z.enum(['stands', 'withdrawn']),
  withdrawnWhy: z.string().nullable(),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
  updatedBy: z.string(),
})
export type Figure = z.infer<typeof Figure>

// A single value in a query string stands for a list of one.
const many = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item).max(50), item.transform((one) => [one])]).optional()

/** Sort: `period`; a leading minus turns it round; the newest come first when nothing is said. */
export const FigureListInput = listInput({
  id: Id.optional(),
  enterpriseId: Id.optional(),
  indicator: many(IndicatorCode),
  kind: PeriodKind.optional(),
  periodFrom: Period.optional(),
  periodTo: Period.optional().describe('A year takes its quarters and months with it.'),
  qualifier: many(Qualifier),
  state: z.enum(['stands', 'withdrawn']).optional(),
  preferred: z.boolean().optional().describe('Those in use, or the others.'),
})
export type FigureListInput = z.infer<typeof FigureListInput>

/** What a workbook of figures would write or has written. */
export const FigureImportReport = z.object({
  rows: z.int(),
  added: z.int(),
  updated: z.int().describe('The same source said another value, or the same value otherwise.'),
  unchanged: z.int(),
  bad: z.int(),
  written: z.boolean(),
  faults: z
    .array(z.object({ row: z.int(), column: z.string(), value: z.string(), rule: z.string(), message: z.string() }))
    .describe('The first 500.'),
})
export type FigureImportReport = z.infer<typeof FigureImportReport>

const tags = ['enterprise figures']
const Why = requiredLine(500)
const commandId = CommandId

export const indicatorContract = {
  list: oc
    .route({ method: 'GET', path: '/figure-indicators', summary: '指标目录', tags })
    .input(z.object({}))
    .output(z.object({ rows: z.array(Indicator) })),
  create: oc
    .route({ method: 'POST', path: '/figure-indicators', summary: '新增指标', tags, successStatus: 201 })
    .input(z.object({ commandId, code: IndicatorCode, ...indicatorFields }))
    .output(z.object({ code: IndicatorCode, rev: Rev })),
  change: oc
    .route({ method: 'PATCH', path: '/figure-indicators/{code}', summary: '修改指标', tags })
    .input(
      z
        .object({ ...indicatorFields, state: z.enum(['open', 'closed']) })
        .partial()
        .extend({ commandId, code: IndicatorCode, rev: Rev }),
    )
    .output(z.object({ code: IndicatorCode, rev: Rev })),
}

export const figureContract = {
  list: oc
    .route({ method: 'GET', path: '/enterprise-figures', summary: '企业指标数据', tags })
    .input(FigureListInput)
    .output(listOutput(Figure)),
  create: oc
    .route({ method: 'POST', path: '/enterprise-figures', summary: '填报指标数据', tags, successStatus: 201 })
    .input(
      z.object({
        commandId,
        enterpriseId: Id,
        indicator: IndicatorCode,
        ...figureFields,
        synthetic: z.boolean().optional(),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/enterprise-figures/{id}', summary: '更正指标数据', tags })
    .input(z.object(figureFields).partial().extend({ commandId, id: Id, rev: Rev, why: Why }))
    .output(Changed),
  withdraw: oc
    .route({ method: 'POST', path: '/enterprise-figures/{id}/withdrawal', summary: '撤回指标数据', tags })
    .input(z.object({ commandId, id: Id, rev: Rev, why: Why }))
    .output(Changed),
  restore: oc
    .route({ method: 'POST', path: '/enterprise-figures/{id}/restoration', summary: '恢复已撤回的指标数据', tags })
    .input(z.object({ commandId, id: Id, rev: Rev }))
    .output(Changed),
  choose: oc
    .route({ method: 'POST', path: '/enterprise-figures/{id}/choice', summary: '在并列数据中选定采用', tags })
    .input(z.object({ commandId, id: Id, rev: Rev, why: Why }))
    .output(Changed),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/enterprise-figures/export.xlsx',
      summary: '导出指标数据',
      description: 'Every page of the list under the same filters and the same reach; it can be imported again.',
      tags,
      outputStructure: 'detailed',
    })
    .input(FigureListInput)
    .output(Workbook),
  templateXlsx: oc
    .route({
      method: 'GET',
      path: '/enterprise-figures/template.xlsx',
      summary: '指标数据模板',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({}))
    .output(Workbook),
  importXlsx: oc
    .route({
      method: 'POST',
      path: '/enterprise-figure-imports',
      summary: '导入指标数据',
      description:
        'Reads an uploaded .xlsx or .csv of up to 20,000 rows; the enterprise by its credit code, else by its exact name. With preview it only says what would be written; the good rows are written in one transaction.',
      tags,
    })
    .input(z.object({ commandId, fileId: Id, preview: z.boolean().default(true), synthetic: z.boolean().optional() }))
    .output(FigureImportReport),
}
