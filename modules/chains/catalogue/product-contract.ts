import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import {
  base,
  Basis,
  ChainCode,
  Changed,
  Day,
  edit,
  Fen,
  History,
  Id,
  Industry,
  line,
  Named,
  one,
  ProductCode,
  Site,
  Stage,
  State,
  tags,
  Why,
  words,
} from '../contract-parts.ts'
import { langs, serviceKinds, wordDecisions, wordStates } from '../words.ts'

/** What is called so under a code: a product, a chain or a cluster. */
export const Coded = z.object({ code: z.string(), zh: z.string(), en: z.string() })
const SameNames = z
  .array(Coded.extend({ name: z.string() }))
  .describe('Names that another open product has too: allowed, and what a posting means by them is a guess.')
const NamedAnswer = Changed.extend({ warnings: SameNames })

const fields = {
  ...Named,
  parent: ProductCode.nullable().default(null).describe('The product above it, in a tree of at most four levels.'),
  unit: words(20).describe('A unit that matching knows; kept by its first name.'),
  family: words(40).describe('Products of one family can stand in for each other.'),
  axis: words(40).nullable().default(null).describe('By what it is specified, such as grade or thickness.'),
  axisValues: z.array(words(60)).max(100).default([]).describe('Usual values.'),
  grades: z
    .record(words(60), z.array(words(60)).min(1).max(20))
    .refine((grades) => Object.keys(grades).length <= 100, 'max 100')
    .default({})
    .describe('What the trade calls these values.'),
  service: z.enum(serviceKinds).nullable().default(null).describe('The kind of service, when it is one.'),
  kgPerUnit: z.number().min(0).max(1e9).describe('0 for what is not carried by road.'),
  priceFen: Fen.describe('Regional price of a unit, fen.'),
  industry: Industry.nullable().default(null),
  marginShare: z.number().min(0).max(1).nullable().default(null).describe('Over the price; null: the zone’s setting.'),
  site: Site.nullable().default(null).describe('What a plant of minimum efficient scale needs.'),
  basis: Basis.default('zone'),
  source: line(300).default(''),
  asOf: Day.describe('Of price and mass.'),
}

const Row = z.object({
  ...base,
  code: z.string(),
  zh: z.string(),
  en: z.string(),
  parent: z.string().nullable(),
  unit: z.string(),
  family: z.string(),
  kgPerUnit: z.number(),
  priceFen: z.number(),
  industry: z.string().nullable(),
  basis: Basis,
  state: State,
  chains: z.array(z.string()).describe('Open chains that it stands in.'),
  matched: z.string().nullable().describe('The other name that fits the words asked for.'),
})

const Alias = z.object({
  ...base,
  id: z.string(),
  product: Coded,
  lang: z.enum(langs),
  alias: z.string(),
  basis: Basis,
  state: State,
})

const Product = Row.omit({ chains: true, matched: true }).extend({
  axis: z.string().nullable(),
  axisValues: z.array(z.string()),
  grades: z.record(z.string(), z.array(z.string())),
  service: z.enum(serviceKinds).nullable(),
  marginShare: z.number().nullable(),
  site: Site.nullable(),
  source: z.string(),
  asOf: z.string(),
  industryName: z.string().nullable(),
  path: z.array(Coded).describe('Products above it, top first.'),
  children: z.array(Coded),
  relatives: z.array(Coded).describe('Of its family.'),
  aliases: z.array(Alias.omit({ product: true })).describe('Open ones first.'),
  places: z.array(
    z.object({
      chain: Coded,
      segment: z.string(),
      zh: z.string(),
      en: z.string(),
      stage: Stage,
      weight: z.number(),
      isRequired: z.boolean(),
      mes: z.number(),
    }),
  ),
})

const code = z.object({ code: ProductCode })

export const productContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-products', summary: '产品 · Products', tags })
    .input(
      listInput({
        state: State.optional(),
        chain: ChainCode.optional(),
        family: words(40).optional(),
        parent: ProductCode.optional(),
      }),
    )
    .output(listOutput(Row)),
  get: oc
    .route({ method: 'GET', path: '/chain-products/{code}', summary: '产品 · One product', tags })
    .input(code)
    .output(Product),
  create: oc
    .route({
      method: 'POST',
      path: '/chain-products',
      summary: '登记产品 · Enter a product',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...fields, code: ProductCode, commandId: CommandId }))
    .output(NamedAnswer),
  change: oc
    .route({
      method: 'PATCH',
      path: '/chain-products/{code}',
      summary: '修改产品 · Change, close or reopen',
      tags,
    })
    .input(z.object({ ...fields, code: ProductCode, rev: Rev, commandId: CommandId, why: Why, state: State }))
    .output(NamedAnswer),
  history: oc
    .route({
      method: 'GET',
      path: '/chain-products/{code}/history',
      summary: '记录 · History of a product, its names and its recipe',
      tags,
    })
    .input(code)
    .output(History),
}

export const aliasContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-aliases', summary: '别名 · Names of products', tags })
    .input(listInput({ state: State.optional(), productCode: ProductCode.optional(), lang: z.enum(langs).optional() }))
    .output(listOutput(Alias)),
  create: oc
    .route({ method: 'POST', path: '/chain-aliases', summary: '增加别名 · Add a name', tags, successStatus: 201 })
    .input(
      z.object({
        productCode: ProductCode,
        lang: z.enum(langs),
        alias: words(60),
        basis: Basis.default('zone'),
        commandId: CommandId,
      }),
    )
    .output(NamedAnswer),
  change: oc
    .route({ method: 'PATCH', path: '/chain-aliases/{id}', summary: '停用或恢复别名 · Close or reopen', tags })
    .input(z.object({ ...edit, state: State, basis: Basis }))
    .output(NamedAnswer),
}

const Word = z.object({
  id: z.string(),
  word: z.string(),
  seen: z.int(),
  example: z.string(),
  firstAt: Instant,
  lastAt: Instant,
  state: z.enum(wordStates),
  product: Coded.nullable(),
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
  rev: Rev,
})

export const wordContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-words', summary: '待审词 · Words that no list knows', tags })
    .input(listInput({ state: z.enum(wordStates).optional() }))
    .output(listOutput(Word)),
  get: oc
    .route({ method: 'GET', path: '/chain-words/{id}', summary: '待审词 · One word', tags })
    .input(one)
    .output(Word),
  decide: oc
    .route({
      method: 'POST',
      path: '/chain-words/{id}/decision',
      summary: '审定待审词 · It is a name of a product, or nothing',
      tags,
    })
    .input(
      z.object({
        id: Id,
        rev: Rev,
        commandId: CommandId,
        decision: z.enum(wordDecisions),
        productCode: ProductCode.nullable().default(null),
        lang: z.enum(langs).default('zh'),
      }),
    )
    .output(NamedAnswer),
  history: oc
    .route({ method: 'GET', path: '/chain-words/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}
