import {
  chainFigures,
  type Chain,
  type ChainSettings,
  type Economy,
  type Figure,
  type ProductFigures,
} from '@tingzhou/chain-model'
import { countFirm, type FirmCount } from './counting.ts'
import { substitutionOf } from './substitution.ts'
import type { Band, FigureKind, Indicator, Weaknesses } from './words.ts'

/** A figure as it is stored. */
export type FigureRow = {
  readonly kind: FigureKind
  readonly code: string
  readonly firm: string
  readonly name: Indicator
  readonly value: number | null
  readonly parts: Readonly<Record<string, number>>
  readonly band: Band | null
  /** Different firms behind what was added up. */
  readonly sellers: number
  readonly buyers: number
}

type Own = Pick<FigureRow, 'kind' | 'code' | 'name'> & Partial<Pick<FigureRow, 'firm' | 'band'>>

/** A figure of the lib as a row. O(links of the figure). */
function rowOf({ links }: Economy, own: Own, { value, parts, links: used }: Figure): FigureRow {
  const [sellers, buyers]: [FirmCount, FirmCount] = [new Set(), new Set()]
  for (const link of used) {
    countFirm(sellers, links.seller[link]!) // a link of the economy
    countFirm(buyers, links.buyer[link]!)
  }
  return { firm: '', band: null, ...own, value, parts, sellers: sellers.size, buyers: buyers.size }
}

/** The figures of every product. */
export function productRows(
  economy: Economy,
  products: readonly ProductFigures[],
  settings: ChainSettings,
): readonly FigureRow[] {
  return products.flatMap((figures) => {
    const code = economy.products.code[figures.product]! // a product of the economy
    const row = (name: Indicator, figure: Figure, band: Band | null = null): FigureRow =>
      rowOf(economy, { kind: 'product', code, name, band }, figure)
    const { capacity, output } = figures
    const makers = new Set(figures.sufficiency.firms)
    const strong = [...makers].filter((firm) => economy.firms.isStrong[firm]).length
    const utilisation: Figure = {
      value: capacity > 0 ? output / capacity : null,
      parts: { output, capacity, makers: makers.size, strong },
      links: new Int32Array(0),
      firms: figures.sufficiency.firms,
    }
    return [
      row('sufficiency', figures.sufficiency),
      row('actual_local', figures.actualLocal),
      row('potential_local', figures.potentialLocal),
      row('gap', figures.gap),
      row('concentration', figures.concentration, figures.band),
      row('utilisation', utilisation),
      row('substitution', substitutionOf(economy, figures.product, settings)),
    ]
  })
}

/** Flagged risks and hidden sources of a product. */
export type Weak = Omit<Weaknesses, 'missing'>

/**
 * The weak points of some places of products, of one chain or of all: each counts once, in however many places its product stands.
 * @param weak  of products by their codes
 * Pure. O(places).
 */
export function weaknessesOf(
  economy: Economy,
  places: Chain['products'],
  products: readonly ProductFigures[],
  weak: ReadonlyMap<string, Weak>,
  { missingBelow }: ChainSettings,
): Weaknesses {
  const numbers = [...new Set(places.map(({ product }) => product))]
  const required = new Set(places.filter(({ isRequired }) => isRequired).map(({ product }) => product))
  const missing = [...required].filter((product) => {
    const { need, sufficiency } = products[product]! // a product of the economy
    return need > 0 && (sufficiency.value ?? 1) < missingBelow
  }).length
  const sum = (kind: keyof Weak): number =>
    numbers.reduce((all, product) => all + (weak.get(economy.products.code[product]!)?.[kind] ?? 0), 0) // the same
  return { missing, risks: sum('risks'), hidden: sum('hidden') }
}

/**
 * The figures of every chain and of its lead firms.
 * @param rows  of `productRows`
 * @param weak  of products by their codes
 */
export function chainRows(
  economy: Economy,
  products: readonly ProductFigures[],
  rows: readonly FigureRow[],
  weak: ReadonlyMap<string, Weak>,
  settings: ChainSettings,
): readonly FigureRow[] {
  const saved = new Map(rows.filter(({ name }) => name === 'substitution').map((row) => [row.code, row]))
  return economy.chains.flatMap((chain) => {
    const { code } = chain
    const figures = chainFigures(economy, chain, products, settings)
    const row = (name: Indicator, figure: Figure): FigureRow => rowOf(economy, { kind: 'chain', code, name }, figure)
    const numbers = [...new Set(chain.products.map(({ product }) => product))]
    const codes = numbers.map((product) => economy.products.code[product]!)
    const sum = (key: string): number => codes.reduce((all, one) => all + (saved.get(one)?.parts[key] ?? 0), 0)
    const substitution = {
      beforeFen: sum('beforeFen'),
      savingFen: sum('savingFen'),
      dearerFen: sum('dearerFen'),
      netFen: sum('netFen'),
      products: codes.filter((one) => (saved.get(one)?.parts['replaced'] ?? 0) > 0).length,
    }
    const weaknesses = weaknessesOf(economy, chain.products, products, weak, settings)
    const plain = (value: number, parts: Figure['parts']): Figure => ({
      value,
      parts,
      links: new Int32Array(0),
      firms: new Int32Array(0),
    })
    return [
      row('completeness', figures.completeness),
      row('present', figures.present),
      row('actual_local', figures.actualLocal),
      row('inbound_freight', figures.inboundFreight),
      row('substitution', { ...figures.inboundFreight, value: substitution.savingFen, parts: substitution }),
      row('weaknesses', plain(weaknesses.missing + weaknesses.risks + weaknesses.hidden, weaknesses)),
      ...figures.leaders.map(({ firm, pull }) =>
        rowOf(economy, { kind: 'leader', code, firm: economy.firms.id[firm]!, name: 'pull' }, pull),
      ),
    ]
  })
}
