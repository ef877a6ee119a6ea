import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, listInput, listOutput, Rev } from '@tingzhou/http/contract'
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
  State,
  tags,
  words,
  Workbook,
} from './contract-parts.ts'
import { carrierKinds } from './words.ts'

const fields = {
  name: words(256),
  light: z.boolean().describe('Carries with vehicles of up to 4.5 t gross only.'),
  roadLicence: line(50).describe('Road transport licence; may be empty for light vehicles only.'),
  phone: line(18),
  divisionCode: z.string().trim().max(12).nullable(),
  remark: line(256),
}
const kind = z.enum(carrierKinds)
const IdNumber = words(50).describe('Unified social credit code, or identity number of a person.')

export const Carrier = z.object({
  ...base,
  kind,
  name: z.string(),
  idNumber: z.string().describe('Masked but for finance and the platform’s audit.'),
  light: z.boolean(),
  roadLicence: z.string(),
  phone: z.string(),
  divisionCode: z.string().nullable(),
  vehicles: z.int(),
  drivers: z.int(),
})

export const Payee = z.object({
  id: z.string(),
  holder: z.string(),
  delegated: z.boolean().describe('The holder has another name than the carrier.'),
  bankCode: z.string(),
  lastFour: z.string().describe('An account number is never shown whole.'),
  state: State,
  rev: Rev,
})

const filters = { state: State.optional(), kind: kind.optional() }

export const carrierContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-carriers', summary: '实际承运人 · Actual carriers', tags })
    .input(listInput(filters))
    .output(listOutput(Carrier)),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/freight-carriers/export.xlsx',
      summary: '导出实际承运人 · Export',
      tags,
      outputStructure: 'detailed',
    })
    .input(listInput(filters))
    .output(Workbook),
  get: oc
    .route({ method: 'GET', path: '/freight-carriers/{id}', summary: '实际承运人 · One carrier', tags })
    .input(one)
    .output(Carrier.extend({ ...detail, payees: z.array(Payee) })),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-carriers',
      summary: '登记实际承运人 · Enter a carrier',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        kind,
        idNumber: IdNumber,
        light: fields.light.default(false),
        roadLicence: fields.roadLicence.default(''),
        phone: fields.phone.default(''),
        divisionCode: fields.divisionCode.default(null),
        remark: fields.remark.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({
      method: 'PATCH',
      path: '/freight-carriers/{id}',
      summary: '修改实际承运人 · Change, close or reopen',
      tags,
    })
    .input(z.object({ ...fields, ...edit, state: State, idNumber: IdNumber.optional().describe('Absent: as it is.') }))
    .output(Changed),
  addMember: oc
    .route({
      method: 'POST',
      path: '/freight-carriers/{id}/members',
      summary: '添加承运人账号 · Let an account act for it',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId, username: words(60) }))
    .output(Done),
  addPayee: oc
    .route({
      method: 'POST',
      path: '/freight-carriers/{id}/payees',
      summary: '添加收款账户 · Add an account for payment',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        holder: words(512),
        bankCode: words(11),
        accountNumber: words(60).describe('8 to 32 digits; spaces are left out.'),
      }),
    )
    .output(Done),
  closePayee: oc
    .route({
      method: 'POST',
      path: '/freight-carriers/{id}/payees/{payeeId}/closure',
      summary: '停用收款账户 · Close an account for payment',
      tags,
    })
    .input(z.object({ ...edit, payeeId: Id }))
    .output(Done),
  history: oc
    .route({ method: 'GET', path: '/freight-carriers/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
