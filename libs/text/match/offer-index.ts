import { err, ok, type Result } from '@tingzhou/kernel'
import type { Catalogue, Product } from '../catalogue.ts'
import { createHeads } from '../head.ts'
import { createLexicon } from '../lexicon.ts'
import { createResolver } from '../resolve.ts'
import type { TextRefusal } from '../units.ts'
import { defaultWords, type Words } from '../words.ts'
import { createTextIndex, type TextHit, type TextIndex } from './bm25.ts'
import { readAs, readPosting, type Posting, type ReadPosting } from './posting.ts'
import {
  defaultWeights,
  nearnessOf,
  pairOf,
  scoreOf,
  type Explanation,
  type FreightQuote,
  type Pair,
  type Weights,
} from './score.ts'

/** What failed for one of the three who come next: the parts in which it has fewer points. */
export type RunnerUp = {
  readonly id: string
  readonly score: number
  readonly lacks: readonly { readonly part: keyof Weights; readonly points: number }[]
}

/** An offer for a need, or a need for an offer, with its reasons. */
export type Candidate = {
  readonly id: string
  /** 0 to 100, two decimals. */
  readonly score: number
  readonly explanation: Explanation
  readonly next: readonly RunnerUp[]
}

export type IndexOptions = {
  readonly words?: Words
  readonly weights?: Weights
  /** The way from an offer to a need; null when it is not known. */
  readonly freight?: (offer: Posting, need: Posting) => FreightQuote | null
  /** Days from now until the need must be met; null when it does not say. */
  readonly allowedDays?: (need: Posting) => number | null
}

/** Offers and needs that are open, and who could serve whom. */
export type OfferIndex = {
  readonly offers: Side
  readonly needs: Side
  /** The best offers for a need, which need not be in the index; of those that are wanted, as if there were no others. */
  readonly match: (need: Posting, limit: number, isWanted?: IsWanted) => Result<readonly Candidate[], TextRefusal>
  /** The open needs that an offer could serve, best first. */
  readonly needsFor: (offer: Posting, limit: number, isWanted?: IsWanted) => Result<readonly Candidate[], TextRefusal>
  readonly read: (posting: Posting, isNeed?: boolean) => Result<ReadPosting, TextRefusal>
}

/** Whether a posting of the other side may be shown to whoever asks. */
export type IsWanted = (id: string) => boolean

/** One side of the market: `put` adds or replaces. */
export type Side = {
  readonly size: () => number
  readonly put: (posting: Posting) => Result<ReadPosting, TextRefusal>
  readonly remove: (id: string) => boolean
}

/** Candidates that are judged for one question; of more, those whose text is nearest. */
const candidatesMax = 2_000
/** Texts that are read again for what they name, for each one that is shown. */
const textsPerShown = 4
const runnersUp = 3

/**
 * The index of a market in memory. Candidates are of the same product first, then of its family and its siblings in the tree, then by their
 * words (BM25, less where a word asked for is a part of another thing's name), never by words alone before those; a need without a product is matched by words, with the commonest product of what is found as a
 * guess, unless its text says that it asks for a service around a product.
 * Score: specs/chains.md §6; a conflict in the specification caps it at 59, a match by words at 24. Every candidate carries its explanation.
 * Source: own; BM25 after Robertson, Zaragoza (2009). put, remove O(length); match O(candidates + postings of its words).
 */
