import { seeded } from '@tingzhou/flow/testing'
import { haversineM } from '@tingzhou/geo'
import type { ChainRow, EconomyRows, FirmRow, LinkRow, PositionRow, ProductRow, RecipeRow } from './rows.ts'

/** What an economy is invented around. */
export type Catalogue = {
  readonly products: readonly ProductRow[]
  readonly recipes: readonly RecipeRow[]
  readonly chains: readonly ChainRow[]
}

/** How large an invented economy is, and what is wrong with it. */
export type InventedEconomy = {
  readonly seed: number
  /** Local firms that make, and that consume, each product; firms outside that sell it. At least 6 of each keep suppliers from being few. */
  readonly makers: number
  readonly consumers: number
  readonly outside: number
  /** How often each volume is split over other partners: links are about this many times the pairs of neighbours. At least 3. */
  readonly layers: number
  /** What a consumer spends on its product a year, on average, fen. */
  readonly spendFen: number
  /** Weaknesses to plant, by code. */
  readonly plants?: {
    /** A product that nobody makes here although it is needed. */
    readonly missing?: string
    /** A surplus of `from` sold outside unprocessed, of which `to` could be made; `to` is neither made nor needed here. */
    readonly surplus?: { readonly from: string; readonly to: string }
    /** A buyer of this product with three suppliers behind whom there is one. */
    readonly hidden?: string
    /** No maker is above scale, high-tech or specialised: every product that is made here is weak. */
    readonly isWeak?: boolean
  }
}

/** Firms of a planted hidden source. */
export const hiddenFirms = {
  buyer: 'hidden-buyer',
  traders: ['hidden-trader-1', 'hidden-trader-2', 'hidden-trader-3'],
  source: 'hidden-source',
} as const

type Party = { readonly firm: FirmRow; readonly units: number }

// Invented: a healthy product is made here for nine tenths of its need, at 85 % of capacity.
const [madeHere, utilisation] = [0.9, 0.85]

/**
 * An invented economy in which outputs follow from recipes and demands, and every unit made or needed is sold or bought: each volume is laid
 * along its sellers and along its buyers, in other orders layer by layer. Without plants nothing in it is weak. Equal arguments give equal
 * economies; firms, positions and links are streams that begin anew each time.
 */
export function inventEconomy(catalogue: Catalogue, invented: InventedEconomy): EconomyRows {
  const { products, recipes, chains } = catalogue
  const plan = planOf(catalogue, invented)
  return {
    products,
    recipes,
    chains: chains.map((chain) => ({ ...chain, leaders: [makerId(chain.segments[0]?.products[0]?.product ?? '', 0)] })),
    demands: products.map(({ code }, product) => ({ product: code, volume: plan.demand[product]! })), // of the products
    firms: again(() => firmsOf(plan)),
    positions: again(() => positionsOf(plan)),
    links: again(() => linksOf(plan)),
  }
}

const again = <Row>(begin: () => Iterable<Row>): Iterable<Row> => ({
  [Symbol.iterator]: () => begin()[Symbol.iterator](),
})

type Plan = {
  readonly catalogue: Catalogue
  readonly invented: InventedEconomy
  /** By product: units a year. */
  readonly demand: Float64Array
  readonly output: Float64Array
  readonly gross: Float64Array
  readonly byProduct: Float64Array
  /** Units of surplus that are sold outside. */
  readonly surplus: Float64Array
  /** Inputs of each product, routes weighted. */
  readonly inputs: readonly (readonly { readonly product: number; readonly units: number }[])[]
}

// Products come from the catalogue, so every read of an array below is in range.

