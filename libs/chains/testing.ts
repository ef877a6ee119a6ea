import type { Catalogue } from './invent.ts'
import type { ChainRow, ProductRow, RecipeRow } from './rows.ts'
import type { ChainSettings } from './settings.ts'

/** Settings for tests and benches; a zone's own are its data. */
export const sampleSettings: ChainSettings = {
  presentAt: 0.1,
  concentratedAt: 1_500,
  highlyConcentratedAt: 2_500,
  riskAt: 0.5,
  hiddenAt: 0.5,
  radiusKm: 150,
  handlingFen: 3_000,
  rateFen: 35,
  outsideKm: 2_600,
  localKm: 30,
  marginShare: 0.05,
  missingBelow: 0.2,
  mesShare: 0.3,
  gapAbove: 0.2,
  utilisationBelow: 0.6,
  rankLink: 0.35,
  rankProduct: 0.25,
  rankSize: 0.2,
  rankExpansion: 0.1,
  rankInputs: 0.1,
  inputsKm: 3_000,
  listMax: 20,
}

const product = (code: string, priceFen: number, kgPerUnit = 1_000, family = code): ProductRow => ({
  code,
  priceFen,
  kgPerUnit,
  family,
})
const made = (output: string, inputs: Readonly<Record<string, number>>, share = 1): RecipeRow => ({
  output,
  share,
  inputs: Object.entries(inputs).map(([product, coefficient]) => ({ product, coefficient })),
})
const chain = (code: string, segments: Readonly<Record<string, readonly string[]>>): ChainRow => ({
  code,
  leaders: [],
  segments: Object.entries(segments).map(([key, products]) => ({
    key,
    products: products.map((product) => ({ product, weight: 1, isRequired: true, mes: 10 })),
  })),
})

/** A small invented catalogue: bread, cotton and power, with a by-product, two routes and products that need each other. */
export const sampleCatalogue: Catalogue = {
  products: [
    product('coal', 40_000),
    product('power', 40_000, 0),
    product('wheat', 260_000),
    product('flour', 420_000),
    product('bran', 150_000),
    product('noodles', 600_000),
    product('feed', 300_000),
    product('corn', 230_000),
    product('lint', 1_500_000),
    product('yarn', 2_200_000),
    product('fabric', 300, 0.2),
  ],
  recipes: [
    made('coal', { power: 0.05 }),
    made('power', { coal: 0.4 }, 0.9),
    made('power', {}, 0.1),
    made('flour', { wheat: 1.3, power: 0.065, bran: -0.28 }),
    made('noodles', { flour: 1.02 }),
    made('feed', { bran: 0.3, corn: 0.6 }),
    made('yarn', { lint: 1.09, power: 2 }),
    made('fabric', { yarn: 0.0001 }),
  ],
  chains: [
    chain('bread', { up: ['wheat', 'corn'], mid: ['flour', 'bran'], down: ['noodles', 'feed'] }),
    chain('cotton', { up: ['lint'], mid: ['yarn'], down: ['fabric'] }),
    chain('power', { up: ['coal'], down: ['power'] }),
  ],
}
