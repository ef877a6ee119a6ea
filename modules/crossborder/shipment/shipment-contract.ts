import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Drawing, TrailPage, trailWish } from '@tingzhou/casework/contract'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import {
  Currency,
  GoodsClass,
  Id,
  LatDeg,
  line,
  LonDeg,
  Minor,
  one,
  Pieces,
  PiecesOrNone,
  Ref,
  tags,
  Why,
  words,
} from '../contract-parts.ts'
import {
  documentKinds,
  documentStands,
  documentStates,
  handOverPoints,
  holdDecisions,
  holdReasons,
  inspections,
  legKinds,
  ruleSteps,
  shipmentStates,
} from '../words.ts'

const ShipmentState = z.enum(shipmentStates)
const DocumentKind = z.enum(documentKinds)
const Files = z.array(Id).max(9).default([])
const Position = z.object({ lonDeg: LonDeg, latDeg: LatDeg })
/** As it is compared: one sign may become several. */
const SealNumber = z.string().trim().normalize('NFKC').toUpperCase().min(1).max(40)
const Seals = z.array(SealNumber).max(20)
const Milli = z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe('Yuan for one unit of the currency, thousandths.')

/** When and where a step was done; left out: now. */
const done = {
  at: Instant.nullable().default(null),
  place: words(120),
  position: Position.nullable().default(null),
  photoIds: Files,
}
/** Who takes over. */
const crew = { carrier: words(120), vehicle: words(60), driver: line(60).default('') }

export const moveNames = [
  'lots',
  'document',
  'check_document',
  'load',
  'seal',
  'complete',
  'declare',
  'inspect',
  'release',
  'hand_over',
  'cross',
  'arrive',
  'receive',
  'deliver',
  'hold',
  'decide',
  'cancel',
] as const
export type MoveName = (typeof moveNames)[number]

const move = <N extends MoveName, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.object({ commandId: CommandId, rev: Rev, move: z.literal(name), ...shape })

const documentFields = {
  number: words(60),
  issuer: line(120).default(''),
  validFrom: Day.nullable().default(null),
  validTo: Day.nullable().default(null),
  fileIds: Files,
}

/** What can be done to a shipment. */
export const Move = z.discriminatedUnion('move', [
  move('lots', {
    lots: z
      .array(z.object({ lotId: Id, pieces: Pieces }))
      .min(1)
      .max(100),
  }),
  move('document', {
    kind: DocumentKind,
    ...documentFields,
    pieces: Pieces.nullable().default(null).describe('What it says of pieces: packing list, certificate.'),
  }),
  move('check_document', {
    documentId: Id,
    verdict: z.enum(['checked', 'refused']),
    words: line(500).default(''),
  }),
  move('load', {
    pieces: Pieces,
    seals: Seals.min(1),
    ...crew,
    ...done,
    waybillId: Id.nullable().default(null).describe('The electronic waybill of the first leg.'),
    reason: line(500).default('').describe('Needed when it is loaded anew.'),
  }),
  move('seal', { removed: Seals.default([]), applied: Seals.default([]), photoIds: Files, reason: Why }),
  move('complete', {}),
  move('declare', documentFields),
  move('inspect', {
    result: z.enum(['passed', 'failed']),
    inspector: words(60),
    words: line(500).default(''),
    ...done,
  }),
  move('release', { reference: words(60) }),
  move('hand_over', { point: z.enum(['yard', 'border']), seals: Seals, ...crew, ...done }),
  move('cross', { seals: Seals, ...done }),
  move('arrive', { seals: Seals, ...done }),
  move('receive', {
    area: words(40),
    document: words(60),
    currency: Currency,
    priceMinor: Minor,
    rateMilli: Milli,
    lots: z
      .array(
        z.object({
          lotId: Id,
          received: PiecesOrNone,
          damaged: PiecesOrNone.default(0),
        }),
      )
      .min(1)
      .max(100),
  }),
  move('deliver', { signer: words(60), photoIds: Files }),
  move('hold', { reason: Why }),
  move('decide', { decision: z.enum(holdDecisions), words: Why }),
  move('cancel', { reason: Why }),
])
export type Move = z.infer<typeof Move>

export const Standing = z.object({ id: Id, number: z.string(), state: ShipmentState, rev: Rev })

const ShipmentRow = z.object({
  id: Id,
  number: z.string(),
  state: ShipmentState,
  goodsClass: GoodsClass,
  goods: z.string(),
  sku: z.string(),
  pieces: z.int(),
  loadedPieces: z.int().nullable(),
  exporter: Ref,
  contract: Ref,
  warehouse: Ref,
  dueAt: Instant.nullable(),
  nextStep: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  closedAt: Instant.nullable(),
  synthetic: z.boolean(),
  rev: Rev,
})

export const Finding = z.object({
  code: z.string(),
  step: z.enum(ruleSteps).describe('The step that it stands before.'),
  result: z.enum(['block', 'warn']),
  field: z.string(),
  value: z.union([z.string(), z.number()]).nullable(),
  rule: z.string(),
  kind: DocumentKind.nullable(),
  limit: z.union([z.string(), z.number()]).nullable(),
})

