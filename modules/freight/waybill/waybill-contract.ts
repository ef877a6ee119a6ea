import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing } from '@tingzhou/casework/contract'
import { additionKinds, payKinds, reductionKinds } from '@tingzhou/settlement'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Id, line, Ref, tags, words } from '../contract-parts.ts'
import { Slot } from '../dock/dock-contract.ts'
import {
  decisions,
  disputeKinds,
  disputeSides,
  measures,
  placeEnds,
  signKinds,
  slipSources,
  waybillStates,
} from '../words.ts'
import { riskResults, riskRules, shapeKinds } from '../risk/words.ts'

export const WaybillState = z.enum(waybillStates)
const Why = words(500)
const Photos = z.array(Id).max(9).default([])
const Fen = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const Kg = z.int().min(1).max(200_000)

export const Position = z.object({
  lonDeg: z.number().min(-180).max(180),
  latDeg: z.number().min(-90).max(90),
  accuracyM: z.number().min(0).max(1_000_000),
})
/** When and where, as a phone says it; a console leaves it out. */
const driven = {
  at: Instant.nullable().default(null).describe('When it was done, by the clock of the device.'),
  sentAt: Instant.nullable().default(null).describe('Now, by the clock of the device: how far it is off.'),
  position: Position.nullable().default(null),
}
const Slip = z.object({
  number: words(35).describe('Number of the weighbridge slip.'),
  grossKg: Kg,
  tareKg: Kg,
  source: z.enum(slipSources).describe('device: sent by the weighbridge itself.'),
  photoId: Id.nullable().default(null).describe('An uploaded picture of the slip; needed when it is typed.'),
  operator: line(60).default(''),
})
const Amount = z.discriminatedUnion('by', [
  z.object({ by: z.literal('sum'), fen: Fen }),
  z.object({ by: z.literal('count'), count: z.int().min(0), eachMilliFen: Fen }),
  z.object({
    by: z.literal('time'),
    waitedS: z.int().min(0),
    freeS: z.int().min(0),
    stepS: z.int().min(1),
    hourMilliFen: Fen,
  }),
])
const Item = z.object({
  kind: z.enum([...additionKinds, ...reductionKinds]),
  ref: words(60).nullable().default(null),
  side: z.enum(['carrier', 'shipper', 'both']),
  amount: Amount,
})
const Part = z.object({
  to: z.enum(payKinds),
  ref: words(60).nullable().default(null),
  amount: z.discriminatedUnion('by', [
    z.object({ by: z.literal('sum'), fen: Fen }),
    z.object({ by: z.literal('share'), bp: z.int().min(0).max(10_000) }),
  ]),
})

export const moveNames = [
  'accept',
  'refuse',
  'arrive_load',
  'load',
  'depart',
  'arrive_unload',
  'unload',
  'sign',
  'cancel',
  'accident',
  'resume',
  'divert',
  'transload',
  'unweigh',
  'unsign',
  'dispute',
  'decide',
  'audit',
  'settle',
  'pay',
  'report',
] as const
export type MoveName = (typeof moveNames)[number]

const move = <N extends MoveName, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.object({ commandId: CommandId, rev: Rev, move: z.literal(name), ...shape })
/** What a phone may have done while it heard nothing: ordered by the waybill's state, so the revision is not asked for. */
const step = <N extends MoveName, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.object({ commandId: CommandId, rev: Rev.default(1), move: z.literal(name), ...driven, ...shape })

const arrival = {
  photoIds: Photos,
  reason: line(500).default('').describe('Outside the fence, or without a position: why, with a photo.'),
}
const signature = {
  signer: words(60),
  signedBy: z.enum(signKinds),
  code: z
    .string()
    .regex(/^\d{8}$/)
    .nullable()
    .default(null)
    .describe('The code that the consignee knows.'),
}

