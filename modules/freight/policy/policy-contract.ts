import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { edit, HistoryRow, Id, line, one, Ref, State, tags, words } from '../contract-parts.ts'

const fields = {
  insurerCode: words(30).describe('Code of the table insurer.'),
  number: words(30).describe('As it stands on the policy; none is told where there is no policy.'),
  sumFen: z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe('What one truckload is covered for at most.'),
  validFrom: Day,
  validTo: Day,
  remark: line(256),
}

const Policy = z.object({
  id: z.string(),
  shipper: Ref.nullable().describe('Whose goods it covers; null: everybody’s that have none of their own.'),
  ...fields,
  state: State,
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

export const policyContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-policies', summary: '货运保险 · Policies of goods on the road', tags })
    .input(listInput({ state: State.optional(), shipperId: Id.optional() }))
    .output(listOutput(Policy)),
  get: oc
    .route({ method: 'GET', path: '/freight-policies/{id}', summary: '货运保险 · One policy', tags })
    .input(one)
    .output(Policy),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-policies',
      summary: '登记保单 · Enter a policy; it covers waybills that are made while it is valid',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        shipperId: Id.nullable().default(null),
        remark: fields.remark.default(''),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(z.object({ id: z.string(), rev: Rev })),
  close: oc
    .route({
      method: 'POST',
      path: '/freight-policies/{id}/close',
      summary: '停用保单 · Close a policy; waybills that it covers keep it',
      tags,
    })
    .input(z.object(edit))
    .output(z.object({ id: z.string(), rev: Rev })),
  history: oc
    .route({ method: 'GET', path: '/freight-policies/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
