import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, listInput, listOutput } from '@tingzhou/http/contract'
import { Coded } from '../catalogue/product-contract.ts'
import {
  base,
  Basis,
  ChainCode,
  Changed,
  edit,
  Fen,
  Firm,
  FirmId,
  History,
  Industry,
  LatDeg,
  line,
  LonDeg,
  Mode,
  one,
  PositionRole,
  ProductCode,
  State,
  tags,
  Units,
  words,
  Workbook,
  Year,
} from '../contract-parts.ts'
import { leaderStates } from '../words.ts'
import { kmMax, rateFenMax, sourceMax } from './limits.ts'

/** A year in the query of a list. */
const YearAsked = z.coerce.number().pipe(Year).optional()
const Product = Coded.extend({ unit: z.string() })
const synthetic = z.boolean().default(false)
const source = line(300).default('')
/** So much as a person writes it, in any unit of the product's kind. */
const asText = line(60)
  .optional()
  .describe(
    'Instead of the number, as a person writes it: 3.5万公斤. Refused when its unit does not become the product’s.',
  )
const removal = z.object({ ...edit })

/** A row was saved; what is odd about it and yet allowed. */
const Warned = Changed.extend({
  warnings: z.array(z.object({ field: z.string(), rule: z.string(), message: z.string() })),
})

const positionFields = {
  capacity: Units.optional(),
  capacityText: asText,
  output: Units.optional().describe('Units a year; of a consumer, what it uses.'),
  outputText: asText,
  isQualified: z.boolean().default(true).describe('Whether buyers may change to it.'),
  evidence: line(300).default(''),
  asOf: Day,
}
const Position = z.object({
  id: z.string(),
  firm: Firm,
  product: Product,
  role: PositionRole,
  year: Year,
  capacity: z.number(),
  output: z.number(),
  utilisation: z.number().nullable().describe('Output over capacity.'),
  isQualified: z.boolean(),
  evidence: z.string(),
  asOf: z.string(),
  synthetic: z.boolean(),
  ...base,
})
const positionFilters = {
  firmId: FirmId.optional(),
  productCode: ProductCode.optional(),
  role: PositionRole.optional(),
  year: YearAsked,
}

export const positionContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-positions', summary: '企业环节位置 · What firms make and use', tags })
    .input(listInput(positionFilters))
    .output(listOutput(Position)),
  get: oc
    .route({ method: 'GET', path: '/chain-positions/{id}', summary: '环节位置 · One position', tags })
    .input(one)
    .output(Position),
  create: oc
    .route({
      method: 'POST',
      path: '/chain-positions',
      summary: '登记环节位置 · Enter what a firm makes, uses or serves',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        firmId: FirmId,
        productCode: ProductCode,
        role: PositionRole,
        year: Year,
        ...positionFields,
        commandId: CommandId,
        synthetic,
      }),
    )
    .output(Warned),
  change: oc
    .route({ method: 'PATCH', path: '/chain-positions/{id}', summary: '修改环节位置 · Change', tags })
    .input(z.object({ ...positionFields, ...edit }))
    .output(Warned),
  remove: oc
    .route({ method: 'POST', path: '/chain-positions/{id}/removal', summary: '删除环节位置 · Remove', tags })
    .input(removal)
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-positions/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}

