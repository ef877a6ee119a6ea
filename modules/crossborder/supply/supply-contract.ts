import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, listInput, listOutput } from '@tingzhou/http/contract'
import {
  base,
  Changed,
  Country,
  Currency,
  Done,
  edit,
  GoodsClass,
  History,
  Id,
  LatDeg,
  line,
  LonDeg,
  Minor,
  one,
  Pieces,
  Ref,
  State,
  tags,
  words,
} from '../contract-parts.ts'
import { inspections } from '../words.ts'

const synthetic = z.boolean().default(false)
const changed = { state: State, ...edit }

const saleFields = {
  number: words(35),
  buyer: words(120).describe('The buyer abroad.'),
  country: Country,
  goodsClass: GoodsClass,
  goods: words(120),
  species: line(120).default('').describe('Scientific name, for plants.'),
  sku: words(40),
  pieces: Pieces,
  currency: Currency,
  priceMinor: Minor,
  signedOn: Day,
  validTo: Day,
  remark: line(256).default(''),
}
const Sale = z.object({
  ...base,
  ...saleFields,
  exporter: Ref,
  drawn: z.int().describe('What shipments have taken.'),
  left: z.int(),
})

export const saleContract = {
  list: oc
    .route({ method: 'GET', path: '/export-contracts', summary: '外销合同 · Export contracts', tags })
    .input(listInput({ state: State.optional(), exporterId: Id.optional() }))
    .output(listOutput(Sale)),
  get: oc
    .route({ method: 'GET', path: '/export-contracts/{id}', summary: '外销合同 · One export contract', tags })
    .input(one)
    .output(Sale),
  create: oc
    .route({
      method: 'POST',
      path: '/export-contracts',
      summary: '登记外销合同 · Enter an export contract',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...saleFields, exporterId: Id, commandId: CommandId, synthetic }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/export-contracts/{id}', summary: '修改外销合同 · Change, close or reopen', tags })
    .input(z.object({ ...saleFields, ...changed }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/export-contracts/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}

const nurseryFields = {
  name: words(120),
  registration: words(40).describe('Number of the registration with customs.'),
  validFrom: Day,
  validTo: Day,
  address: line(256).default(''),
  remark: line(256).default(''),
}
const plotFields = {
  code: words(40),
  areaM2: z.int().min(1).max(100_000_000).nullable().default(null),
  lonDeg: LonDeg.nullable().default(null).describe('WGS-84 degrees; both or neither.'),
  latDeg: LatDeg.nullable().default(null),
  remark: line(256).default(''),
}
const Nursery = z.object({ ...base, ...nurseryFields, enterprise: Ref })
const Plot = z.object({ id: z.string(), ...plotFields, lots: z.int(), pieces: z.int() })

export const nurseryContract = {
  list: oc
    .route({ method: 'GET', path: '/export-nurseries', summary: '苗圃 · Nurseries registered with customs', tags })
    .input(listInput({ state: State.optional() }))
    .output(listOutput(Nursery)),
  get: oc
    .route({ method: 'GET', path: '/export-nurseries/{id}', summary: '苗圃 · One nursery with its plots', tags })
    .input(one)
    .output(Nursery.extend({ plots: z.array(Plot).describe('By code, at most 200.') })),
  create: oc
    .route({
      method: 'POST',
      path: '/export-nurseries',
      summary: '登记苗圃 · Enter a nursery',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...nurseryFields, enterpriseId: Id, commandId: CommandId, synthetic }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/export-nurseries/{id}', summary: '修改苗圃 · Change, close or reopen', tags })
    .input(z.object({ ...nurseryFields, ...changed }))
    .output(Changed),
  addPlot: oc
    .route({
      method: 'POST',
      path: '/export-nurseries/{id}/plots',
      summary: '登记地块 · Add a plot',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, ...plotFields, commandId: CommandId }))
    .output(Done),
  history: oc
    .route({ method: 'GET', path: '/export-nurseries/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}

const cm = z.int().min(1).max(10_000).nullable().default(null)
const mm = z.int().min(1).max(5_000).nullable().default(null)
const day = Day.nullable().default(null)
const lotFields = {
  goods: words(120),
  species: line(120).default(''),
  sku: words(40),
  pieces: Pieces,
  heightCmMin: cm,
  heightCmMax: cm,
  diameterMmMin: mm,
  diameterMmMax: mm,
  liftedOn: day,
  prunedOn: day,
  disinfectedOn: day,
  disinfectant: line(120).default(''),
  bundlePieces: z.int().min(1).max(10_000).nullable().default(null),
  inspection: z.enum(inspections).default('pending'),
  inspectedOn: day,
  inspector: line(60).default(''),
  certificate: line(60).default(''),
  remark: line(256).default(''),
}
const Lot = z.object({
  ...base,
  number: z.string(),
  ...lotFields,
  goodsClass: GoodsClass,
  exporter: Ref,
  nursery: Ref.nullable(),
  plot: Ref.nullable(),
  taken: z.int().describe('What shipments have taken.'),
  left: z.int(),
})

export const lotContract = {
  list: oc
    .route({ method: 'GET', path: '/export-lots', summary: '出口批（苗木批次）· Lots', tags })
    .input(
      listInput({
        state: State.optional(),
        nurseryId: Id.optional(),
        plotId: Id.optional(),
        exporterId: Id.optional(),
        inspection: z.enum(inspections).optional(),
      }),
    )
    .output(listOutput(Lot)),
  get: oc.route({ method: 'GET', path: '/export-lots/{id}', summary: '出口批 · One lot', tags }).input(one).output(Lot),
  create: oc
    .route({ method: 'POST', path: '/export-lots', summary: '登记出口批 · Enter a lot', tags, successStatus: 201 })
    .input(
      z.object({
        ...lotFields,
        goodsClass: GoodsClass,
        exporterId: Id,
        plotId: Id.nullable().default(null).describe('Needed for live plants.'),
        commandId: CommandId,
        synthetic,
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/export-lots/{id}', summary: '修改出口批 · Change, close or reopen', tags })
    .input(z.object({ ...lotFields, ...changed }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/export-lots/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}
