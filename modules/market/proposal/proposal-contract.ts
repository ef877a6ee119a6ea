import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Changed, Firm, History, MilliFen, one, ProductCode, step, tags } from '../contract-parts.ts'

const Fen = z.int()
const Served = z.object({
  costFen: Fen.describe('Goods and freight of what is served.'),
  penaltyFen: Fen.describe('What counts for what nobody serves.'),
  unmet: z.int().describe('Needs that lack something still.'),
})
const Proposal = z.object({
  id: z.string(),
  number: z.string(),
  productCode: z.string().nullable().describe('Null: all products.'),
  state: z.enum(['made', 'sent']),
  needs: z.int(),
  offers: z.int(),
  arcs: z.int().describe('Pairs that were looked at.'),
  pairs: z.int(),
  sent: z.int(),
  stale: z.int(),
  best: Served,
  first: Served.describe('The same, serving needs in the order of posting.'),
  savingFen: Fen.describe('What the plan costs less, unserved needs counted.'),
  isOptimal: z.boolean().describe('No plan that keeps the rules costs less.'),
  readMs: z.int(),
  solveMs: z.int(),
  madeAt: Instant,
  madeBy: z.string(),
  sentAt: Instant.nullable(),
  sentBy: z.string().nullable(),
  synthetic: z.boolean(),
  rev: Rev,
})
const Ref = z.object({ id: z.string(), number: z.string(), text: z.string() })
const Pair = z.object({
  seq: z.int(),
  need: Ref,
  offer: Ref,
  buyer: Firm,
  seller: Firm,
  unit: z.string(),
  unitBase: z.number(),
  dimension: z.string(),
  quantity: z.int(),
  firstQuantity: z.int(),
  costFen: Fen,
  firstCostFen: Fen,
  priceMilliFen: MilliFen.nullable(),
  pricePer: z.string().nullable(),
  score: z.number(),
  dealId: z.string().nullable(),
  stale: z
    .object({ kind: z.string(), value: z.string(), rule: z.string() })
    .nullable()
    .describe('Why it was not sent.'),
})
const Detail = Proposal.extend({
  rows: z.array(Pair),
  leftOut: z.array(z.object({ needId: z.string(), number: z.string(), rule: z.string() })),
  advice: z.array(
    z.object({
      kind: z.enum(['below_minimum', 'several_suppliers']),
      need: z.string(),
      offer: z.string(),
      quantity: z.number(),
    }),
  ),
  numbers: z.record(z.string(), z.number()),
})

export const proposalContract = {
  list: oc
    .route({ method: 'GET', path: '/market-proposals', summary: '撮合方案 · Proposals', tags })
    .input(listInput({}))
    .output(listOutput(Proposal)),
  get: oc
    .route({ method: 'GET', path: '/market-proposals/{id}', summary: '撮合方案 · One proposal with its pairs', tags })
    .input(one)
    .output(Detail),
  make: oc
    .route({
      method: 'POST',
      path: '/market-proposals',
      summary: '生成撮合方案 · Reckon who best serves whom; offers nothing to anybody',
      tags,
      successStatus: 201,
    })
    .input(z.object({ productCode: ProductCode.nullable().default(null), commandId: CommandId }))
    .output(Changed),
  send: oc
    .route({
      method: 'POST',
      path: '/market-proposals/{id}/sending',
      summary: '发出撮合方案 · Propose its pairs to their firms',
      tags,
    })
    .input(z.object(step))
    .output(Changed.extend({ sent: z.int(), stale: z.int() })),
  history: oc
    .route({ method: 'GET', path: '/market-proposals/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}
