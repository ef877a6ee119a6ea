import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { HistoryRow, Id, one, tags, Why } from '../contract-parts.ts'
import { attemptOutcomes, refusers, sourceKinds, trackStates, uploadKinds, uploadStates } from './words.ts'

const Fen = z.int().describe('Fen, hundredths of a yuan.')
const UploadState = z.enum(uploadStates)

const Fault = z.object({
  field: z.string().describe('As the regulator calls it, from the whole to the part.'),
  label: z.string(),
  value: z.string().describe('Numbers of persons and accounts masked.'),
  rule: z.string(),
  message: z.string(),
})

const Upload = z.object({
  id: z.string(),
  kind: z.enum(uploadKinds),
  subjectId: z.string().describe('The driver, the vehicle, or the waybill.'),
  title: z.string(),
  waybillId: z.string().nullable(),
  state: UploadState,
  sumFen: Fen,
  attempts: z.int(),
  tryAt: Instant.nullable(),
  answerCode: z.string().nullable(),
  answerText: z.string().nullable(),
  refusedBy: z.enum(refusers).nullable(),
  faults: z.array(Fault),
  waitsFor: z
    .array(z.object({ kind: z.enum(uploadKinds), title: z.string(), state: UploadState.nullable() }))
    .describe('What must be accepted before and is not; null: nothing of it was told yet.'),
  createdAt: Instant,
  sentAt: Instant.nullable(),
  acceptedAt: Instant.nullable(),
  why: z.string(),
  endedBy: z.string().nullable(),
  synthetic: z.boolean(),
  rev: Rev,
})

const Attempt = z.object({
  attempt: z.int(),
  sentAt: Instant,
  answeredAt: Instant.nullable(),
  outcome: z.enum(attemptOutcomes).nullable(),
  code: z.string().nullable(),
  words: z.string().nullable(),
})

const step = { id: Id, rev: Rev, commandId: CommandId, why: Why }
const Stepped = z.object({ id: z.string(), state: UploadState })

export const uploadContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-uploads', summary: '上报 · What goes to the regulator', tags })
    .input(
      listInput({
        kind: z.enum(uploadKinds).optional(),
        state: z
          .union([z.array(UploadState).max(uploadStates.length), UploadState.transform((one) => [one])])
          .optional()
          .describe('One or several.'),
        waybillId: Id.optional(),
        from: Day.optional(),
        to: Day.optional(),
      }),
    )
    .output(listOutput(Upload)),
  counts: oc
    .route({ method: 'GET', path: '/freight-upload-counts', summary: '上报概况 · How many are where', tags })
    .output(
      z.object({
        states: z.array(z.object({ state: UploadState, count: z.int().describe('Counted up to 1,000.') })),
        isOn: z.boolean(),
        silentSince: Instant.nullable().describe('Since when the regulator has answered this server nothing.'),
      }),
    ),
  get: oc
    .route({ method: 'GET', path: '/freight-uploads/{id}', summary: '上报 · One document', tags })
    .input(one)
    .output(
      Upload.extend({
        reference: z.string(),
        adapter: z.string(),
        recordSha256: z.string().describe('Of the record as canonical JSON.'),
        sources: z
          .array(z.object({ kind: z.enum(sourceKinds), id: z.string(), name: z.string() }))
          .describe('Where what it says is kept, and set right.'),
        fields: z
          .array(z.object({ field: z.string(), label: z.string(), value: z.string() }))
          .describe('What is sent, in the words of the wire; numbers of persons and accounts masked.'),
        tries: z.array(Attempt).describe('The latest hundred, newest first.'),
      }),
    ),
  ofWaybill: oc
    .route({
      method: 'GET',
      path: '/freight-waybills/{id}/uploads',
      summary: '运单的上报 · What was told of a waybill, its driver and its vehicle',
      tags,
    })
    .input(one)
    .output(
      z.object({
        rows: z.array(Upload),
        track: z
          .object({
            state: z.enum(trackStates),
            sent: z.int(),
            positionedAt: Instant.nullable(),
            answerCode: z.string().nullable(),
            answerText: z.string().nullable(),
          })
          .nullable()
          .describe('How the trip was reported while it lasted; null: it was not.'),
      }),
    ),
  resend: oc
    .route({ method: 'POST', path: '/freight-uploads/{id}/resend', summary: '重新上报 · Send today’s document', tags })
    .input(z.object(step))
    .output(Stepped),
  giveUp: oc
    .route({ method: 'POST', path: '/freight-uploads/{id}/give-up', summary: '放弃上报 · Give a document up', tags })
    .input(z.object(step))
    .output(Stepped),
  history: oc
    .route({ method: 'GET', path: '/freight-uploads/{id}/history', summary: '上报的历史 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