const FileRef = z.object({ id: z.string(), name: z.string() })
const Document = z.object({
  kind: DocumentKind,
  step: z.enum(ruleSteps).nullable().describe('The step that needs it; null: it is only kept.'),
  required: z.boolean(),
  dated: z.boolean(),
  counted: z.boolean(),
  stand: z.enum(documentStands),
  id: z.string().nullable(),
  number: z.string(),
  issuer: z.string(),
  validFrom: z.string().nullable(),
  validTo: z.string().nullable(),
  pieces: z.int().nullable(),
  files: z.array(FileRef),
  putBy: z.string(),
  putAt: Instant.nullable(),
  checkedBy: z.string(),
  checkedAt: Instant.nullable(),
  words: z.string(),
})

const ShipmentDetail = ShipmentRow.extend({
  documentsBy: Instant,
  crossBy: Instant,
  declaration: z.string(),
  releaseReference: z.string(),
  holdReason: z.enum(holdReasons).nullable(),
  holdWords: z.string(),
  heldFrom: ShipmentState.nullable(),
  endReason: z.string(),
  currency: Currency,
  priceMinor: z.int(),
  times: z.array(z.object({ step: ShipmentState, at: Instant })),
  findings: z
    .array(Finding)
    .describe('What stands before the crossing, if it were today; of a shipment that crossed: nothing.'),
  documents: z.array(Document).describe('Every kind that the class of goods knows, and how it stands today.'),
  olderDocuments: z
    .array(
      z.object({
        id: z.string(),
        kind: DocumentKind,
        number: z.string(),
        state: z.enum(documentStates),
        putBy: z.string(),
        putAt: Instant,
      }),
    )
    .describe('Those that were replaced, the latest first, at most 100.'),
  lots: z.array(
    z.object({
      id: Id,
      number: z.string(),
      goods: z.string(),
      pieces: z.int(),
      inspection: z.enum(inspections),
      certificate: z.string(),
      plot: Ref.nullable(),
      nursery: Ref.extend({ registration: z.string(), validTo: z.string() }).nullable(),
    }),
  ),
  seals: z.array(
    z.object({
      id: z.string(),
      number: z.string(),
      appliedAt: Instant,
      appliedBy: z.string(),
      removedAt: Instant.nullable(),
      removedBy: z.string().nullable(),
      why: z.string(),
    }),
  ),
  handOvers: z.array(
    z.object({
      id: z.string(),
      point: z.enum(handOverPoints),
      at: Instant,
      place: z.string(),
      lonDeg: z.number().nullable(),
      latDeg: z.number().nullable(),
      by: z.string(),
      carrier: z.string(),
      vehicle: z.string(),
      driver: z.string(),
      sealsDue: z.array(z.string()),
      sealsSeen: z.array(z.string()),
      differs: z.boolean(),
      photos: z.array(FileRef),
    }),
  ),
  legs: z.array(
    z.object({
      seq: z.int(),
      kind: z.enum(legKinds),
      from: z.object({ name: z.string(), lonDeg: z.number().nullable(), latDeg: z.number().nullable() }),
      to: z.object({ name: z.string(), lonDeg: z.number().nullable(), latDeg: z.number().nullable() }),
      carrier: z.string(),
      vehicle: z.string(),
      driver: z.string(),
      beganAt: Instant.nullable(),
      endedAt: Instant.nullable(),
    }),
  ),
  waybill: z
    .object({ id: z.string(), number: z.string().nullable(), state: z.string().nullable() })
    .nullable()
    .describe('Number and state only for whoever reaches the waybill in freight.'),
  moves: z.array(z.object({ move: z.enum(moveNames), allowed: z.boolean(), reason: z.string().nullable() })),
})

export const shipmentContract = {
  list: oc
    .route({ method: 'GET', path: '/export-shipments', summary: '出口批次 · Shipments', tags })
    .input(
      listInput({
        state: z
          .union([ShipmentState.transform((state) => [state]), z.array(ShipmentState).max(shipmentStates.length)])
          .optional(),
        contractId: Id.optional(),
        exporterId: Id.optional(),
      }),
    )
    .output(listOutput(ShipmentRow)),
  get: oc
    .route({ method: 'GET', path: '/export-shipments/{id}', summary: '出口批次 · One shipment', tags })
    .input(one)
    .output(ShipmentDetail),
  book: oc
    .route({
      method: 'POST',
      path: '/export-shipments',
      summary: '订舱 · Book a shipment, which draws its contract down',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        contractId: Id,
        warehouseId: Id,
        pieces: Pieces,
        documentsBy: Instant.describe('When the documents should be complete.'),
        crossBy: Instant.describe('When it should have crossed the border.'),
        from: z.object({ name: words(120), position: Position.nullable().default(null) }),
        deliverTo: words(120).describe('Where the last delivery goes.'),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Standing),
  move: oc
    .route({ method: 'POST', path: '/export-shipments/{id}/moves', summary: '办理 · A step of a shipment', tags })
    .input(z.object({ id: Id, move: Move }))
    .output(Standing),
  history: oc
    .route({ method: 'GET', path: '/export-shipments/{id}/history', summary: '记录 · History', tags })
    .input(trailWish)
    .output(TrailPage),
  process: oc
    .route({ method: 'GET', path: '/export-shipments/{id}/process', summary: '流程图 · The drawing', tags })
    .input(one)
    .output(Drawing),
}
