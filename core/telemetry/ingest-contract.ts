import { oc } from '@orpc/contract'
import * as z from 'zod'
import { toDecimal } from './decimal.ts'

/** A point that a device declares, to be made on its equipment where it is missing. */
export const NewPoint = z.object({
  key: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{0,39}$/)
    .describe('The last part of its code: letters, digits, "_", "-".'),
  name: z.string().trim().min(1).max(100).optional(),
  unit: z.string().trim().min(1).max(20).optional().describe('UCUM.'),
  resolution: z
    .number()
    .positive()
    .max(1e6)
    .refine((value) => toDecimal(value) !== null, 'a decimal of at most nine places')
    .optional()
    .describe('The smallest meaningful step; 0.001 when absent.'),
})
export type NewPoint = z.infer<typeof NewPoint>

/** Readings as a device posts them. What is wrong with one reading leaves the others. */
export const IngestBatch = z
  .object({
    batchId: z
      .string()
      .regex(/^[\w.:-]{1,100}$/)
      .describe(
        "The sender's name of the batch: sent again with the same content it is kept once and answered the same.",
      ),
    points: z
      .array(NewPoint)
      .max(200)
      .optional()
      .describe('Points to be made on its equipment where they are missing.'),
    at: z
      .union([z.number(), z.string().max(40)])
      .optional()
      .describe('Time of readings without their own: milliseconds since 1970, or RFC 3339 with its offset.'),
    values: z.record(z.string(), z.unknown()).optional().describe('Values by point, all at the time `at`.'),
    readings: z
      .array(z.unknown())
      .max(5_000)
      .optional()
      .describe(
        'Each `{"point": "I", "value": 12.5, "at": …, "quality": "good"}`; quality good, uncertain, substituted, bad or stale.',
      ),
  })
  .refine(({ values = {}, readings = [] }) => Object.keys(values).length + readings.length > 0, {
    path: ['readings'],
    error: 'at least one reading',
  })
export type IngestBatch = z.infer<typeof IngestBatch>

/** The route that devices post their readings to. */
export const ingestContract = {
  ingest: oc
    .route({
      method: 'POST',
      path: '/ingest/readings',
      summary: '上报读数（设备凭证）',
      description:
        'For devices: HTTP Basic with the identity of the device and its key. Answers when the readings are durable. The body may be gzip.',
      tags: ['telemetry'],
    })
    .input(IngestBatch)
    .output(
      z.object({
        batchId: z.string(),
        accepted: z.int(),
        refused: z.int(),
        errors: z
          .array(z.object({ field: z.string(), value: z.string(), rule: z.string() }))
          .describe('The first twenty.'),
      }),
    ),
}
