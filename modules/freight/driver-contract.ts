import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, listInput, listOutput } from '@tingzhou/http/contract'
import {
  base,
  Changed,
  detail,
  Done,
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

const fields = {
  name: words(30),
  light: z.boolean().describe('Drives vehicles of up to 4.5 t gross only.'),
  phone: words(18),
  licenceClass: words(20),
  licenceIssuer: words(128),
  licenceFrom: Day,
  licenceTo: Day.describe('2999-12-31: long term.'),
  qualification: line(19).describe('Qualification certificate; may be empty for light vehicles only.'),
  remark: line(256),
}
const IdNumber = words(40).describe('Identity number, which is the number of the driving licence.')

export const Driver = z.object({
  ...base,
  name: z.string(),
  idNumber: z.string().describe('Masked but for finance and the platform’s audit.'),
  light: z.boolean(),
  phone: z.string(),
  licenceClass: z.string(),
  licenceIssuer: z.string(),
  licenceFrom: z.string(),
  licenceTo: z.string(),
  qualification: z.string().describe('Masked as the identity number is.'),
  hasAccount: z.boolean(),
  carriers: z.array(Ref).describe('For whom the driver drives today.'),
})

const filters = { state: State.optional(), carrierId: Id.optional() }

export const driverContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-drivers', summary: '司机 · Drivers', tags })
    .input(listInput(filters))
    .output(listOutput(Driver)),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/freight-drivers/export.xlsx',
      summary: '导出司机 · Export',
      tags,
      outputStructure: 'detailed',
    })
    .input(listInput(filters))
    .output(Workbook),
  get: oc
    .route({ method: 'GET', path: '/freight-drivers/{id}', summary: '司机 · One driver', tags })
    .input(one)
    .output(Driver.extend(detail)),
  create: oc
    .route({ method: 'POST', path: '/freight-drivers', summary: '登记司机 · Enter a driver', tags, successStatus: 201 })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        carrierId: Id.describe('For whom the driver drives from today.'),
        vehicleId: Id.nullable().default(null),
        idNumber: IdNumber,
        light: fields.light.default(false),
        qualification: fields.qualification.default(''),
        remark: fields.remark.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/freight-drivers/{id}', summary: '修改司机 · Change, close or reopen', tags })
    .input(
      z.object({
        ...fields,
        ...edit,
        state: State,
        idNumber: IdNumber.optional().describe('Absent: as it is.'),
        qualification: fields.qualification.optional().describe('Absent: as it is.'),
      }),
    )
    .output(Changed),
  linkAccount: oc
    .route({
      method: 'POST',
      path: '/freight-drivers/{id}/account',
      summary: '关联司机账号 · Give the driver an account',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId, username: words(60) }))
    .output(Done),
  history: oc
    .route({ method: 'GET', path: '/freight-drivers/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
