import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Changed, edit, HistoryRow, Id, line, one, Ref, State, tags, words } from '../contract-parts.ts'

const fields = {
  name: words(120),
  address: words(256),
  divisionCode: words(12).describe('Code of the table division.'),
  lonDeg: z.number().min(-180).max(180).describe('Longitude, WGS-84 degrees.'),
  latDeg: z.number().min(-90).max(90).describe('Latitude, WGS-84 degrees.'),
  fenceM: z.int().min(50).max(5_000).describe('How far from it somebody has arrived, metres.'),
  contact: line(60),
  phone: line(18),
  remark: line(256),
}

const Place = z.object({
  id: z.string(),
  shipper: Ref.nullable().describe('Whose place it is; null: everybody’s.'),
  ...fields,
  state: State,
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

export const placeContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-places', summary: '装卸点 · Places of loading and unloading', tags })
    .input(listInput({ state: State.optional(), shipperId: Id.optional() }))
    .output(listOutput(Place)),
  get: oc
    .route({ method: 'GET', path: '/freight-places/{id}', summary: '装卸点 · One place', tags })
    .input(one)
    .output(Place),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-places',
      summary: '登记装卸点 · Enter a place',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        shipperId: Id.nullable().default(null),
        fenceM: fields.fenceM.default(500),
        contact: fields.contact.default(''),
        phone: fields.phone.default(''),
        remark: fields.remark.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/freight-places/{id}', summary: '修改装卸点 · Change, close or reopen', tags })
    .input(z.object({ ...fields, ...edit, state: State }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/freight-places/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