/** What can be done to a waybill. */
export const Move = z.discriminatedUnion('move', [
  step('accept', {}),
  step('refuse', { reason: Why }),
  step('arrive_load', arrival),
  step('load', { slip: Slip }),
  step('depart', {}),
  step('arrive_unload', arrival),
  step('unload', { slip: Slip }),
  step('sign', { ...signature, fileId: Id.nullable().default(null).describe('A drawn signature, or the receipt.') }),
  step('cancel', { reason: Why }),
  step('accident', { words: words(2_000), photoIds: Photos }),
  step('resume', { words: words(2_000) }),
  move('divert', { placeId: Id, reason: Why }),
  move('transload', { carrierId: Id, driverId: Id, vehicleId: Id, reason: Why }),
  move('unweigh', { reason: Why }),
  move('unsign', { reason: Why }),
  move('dispute', { kind: z.enum(disputeKinds), words: words(2_000), askedFen: Fen, photoIds: Photos }),
  move('decide', { decision: z.enum(decisions), upheldFen: Fen.nullable().default(null), words: words(2_000) }),
  move('audit', {
    overrides: z
      .array(z.object({ rule: z.enum(riskRules), reason: Why }))
      .max(riskRules.length)
      .default([]),
  }),
  move('settle', {
    items: z.array(Item).max(100).default([]),
    parts: z.array(Part).max(20).default([]),
    why: line(500).default('').describe('Needed for a settlement after the first.'),
  }),
  move('pay', {}),
  move('report', { messageId: words(64), answer: words(500) }),
])
export type Move = z.infer<typeof Move>

export const Standing = z.object({ id: Id, number: z.string(), serial: z.string(), state: WaybillState, rev: Rev })

export const WaybillRow = z.object({
  id: Id,
  number: z.string(),
  serial: z.string().describe('0000: one truck; 0001, 0002 …: legs of a transloaded waybill.'),
  state: WaybillState,
  goods: z.string(),
  measure: z.enum(measures),
  plan: z.int(),
  loadId: Id,
  shipper: Ref,
  carrier: Ref,
  driver: Ref,
  plate: z.string(),
  from: Ref,
  to: Ref,
  loadNetKg: z.int().nullable(),
  unloadNetKg: z.int().nullable(),
  dueFen: z.int().nullable().describe('What the carrier gets; null for the shipper.'),
  billFen: z.int().nullable().describe('What the shipper pays; null for carrier and driver.'),
  dueAt: Instant.nullable(),
  nextStep: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  closedAt: Instant.nullable(),
  synthetic: z.boolean(),
  rev: Rev,
})

const Where = z.object({
  id: Id,
  name: z.string(),
  address: z.string(),
  divisionCode: z.string(),
  lonDeg: z.number(),
  latDeg: z.number(),
  fenceM: z.int(),
  contact: z.string(),
  phone: z.string(),
})
const Weighed = z.object({
  id: Id,
  end: z.enum(placeEnds),
  number: z.string(),
  grossKg: z.int(),
  tareKg: z.int(),
  netKg: z.int(),
  source: z.enum(slipSources),
  operator: z.string(),
  weighedAt: Instant,
  photoId: z.string().nullable(),
  voidedAt: Instant.nullable(),
  voidWhy: z.string().nullable(),
})
const Dispute = z.object({
  id: Id,
  kind: z.enum(disputeKinds),
  side: z.enum(disputeSides),
  words: z.string(),
  askedFen: z.int(),
  openedAt: Instant,
  openedBy: z.string(),
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
  decision: z.enum(decisions).nullable(),
  upheldFen: z.int().nullable(),
  decisionWords: z.string().nullable(),
})
const Shape = z
  .object({
    kind: z.enum(shapeKinds),
    places: z.array(z.tuple([z.number(), z.number()])).describe('Longitude and latitude, WGS-84; at most 500.'),
    radiusM: z.number().optional(),
    fromAt: Instant.optional(),
    toAt: Instant.optional(),
  })
  .describe('A line; a circle with its radius; a point where it is one place.')
const Audited = z.object({
  edition: z.int().describe('Of the rules of risk that it was judged by.'),
  findings: z.array(
    z.object({
      rule: z.enum(riskRules),
      result: z.enum(riskResults).describe('unjudged: there is nothing to judge by.'),
      evidence: z.unknown().describe('Values by name; the unit stands last in the name.'),
      shapes: z.array(Shape).default([]),
    }),
  ),
  overrides: z.array(z.object({ rule: z.enum(riskRules), reason: z.string(), by: z.string() })),
  score: z.int(),
  shapes: z.array(Shape).default([]).describe('The track, the positions of the phone, the fences.'),
})

