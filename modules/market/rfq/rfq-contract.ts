import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import {
  base,
  Changed,
  command,
  Day,
  Firm,
  FirmId,
  History,
  Id,
  LatDeg,
  line,
  LonDeg,
  MilliFen,
  one,
  ProductCode,
  Quantity,
  step,
  tags,
  Why,
  words,
} from '../contract-parts.ts'
import { knownBys, rfqStates } from '../words.ts'
import { askedMax, linesMax } from './words.ts'

const State = z.enum(rfqStates)
const LineNumber = z.int().min(1).max(linesMax)
const Fen = z.int()
const LeadDays = z.int().min(0).max(3_650)

const Rfq = z.object({
  ...base,
  number: z.string(),
  asker: Firm,
  title: z.string(),
  words: z.string(),
  place: z.string(),
  lonDeg: LonDeg.nullable(),
  latDeg: LatDeg.nullable(),
  closesAt: Instant,
  isSealed: z.boolean(),
  state: State,
  isOver: z.boolean().describe('Nobody answers any more.'),
  why: z.string(),
  lines: z.int(),
  asked: z.int().nullable().describe('Null to a firm that was asked.'),
  answered: z.int().nullable().describe('The same.'),
  isMine: z.boolean().describe('The reader answers for the asker.'),
  createdAt: Instant,
})
const Item = z.object({
  line: LineNumber,
  product: z.object({ code: z.string(), zh: z.string(), en: z.string() }),
  spec: z.string(),
  unit: z.string(),
  unitBase: z.number().describe('Base units in one unit.'),
  dimension: z.string(),
  quantity: Quantity,
  neededBy: z.string().nullable(),
})
const Answer = z.object({
  line: LineNumber,
  isDeclined: z.boolean(),
  priceMilliFen: MilliFen.nullable().describe('For one unit of the line.'),
  quantity: Quantity.nullable(),
  leadDays: LeadDays.nullable(),
  remark: z.string(),
  dealId: z.string().nullable(),
})
const Cell = z.object({
  firmId: z.string(),
  line: LineNumber,
  kind: z.enum(['answer', 'declined', 'gap']),
  covers: z.boolean(),
  goodsFen: Fen.nullable(),
  freightFen: Fen.nullable(),
  deliveredFen: Fen.nullable(),
  deliveredMilliFen: z.int().nullable().describe('For one unit of the line.'),
  isCheapest: z.boolean(),
})
const Comparison = z.object({
  cells: z.array(Cell),
  split: z
    .object({ fen: Fen, firms: z.array(z.object({ line: LineNumber, firmId: z.string() })) })
    .nullable()
    .describe('The cheapest basket from several firms.'),
  uncovered: z.array(LineNumber),
  whole: z.object({ fen: Fen, firmId: z.string() }).nullable().describe('The cheapest from one firm.'),
  ways: z.array(z.object({ firmId: z.string(), km: z.number().nullable() })),
  rateFen: z.number(),
  handlingFen: z.number(),
})
const Detail = Rfq.extend({
  items: z.array(Item),
  mine: z.array(
    z.object({
      firm: Firm,
      rev: z.int().min(1),
      answeredAt: Instant.nullable(),
      remark: z.string(),
      answers: z.array(Answer),
    }),
  ),
  suppliers: z
    .array(
      z.object({
        firm: Firm,
        knownBy: z.array(z.enum(knownBys)),
        answeredAt: Instant.nullable(),
        remark: z.string(),
        answers: z.array(Answer),
      }),
    )
    .nullable()
    .describe('Null to a firm that was asked.'),
  isHidden: z.boolean().describe('Sealed until it closes.'),
  comparison: Comparison.nullable(),
})

export const rfqContract = {
  list: oc
    .route({ method: 'GET', path: '/market-rfqs', summary: '询价 · Requests for quotation', tags })
    .input(listInput({ state: State.optional(), side: z.enum(['asker', 'asked']).optional() }))
    .output(listOutput(Rfq)),
  get: oc
    .route({ method: 'GET', path: '/market-rfqs/{id}', summary: '询价 · One request', tags })
    .input(one)
    .output(Detail),
  suppliers: oc
    .route({ method: 'GET', path: '/market-suppliers', summary: '已知供应商 · Who is known to supply products', tags })
    .input(z.object({ productCodes: z.array(ProductCode).min(1).max(linesMax), askerId: FirmId }))
    .output(z.object({ rows: z.array(z.object({ firm: Firm, knownBy: z.array(z.enum(knownBys)) })) })),
  ask: oc
    .route({ method: 'POST', path: '/market-rfqs', summary: '发起询价 · Ask suppliers', tags, successStatus: 201 })
    .input(
      z.object({
        askerId: FirmId,
        title: words(120),
        words: line(2_000).default(''),
        lines: z
          .array(
            z.object({
              productCode: ProductCode,
              spec: line(200).default(''),
              quantity: words(60).describe('With its unit: 200 吨.'),
              neededBy: Day.nullable().default(null),
            }),
          )
          .min(1)
          .max(linesMax),
        closesAt: Instant,
        isSealed: z.boolean().default(true),
        place: line(200).default(''),
        lonDeg: LonDeg.nullable().default(null),
        latDeg: LatDeg.nullable().default(null),
        firmIds: z.array(FirmId).min(1).max(askedMax).nullable().default(null).describe('Null: all who are known.'),
        commandId: CommandId,
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed.extend({ number: z.string(), asked: z.int() })),
  answer: command('/market-rfqs/{id}/answers', '报价 · Answer by line; again replaces what was said')
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        firmId: FirmId,
        rev: Rev.describe('Of the firm’s answers.'),
        lines: z
          .array(
            z.object({
              line: LineNumber,
              isDeclined: z.boolean().default(false),
              priceMilliFen: MilliFen.nullable().default(null),
              quantity: Quantity.nullable().default(null),
              leadDays: LeadDays.nullable().default(null),
              remark: line(300).default(''),
            }),
          )
          .min(1)
          .max(linesMax),
        remark: line(500).default(''),
      }),
    )
    .output(z.object({ rev: z.int() })),
  close: command('/market-rfqs/{id}/closing', '提前截止 · Close before its time').input(z.object(step)).output(Changed),
  cancel: command('/market-rfqs/{id}/cancellation', '撤回询价 · Take back')
    .input(z.object({ ...step, why: Why }))
    .output(Changed),
  award: command('/market-rfqs/{id}/awards', '定标 · Take answers; each becomes an agreed deal')
    .input(
      z.object({
        ...step,
        awards: z
          .array(z.object({ line: LineNumber, firmId: FirmId, quantity: Quantity.nullable().default(null) }))
          .max(40),
        finish: z.boolean().default(false).describe('What is not awarded now is given up.'),
      }),
    )
    .output(Changed.extend({ deals: z.array(z.object({ id: z.string(), number: z.string() })) })),
  history: oc
    .route({ method: 'GET', path: '/market-rfqs/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}
