import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Changed, Done, edit, HistoryRow, Id, line, one, Ref, State, tags, Why, words } from '../contract-parts.ts'
import { bidKinds, bidStates, loadModes, loadStates, measures, waybillStates } from '../words.ts'

// A thousand million tons, cubic metres or trucks; ten million yuan for one of them.
const quantityMax = 1_000_000_000_000
const priceMax = 1_000_000_000_000

const Quantity = z.int().min(1).max(quantityMax).describe('In the load’s measure: kg, dm³, trucks.')
const MilliFen = z.int().min(0).max(priceMax).describe('Thousandths of a fen for a ton, cubic metre or truck.')
const Terms = z.object({ id: Id, version: z.int().min(1) })

const fields = {
  contractId: Id.nullable().describe('Given: prices and terms are the contract’s of the lane and the day of loading.'),
  goods: words(512),
  cargoClass: words(4).describe('Code of the table cargo-class.'),
  fromId: Id,
  toId: Id,
  consigneeId: Id.nullable().describe('The consignee as an enterprise of the zone.'),
  consignee: words(256),
  consigneePhone: line(18),
  measure: z.enum(measures),
  quantity: Quantity,
  overBp: z.int().min(0).max(1_000).describe('How much more may be taken, basis points.'),
  truckPlan: Quantity.describe('What one truck usually takes; 1 for loads by the truck.'),
  mode: z.enum(loadModes),
  bidKind: z.enum(bidKinds).nullable(),
  bidUntil: Instant.nullable().describe('Bids are taken before, by the clock of the server.'),
  tripsADay: z.int().min(1).max(1_000).nullable().describe('Standing order: waybills a carrier makes on one day.'),
  carrierMilliFen: MilliFen.nullable().describe(
    'What carriers get; said by the platform. In a bidding the highest bid, 0: none.',
  ),
  shipperMilliFen: MilliFen.nullable(),
  goodsMilliFen: MilliFen.nullable().describe('What a ton of the goods is worth, for a loss.'),
  terms: Terms.nullable().describe('Version of the rules of settlement.'),
  loadFrom: Instant,
  loadUntil: Instant,
  offerMinutes: z.int().min(1).max(1_440).describe('How long a driver who is offered a waybill has to answer.'),
  remark: line(256),
}

const given = {
  ...fields,
  contractId: fields.contractId.default(null),
  consigneeId: fields.consigneeId.default(null),
  consigneePhone: fields.consigneePhone.default(''),
  overBp: fields.overBp.default(0),
  bidKind: fields.bidKind.default(null),
  bidUntil: fields.bidUntil.default(null),
  tripsADay: fields.tripsADay.default(null),
  carrierMilliFen: fields.carrierMilliFen.default(null),
  shipperMilliFen: fields.shipperMilliFen.default(null),
  goodsMilliFen: fields.goodsMilliFen.default(null),
  terms: fields.terms.default(null),
  offerMinutes: fields.offerMinutes.default(30),
  remark: fields.remark.default(''),
}

const Place = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string(),
  divisionCode: z.string(),
  lonDeg: z.number(),
  latDeg: z.number(),
})

const { fromId: _from, toId: _to, terms: _terms, ...shown } = fields

const Load = z.object({
  ...shown,
  id: z.string(),
  number: z.string(),
  shipper: Ref,
  from: Place,
  to: Place,
  consigneePhone: z.string().nullable(),
  taken: z.int().describe('By waybills and shares; after the weighing what was really loaded.'),
  carrierMilliFen: MilliFen.nullable().describe('Null for shippers; a carrier with a share reads its own price.'),
  shipperMilliFen: MilliFen.nullable().describe('Null for carriers and drivers.'),
  terms: Terms,
  distanceM: z.int().nullable().describe('Planned road distance; null: not known.'),
  distanceBasis: z.string().nullable(),
  state: z.enum(loadStates),
  publishedAt: Instant.nullable(),
  synthetic: z.boolean(),
  rev: Rev,
  createdAt: Instant,
  updatedAt: Instant,
})

const Sent = z.object({
  id: z.string().describe('The waybill.'),
  number: z.string(),
  state: z.enum(waybillStates),
  plan: Quantity,
})

const plan = Quantity.nullable().default(null).describe('Null: what a truck usually takes, at most what is left.')
const crew = { id: Id, commandId: CommandId, driverId: Id, vehicleId: Id, plan }
const bid = { carrierMilliFen: MilliFen.min(1), quantity: Quantity, words: line(200).default('') }

const step = (name: string, summary: string) =>
  oc.route({ method: 'POST', path: `/freight-loads/{id}/${name}`, summary, tags })