export const WaybillDetail = WaybillRow.extend({
  loadNumber: z.string(),
  consignee: Ref.extend({ id: z.string().nullable() }),
  fromPlace: Where,
  toPlace: Where,
  times: z.array(z.object({ step: z.string(), at: Instant })),
  offerUntil: Instant.nullable(),
  distanceM: z.int().nullable(),
  carrierMilliFen: z.int().nullable().describe('Thousandths of a fen; null for the shipper.'),
  shipperMilliFen: z.int().nullable().describe('Thousandths of a fen; null for carrier and driver.'),
  agreement: z.unknown().describe('What the driver accepts; null for the shipper.'),
  agreementSha256: z.string(),
  insurance: z
    .object({ insurerCode: z.string(), number: z.string(), sumFen: z.int() })
    .nullable()
    .describe('What covers the goods; null: nothing.'),
  signCode: z.string().nullable().describe('For consignee and shipper until it is signed.'),
  signer: z.string(),
  signedBy: z.enum(signKinds).nullable(),
  hasSignLink: z.boolean(),
  settlementVersion: z.int(),
  endReason: z.string().describe('Why it ended before its time, in the language of the reader; else empty.'),
  slips: z.array(Weighed),
  disputes: z.array(Dispute),
  legs: z.array(z.object({ id: Id, serial: z.string(), state: WaybillState })).describe('Other legs of the number.'),
  slots: z.array(Slot).describe('Slots at docks; none where places have no docks.'),
  audit: Audited.nullable(),
  files: z.array(z.object({ id: Id, name: z.string(), mediaType: z.string(), sizeBytes: z.int(), sha256: z.string() })),
  moves: z.array(z.object({ move: z.enum(moveNames), allowed: z.boolean(), reason: z.string().nullable() })),
})

/** What a phone keeps of a waybill, to go on without a network. */
export const MyWaybill = WaybillRow.omit({ billFen: true, shipper: true }).extend({
  shipper: z.string(),
  consignee: z.string(),
  fromPlace: Where,
  toPlace: Where,
  carrierMilliFen: z.int(),
  distanceM: z.int().nullable(),
  offerUntil: Instant.nullable(),
  paidFen: z.int().nullable().describe('What the settlement pays: what is due, rounded as its rules say.'),
  ratedLoadKg: z.int(),
  legalGrossKg: z.int(),
  agreementSha256: z.string(),
  slots: z.array(Slot),
  tour: z
    .object({
      id: Id,
      stops: z
        .array(
          z.object({
            kind: z.enum(['load', 'unload']),
            waybillId: Id,
            place: z.string(),
            goods: z.string(),
            plan: z.int().describe('In the measure.'),
            measure: z.enum(['ton', 'm3']),
            arriveAt: Instant.describe('As it was planned.'),
          }),
        )
        .describe('Stops of all its waybills in their order.'),
    })
    .nullable()
    .describe('The tour of which it is one load.'),
  times: z.array(z.object({ step: z.string(), at: Instant })),
  moves: z.array(z.object({ move: z.enum(moveNames), allowed: z.boolean(), reason: z.string().nullable() })),
})

/** What a consignee must know to sign, and no more. */
const SignPage = z.object({
  number: z.string(),
  state: WaybillState,
  goods: z.string(),
  measure: z.enum(measures),
  plan: z.int(),
  shipper: z.string(),
  consignee: z.string(),
  driver: z.string(),
  plate: z.string(),
  from: z.string(),
  to: z.string(),
  loadNetKg: z.int().nullable(),
  unloadNetKg: z.int().nullable(),
  loadedAt: Instant.nullable(),
  unloadedAt: Instant.nullable(),
  mayBeSigned: z.boolean(),
})
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const
const Secret = z.string().regex(/^[\w-]{43}$/)

