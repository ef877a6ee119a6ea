import { inSteps, roundedShare, shareStep, threeDigits } from '../rounding.ts'
import type { FlowRow } from './flows.ts'
import { sold, type Band, type FigureKind, type Indicator } from './words.ts'

/** A figure as it is stored, of the run that is read. */
export type StoredFigure = {
  readonly kind: FigureKind
  readonly code: string
  readonly firm_id: string
  readonly name: Indicator
  readonly value: number | null
  readonly parts: Readonly<Record<string, number>>
  readonly band: Band | null
  readonly sellers: number
  readonly buyers: number
}

export type ShownFigure = {
  readonly name: Indicator
  readonly value: number | null
  readonly parts: Readonly<Record<string, number | null>>
  readonly hidden: 'fewer_than' | null
  readonly isRounded: boolean
  readonly band: Band | null
}

/** Numbers of a formula that are sums of what firms traded. */
const traded: ReadonlySet<string> = new Set([
  'localFen',
  'boughtFen',
  'promised',
  'units',
  'largestShare',
  'imported',
  'replaced',
  'beforeFen',
  'afterFen',
  'savingFen',
  'dearerFen',
  'netFen',
  'kg',
  // Means by volume.
  'outsideKm',
  'localKm',
])
/** Figures whose value is such a sum; those of which it is a share of them, and its step when few stand behind it. */
const sums: ReadonlySet<Indicator> = new Set(['inbound_freight', 'substitution'])
const steps: Partial<Readonly<Record<Indicator, number>>> = {
  actual_local: shareStep,
  potential_local: shareStep,
  gap: shareStep,
  concentration: 500,
  pull: shareStep,
}
/** Parts that are such shares themselves. */
const shares: ReadonlySet<string> = new Set(['actual', 'potential'])

/** Fewer different firms than may be, yet some. Pure. O(1). */
export const isThin = (
  { sellers, buyers }: { readonly sellers: number; readonly buyers: number },
  kMin: number,
): boolean => sellers > 0 && Math.min(sellers, buyers) < kMin

/**
 * A figure as it may be shown. What comes from trade has three digits at most, that two runs do not tell one link by their difference.
 * @param isClosed  sums of it are not shown: few firms stand behind it, or behind a part that could be told from the whole
 * Pure. O(parts).
 */
export function shownFigure(figure: StoredFigure, isClosed: boolean): ShownFigure {
  const { name, band, parts } = figure
  const step = steps[name]
  if (!isClosed) {
    const isTraded = sums.has(name) || step !== undefined
    const told = Object.entries(parts).map(([key, part]) => [
      key,
      traded.has(key) || shares.has(key) ? threeDigits(part) : part,
    ])
    return {
      name,
      value: figure.value !== null && isTraded ? threeDigits(figure.value) : figure.value,
      parts: Object.fromEntries(told),
      hidden: null,
      isRounded: false,
      band,
    }
  }
  const isShare = step !== undefined && figure.sellers > 0
  const value = figure.value === null || sums.has(name) ? null : isShare ? inSteps(figure.value, step) : figure.value
  const own = Object.entries(parts).map(([key, part]): [string, number | null] => {
    if (traded.has(key)) return [key, figure.sellers > 0 ? null : part]
    return [key, shares.has(key) ? roundedShare(part) : part]
  })
  return {
    name,
    value,
    parts: Object.fromEntries(own),
    hidden: figure.sellers > 0 ? 'fewer_than' : null,
    isRounded: isShare && value !== null,
    band,
  }
}

/** Where the sums of products stand: by chain and segment. */
export type Place = { readonly chain: string; readonly segment: string; readonly product: string }
type Segment = Pick<Place, 'chain' | 'segment'>
const segmentKey = ({ chain, segment }: Segment): string => `${chain} ${segment}`

/** Products, segments and chains whose sums are not shown. */
export type Closed = {
  readonly products: ReadonlySet<string>
  readonly chains: ReadonlySet<string>
  readonly hasSegment: (chain: string, segment: string) => boolean
}

/** Segments of which a flow to another, or to use, is thin. Pure. O(flows). */
export const thinFlows = (
  flows: readonly Pick<FlowRow, 'chain' | 'level' | 'from' | 'to' | 'sellers' | 'buyers'>[],
  kMin: number,
): readonly Segment[] =>
  flows
    .filter((flow) => flow.level === 'segment' && flow.to !== sold && isThin(flow, kMin))
    .map(({ chain, from }) => ({ chain, segment: from }))

/**
 * What must stay closed so that nothing hidden can be told from what is shown. A product that is thin closes those that stand in a segment
 * with it, they close the segments in which they stand elsewhere, and so on; a thin flow closes its segment; and all of them their chains:
 * else the hidden number would be the rest of a whole, here or in another chain.
 * @param flows  segments of thin flows
 * Source: own, complementary suppression by segments, to its fixed point. O(places + figures).
 */
export function closedOf(
  figures: readonly Pick<StoredFigure, 'kind' | 'code' | 'sellers' | 'buyers'>[],
  places: readonly Place[],
  flows: readonly Segment[],
  kMin: number,
): Closed {
  const [ofProduct, ofSegment] = [new Map<string, Place[]>(), new Map<string, Place[]>()]
  for (const place of places) {
    const key = segmentKey(place)
    ofProduct.set(place.product, [...(ofProduct.get(place.product) ?? []), place])
    ofSegment.set(key, [...(ofSegment.get(key) ?? []), place])
  }
  const thin = (kind: FigureKind) =>
    figures.filter((row) => row.kind === kind && isThin(row, kMin)).map(({ code }) => code)
  const [products, segments, chains] = [new Set(thin('product')), new Set<string>(), new Set(thin('chain'))]
  const shut = (segment: Segment): void => {
    const key = segmentKey(segment)
    if (segments.has(key)) return
    segments.add(key)
    chains.add(segment.chain)
    for (const { product } of ofSegment.get(key) ?? []) products.add(product)
  }
  flows.forEach(shut)
  // A set that grows while it is gone through is gone through to its end.
  for (const product of products) ofProduct.get(product)?.forEach(shut)
  return { products, chains, hasSegment: (chain, segment) => segments.has(segmentKey({ chain, segment })) }
}
