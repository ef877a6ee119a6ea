import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, listInput, listOutput } from '@tingzhou/http/contract'
import {
  base,
  Changed,
  detail,
  edit,
  HistoryRow,
  Id,
  line,
  one,
  Ref,
  State,
  tags,
  words,
  Workbook,
} from './contract-parts.ts'

/** No vehicle of the register weighs or carries more; kg. Own. */
export const massMaxKg = 999_999

const fields = {
  plate: words(35),
  plateColour: words(2),
  typeCode: words(3),
  energy: words(12),
  owner: line(128),
  useCharacter: line(20),
  vin: line(32),
  issuer: line(128),
  registeredOn: Day.nullable(),
  issuedOn: Day.nullable(),
  ratedLoadKg: z.int().min(0).max(massMaxKg).describe('Approved load, or approved towed mass of a tractor; kg.'),
  grossKg: z.int().min(1).max(massMaxKg).describe('Total mass, kg; up to 4,500 the rules for light vehicles hold.'),
  transportPermit: line(20).describe('Road transport permit; may be empty for light vehicles only.'),
  trailerPlate: line(35),
  remark: line(256),
}

export const Vehicle = z.object({
  ...base,
  ...fields,
  registeredOn: z.string().nullable(),
  issuedOn: z.string().nullable(),
  light: z.boolean(),
  carrier: Ref,
})

const filters = { state: State.optional(), carrierId: Id.optional() }

export const vehicleContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-vehicles', summary: '车辆 · Vehicles', tags })
    .input(listInput(filters))
    .output(listOutput(Vehicle)),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/freight-vehicles/export.xlsx',
      summary: '导出车辆 · Export',
      tags,
      outputStructure: 'detailed',
    })
    .input(listInput(filters))
    .output(Workbook),
  get: oc
    .route({ method: 'GET', path: '/freight-vehicles/{id}', summary: '车辆 · One vehicle', tags })
    .input(one)
    .output(Vehicle.extend(detail)),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-vehicles',
      summary: '登记车辆 · Enter a vehicle',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        carrierId: Id,
        owner: fields.owner.default(''),
        useCharacter: fields.useCharacter.default(''),
        vin: fields.vin.default(''),
        issuer: fields.issuer.default(''),
        registeredOn: fields.registeredOn.default(null),
        issuedOn: fields.issuedOn.default(null),
        transportPermit: fields.transportPermit.default(''),
        trailerPlate: fields.trailerPlate.default(''),
        remark: fields.remark.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/freight-vehicles/{id}', summary: '修改车辆 · Change, close or reopen', tags })
    .input(z.object({ ...fields, ...edit, state: State }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/freight-vehicles/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