export const loadContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-loads', summary: '货源 · Loads', tags })
    .input(
      listInput({
        state: z.enum(loadStates).optional(),
        mode: z.enum(loadModes).optional(),
        shipperId: Id.optional(),
      }),
    )
    .output(listOutput(Load)),
  get: oc
    .route({ method: 'GET', path: '/freight-loads/{id}', summary: '货源 · One load', tags })
    .input(one)
    .output(Load),
  create: oc
    .route({ method: 'POST', path: '/freight-loads', summary: '起草货源 · Draft a load', tags, successStatus: 201 })
    .input(z.object({ ...given, commandId: CommandId, shipperId: Id, synthetic: z.boolean().default(false) }))
    .output(Changed.extend({ number: z.string() })),
  change: oc
    .route({ method: 'PATCH', path: '/freight-loads/{id}', summary: '修改草稿 · Change a draft', tags })
    .input(z.object({ ...given, ...edit }))
    .output(Changed),
  publish: step('publish', '发布货源 · Publish')
    .input(z.object({ id: Id, rev: Rev, commandId: CommandId }))
    .output(Changed),
  withdraw: step('withdraw', '撤回货源 · Withdraw').input(z.object(edit)).output(Changed),
  close: step('close', '关闭货源 · Close').input(z.object(edit)).output(Changed),
  history: oc
    .route({ method: 'GET', path: '/freight-loads/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
  grab: step('grab', '抢单 · Grab a truckload')
    .input(
      z.object({
        ...crew,
        driverId: Id.nullable().default(null).describe('Null: whoever grabs drives.'),
      }),
    )
    .output(Sent),
  assign: step('assign', '指派车辆 · Offer a truckload to a driver').input(z.object(crew)).output(Sent),
  giveShare: oc
    .route({
      method: 'POST',
      path: '/freight-loads/{id}/shares',
      summary: '分给承运人 · Give a carrier a share',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId, carrierId: Id, quantity: Quantity }))
    .output(Done),
  award: step('award', '定标 · Award bids')
    .input(
      z.object({
        ...edit,
        awards: z
          .array(z.object({ bidId: Id, quantity: Quantity.nullable().default(null).describe('Null: as it was bid.') }))
          .min(1)
          .max(50),
      }),
    )
    .output(z.object({ shares: z.array(z.string()), rev: Rev })),
}

export const bidContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-loads/{id}/bids', summary: '报价 · Bids for a load', tags })
    .input(one)
    .output(
      z.object({
        rows: z
          .array(
            z.object({
              id: z.string().nullable(),
              carrier: Ref.nullable().describe('Null: another bidder.'),
              carrierMilliFen: MilliFen.nullable().describe('Null for shippers.'),
              quantity: Quantity,
              words: z.string().nullable(),
              state: z.enum(bidStates),
              placedAt: Instant,
              rev: Rev,
            }),
          )
          .describe('The lowest first; at most 200.'),
        hidden: z.boolean().describe('A sealed bidding before its deadline.'),
        total: z.int().nullable().describe('Null for whoever bids in a sealed bidding.'),
      }),
    ),
  place: oc
    .route({
      method: 'POST',
      path: '/freight-loads/{id}/bids',
      summary: '报价 · Bid',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...bid, id: Id, commandId: CommandId, carrierId: Id }))
    .output(Done),
  change: oc
    .route({ method: 'PATCH', path: '/freight-bids/{id}', summary: '修改报价 · Change a bid', tags })
    .input(z.object({ ...bid, id: Id, rev: Rev, commandId: CommandId }))
    .output(Done),
  withdraw: oc
    .route({ method: 'POST', path: '/freight-bids/{id}/withdraw', summary: '撤回报价 · Withdraw a bid', tags })
    .input(z.object({ id: Id, rev: Rev, commandId: CommandId }))
    .output(Done),
}

export const shareContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-shares', summary: '承运份额 · Shares of loads', tags })
    .input(listInput({ state: State.optional(), loadId: Id.optional(), carrierId: Id.optional() }))
    .output(
      listOutput(
        z.object({
          id: z.string(),
          load: z.object({ id: z.string(), number: z.string(), goods: z.string(), state: z.enum(loadStates) }),
          carrier: Ref,
          measure: z.enum(measures),
          quantity: Quantity,
          taken: z.int(),
          overBp: z.int(),
          truckPlan: Quantity,
          tripsADay: z.int().nullable(),
          carrierMilliFen: MilliFen.nullable().describe('Null for shippers.'),
          loadFrom: Instant,
          loadUntil: Instant,
          state: State,
          rev: Rev,
          createdAt: Instant,
        }),
      ),
    ),
  dispatch: oc
    .route({
      method: 'POST',
      path: '/freight-shares/{id}/dispatch',
      summary: '份额派车 · Offer a truckload of a share to a driver',
      tags,
    })
    .input(z.object(crew))
    .output(Sent),
  close: oc
    .route({ method: 'POST', path: '/freight-shares/{id}/close', summary: '结束份额 · End a share', tags })
    .input(z.object({ id: Id, rev: Rev, commandId: CommandId, why: Why }))
    .output(Done),
}
