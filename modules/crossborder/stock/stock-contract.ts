import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import {
  base,
  Changed,
  Country,
  Currency,
  Done,
  edit,
  History,
  Id,
  LatDeg,
  line,
  LonDeg,
  Minor,
  one,
  Pieces,
  PiecesOrNone,
  Ref,
  State,
  tags,
  Why,
  words,
} from '../contract-parts.ts'
import { countStates, movementKinds, reservationStates, shipmentStates, traceSubjects } from '../words.ts'

const worth = {
  currency: Currency,
  priceMinor: Minor,
  rateMilli: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .describe('Yuan for one unit of the currency, thousandths; yuan: 1000.'),
}

const warehouseFields = {
  name: words(120),
  country: Country,
  city: words(120),
  address: line(256).default(''),
  lonDeg: LonDeg.describe('WGS-84 degrees.'),
  latDeg: LatDeg,
  areas: z.array(words(40)).min(1).max(50).describe('Where goods stand.'),
  bonded: z.boolean().describe('What arrives is in bond until it is transferred out of it.'),
}
const Warehouse = z.object({ ...base, ...warehouseFields })

export const warehouseContract = {
  list: oc
    .route({ method: 'GET', path: '/overseas-warehouses', summary: '海外仓 · Overseas warehouses', tags })
    .input(listInput({ state: State.optional() }))
    .output(listOutput(Warehouse)),
  get: oc
    .route({ method: 'GET', path: '/overseas-warehouses/{id}', summary: '海外仓 · One warehouse', tags })
    .input(one)
    .output(Warehouse),
  create: oc
    .route({
      method: 'POST',
      path: '/overseas-warehouses',
      summary: '登记海外仓 · Enter a warehouse',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...warehouseFields, commandId: CommandId, synthetic: z.boolean().default(false) }))
    .output(Changed),
  change: oc
    .route({
      method: 'PATCH',
      path: '/overseas-warehouses/{id}',
      summary: '修改海外仓 · Change, close or reopen',
      tags,
    })
    .input(z.object({ ...warehouseFields, state: State, ...edit }))
    .output(Changed),
  ageing: oc
    .route({ method: 'GET', path: '/overseas-ageing', summary: '库龄 · How long stock has lain', tags })
    .input(z.object({ warehouseId: Id.optional(), onDay: Day.optional() }))
    .output(
      z.object({
        onDay: z.string(),
        pieces: z.int(),
        buckets: z.array(z.object({ fromDays: z.int(), toDays: z.int().nullable(), pieces: z.int(), stocks: z.int() })),
      }),
    ),
}

const Stock = z.object({
  id: z.string(),
  warehouse: Ref,
  area: z.string(),
  lot: Ref,
  shipment: Ref,
  owner: Ref,
  goods: z.string(),
  sku: z.string(),
  bonded: z.boolean(),
  receivedOn: z.string(),
  ageDays: z.int().describe('From the receipt to the day asked for.'),
  pieces: z.int().describe('At the end of the day asked for: the sum of its movements.'),
  reserved: z.int().describe('Set aside now.'),
  synthetic: z.boolean(),
})
const Reservation = z.object({
  id: z.string(),
  pieces: z.int(),
  forWhom: z.string(),
  document: z.string(),
  until: Instant,
  state: z.enum(reservationStates),
  createdAt: Instant,
  createdBy: z.string(),
})

const withdrawn = {
  stockId: Id,
  commandId: CommandId,
  pieces: Pieces,
  document: words(60),
  reason: line(500).default(''),
  ...worth,
}

