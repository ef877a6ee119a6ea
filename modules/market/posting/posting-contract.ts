import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { numbersNow, numbersOf, numbersWish } from '@tingzhou/records/contract'
import {
  base,
  Changed,
  command,
  Day,
  Firm,
  FirmId,
  History,
  Id,
  LatDeg,
  line,
  LonDeg,
  one,
  PostingKind,
  PostingState,
  ProductCode,
  step,
  Subject,
  tags,
  Visibility,
  Why,
  words,
} from '../contract-parts.ts'
import { matchBounds } from './settings-bounds.ts'
import { desksAsked, periods } from './words.ts'

const Text = words(4_000).describe('In the words of the firm. Telephone and identity numbers are starred out.')
const Product = z.object({
  code: z.string(),
  zh: z.string(),
  en: z.string(),
  unit: z.string().describe('What it is traded in.'),
  axis: z.string().nullable().describe('By what it is specified.'),
  values: z.array(z.string()).describe('The usual values of its axis.'),
  path: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string() })).describe('Products above it.'),
})
const Period = z.enum(periods)
const Amount = z.object({
  value: z.int().describe('Whole base units of the dimension: grams, millimetres, pieces.'),
  dimension: z.string(),
  period: Period.nullable(),
  unit: z.string(),
  base: z.number().describe('Base units in one unit.'),
})
const Price = z.object({
  low: z.int().describe('Milli-fen for one `per`.'),
  high: z.int().nullable(),
  per: z.string(),
})
const Masked = z.array(z.enum(['phone', 'identity', 'mail'])).readonly()
const ServiceOf = z.object({ kind: z.string(), of: z.string().nullable() }).nullable()
const Mention = z.object({
  code: z.string(),
  alias: z.string(),
  weight: z.number().describe('What the words around it left of it, 0 to 1.'),
  rules: z.array(z.string()).readonly().describe('The rules that weakened it or took it out.'),
})

const Reading = z.object({
  text: z.string(),
  masked: Masked.describe('What of persons was starred out.'),
  subject: Subject,
  product: Product.nullable(),
  certainty: z.enum(['sure', 'guess', 'none']),
  alternatives: z.array(Product),
  mentions: z.array(Mention.extend({ zh: z.string(), en: z.string() })),
  service: ServiceOf,
  spec: z.array(z.object({ axis: z.string(), value: z.string() })),
  quantity: Amount.nullable(),
  price: Price.nullable(),
  due: z.string().nullable(),
  unknown: z.array(z.string()),
  faults: z.array(z.object({ field: z.string(), value: z.string(), rule: z.string(), message: z.string() })),
})

export const readingContract = {
  create: oc
    .route({
      method: 'POST',
      path: '/market-readings',
      summary: '解析供需文字 · What a text is understood to say; stores nothing',
      tags,
    })
    .input(z.object({ text: Text, kind: PostingKind, subject: Subject.optional() }))
    .output(Reading),
}

const place = {
  place: line(200).default(''),
  lonDeg: LonDeg.nullable().default(null),
  latDeg: LatDeg.nullable().default(null),
}
/** What a posting says; quantity and price as people write them. */
const postingFields = {
  text: Text,
  subject: Subject.default('goods'),
  productCode: ProductCode.nullable()
    .optional()
    .describe('As a person confirmed it; null: none of these. Left out: not confirmed, so a draft.'),
  spec: z.array(words(60)).max(24).default([]).describe('Values of its axes, as confirmed.'),
  quantity: line(60).default('').describe('As written: 200 吨, 3.5万 kg; of talent: seats.'),
  period: Period.nullable()
    .optional()
    .describe('Once, or again each day, month or year; left out: as the quantity says.'),
  minQuantity: line(60).default(''),
  price: line(60).default('').describe('As written: 3200元/吨, 3200-3300元/吨.'),
  ...place,
  leadDays: z.int().min(0).max(3_650).nullable().default(null),
  neededBy: Day.nullable().default(null),
  validTo: Day.optional().describe('Thirty days from now when it is left out.'),
  isSingle: z.boolean().default(false).describe('From one offer only.'),
  visibility: Visibility.default('zone'),
  invitedIds: z.array(FirmId).max(50).default([]).describe('Who may see it when it is for those asked only.'),
}