function planOf(catalogue: Catalogue, invented: InventedEconomy): Plan {
  const { products, recipes } = catalogue
  const random = seeded(invented.seed)
  const numberOf = new Map(products.map(({ code }, number) => [code, number]))
  const number = (code: string): number => {
    const found = numberOf.get(code)
    if (found === undefined) throw new RangeError(`no product ${code}`)
    return found
  }
  const { missing, surplus: left } = invented.plants ?? {}
  const inputs = products.map((_, product) => {
    const sums = new Map<number, number>()
    for (const { output, share = 1, inputs } of recipes)
      if (number(output) === product)
        for (const one of inputs)
          sums.set(number(one.product), (sums.get(number(one.product)) ?? 0) + share * one.coefficient)
    return [...sums].map(([product, units]) => ({ product, units }))
  })
  const demand = Float64Array.from(products, ({ code, priceFen }) => {
    const units = (invented.consumers * invented.spendFen * (0.5 + random())) / Math.max(1, priceFen)
    return code === left?.to ? 0 : units
  })
  const count = products.length
  let output = new Float64Array(count)
  let [gross, byProduct] = [new Float64Array(count), new Float64Array(count)]
  // Needs follow outputs and outputs needs: with loops below a whole unit this settles.
  for (let round = 0; round < 300; round++) {
    ;[gross, byProduct] = [demand.slice(), new Float64Array(count)]
    for (let made = 0; made < count; made++)
      for (const { product, units } of inputs[made]!)
        if (units > 0) gross[product]! += units * output[made]!
        else byProduct[product]! -= units * output[made]!
    output = gross.map((units, product) =>
      products[product]!.code === missing || products[product]!.code === left?.to
        ? 0
        : madeHere * Math.max(0, units - byProduct[product]!),
    )
  }
  const surplus = new Float64Array(count)
  if (left) surplus[number(left.from)] = output[number(left.from)]! / 2
  return { catalogue, invented, demand, output, gross, byProduct, surplus, inputs }
}

const makerId = (code: string, place: number): string => `${code}-maker-${place}`

/** A place of a firm's own, the same whenever it is asked for. */
function placeOf(id: string, isLocal: boolean): { readonly lon: number; readonly lat: number } {
  let hash = 7
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0
  const random = seeded(hash)
  random()
  return isLocal
    ? { lon: 87 + random(), lat: 43.9 + 0.4 * random() }
    : { lon: 100 + 20 * random(), lat: 28 + 12 * random() }
}

function makeFirm(id: string, isLocal: boolean, isStrong: boolean): FirmRow {
  return { id, isLocal, isStrong, ...placeOf(id, isLocal) }
}

const partsOf = (plan: Plan, product: number) => {
  const { code } = plan.catalogue.products[product]!
  const { makers, consumers, outside, plants } = plan.invented
  const list = (kind: string, count: number, isLocal: boolean): readonly FirmRow[] =>
    Array.from({ length: count }, (_, place) =>
      makeFirm(`${code}-${kind}-${place}`, isLocal, place === 0 && !plants?.isWeak),
    )
  return {
    makers: plan.output[product]! > 0 ? list('maker', makers, true) : [],
    consumers: plan.demand[product]! > 0 ? list('consumer', consumers, true) : [],
    outside: list('outside', outside, false),
    abroad: plan.surplus[product]! > 0 ? list('abroad', 6, false) : [],
  }
}

/** A firm's part of a product's output: between 0.7 and 1.3 of the mean, summing to the whole. */
function sharesOf(firms: readonly FirmRow[], units: number): readonly Party[] {
  const weights = firms.map((_, place) => 0.7 + (0.6 * ((place * 7) % firms.length)) / Math.max(1, firms.length - 1))
  const sum = weights.reduce((all, one) => all + one, 0)
  return firms.map((firm, place) => ({ firm, units: (units * weights[place]!) / sum }))
}

function* firmsOf(plan: Plan): Iterable<FirmRow> {
  for (let product = 0; product < plan.output.length; product++) {
    const { makers, consumers, outside, abroad } = partsOf(plan, product)
    // A leader stands in every economy, made or not.
    yield* makers.length > 0 ? makers : [makeFirm(makerId(plan.catalogue.products[product]!.code, 0), true, true)]
    yield* consumers
    yield* outside
    yield* abroad
  }
  if (plan.invented.plants?.hidden === undefined) return
  for (const id of [hiddenFirms.buyer, ...hiddenFirms.traders]) yield makeFirm(id, true, false)
  yield makeFirm(hiddenFirms.source, false, false)
}

function* positionsOf(plan: Plan): Iterable<PositionRow> {
  for (let product = 0; product < plan.output.length; product++) {
    const { code } = plan.catalogue.products[product]!
    const { makers, consumers, outside } = partsOf(plan, product)
    for (const { firm, units } of sharesOf(makers, plan.output[product]! + plan.surplus[product]!))
      yield { firm: firm.id, product: code, role: 'produce', capacity: units / utilisation, output: units }
    for (const { firm, units } of sharesOf(consumers, plan.demand[product]!))
      yield { firm: firm.id, product: code, role: 'consume', capacity: units, output: units }
    const sold = Math.max(0, plan.gross[product]! - plan.output[product]!)
    for (const { firm, units } of sharesOf(outside, sold))
      yield { firm: firm.id, product: code, role: 'produce', capacity: 2 * units, output: units }
  }
}