const Trail = z.object({
  rows: z.array(
    z.object({
      seq: z.int(),
      at: Instant,
      verb: z.string(),
      actor: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      reason: z.string().nullable(),
      hash: z.string(),
    }),
  ),
  next: z.int().nullable(),
})
const one = z.object({ id: Id })

export const waybillContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/freight-waybills',
      summary: '运单 · Waybills within reach, the latest first',
      description: 'total is counted up to 1,000; null when there are more.',
      tags,
    })
    .input(
      listInput({
        state: z
          .union([z.array(WaybillState).max(waybillStates.length), WaybillState.transform((one) => [one])])
          .optional()
          .describe('One or several.'),
        carrierId: Id.optional(),
        shipperId: z.string().max(64).optional(),
        driverId: Id.optional(),
        loadId: Id.optional(),
        from: Day.optional().describe('Made on this day or later.'),
        to: Day.optional(),
      }),
    )
    .output(listOutput(WaybillRow)),
  get: oc
    .route({ method: 'GET', path: '/freight-waybills/{id}', summary: '运单 · One waybill', tags })
    .input(one)
    .output(WaybillDetail),
  move: oc
    .route({ method: 'POST', path: '/freight-waybills/{id}/moves', summary: '办理 · Make a move', tags })
    .input(z.object({ id: Id, move: Move }))
    .output(Standing),
  findings: oc
    .route({
      method: 'GET',
      path: '/freight-waybills/{id}/findings',
      summary: '审核发现 · What the rules say: of a signed waybill now, of an audited one as it was audited',
      tags,
    })
    .input(one)
    .output(Audited.nullable().describe('Null: not yet signed.')),
  signLink: oc
    .route({
      method: 'POST',
      path: '/freight-waybills/{id}/sign-link',
      summary: '签收链接 · A link by which the consignee signs; shown once, valid until signed',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId }))
    .output(z.object({ secret: z.string(), path: z.string() })),
  agreementFile: oc
    .route({
      method: 'GET',
      path: '/freight-waybills/{id}/agreement.pdf',
      summary: '运输协议 · The carriage agreement as PDF, for whoever reads what the carrier gets',
      tags,
    })
    .input(one)
    .output(z.file().describe('application/pdf')),
  sheet: oc
    .route({
      method: 'GET',
      path: '/freight-waybills/{id}/waybill.pdf',
      summary: '电子运单 · The waybill as PDF: parties, weighings and signature, without prices',
      tags,
    })
    .input(one)
    .output(z.file().describe('application/pdf')),
  history: oc
    .route({ method: 'GET', path: '/freight-waybills/{id}/history', summary: '历史 · What was done', tags })
    .input(z.object({ id: Id, after: z.int().min(0).default(0), limit: z.int().min(1).max(200).default(200) }))
    .output(Trail),
  process: oc
    .route({
      method: 'GET',
      path: '/freight-waybills/{id}/process',
      summary: '流程图 · The drawing and its tokens',
      tags,
    })
    .input(one)
    .output(Drawing),
  mine: oc
    .route({
      method: 'GET',
      path: '/freight-my/waybills',
      summary: '我的运单 · A driver’s waybills, open ones first, with what a phone needs offline',
      tags,
    })
    .input(z.object({}))
    .output(z.object({ rows: z.array(MyWaybill) })),
  signPage: oc
    .route({
      method: 'GET',
      path: '/freight-sign/{secret}',
      summary: '签收页 · What the holder of a link signs; without an account',
      tags,
    })
    .input(z.object({ secret: Secret }))
    .output(SignPage),
  sign: oc
    .route({
      method: 'POST',
      path: '/freight-sign/{secret}',
      summary: '签收 · Signs by a link',
      tags,
    })
    .input(
      z.object({
        secret: Secret,
        commandId: CommandId,
        ...signature,
        picture: z
          .object({
            mediaType: z.enum(pictureTypes),
            base64: z.base64().min(1).max(900_000).describe('At most 675 KB: a phone makes it smaller before.'),
          })
          .nullable()
          .default(null)
          .describe('The drawn signature, or a photo of the receipt.'),
      }),
    )
    .output(z.object({ number: z.string(), state: WaybillState })),
}
