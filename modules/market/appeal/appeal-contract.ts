import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant } from '@tingzhou/http/contract'
import { Changed, Firm, Id, tags } from '../contract-parts.ts'

const Appeal = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  text: z.string(),
  firm: Firm,
  receivedAt: Instant,
  posting: z.object({ id: z.string(), number: z.string() }).nullable().describe('What came of it.'),
  synthetic: z.boolean(),
})

export const appealContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/market-appeals',
      summary: '供需类诉求 · Open needs of firms that ask for a match',
      tags,
    })
    .output(z.object({ rows: z.array(Appeal) })),
  takeOver: oc
    .route({
      method: 'POST',
      path: '/market-appeals/{id}/posting',
      summary: '诉求转供需 · Make the draft of a posting of it',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId }))
    .output(Changed),
}