export const Posting = z.object({
  ...base,
  number: z.string(),
  kind: PostingKind,
  subject: Subject,
  state: PostingState,
  firm: Firm,
  text: z.string(),
  product: Product.nullable(),
  isConfirmed: z.boolean(),
  spec: z.array(z.string()),
  quantity: Amount.nullable(),
  reserved: z.int(),
  left: z.int().nullable().describe('What deals have left of it; null where it has no quantity.'),
  minQuantity: z.int().nullable(),
  price: Price.nullable(),
  place: z.string(),
  lonDeg: z.number().nullable(),
  latDeg: z.number().nullable(),
  leadDays: z.int().nullable(),
  neededBy: z.string().nullable(),
  validTo: z.string(),
  isSingle: z.boolean(),
  visibility: Visibility,
  appealId: z.string().nullable(),
  openedAt: Instant.nullable(),
  createdAt: Instant,
})
const PostingDetail = Posting.extend({
  resolution: z
    .object({
      product: z.string().nullable(),
      certainty: z.enum(['sure', 'guess', 'none']),
      service: ServiceOf,
      unknown: z.array(z.string()),
      mentions: z.array(Mention),
    })
    .describe('What the platform understood before a person confirmed it.'),
  confirmedAt: Instant.nullable(),
  confirmedBy: z.string().nullable(),
  invited: z.array(Firm),
  files: z.array(z.object({ id: z.string(), name: z.string(), mediaType: z.string(), sizeBytes: z.int() })),
})
const Posted = Changed.extend({ masked: Masked })

const fileIds = z.array(Id).max(9).default([])