export function createOfferIndex(catalogue: Catalogue, options: IndexOptions = {}): OfferIndex {
  const { words = defaultWords } = options
  const resolver = createResolver(catalogue, words)
  const headsOf = createHeads(createLexicon(words))
  const read = (posting: Posting, isNeed = false) => readPosting(posting, catalogue, resolver, isNeed)
  const near = neighbours(catalogue)
  const offers = createStore()
  const needs = createStore()

  const ask = (
    asked: Posting,
    store: Store,
    isNeed: boolean,
    limit: number,
    isWanted?: IsWanted,
  ): Result<readonly Candidate[], TextRefusal> => {
    const own = read(asked, isNeed)
    if (!own.ok) return err(own.error)
    const hits = store.texts.search(own.value.text, candidatesMax, isWanted)
    const side = own.value.product ? own.value : guessed(own.value, hits, store, catalogue, isNeed)
    const pairs = candidatesOf(side, hits, store, near, headsOf, limit, isWanted).map(({ one, textScore }) => {
      const [need, offer] = isNeed ? [side, one] : [one, side]
      return pairOf(need, offer, options.freight?.(offer.posting, need.posting), textScore)
    })
    return ok(ranked(pairs, isNeed, options, limit))
  }
  return {
    offers: sideOf(offers, (posting) => read(posting)),
    needs: sideOf(needs, (posting) => read(posting, true)),
    match: (need, limit, isWanted) => ask(need, offers, true, limit, isWanted),
    needsFor: (offer, limit, isWanted) => ask(offer, needs, false, limit, isWanted),
    read,
  }
}

type Store = {
  readonly all: Map<string, ReadPosting>
  readonly byProduct: Map<string, Map<string, ReadPosting>>
  readonly texts: TextIndex
}

const createStore = (): Store => ({ all: new Map(), byProduct: new Map(), texts: createTextIndex() })

function sideOf(store: Store, read: (posting: Posting) => Result<ReadPosting, TextRefusal>): Side {
  const remove = (id: string): boolean => {
    const one = store.all.get(id)
    if (!one) return false
    store.all.delete(id)
    store.texts.remove(id)
    if (one.product) store.byProduct.get(one.product.code)?.delete(id)
    return true
  }
  const put = (posting: Posting) => {
    const one = read(posting)
    if (!one.ok) return one
    remove(posting.id)
    store.all.set(posting.id, one.value)
    store.texts.add(posting.id, one.value.text)
    if (one.value.product) {
      const { code } = one.value.product
      store.byProduct.set(
        code,
        (store.byProduct.get(code) ?? new Map<string, ReadPosting>()).set(posting.id, one.value),
      )
    }
    return one
  }
  return { size: () => store.all.size, put, remove }
}

/** Family and siblings of each product, the nearest first. */
function neighbours({ products }: Catalogue): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Product[]>()
  const keysOf = ({ code, family, parent }: Product): readonly string[] => [
    `family ${family}`,
    `node ${code}`,
    ...(parent === undefined ? [] : [`node ${parent}`]),
  ]
  for (const product of products.values())
    for (const key of keysOf(product)) groups.set(key, [...(groups.get(key) ?? []), product])
  return new Map(
    [...products.values()].map((product) => {
      const near = new Set(keysOf(product).flatMap((key) => groups.get(key) ?? []))
      near.delete(product)
      return [product.code, [...near].filter((other) => nearnessOf(product, other) !== 'text').map(({ code }) => code)]
    }),
  )
}

function candidatesOf(
  side: ReadPosting,
  hits: readonly TextHit[],
  store: Store,
  near: ReadonlyMap<string, readonly string[]>,
  headsOf: ReturnType<typeof createHeads>,
  limit: number,
  isWanted?: IsWanted,
) {
  const textScores = new Map(hits.map(({ id, score }) => [id, score]))
  const found = new Map<string, ReadPosting>()
  const { product } = side
  for (const code of product ? [product.code, ...(near.get(product.code) ?? [])] : [])
    for (const [id, one] of byText(
      wantedOf(store.byProduct.get(code), isWanted),
      textScores,
      candidatesMax - found.size,
    ))
      found.set(id, one)
  // Others only where those of the product leave room.
  for (const { id, score } of found.size >= limit ? [] : byHead(side, hits, store, headsOf, limit)) {
    const one = store.all.get(id)
    if (one) found.set(id, one)
    textScores.set(id, score)
  }
  return [...found].map(([id, one]) => ({ one, textScore: textScores.get(id) ?? 0 }))
}

