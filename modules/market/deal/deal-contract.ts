import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import {
  base,
  Changed,
  command,
  DealSource,
  DealState,
  Firm,
  FirmId,
  History,
  Id,
  line,
  MilliFen,
  one,
  PostingState,
  Quantity,
  step,
  tags,
  Why,
} from '../contract-parts.ts'
import { MatchExplanation } from '../posting/posting-contract.ts'
import { answers, sides } from './words.ts'

const Side = z.enum(sides)
const Said = z.enum(answers)
const PostingRef = z.object({
  id: z.string(),
  number: z.string(),
  text: z.string(),
  state: PostingState,
  place: z.string(),
  quantity: z.int().nullable(),
  reserved: z.int(),
})

export const Deal = z.object({
  ...base,
  number: z.string(),
  buyer: Firm,
  seller: Firm,
  need: PostingRef,
  offer: PostingRef,
  productCode: z.string().nullable(),
  quantity: Quantity,
  dimension: z.string(),
  unit: z.string().describe('In which the quantity is shown.'),
  unitBase: z.number().describe('Base units in one unit.'),
  priceMilliFen: MilliFen.nullable(),
  pricePer: z.string().nullable(),
  source: DealSource,
  sourceId: z.string().nullable(),
  score: z.number().nullable(),
  buyerSaid: Said.nullable(),
  buyerSaidAt: Instant.nullable(),
  sellerSaid: Said.nullable(),
  sellerSaidAt: Instant.nullable(),
  state: DealState,
  standsUntil: Instant,
  neededBy: z.string().nullable(),
  leadDays: z.int().nullable(),
  loadId: z.string().nullable(),
  mine: z.array(Side).describe('The sides for which the reader answers.'),
  createdAt: Instant,
})
const DealDetail = Deal.extend({
  explanation: MatchExplanation.nullable().describe('Why, as it was when the deal was proposed.'),
  why: z.string(),
  minQuantity: z.int().nullable(),
  isCarried: z.boolean().describe('Its load goes yet; one that came to nothing is drafted anew.'),
})

const Fen = z.int()
/** What the deal saves its buyer on freight, with every number of it. */
const Saving = z.object({
  basis: z.enum(['links', 'assumed']).describe('The recorded purchases of the buyer, or the assumed distance.'),
  year: z.int().nullable(),
  kg: z.int(),
  before: z
    .array(
      z.object({
        name: z.string(),
        share: z.number().describe('Of what was bought, 0 to 1.'),
        distanceKm: z.number(),
        rateFen: z.number(),
        priceFen: z.int().nullable().describe('Fen a tonne.'),
      }),
    )
    .describe('From where it came.'),
  after: z.object({ distanceKm: z.number(), rateFen: z.number(), priceFen: z.int().nullable() }),
  handlingFen: z.number().describe('Fen a tonne, loaded and unloaded.'),
  beforeFen: Fen,
  afterFen: Fen,
  savingFen: Fen,
  share: z.number().nullable(),
  dearerFen: Fen.nullable().describe('How much dearer the goods are; null where a price is not known.'),
  netFen: Fen,
})
const NoSaving = z.object({ missing: z.enum(['mass', 'points']) })

const Place = z.object({ id: z.string().nullable(), name: z.string() })
const Draft = z.object({
  shipper: Side,
  goods: z.string(),
  measure: z.literal('ton').describe('Freight is reckoned by the tonne.'),
  quantity: z.int().describe('Kilograms.'),
  km: z.number(),
  shipperMilliFen: MilliFen.describe('Estimate: thousandths of a fen for a ton.'),
  from: Place,
  to: Place,
  loadFrom: Instant,
  loadUntil: Instant,
  terms: z
    .array(z.object({ id: z.string(), version: z.int(), name: z.string() }))
    .describe('Rules of settlement to choose from, those that pay by the ton first.'),
})

export const dealContract = {
  list: oc
    .route({ method: 'GET', path: '/market-deals', summary: '成交 · Deals', tags })
    .input(
      listInput({
        state: DealState.optional(),
        postingId: Id.optional(),
        firmId: FirmId.optional(),
        waits: z.boolean().optional().describe('For an answer of the reader’s firm.'),
      }),
    )
    .output(listOutput(Deal)),
  get: oc
    .route({ method: 'GET', path: '/market-deals/{id}', summary: '成交 · One deal', tags })
    .input(one)
    .output(DealDetail),
  propose: oc
    .route({
      method: 'POST',
      path: '/market-deals',
      summary: '提议成交 · Propose an offer for a need; whoever belongs to a side says yes for it',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        needId: Id,
        offerId: Id,
        quantity: Quantity,
        priceMilliFen: MilliFen.nullable().default(null),
        pricePer: line(20).min(1).nullable().default(null),
        standsUntil: Instant.optional().describe('Three days from now when it is left out.'),
        commandId: CommandId,
      }),
    )
    .output(Changed.extend({ number: z.string() })),
  answer: command('/market-deals/{id}/answers', '答复 · Say yes or no for a side; the second yes reserves the quantity')
    .input(z.object({ ...step, side: Side, said: Said, why: line(500).default('') }))
    .output(Changed),
  cancel: command('/market-deals/{id}/cancellation', '取消成交 · Cancel; gives the quantity back')
    .input(z.object({ ...step, why: Why }))
    .output(Changed),
  deliver: command('/market-deals/{id}/delivery', '确认收货 · The buyer has it').input(z.object(step)).output(Changed),
  draft: oc
    .route({
      method: 'GET',
      path: '/market-deals/{id}/load',
      summary: '货源草稿预览 · The load that it would become',
      tags,
    })
    .input(one)
    .output(Draft),
  carry: command('/market-deals/{id}/load', '转为货源 · Draft its load in freight; again gives the same load')
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        cargoClass: line(4).min(1).default('1700').describe('Code of the table cargo-class.'),
        termsId: Id.nullable()
          .default(null)
          .describe('Rules of settlement; null: the first by name that pay by the ton.'),
        divisionCode: line(12)
          .min(1)
          .nullable()
          .default(null)
          .describe('Of a place that is new; null: of the nearest.'),
      }),
    )
    .output(z.object({ id: z.string(), number: z.string() })),
  saving: oc
    .route({
      method: 'GET',
      path: '/market-deals/{id}/saving',
      summary: '运费节约 · What it saves its buyer on freight; for the buyer alone',
      tags,
    })
    .input(one)
    .output(z.union([Saving, NoSaving])),
  history: oc
    .route({ method: 'GET', path: '/market-deals/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}
