import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Done, edit, HistoryRow, Id, line, one, Ref, State, tags, Why, words } from '../contract-parts.ts'
import { measures } from '../words.ts'

const MilliFen = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .describe('Thousandths of a fen for a ton, cubic metre or truck.')

export const Price = z.object({
  id: z.string(),
  goods: z.string(),
  cargoClass: z.string(),
  from: Ref,
  to: Ref,
  measure: z.enum(measures),
  carrierMilliFen: MilliFen.nullable().describe('Null for the shipper.'),
  shipperMilliFen: MilliFen,
  goodsMilliFen: MilliFen.describe('What a ton of the goods is worth.'),
  startsOn: z.string(),
  endsOn: z.string(),
})

export const Contract = z.object({
  id: z.string(),
  number: z.string(),
  shipper: Ref,
  terms: z.object({ id: z.string(), version: z.int(), name: z.string() }),
  signedOn: z.string(),
  validTo: z.string(),
  remark: z.string(),
  state: State,
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

const fields = {
  number: words(35),
  termsId: Id,
  termsVersion: z.int().min(1),
  signedOn: Day,
  validTo: Day,
  remark: line(256),
}
const Changed = z.object({ id: z.string(), rev: Rev })

export const frameworkContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-contracts', summary: '框架合同 · Framework contracts', tags })
    .input(listInput({ state: State.optional(), shipperId: Id.optional() }))
    .output(listOutput(Contract)),
  get: oc
    .route({ method: 'GET', path: '/freight-contracts/{id}', summary: '框架合同 · One contract', tags })
    .input(one)
    .output(Contract.extend({ prices: z.array(Price).describe('The latest first; at most 200.') })),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-contracts',
      summary: '登记框架合同 · Enter a contract',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        shipperId: Id,
        remark: fields.remark.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({
      method: 'PATCH',
      path: '/freight-contracts/{id}',
      summary: '修改框架合同 · Change, close or reopen',
      tags,
    })
    .input(z.object({ ...fields, ...edit, state: State }))
    .output(Changed),
  addPrice: oc
    .route({
      method: 'POST',
      path: '/freight-contracts/{id}/prices',
      summary: '增加单价 · Add a price',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        goods: words(512),
        cargoClass: words(4),
        fromId: Id,
        toId: Id,
        measure: z.enum(measures),
        carrierMilliFen: MilliFen,
        shipperMilliFen: MilliFen,
        goodsMilliFen: MilliFen.default(0),
        startsOn: Day,
        endsOn: Day.nullable().default(null).describe('Null: as long as the contract.'),
      }),
    )
    .output(Done),
  endPrice: oc
    .route({
      method: 'POST',
      path: '/freight-contracts/{id}/prices/{priceId}/end',
      summary: '终止单价 · End a price with a last day',
      tags,
    })
    .input(z.object({ id: Id, priceId: Id, commandId: CommandId, endsOn: Day, why: Why }))
    .output(Done),
  history: oc
    .route({ method: 'GET', path: '/freight-contracts/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