// Of the nearest texts those first that name what is asked for: a word that is only a part of another thing's name counts down to half.
function byHead(
  { resolution }: ReadPosting,
  hits: readonly TextHit[],
  store: Store,
  headsOf: ReturnType<typeof createHeads>,
  limit: number,
) {
  const shareOf = (text: string): number => {
    const headScore = headsOf(text)
    const heads = resolution.unknown.map((word) => headScore(word)).filter((score) => score > 0)
    return heads.length === 0 ? 1 : 0.5 + Math.max(...heads) / 2
  }
  return hits
    .slice(0, limit * textsPerShown)
    .map(({ id, score }) => ({ id, score: score * shareOf(store.all.get(id)?.text ?? '') }))
    .toSorted((one, other) => other.score - one.score)
    .slice(0, limit)
}

const wantedOf = (all: ReadonlyMap<string, ReadPosting> | undefined, isWanted: IsWanted | undefined) =>
  all && isWanted ? new Map([...all].filter(([id]) => isWanted(id))) : all

function byText(all: ReadonlyMap<string, ReadPosting> | undefined, scores: ReadonlyMap<string, number>, room: number) {
  if (!all || room <= 0) return []
  if (all.size <= room) return all
  return [...all].toSorted(([one], [other]) => (scores.get(other) ?? 0) - (scores.get(one) ?? 0)).slice(0, room)
}

const guessFrom = 10

// A need whose name an unknown word follows is held against that name; one without a name, against the commonest product of the nearest
// texts, when that is most of them. A text that asks for a service asks for no product, and an offer is what it says that it is.
function guessed(
  side: ReadPosting,
  hits: readonly TextHit[],
  store: Store,
  { products }: Catalogue,
  isNeed: boolean,
): ReadPosting {
  const { posting, resolution } = side
  if (posting.product === null || resolution.service !== null || !isNeed) return side
  const named = resolution.mentions.find(({ weight, rules }) => weight > 0 && rules.includes('compound'))
  const product = resolution.mentions.length > 0 ? products.get(named?.code ?? '') : commonest(hits, store)
  return product ? readAs(side, product, false, true) : side
}

function commonest(hits: readonly TextHit[], store: Store): Product | undefined {
  const nearest = hits.slice(0, guessFrom)
  const counts = new Map<Product, number>()
  for (const { id } of nearest) {
    const product = store.all.get(id)?.product
    if (product) counts.set(product, (counts.get(product) ?? 0) + 1)
  }
  const [best] = [...counts].toSorted(([, one], [, other]) => other - one)
  return best && best[1] * 2 > nearest.length ? best[0] : undefined
}

function ranked(
  pairs: readonly Pair[],
  isNeed: boolean,
  { weights = defaultWeights, allowedDays }: IndexOptions,
  limit: number,
): readonly Candidate[] {
  // What does not fit its specification is nobody's rival.
  const costs = pairs.flatMap(({ nearness, specs, deliveredMilliFen }) =>
    nearness === 'same' && deliveredMilliFen !== null && specs.every(({ verdict }) => verdict !== 'conflict')
      ? [deliveredMilliFen]
      : [],
  )
  const best = costs.length === 0 ? null : costs.reduce((least, cost) => Math.min(least, cost))
  const scored = pairs.map((pair) => ({
    pair,
    ...scoreOf(pair, best, weights, allowedDays?.(pair.need.posting) ?? null),
  }))
  const idOf = ({ need, offer }: Pair): string => (isNeed ? offer : need).posting.id
  const order = scored.toSorted(
    (a, b) => b.score - a.score || b.pair.textScore - a.pair.textScore || (idOf(a.pair) < idOf(b.pair) ? -1 : 1),
  )
  return order.slice(0, limit).map(({ pair, score, explanation }, i) => ({
    id: idOf(pair),
    score,
    explanation,
    next: order
      .slice(i + 1, i + 1 + runnersUp)
      .map((other) => ({ id: idOf(other.pair), score: other.score, lacks: lacksOf(explanation, other.explanation) })),
  }))
}

function lacksOf({ parts }: Explanation, other: Explanation): RunnerUp['lacks'] {
  return parts.flatMap(({ part, points }) => {
    const gap = Math.round((points - (other.parts.find((one) => one.part === part)?.points ?? 0)) * 100) / 100
    return gap > 0 ? [{ part, points: gap }] : []
  })
}
