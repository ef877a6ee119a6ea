import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { Basis, ChainCode, Firm, FirmId, ProductCode, Stage, State, tags, Year } from '../contract-parts.ts'
import { Figure, kMinWords, Run } from './parts-contract.ts'
import { levels } from './words.ts'

const Named = z.object({ code: z.string(), zh: z.string(), en: z.string() })
const Head = z.object({
  code: ChainCode,
  zh: z.string(),
  en: z.string(),
  basis: Basis,
  state: State,
  cluster: Named.nullable(),
  leader: Firm.nullable().describe('The main lead firm.'),
  figures: z.array(Figure),
})
const Share = z.number().min(0).max(1)

const Product = Named.extend({
  unit: z.string(),
  weight: z.number(),
  isRequired: z.boolean(),
  mes: z.number().describe('Minimum efficient scale, units a year.'),
  figures: z.array(Figure),
})

const Flow = z.object({
  level: z.enum(levels),
  from: z.string().describe('Key of a segment, or code of a product.'),
  to: z.string().describe('The same; `~use`: used otherwise; `~sold`: sold outside.'),
  fromOutside: z.boolean(),
  valueFen: z.int().nullable(),
  kg: z.number().nullable(),
  hidden: z.enum(['fewer_than']).nullable(),
  size: z
    .int()
    .min(0)
    .max(4)
    .describe('Of a flow between products: 4 is within a quarter of the largest; 0 is not told.'),
})

const Risk = z.object({
  buyer: Firm,
  product: Named,
  supplier: Firm,
  risk: Share,
  share: Share,
  dependence: Share,
  alternative: Share,
  volume: z.number().nullable().describe('Units a year; for the buyer alone.'),
  dependentFen: z.int().nullable().describe('Output that needs it, fen a year; for the buyer alone.'),
  isRounded: z.boolean(),
})

const Hidden = z.object({
  buyer: Firm,
  product: Named,
  input: Named,
  source: Firm.nullable().describe('For those who read the zone’s chains; so are its share and how many there are.'),
  suppliers: z.int(),
  sources: z.int().nullable(),
  concentration: Share,
  direct: Share,
  sourceShare: Share.nullable(),
  isRounded: z.boolean(),
})

const year = Year.optional()
const ofChain = { code: ChainCode, year }

export const industryContract = {
  list: oc
    .route({ method: 'GET', path: '/industry-chains', summary: '产业链列表', tags })
    .input(listInput({ year, cluster: z.string().max(40).optional() }))
    .output(listOutput(Head).extend({ run: Run.nullable(), kMin: z.int().describe(kMinWords) })),
  get: oc
    .route({ method: 'GET', path: '/industry-chains/{code}', summary: '产业链', tags })
    .input(z.object(ofChain))
    .output(
      Head.extend({
        run: Run.nullable(),
        kMin: z.int().describe(kMinWords),
        settings: z.record(z.string(), z.number()),
        leaders: z.array(z.object({ firm: Firm, isMain: z.boolean(), pull: Figure.nullable() })),
        segments: z.array(
          z.object({
            key: z.string(),
            zh: z.string(),
            en: z.string(),
            stage: Stage,
            products: z.array(Product),
          }),
        ),
        flows: z.array(Flow),
      }),
    ),
  risks: oc
    .route({ method: 'GET', path: '/industry-chains/{code}/risks', summary: '产业链的单一来源风险', tags })
    .input(listInput({ ...ofChain, product: ProductCode.optional() }))
    .output(listOutput(Risk)),
  hiddenSources: oc
    .route({ method: 'GET', path: '/industry-chains/{code}/hidden-sources', summary: '产业链的隐性单一来源', tags })
    .input(listInput(ofChain))
    .output(listOutput(Hidden)),
  firmRisks: oc
    .route({ method: 'GET', path: '/chain-firms/{id}/risks', summary: '企业的供应风险', tags })
    .input(z.object({ id: FirmId, year }))
    .output(
      z.object({
        run: Run.nullable(),
        risks: z.array(Risk),
        hidden: z.array(Hidden),
        critical: z.int().nullable().describe('Place in the order of criticality.'),
      }),
    ),
  wall: oc.route({ method: 'GET', path: '/chain-wall', summary: '产业链大屏', tags }).output(
    z.object({
      at: Instant,
      run: Run.nullable(),
      kMin: z.int().describe(kMinWords),
      counts: z.object({ firms: z.int(), links: z.int() }).nullable(),
      weaknesses: z
        .object({ missing: z.int(), risks: z.int(), hidden: z.int() })
        .nullable()
        .describe(
          'Weak points of all chains, each counted once: one of a product in two chains is a weak point of both.',
        ),
      chains: z.array(Head),
      weakest: z.array(
        Named.extend({ chain: Named, unit: z.string(), sufficiency: Share, need: z.number(), capacity: z.number() }),
      ),
      targets: z.array(
        z.object({
          id: z.string(),
          goal: z.string(),
          chain: Named,
          state: z.string(),
          owner: z.string(),
          deadline: z.string(),
          isLate: z.boolean(),
        }),
      ),
      openTargets: z.int(),
    }),
  ),
}
