import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { pointKinds } from './point.ts'

const Said = z.object({ value: z.number(), quality: z.int() })

/** The routes of records that came again with other values. */
export const revisionContract = {
  revisions: oc
    .route({
      method: 'GET',
      path: '/devices/{id}/revisions',
      summary: '数据修订 · Records that came again with other values, newest first',
      description: 'The later values count; the earlier ones stay here as long as readings do.',
      tags: ['telemetry'],
    })
    .input(listInput({ id: z.uuid() }))
    .output(
      listOutput(
        z.object({
          id: z.uuid(),
          receivedAt: Instant.describe('When the later values came.'),
          kind: z.string().describe('Which message; of HJ 212 the command, `2061`.'),
          changes: z.array(
            z.object({
              point: z.int(),
              code: z.string(),
              kind: z.enum(pointKinds),
              name: z.object({ zh: z.string(), en: z.string() }),
              unit: z.string().nullable(),
              at: Instant.describe('The time of the record.'),
              before: Said.nullable().describe('What was kept; null where it was not known any more.'),
              after: Said,
            }),
          ),
        }),
      ),
    ),
}