const linkFields = {
  volume: Units.optional().describe('Left out of a change: as it is.'),
  volumeText: asText,
  priceFen: Fen.optional().describe('Fen a unit. Left out of a change: as it is.'),
  distanceKm: z
    .number()
    .min(0)
    .max(kmMax)
    .nullable()
    .default(null)
    .describe('Null: an estimate, the great circle between the two with a detour.'),
  mode: Mode.default('road'),
  rateFen: z
    .number()
    .min(0)
    .max(rateFenMax)
    .nullable()
    .default(null)
    .describe('Fen a tonne and kilometre; null: usual.'),
  isContract: z.boolean().default(false).describe('Whether the volume is promised.'),
  source: line(sourceMax).default(''),
  asOf: Day,
}
/** A link; what only its two firms see is null for everybody else. */
const Link = z.object({
  id: z.string(),
  seller: Firm,
  buyer: Firm,
  product: Product,
  year: Year,
  volume: z.number().nullable(),
  priceFen: z.number().nullable(),
  valueFen: z.number().nullable().describe('Volume by price, whole fen.'),
  isHidden: z
    .boolean()
    .describe('True for everybody but the people of seller and buyer: volume, price and value are null.'),
  distanceKm: z.number(),
  isEstimate: z.boolean().describe('Whether the distance is an estimate.'),
  mode: Mode,
  rateFen: z.number(),
  isContract: z.boolean(),
  source: z.string(),
  asOf: z.string(),
  synthetic: z.boolean(),
  ...base,
})
const linkFilters = {
  firmId: FirmId.optional().describe('Seller or buyer.'),
  sellerId: FirmId.optional(),
  buyerId: FirmId.optional(),
  productCode: ProductCode.optional(),
  year: YearAsked,
}
export const linkContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-links', summary: '供应关系 · Who supplies whom', tags })
    .input(listInput(linkFilters))
    .output(listOutput(Link)),
  get: oc
    .route({ method: 'GET', path: '/chain-links/{id}', summary: '供应关系 · One link', tags })
    .input(one)
    .output(Link),
  create: oc
    .route({
      method: 'POST',
      path: '/chain-links',
      summary: '登记供应关系 · Enter what a firm bought from another',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        sellerId: FirmId,
        buyerId: FirmId,
        productCode: ProductCode,
        year: Year,
        ...linkFields,
        commandId: CommandId,
        synthetic,
      }),
    )
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/chain-links/{id}', summary: '修改供应关系 · Change', tags })
    .input(z.object({ ...linkFields, ...edit }))
    .output(Changed),
  remove: oc
    .route({ method: 'POST', path: '/chain-links/{id}/removal', summary: '删除供应关系 · Remove', tags })
    .input(removal)
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-links/{id}/history', summary: '记录（量价不显示）· History, masked', tags })
    .input(one)
    .output(History),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/chain-links/export.xlsx',
      summary: '导出供应关系 · Export',
      description:
        'The list under the same filters and the same reach, at most 20,000 rows; volume and price only of the reader’s own.',
      tags,
      outputStructure: 'detailed',
    })
    .input(listInput(linkFilters))
    .output(Workbook),
}

const outsideFields = {
  name: words(120),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .describe('ISO 3166-1, two letters.'),
  place: line(120).default(''),
  lonDeg: LonDeg.nullable().default(null).describe('WGS-84 degrees; both or neither.'),
  latDeg: LatDeg.nullable().default(null),
  industry: Industry.nullable().default(null),
  isStrong: z.boolean().default(false).describe('High-tech, specialised or above scale.'),
  expansion: z.number().min(0).max(1).default(0).describe('Signal that it wants to expand, 0 to 1, as entered.'),
  source,
  remark: line(500).default(''),
}
const Outside = z.object({
  id: z.string(),
  ...outsideFields,
  state: State,
  synthetic: z.boolean(),
  ...base,
})

