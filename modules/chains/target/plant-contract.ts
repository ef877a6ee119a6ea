import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, listInput, listOutput } from '@tingzhou/http/contract'
import {
  base,
  Changed,
  edit,
  Firm,
  FirmId,
  History,
  Id,
  LatDeg,
  line,
  LonDeg,
  one,
  tags,
  words,
} from '../contract-parts.ts'
import { plantStates, targetStates } from './words.ts'

const amount = (max: number) => z.number().min(0).max(max).nullable().default(null)

const fields = {
  name: words(120),
  place: line(120).default(''),
  lon: LonDeg.nullable().default(null),
  lat: LatDeg.nullable().default(null),
  areaM2: z.number().min(1).max(1e8),
  heightM: amount(200),
  powerKw: amount(1e7),
  waterM3Day: amount(1e7),
  priceFen: z.int().min(0).max(100_000_000).nullable().default(null).describe('Fen a square metre and month.'),
  ownerId: FirmId.nullable().default(null).describe('The enterprise whose it is.'),
  remark: line(500).default(''),
}

const Plant = z.object({
  ...base,
  id: Id,
  name: z.string(),
  place: z.string(),
  lon: z.number().nullable(),
  lat: z.number().nullable(),
  areaM2: z.number(),
  heightM: z.number().nullable(),
  powerKw: z.number().nullable(),
  waterM3Day: z.number().nullable(),
  priceFen: z.int().nullable(),
  owner: Firm.nullable(),
  remark: z.string(),
  state: z.enum(plantStates),
  synthetic: z.boolean(),
  target: z
    .object({ id: Id, state: z.enum(targetStates), zh: z.string(), en: z.string() })
    .nullable()
    .describe('The target that has it, with its product.'),
})

export const plantContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-plants', summary: '闲置厂房 · Idle plants', tags })
    .input(listInput({ state: z.enum(plantStates).optional(), areaMin: z.coerce.number().min(0).max(1e8).optional() }))
    .output(listOutput(Plant)),
  get: oc
    .route({ method: 'GET', path: '/chain-plants/{id}', summary: '闲置厂房 · One plant', tags })
    .input(one)
    .output(Plant),
  create: oc
    .route({ method: 'POST', path: '/chain-plants', summary: '登记厂房 · Enter a plant', tags, successStatus: 201 })
    .input(z.object({ ...fields, commandId: CommandId, synthetic: z.boolean().default(false) }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/chain-plants/{id}', summary: '修改厂房 · Change, close or reopen', tags })
    .input(z.object({ ...fields, state: z.enum(['open', 'closed']).optional(), ...edit }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-plants/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}