export const stockContract = {
  list: oc
    .route({ method: 'GET', path: '/overseas-stock', summary: '海外库存 · Stock at a day', tags })
    .input(
      listInput({
        warehouseId: Id.optional(),
        lotId: Id.optional(),
        shipmentId: Id.optional(),
        onDay: Day.optional().describe('Today when left out.'),
        empty: z.enum(['hide', 'show']).default('hide'),
      }),
    )
    .output(listOutput(Stock)),
  get: oc
    .route({ method: 'GET', path: '/overseas-stock/{id}', summary: '海外库存 · One stock, now', tags })
    .input(one)
    .output(Stock.extend({ reservations: z.array(Reservation).describe('The latest first, at most 100.') })),
  history: oc
    .route({ method: 'GET', path: '/overseas-stock/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
  out: oc
    .route({ method: 'POST', path: '/overseas-stock/{stockId}/out', summary: '出库 · Goods go out', tags })
    .input(
      z.object({
        ...withdrawn,
        counterparty: words(120).describe('Who gets it.'),
        reservationId: Id.nullable().default(null).describe('Takes what was set aside; the rest of it is free again.'),
      }),
    )
    .output(Done),
  damage: oc
    .route({ method: 'POST', path: '/overseas-stock/{stockId}/damage', summary: '报损 · Goods are spoilt', tags })
    .input(z.object({ ...withdrawn, reason: Why }))
    .output(Done),
  transfer: oc
    .route({
      method: 'POST',
      path: '/overseas-stock/{stockId}/transfer',
      summary: '移库 · To another place, or out of bond',
      tags,
    })
    .input(z.object({ ...withdrawn, toWarehouseId: Id, toArea: words(40), bonded: z.boolean() }))
    .output(Done.extend({ stockId: z.string() })),
  reserve: oc
    .route({
      method: 'POST',
      path: '/overseas-stock/{stockId}/reservations',
      summary: '预留 · Set pieces aside',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        stockId: Id,
        commandId: CommandId,
        pieces: Pieces,
        forWhom: words(120),
        document: line(60).default(''),
        until: Instant,
      }),
    )
    .output(Done),
  release: oc
    .route({ method: 'POST', path: '/overseas-reservations/{id}/release', summary: '取消预留 · Free them', tags })
    .input(z.object({ id: Id, commandId: CommandId, why: Why }))
    .output(Done),
  movements: oc
    .route({ method: 'GET', path: '/overseas-movements', summary: '库存流水 · Movements', tags })
    .input(
      listInput({
        warehouseId: Id.optional(),
        stockId: Id.optional(),
        shipmentId: Id.optional(),
        kind: z.enum(movementKinds).optional(),
      }),
    )
    .output(
      listOutput(
        z.object({
          id: z.string(),
          number: z.string(),
          kind: z.enum(movementKinds),
          stock: Ref,
          toStock: Ref.nullable(),
          lot: Ref,
          delta: z.int().describe('What it did to the stock named first.'),
          document: z.string(),
          counterparty: z.string(),
          reason: z.string(),
          onDay: z.string(),
          at: Instant,
          by: z.string(),
          ...worth,
        }),
      ),
    ),
}

const Count = z.object({
  id: z.string(),
  number: z.string(),
  warehouse: Ref,
  area: z.string().nullable(),
  state: z.enum(countStates),
  lines: z.int(),
  differences: z.int().describe('Lines that were counted otherwise than the books said.'),
  createdAt: Instant,
  createdBy: z.string(),
  countedBy: z.string(),
  countedAt: Instant.nullable(),
  closedBy: z.string(),
  closedAt: Instant.nullable(),
  words: z.string(),
  rev: Rev,
})
const counting = { id: Id, rev: Rev, commandId: CommandId }

export const countContract = {
  list: oc
    .route({ method: 'GET', path: '/overseas-counts', summary: '盘点单 · Count sheets', tags })
    .input(listInput({ state: z.enum(countStates).optional(), warehouseId: Id.optional() }))
    .output(listOutput(Count)),
  get: oc
    .route({ method: 'GET', path: '/overseas-counts/{id}', summary: '盘点单 · One count sheet', tags })
    .input(one)
    .output(
      Count.extend({
        rows: z.array(
          z.object({
            stockId: z.string(),
            area: z.string(),
            goods: z.string(),
            lot: z.string(),
            book: z.int(),
            counted: z.int().nullable(),
            words: z.string(),
          }),
        ),
      }),
    ),
  open: oc
    .route({ method: 'POST', path: '/overseas-counts', summary: '开始盘点 · Open a sheet', tags, successStatus: 201 })
    .input(z.object({ commandId: CommandId, warehouseId: Id, area: words(40).nullable().default(null) }))
    .output(Changed),
  enter: oc
    .route({ method: 'PUT', path: '/overseas-counts/{id}/lines', summary: '录入实盘数 · What was counted', tags })
    .input(
      z.object({
        ...counting,
        lines: z
          .array(
            z.object({
              stockId: Id,
              counted: PiecesOrNone,
              words: line(200).default(''),
            }),
          )
          .min(1)
          .max(500),
      }),
    )
    .output(Changed),
  close: oc
    .route({ method: 'POST', path: '/overseas-counts/{id}/close', summary: '复核并调整 · Close and adjust', tags })
    .input(z.object({ ...counting, words: line(500).default('') }))
    .output(Changed.extend({ adjusted: z.int() })),
  withdraw: oc
    .route({ method: 'POST', path: '/overseas-counts/{id}/withdraw', summary: '作废盘点单 · Give a sheet up', tags })
    .input(z.object({ ...counting, why: Why }))
    .output(Changed),
}

export const traceContract = {
  get: oc
    .route({ method: 'GET', path: '/export-traces', summary: '溯源 · From plot to warehouse, and back', tags })
    .input(z.object({ subject: z.enum(traceSubjects), id: Id }))
    .output(
      z.object({
        lots: z
          .array(
            z.object({
              id: z.string(),
              number: z.string(),
              goods: z.string(),
              species: z.string(),
              pieces: z.int(),
              taken: z.int(),
              certificate: z.string(),
              plot: Ref.nullable(),
              nursery: Ref.extend({ registration: z.string() }).nullable(),
            }),
          )
          .describe('At most 200, the latest first.'),
        shipments: z.array(
          z.object({
            id: z.string(),
            number: z.string(),
            state: z.enum(shipmentStates),
            lotId: z.string(),
            pieces: z.int(),
            contract: Ref,
            certificate: z.string().nullable().describe('Number of the phytosanitary certificate.'),
            crossedAt: Instant.nullable(),
          }),
        ),
        stocks: z.array(
          z.object({
            id: z.string(),
            lotId: z.string(),
            shipmentId: z.string(),
            warehouse: Ref,
            area: z.string(),
            pieces: z.int().describe('Now.'),
            receivedOn: z.string(),
          }),
        ),
        outs: z.array(
          z.object({
            id: z.string(),
            stockId: z.string(),
            number: z.string(),
            kind: z.enum(movementKinds),
            pieces: z.int(),
            counterparty: z.string(),
            document: z.string(),
            onDay: z.string(),
          }),
        ),
      }),
    ),
}
