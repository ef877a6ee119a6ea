import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Changed, edit, HistoryRow, Id, line, one, Ref, State, tags, Why, words } from '../contract-parts.ts'
import { placeEnds, waybillStates } from '../words.ts'
import { weighingsMax, weighingStates } from './words.ts'

const Kg = z.int()

const fields = {
  name: words(60),
  divisionKg: z.int().min(1).max(1_000).describe('The smallest step that it shows, kg.'),
  maxKg: z.int().min(1_000).max(200_000).describe('The most that it weighs, kg.'),
  remark: line(256).default(''),
}

const Bridge = z.object({
  id: z.string(),
  ...fields,
  place: Ref,
  owner: Ref.nullable().describe('Whose place it is; null: everybody’s.'),
  state: State,
  heardAt: Instant.nullable().describe('When its software spoke last.'),
  keeps: z.boolean().describe('Whether the reader may change it.'),
  weighs: z.boolean().describe('Whether the reader may enter weighings and decide on records.'),
  synthetic: z.boolean(),
  rev: Rev,
  updatedAt: Instant,
})

const Truck = z.object({
  waybillId: z.string(),
  number: z.string(),
  serial: z.string(),
  state: z.enum(waybillStates),
  end: z.enum(placeEnds).describe('Which end of the waybill this place is.'),
  plate: z.string(),
  driver: z.string(),
  goods: z.string(),
  planKg: Kg.nullable().describe('Null: not carried by the ton.'),
  loadNetKg: Kg.nullable().describe('What was weighed at the loading place.'),
  ratedLoadKg: Kg,
  legalGrossKg: Kg,
  since: Instant.describe('When it arrived here, or set out for here.'),
  rev: Rev,
})

/** One slip as a weighbridge says it; what is wrong with it is told beside it, the others are kept. */
const Sent = z.object({
  number: words(35).describe('Number of the slip; one a weighbridge.'),
  plate: words(20),
  grossKg: Kg.nullable()
    .default(null)
    .describe('Null: not weighed yet; a second pass with the same number completes it.'),
  tareKg: Kg.nullable().default(null),
  weighedAt: Instant,
  operator: line(60).default(''),
  photoId: Id.nullable().default(null).describe('A picture that was uploaded with the same key.'),
})

const Taken = z.object({
  number: z.string(),
  id: z.string().nullable().describe('Under which it is kept; null: it is not.'),
  problem: z
    .object({ field: z.string(), value: z.unknown(), rule: z.string(), message: z.string() })
    .nullable()
    .describe('Why it is not kept. Everything else is, whatever happens later.'),
})

const Weighing = z.object({
  id: z.string(),
  number: z.string(),
  plate: z.string(),
  grossKg: Kg.nullable(),
  tareKg: Kg.nullable(),
  weighedAt: Instant,
  receivedAt: Instant,
  operator: z.string(),
  photoId: z.string().nullable(),
  state: z.enum(weighingStates),
  waybill: z.object({ id: z.string(), number: z.string(), plate: z.string() }).nullable(),
  end: z.enum(placeEnds).nullable(),
  voided: z.boolean().describe('The slip that it became was taken back; the truck is weighed again.'),
  refusal: z.object({ kind: z.string(), value: z.union([z.string(), z.int()]), limit: z.int().nullable() }).nullable(),
  why: z.string(),
  decidedBy: z.string().nullable(),
  rev: Rev,
})
const Decided = z.object({ id: z.string(), state: z.enum(weighingStates) })
const decision = { id: Id, rev: Rev, commandId: CommandId, why: Why }

export const bridgeContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-bridges', summary: '地磅 · Weighbridges', tags })
    .input(listInput({ state: State.optional() }))
    .output(listOutput(Bridge)),
  get: oc
    .route({ method: 'GET', path: '/freight-bridges/{id}', summary: '地磅 · One weighbridge', tags })
    .input(one)
    .output(Bridge),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-bridges',
      summary: '登记地磅 · Enter a weighbridge',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...fields, commandId: CommandId, placeId: Id, synthetic: z.boolean().default(false) }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/freight-bridges/{id}', summary: '修改地磅 · Change, close or reopen', tags })
    .input(z.object({ ...fields, ...edit, state: State }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/freight-bridges/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
  yard: oc
    .route({
      method: 'GET',
      path: '/freight-bridges/{id}/yard',
      summary: '待过磅车辆 · Trucks that wait to be weighed, and those on the way',
      tags,
    })
    .input(one)
    .output(
      z.object({
        here: z.array(Truck).describe('Whoever waits longest first; at most 200.'),
        expected: z.array(Truck).describe('At most 50.'),
      }),
    ),
  weighings: oc
    .route({ method: 'GET', path: '/freight-bridges/{id}/weighings', summary: '过磅记录 · What it said', tags })
    .input(
      listInput({
        id: Id,
        state: z.array(z.enum(weighingStates)).max(weighingStates.length).optional(),
        from: Day.optional(),
        to: Day.optional(),
      }),
    )
    .output(listOutput(Weighing)),
  weigh: oc
    .route({
      method: 'POST',
      path: '/freight-bridges/{id}/weighings',
      summary: '上传过磅记录 · A weighbridge tells what it weighed',
      description:
        'For the software of a weighbridge, with an API key of a machine or of a clerk of its owner. Safe to repeat: the same record again is answered the same. What is answered with an id is kept; a waybill takes it a moment later, or when its truck arrives.',
      tags,
    })
    .input(z.object({ id: Id, weighings: z.array(Sent).min(1).max(weighingsMax) }))
    .output(z.object({ results: z.array(Taken) })),
  assign: oc
    .route({
      method: 'POST',
      path: '/freight-weighings/{id}/assignment',
      summary: '指定运单 · Say whose weighing it is',
      tags,
    })
    .input(z.object({ ...decision, waybillId: Id }))
    .output(Decided),
  setAside: oc
    .route({
      method: 'POST',
      path: '/freight-weighings/{id}/set-aside',
      summary: '搁置 · Set a record aside',
      tags,
    })
    .input(z.object(decision))
    .output(Decided),
}

export type SentWeighing = z.infer<typeof Sent>
export type TakenWeighing = z.infer<typeof Taken>
export type BridgeRow = z.infer<typeof Bridge>
export type YardTruck = z.infer<typeof Truck>
export type WeighingRow = z.infer<typeof Weighing>