export const postingContract = {
  list: oc
    .route({ method: 'GET', path: '/market-postings', summary: '供需信息 · Offers and needs', tags })
    .input(
      listInput({
        kind: PostingKind.optional(),
        subject: Subject.optional(),
        state: PostingState.optional(),
        productCode: ProductCode.optional(),
        firmId: FirmId.optional(),
        mine: z.boolean().optional().describe('Of the firms that the reader acts for.'),
        desk: z.enum(desksAsked).optional().describe('What an officer must look at; any: all of it.'),
      }),
    )
    .output(listOutput(Posting)),
  get: oc
    .route({ method: 'GET', path: '/market-postings/{id}', summary: '供需信息 · One posting', tags })
    .input(one)
    .output(PostingDetail),
  create: oc
    .route({ method: 'POST', path: '/market-postings', summary: '发布供需 · Post', tags, successStatus: 201 })
    .input(
      z.object({
        ...postingFields,
        kind: PostingKind,
        firmId: FirmId.describe('An enterprise, or a firm outside.'),
        open: z.boolean().default(false).describe('At once; else it is a draft.'),
        fileIds,
        commandId: CommandId,
        synthetic: z.boolean().default(false),
      }),
    )
    .output(Posted),
  change: oc
    .route({ method: 'PATCH', path: '/market-postings/{id}', summary: '修改供需 · Change', tags })
    .input(z.object({ ...postingFields, fileIds, ...step, why: line(500).default('') }))
    .output(Posted),
  open: command('/market-postings/{id}/opening', '公开供需 · Open a draft').input(z.object(step)).output(Changed),
  withdraw: command('/market-postings/{id}/withdrawal', '撤回供需 · Withdraw')
    .input(z.object({ ...step, why: Why }))
    .output(Changed),
  close: command('/market-postings/{id}/closing', '关闭供需 · Close')
    .input(z.object({ ...step, why: line(500).default('') }))
    .output(Changed),
  prolong: command('/market-postings/{id}/prolongation', '延长有效期 · Prolong, or open again what has expired')
    .input(z.object({ ...step, validTo: Day }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/market-postings/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}

const Figure = z.number().nullable()
const Nearness = z.enum(['same', 'family', 'sibling', 'text'])
/** Why a candidate stands where it stands. */
export const MatchExplanation = z.object({
  path: z.object({
    wanted: z.string().nullable(),
    offered: z.string().nullable(),
    nearness: Nearness,
    family: z.string().nullable(),
  }),
  isSure: z.object({ need: z.boolean(), offer: z.boolean() }),
  aliases: z.object({ need: z.array(z.string()).readonly(), offer: z.array(z.string()).readonly() }),
  specs: z
    .array(
      z.object({
        axis: z.string(),
        verdict: z.enum(['equal', 'tolerance', 'unknown', 'conflict']),
        wanted: z.string(),
        offered: z.string().nullable(),
      }),
    )
    .readonly(),
  quantity: z.object({ needed: Figure, free: Figure, dimension: z.string().nullable(), isComparable: z.boolean() }),
  cost: z.object({
    unitPrice: z.object({ milliFen: z.number(), per: z.string() }).nullable(),
    freight: z.object({ km: z.number(), milliFenPerTonne: z.number(), rate: z.string() }).nullable(),
    deliveredMilliFen: Figure,
    bestMilliFen: Figure,
  }),
  leadDays: z.object({ offered: Figure, allowed: Figure }),
  parts: z.array(z.object({ part: z.string(), points: z.number(), of: z.number() })).readonly(),
  cap: z.object({ points: z.number(), rule: z.enum(['spec_conflict', 'text_only']) }).nullable(),
})
const Candidate = z.object({
  posting: Posting,
  score: z.number().min(0).max(100),
  explanation: MatchExplanation,
  next: z
    .array(
      z.object({
        id: z.string(),
        number: z.string(),
        firmName: z.string(),
        score: z.number(),
        lacks: z.array(z.object({ part: z.string(), points: z.number() })).readonly(),
      }),
    )
    .readonly()
    .describe('The next three, and in what they have fewer points.'),
})
const Matches = z.object({
  asked: z.object({ id: z.string().nullable(), kind: PostingKind }),
  isOwn: z.boolean().describe('Of the own firm, or of an officer; else only the own postings are held against it.'),
  candidates: z.array(Candidate).readonly(),
})
const limit = z.int().min(1).max(50).default(10)

const Numbers = numbersOf(matchBounds, {
  product: 'Points of the product.',
  spec: 'Points of the specification.',
  cost: 'Points of the delivered cost.',
  quantity: 'Points of the quantity.',
  lead: 'Points of the lead time.',
  record: 'Points of the record of the supplier.',
  local: 'Points of being local.',
  rateFen: 'Fen for a tonne and kilometre.',
  handlingFen: 'Fen for a tonne, loaded and unloaded.',
  bendPct: 'Length of the way in hundredths of the straight line.',
  outsideKm: 'Kilometres from which goods come that have no recorded purchase.',
  perNeed: 'Offers that a proposal looks at for each need.',
  unmetPct: 'What a proposal counts for what nobody serves, in hundredths of the dearest offer for it.',
})

export const matchContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/market-postings/{id}/matches',
      summary: '匹配结果 · Who could serve a need, or which needs an offer could serve, with reasons',
      tags,
    })
    .input(z.object({ id: Id, limit }))
    .output(Matches),
  ask: oc
    .route({
      method: 'POST',
      path: '/market-matches',
      summary: '试匹配 · The same before it is posted; stores nothing',
      tags,
    })
    .input(z.object({ ...postingFields, kind: PostingKind, firmId: FirmId.optional(), limit }))
    .output(Matches),
  settings: oc
    .route({ method: 'GET', path: '/market-match-settings', summary: '匹配参数 · What the zone matches with', tags })
    .output(numbersNow(matchBounds, Numbers)),
  setSettings: oc
    .route({ method: 'PUT', path: '/market-match-settings', summary: '修改匹配参数 · Set it', tags })
    .input(numbersWish(Numbers))
    .output(z.object({ rev: Rev })),
}