function* linksOf(plan: Plan): Iterable<LinkRow> {
  const random = seeded(plan.invented.seed + 1)
  for (let product = 0; product < plan.output.length; product++) {
    const { makers, consumers, outside, abroad } = partsOf(plan, product)
    const buyers: Party[] = [...sharesOf(consumers, plan.demand[product]!)]
    const offcuts: Party[] = []
    for (let made = 0; made < plan.output.length; made++) {
      const units = plan.inputs[made]!.find((one) => one.product === product)?.units ?? 0
      if (units === 0 || plan.output[made] === 0) continue
      for (const { firm, units: own } of sharesOf(partsOf(plan, made).makers, plan.output[made]! + plan.surplus[made]!))
        (units > 0 ? buyers : offcuts).push({ firm, units: Math.abs(units) * own })
    }
    const wanted = buyers.reduce((sum, { units }) => sum + units, 0)
    const fallen = offcuts.reduce((sum, { units }) => sum + units, 0)
    const taken = fallen > 0 ? Math.min(1, wanted / fallen) : 0
    const own = Math.min(plan.output[product]!, wanted - taken * fallen)
    const sellers = [
      ...offcuts.map(({ firm, units }) => ({ firm, units: taken * units })),
      ...sharesOf(makers, own),
      ...sharesOf(outside, Math.max(0, wanted - taken * fallen - own)),
    ]
    for (let layer = 0; layer < plan.invented.layers; layer++)
      yield* laid(plan, product, mixed(sellers, random), mixed(buyers, random), plan.invented.layers, random)
    yield* laid(
      plan,
      product,
      sharesOf(makers, plan.surplus[product]!),
      sharesOf(abroad, plan.surplus[product]!),
      1,
      random,
    )
  }
  if (plan.invented.plants?.hidden !== undefined) yield* hiddenLinks(plan, plan.invented.plants.hidden)
}

/** In another order. R. Durstenfeld (1964). */
function mixed(parties: readonly Party[], random: () => number): readonly Party[] {
  const order = [...parties]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** Lays sellers and buyers along the same line; where they overlap there is a link. */
function* laid(
  plan: Plan,
  product: number,
  sellers: readonly Party[],
  buyers: readonly Party[],
  layers: number,
  random: () => number,
): Iterable<LinkRow> {
  let [i, j] = [0, 0]
  let [left, open] = [sellers[0]?.units ?? 0, buyers[0]?.units ?? 0]
  while (i < sellers.length && j < buyers.length) {
    const units = Math.min(left, open)
    const [seller, buyer] = [sellers[i]!.firm, buyers[j]!.firm]
    // Rounding leaves crumbs; a firm that makes what it uses does not sell to itself.
    if (units > 1e-9 * open && units > 0 && seller.id !== buyer.id)
      yield linkOf(plan, product, seller, buyer, units / layers, random)
    left -= units
    open -= units
    if (left <= 0) left = sellers[++i]?.units ?? 0
    if (open <= 0) open = buyers[++j]?.units ?? 0
  }
}

function linkOf(
  plan: Plan,
  product: number,
  seller: FirmRow,
  buyer: FirmRow,
  volume: number,
  random: () => number,
): LinkRow {
  const { code, priceFen } = plan.catalogue.products[product]!
  const place = ({ lon = 0, lat = 0 }: FirmRow) => ({ lon, lat })
  return {
    seller: seller.id,
    buyer: buyer.id,
    product: code,
    volume,
    priceFen: Math.round(priceFen * (0.95 + 0.1 * random())),
    // Roads are a third longer than the straight way.
    distanceKm: Math.round((1.3 * haversineM(place(seller), place(buyer))) / 1_000),
    rateFen: 35,
    isContract: false,
  }
}

function* hiddenLinks(plan: Plan, code: string): Iterable<LinkRow> {
  const product = plan.catalogue.products.findIndex((one) => one.code === code)
  // A fiftieth of what is needed: too little to change what suppliers look like to the others.
  const volume = plan.gross[product]! / 150
  const firm = (id: string, isLocal: boolean): FirmRow => makeFirm(id, isLocal, false)
  const random = seeded(plan.invented.seed + 2)
  for (const trader of hiddenFirms.traders) {
    yield linkOf(plan, product, firm(trader, true), firm(hiddenFirms.buyer, true), volume, random)
    yield linkOf(plan, product, firm(hiddenFirms.source, false), firm(trader, true), volume, random)
  }
}
