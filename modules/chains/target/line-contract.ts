import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { ChainCode, Firm, Id, ProductCode, Site, Stage, tags } from '../contract-parts.ts'
import { siteNeeds } from '../words.ts'
import { lists, plantStates, targetStates, verdicts, weaknesses } from './words.ts'

export const LineKey = z
  .string()
  .regex(/^[A-Z0-9]{1,10}_[a-z0-9-]{1,40}_[A-Z][A-Z0-9]{1,19}_(?:extend|fill|strengthen)$/)
  .describe('Chain, segment, product and list: the same in every run.')
export const List = z.enum(lists)

const Name = z.object({ zh: z.string(), en: z.string() })
export const ChainRef = Name.extend({ code: z.string() })
export const ProductRef = ChainRef.extend({ unit: z.string() })
export const Numbers = z.record(z.string(), z.number())

const LineRow = z.object({
  key: z.string(),
  chain: ChainRef,
  segment: Name.extend({ key: z.string(), stage: Stage.nullable() }),
  product: ProductRef,
  list: List,
  valueFen: z.int().nullable().describe('Fen a year; null beyond a safe integer.'),
  isRounded: z.boolean().describe('Fewer firms than the least stand behind it: two significant digits.'),
  buyers: z.int(),
  candidates: z.int(),
  target: z
    .object({ id: Id, state: z.enum(targetStates), ownerName: z.string() })
    .nullable()
    .describe('The open target of this line.'),
  reckonedAt: Instant,
  isGone: z.boolean().describe('The last run had it no longer.'),
})

const LineDetail = LineRow.extend({
  parts: Numbers.describe('Every number of the formula, by its name there.'),
  weaknesses: z.array(z.enum(weaknesses)),
  from: ProductRef.nullable().describe('Of an extension: the surplus.'),
  inputs: z.array(z.object({ product: ProductRef, units: z.number(), needed: z.number(), isLocal: z.boolean() })),
  buyerFirms: z.array(Firm),
  buyersVolume: z.number().nullable().describe('Units a year of those together; null where fewer than the least buy.'),
  kMin: z.int(),
  candidateFirms: z.array(Firm.extend({ rank: z.number(), parts: Numbers })),
  weights: Numbers,
  values: z
    .array(z.object({ at: Instant, valueFen: z.int().nullable() }))
    .describe('The latest runs, the oldest first.'),
  targets: z.array(z.object({ id: Id, state: z.enum(targetStates), ownerName: z.string(), deadline: z.string() })),
  firstAt: Instant,
})

export const SiteFit = z.object({
  scale: z.number().describe('Times the minimum efficient scale.'),
  suggested: z.number().describe('What the units of the line ask for.'),
  mes: z.number(),
  unit: z.string(),
  site: Site,
  of: z.int().describe('Plants that were looked at.'),
  rows: z.array(
    z.object({
      id: Id,
      name: z.string(),
      place: z.string(),
      priceFen: z.int().nullable(),
      areaM2: z.number(),
      state: z.enum(plantStates),
      fit: z.number(),
      buyersKm: z.number().nullable(),
      needs: z.array(
        z.object({
          need: z.enum(siteNeeds),
          wanted: z.number(),
          has: z.number().nullable(),
          verdict: z.enum(verdicts),
        }),
      ),
    }),
  ),
})
export const Scale = z.coerce.number().min(0.1).max(100).optional()

export const lineContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-lines', summary: '延链补链强链清单 · Lines of the lists', tags })
    .input(
      listInput({
        chain: ChainCode.optional(),
        list: z.union([List.transform((one) => [one]), z.array(List).max(lists.length)]).optional(),
        product: ProductCode.optional(),
        targeted: z.boolean().optional().describe('Whether it has an open target.'),
        gone: z.boolean().optional().describe('Those that the last run had no longer.'),
      }),
    )
    .output(listOutput(LineRow)),
  get: oc
    .route({ method: 'GET', path: '/chain-lines/{key}', summary: '清单一行 · One line with its formula', tags })
    .input(z.object({ key: LineKey }))
    .output(LineDetail),
  plants: oc
    .route({ method: 'GET', path: '/chain-lines/{key}/plants', summary: '适配厂房 · Plants that fit a line', tags })
    .input(z.object({ key: LineKey, scale: Scale }))
    .output(SiteFit),
}