export const outsideContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-outside-firms', summary: '区外伙伴 · Firms outside the zone', tags })
    .input(
      listInput({
        state: State.optional(),
        industry: line(4).optional().describe('Code or its beginning.'),
        country: z.string().length(2).optional(),
      }),
    )
    .output(listOutput(Outside)),
  get: oc
    .route({ method: 'GET', path: '/chain-outside-firms/{id}', summary: '区外伙伴 · One firm outside', tags })
    .input(one)
    .output(Outside),
  create: oc
    .route({
      method: 'POST',
      path: '/chain-outside-firms',
      summary: '登记区外伙伴 · Enter a firm outside',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...outsideFields, commandId: CommandId, synthetic }))
    .output(Changed),
  change: oc
    .route({
      method: 'PATCH',
      path: '/chain-outside-firms/{id}',
      summary: '修改区外伙伴 · Change, close or reopen',
      tags,
    })
    .input(z.object({ ...outsideFields, state: State, ...edit }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-outside-firms/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}

const leaderFields = {
  isMain: z.boolean(),
  basis: Basis.default('zone'),
  source,
  validFrom: Day,
}
const Leader = z.object({
  id: z.string(),
  chain: Coded,
  firm: Firm,
  ...leaderFields,
  basis: Basis,
  source: z.string(),
  validTo: z.string().nullable().describe('The last day; null while it leads.'),
  synthetic: z.boolean(),
  ...base,
})

export const leaderContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-leaders', summary: '链主 · Lead firms', tags })
    .input(
      listInput({
        chainCode: ChainCode.optional(),
        firmId: FirmId.optional(),
        state: z.enum(leaderStates).optional(),
      }),
    )
    .output(listOutput(Leader)),
  get: oc
    .route({ method: 'GET', path: '/chain-leaders/{id}', summary: '链主 · One lead firm', tags })
    .input(one)
    .output(Leader),
  create: oc
    .route({
      method: 'POST',
      path: '/chain-leaders',
      summary: '登记链主 · Enter a lead firm',
      tags,
      successStatus: 201,
    })
    .input(z.object({ chainCode: ChainCode, firmId: FirmId, ...leaderFields, commandId: CommandId, synthetic }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/chain-leaders/{id}', summary: '修改链主、结束 · Change or end', tags })
    .input(z.object({ ...leaderFields, validTo: Day.nullable().default(null), ...edit }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-leaders/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}

const demandFields = { volume: Units.optional(), volumeText: asText, source, asOf: Day }
const Demand = z.object({
  id: z.string(),
  product: Product,
  year: Year,
  volume: z.number(),
  source: z.string(),
  asOf: z.string(),
  synthetic: z.boolean(),
  ...base,
})

export const demandContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-demands', summary: '终端需求 · Final demand in the zone', tags })
    .input(listInput({ productCode: ProductCode.optional(), year: YearAsked }))
    .output(listOutput(Demand)),
  get: oc
    .route({ method: 'GET', path: '/chain-demands/{id}', summary: '终端需求 · One demand', tags })
    .input(one)
    .output(Demand),
  create: oc
    .route({ method: 'POST', path: '/chain-demands', summary: '登记终端需求 · Enter', tags, successStatus: 201 })
    .input(z.object({ productCode: ProductCode, year: Year, ...demandFields, commandId: CommandId, synthetic }))
    .output(Changed),
  change: oc
    .route({ method: 'PATCH', path: '/chain-demands/{id}', summary: '修改终端需求 · Change', tags })
    .input(z.object({ ...demandFields, ...edit }))
    .output(Changed),
  remove: oc
    .route({ method: 'POST', path: '/chain-demands/{id}/removal', summary: '删除终端需求 · Remove', tags })
    .input(removal)
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-demands/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(History),
}

/** A firm of whichever side, as lists for choosing have it. */
const FirmRow = Firm.extend({
  place: z.string().describe('Of an enterprise its area.'),
  industry: z.string().nullable().describe('Null for whoever does not read the chains.'),
})

const Counted = z.int().describe('Counted to 1,001, which means more than a thousand.')

/** All that is known of a firm in the chains in a year. Somebody else's firm is told by its name alone, with the reader's own trade with it. */
const FirmDetail = z.object({
  id: z.string(),
  name: z.string(),
  isOutside: z.boolean(),
  isOwn: z.boolean().describe('Whether the reader is of this firm.'),
  state: State,
  uscc: z.string().nullable(),
  industry: z.string().nullable(),
  industryName: z.string().nullable(),
  place: z.string(),
  point: z.object({ lon: LonDeg, lat: LatDeg }).nullable(),
  isStrong: z.boolean(),
  strongWhy: z.array(z.string()).describe('Above scale in the year (above_scale), or the tags that say so.'),
  year: Year,
  years: z.array(Year).describe('With positions or links, the latest first.'),
  positions: z.array(Position).describe('At most 50.'),
  positionsTotal: Counted,
  suppliers: z.array(Link).describe('At most 50, by product and name.'),
  suppliersTotal: Counted,
  customers: z.array(Link).describe('At most 50, by product and name.'),
  customersTotal: Counted,
  segments: z
    .array(
      z.object({
        chain: Coded,
        segment: z.object({ key: z.string(), stage: z.string(), zh: z.string(), en: z.string() }),
        product: Coded,
        role: PositionRole,
        isRequired: z.boolean(),
      }),
    )
    .describe('Where it stands, by its positions of the year.'),
  leads: z.array(Leader).describe('Chains that it leads or led.'),
  synthetic: z.boolean(),
})

export const firmContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-firms', summary: '选择企业 · Firms to choose among', tags })
    .input(
      z.object({
        q: z.string().trim().max(100).default('').describe('Words of the name, or the whole credit code.'),
        side: z.enum(['inside', 'outside', 'both']).default('both'),
        limit: z.coerce.number().int().min(1).max(50).default(20),
      }),
    )
    .output(z.object({ rows: z.array(FirmRow) })),
  get: oc
    .route({ method: 'GET', path: '/chain-firms/{id}', summary: '企业产业链全貌 · A firm in the chains', tags })
    .input(z.object({ id: FirmId, year: YearAsked }))
    .output(FirmDetail),
}
