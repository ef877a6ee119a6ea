// npm run bench -- matching [--offers FILE --needs FILE --qrels FILE] [--headnoun FILE --titles FILE]: needs held against offers, beside plain
// BM25; and 10,000 postings on PGlite asked through the market.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '@tingzhou/db'
import {
  catalogueOf,
  createOfferIndex,
  createTextIndex,
  normalise,
  starterProducts,
  type OfferIndex,
} from '@tingzhou/text'
import { seeded } from '../libs/dispatch/spot/testing.ts'
import { createHeads } from '../libs/text/head.ts'
import { createLexicon } from '../libs/text/lexicon.ts'
import { defaultWords } from '../libs/text/words.ts'
import { figure, quantile, report, said, type Figure, type Say } from './harness.ts'
import { marketFigures } from './matching-market.ts'
import { inventOffers, type Labelled } from './matching-offers.ts'

/** Grades by need and offer: 3 same product and specification, 2 same product, 1 same family. */
type Grades = ReadonlyMap<string, ReadonlyMap<string, number>>
type Times = { readonly p50Ms: number; readonly p95Ms: number }
type Measured = Times & { readonly ndcg: number; readonly first: number; readonly distractors: number }

const deep = 10
const generated = 10_000
const catalogue = catalogueOf(starterProducts)
const fixtures = join(repoRoot(), 'libs/text/fixtures')

await report('bench', 'matching', measure)

async function measure(say: Say): Promise<readonly Figure[]> {
  const offers = readLines<Labelled>(said('--offers') ?? join(fixtures, 'offers.jsonl'))
  const needs = readLines<Labelled>(said('--needs') ?? join(fixtures, 'needs.jsonl'))
  const grades = readGrades(said('--qrels') ?? join(fixtures, 'qrels.tsv'))
  const index = indexOf(offers)
  const asked = needs.filter(({ id }) => grades.has(id))
  say(`${offers.length} offers, ${asked.length} needs with grades of ${needs.length}`)
  const ours = measureRanking(asked, offers, grades, (need) => matched(index, need))
  const plain = measureRanking(asked, offers, grades, plainSearch(offers))
  say(
    'Rules were mended on the fixtures and on the needs and offers of our own: their figures are no proof. held-out.jsonl is not mended on.',
  )
  const figures = [
    figure('nDCG@10', ours.ndcg, '', '>= 0.95'),
    figure('nDCG@10 of plain BM25', plain.ndcg, ''),
    figure('first is of the product', ours.first, '', '>= 0.95'),
    figure('first is of the product, plain BM25', plain.first, ''),
    figure('distractors in the first place', ours.distractors, '', '<= 0'),
    figure('distractors in the first place, plain BM25', plain.distractors, ''),
    figure('offers resolved as they are labelled', resolvedShare(index, offers, say), '', '>= 0.99'),
    figure('needs resolved as they are labelled', resolvedShare(index, needs, say), '', '>= 0.85'),
    figure('one need, median', ours.p50Ms, 'ms'),
    figure('one need, p95', ours.p95Ms, 'ms', '<= 50'),
    ...(said('--needs') === undefined ? [...ownFigures(index, offers, say), ...heldOutFigures(offers, say)] : []),
  ]
  const invented = inventOffers(generated, seeded(1))
  return [
    ...figures,
    ...generatedFigures(invented, asked, say),
    ...(await marketFigures(invented, [...asked, ...readLines<Labelled>(join(fixtures, 'own-needs.jsonl'))], say)),
    ...headFigures(),
  ]
}

/** The needs and offers of this project that its rules were mended on: what they show is that nothing broke, not how good the rules are. */
function ownFigures(index: OfferIndex, offers: readonly Labelled[], say: Say): readonly Figure[] {
  const needs = readLines<Labelled>(join(fixtures, 'own-needs.jsonl'))
  const grades = gradesByRule(needs, offers)
  const asked = needs.filter(({ product }) => product !== null)
  const ours = measureRanking(asked, offers, grades, (need) => matched(index, need))
  const plain = measureRanking(asked, offers, grades, plainSearch(offers))
  const hard = readLines<Labelled>(join(fixtures, 'own-offers.jsonl'))
  return [
    figure(`nDCG@10 of ${asked.length} needs of our own (rules were mended on these)`, ours.ndcg, '', '>= 0.95'),
    figure('of plain BM25', plain.ndcg, ''),
    figure('their first is of the product', ours.first, '', '>= 0.95'),
    figure('distractors in their first place', ours.distractors, '', '<= 0'),
    figure(
      `${needs.length} needs of our own, traps among them, resolved as labelled (rules were mended on these)`,
      resolvedShare(index, needs, say),
      '',
      '>= 0.85',
    ),
    figure(
      `${hard.length} offers of our own, traps among them, resolved as labelled (rules were mended on these)`,
      resolvedShare(index, hard, say),
      '',
      '>= 0.85',
    ),
  ]
}

type HeldOut = Labelled & { readonly side: 'need' | 'offer' }

/** Postings that no rule was mended on; their needs are held against their offers and those of the fixtures. */
function heldOutFigures(offers: readonly Labelled[], say: Say): readonly Figure[] {
  const all = readLines<HeldOut>(join(fixtures, 'held-out.jsonl'))
  const market = [...offers, ...all.filter(({ side }) => side === 'offer')]
  const needs = all.filter(({ side, product }) => side === 'need' && product !== null)
  const grades = gradesByRule(needs, market)
  const index = indexOf(market)
  const ours = measureRanking(needs, market, grades, (need) => matched(index, need))
  const plain = measureRanking(needs, market, grades, plainSearch(market))
  return [
    figure(
      `held-out: ${all.length} postings, traps among them, resolved as labelled`,
      resolvedShare(index, all, say),
      '',
    ),
    figure(`held-out: nDCG@10 of ${needs.length} needs`, ours.ndcg, ''),
    figure('held-out: nDCG@10 of plain BM25', plain.ndcg, ''),
    figure('held-out: first is of the product', ours.first, ''),
    figure('held-out: distractors in the first place', ours.distractors, ''),
  ]
}

function generatedFigures(offers: readonly Labelled[], needs: readonly Labelled[], say: Say): readonly Figure[] {
  const before = process.cpuUsage()
  const index = indexOf(offers)
  const { user, system } = process.cpuUsage(before)
  const asked = [...needs, ...readLines<Labelled>(join(fixtures, 'own-needs.jsonl'))]
  for (const need of asked) matched(index, need)
  const ours = timesOf(asked.map((need) => timed(() => matched(index, need)).ms))
  return [
    figure(`${generated} generated offers read and indexed`, (user + system) / 1e6, 'CPU s', '<= 3'),
    figure('of them resolved as they were meant', resolvedShare(index, offers, say), '', '>= 0.99'),
    figure('one need among them, median', ours.p50Ms, 'ms'),
    figure('one need among them, p95', ours.p95Ms, 'ms', '<= 50'),
    figure('an offer replaced, p95', replacedP95Ms(index, offers), 'ms'),
  ]
}

function replacedP95Ms(index: OfferIndex, offers: readonly Labelled[]): number {
  const times = offers.slice(0, 1_000).map(({ id, text }) => timed(() => index.offers.put({ id, text })).ms)
  return timesOf(times).p95Ms
}

function headFigures(): readonly Figure[] {
  const [file, titlesFile] = [said('--headnoun'), said('--titles')]
  if (file === undefined || titlesFile === undefined) return []
  const titles = new Map(readLines<{ id: number; t: string }>(titlesFile).map(({ id, t }) => [id, t]))
  const queries = readLines<{ q: string; pos: readonly number[]; neg: readonly number[] }>(file)
  const headsOf = createHeads(createLexicon(defaultWords))
  const precisions = queries.map(({ q, pos, neg }) => {
    const order = [...pos, ...neg]
      .map((id) => ({ id, score: headsOf(titles.get(id) ?? '')(q) }))
      .toSorted((a, b) => b.score - a.score || a.id - b.id)
    const ranks = order.flatMap(({ id }, i) => (pos.includes(id) ? [i + 1] : []))
    return mean(ranks.map((rank, i) => (i + 1) / rank))
  })
  return [figure(`head nouns, mean average precision of ${queries.length} words`, mean(precisions), '', '>= 0.8')]
}

function indexOf(offers: readonly Labelled[]): OfferIndex {
  const index = createOfferIndex(catalogue)
  for (const { id, text } of offers) {
    const put = index.offers.put({ id, text })
    if (!put.ok) throw new Error(JSON.stringify(put.error))
  }
  return index
}

function matched(index: OfferIndex, { id, text }: Labelled): readonly string[] {
  const found = index.match({ id, text }, deep)
  if (!found.ok) throw new Error(JSON.stringify(found.error))
  return found.value.map((candidate) => candidate.id)
}

function plainSearch(offers: readonly Labelled[]): (need: Labelled) => readonly string[] {
  const index = createTextIndex()
  for (const { id, text } of offers) index.add(id, normalise(text))
  return ({ text }) => index.search(normalise(text), deep).map(({ id }) => id)
}

function measureRanking(
  needs: readonly Labelled[],
  offers: readonly Labelled[],
  grades: Grades,
  search: (need: Labelled) => readonly string[],
): Measured {
  const distracting = new Set(offers.flatMap(({ id, product }) => (product === null ? [id] : [])))
  const rows = needs.map((need) => {
    const { found, ms } = timed(() => search(need))
    const own = grades.get(need.id) ?? new Map<string, number>()
    const ideal = gainOf([...own.values()].toSorted((a, b) => b - a))
    const ndcg = ideal === 0 ? 1 : gainOf(found.map((id) => own.get(id) ?? 0)) / ideal
    return { ms, ndcg, isFirst: (own.get(found[0] ?? '') ?? 0) >= 2, isDistractor: distracting.has(found[0] ?? '') }
  })
  return {
    ndcg: mean(rows.map(({ ndcg }) => ndcg)),
    first: rows.filter(({ isFirst }) => isFirst).length / rows.length,
    distractors: rows.filter(({ isDistractor }) => isDistractor).length,
    ...timesOf(rows.map(({ ms }) => ms)),
  }
}

function timed<T>(work: () => T): { readonly found: T; readonly ms: number } {
  const before = performance.now()
  const found = work()
  return { found, ms: performance.now() - before }
}

function timesOf(times: readonly number[]): Times {
  return { p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95) }
}

/** Gain 2^grade − 1, discounted by log2 of the rank + 1 (Järvelin, Kekäläinen 2002; Burges 2005). */
function gainOf(grades: readonly number[]): number {
  return grades.slice(0, deep).reduce((sum, grade, i) => sum + (2 ** grade - 1) / Math.log2(i + 2), 0)
}

function resolvedShare(index: OfferIndex, all: readonly Labelled[], say: Say): number {
  const labelled = all.filter(({ product }) => product !== undefined)
  const wrong = labelled.flatMap(({ id, text, product }) => {
    const read = index.read({ id, text })
    const found = read.ok ? (read.value.product?.code ?? null) : null
    return found === product ? [] : [`${text}: ${found}, not ${product}`]
  })
  for (const line of wrong.slice(0, 20)) say(line)
  return 1 - wrong.length / labelled.length
}

function gradesByRule(needs: readonly Labelled[], offers: readonly Labelled[]): Grades {
  const family = (code: string): string | undefined => catalogue.products.get(code)?.family
  const gradeOf = (need: Labelled, offer: Labelled): number => {
    if (typeof need.product !== 'string' || typeof offer.product !== 'string') return 0
    if (need.product !== offer.product) return family(need.product) === family(offer.product) ? 1 : 0
    return need.spec === offer.spec ? 3 : 2
  }
  return new Map(needs.map((need) => [need.id, new Map(offers.map((offer) => [offer.id, gradeOf(need, offer)]))]))
}

function readGrades(file: string): Grades {
  const grades = new Map<string, Map<string, number>>()
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [need = '', offer = '', grade = ''] = line.trim().split('\t')
    if (!/^\d+$/.test(grade)) continue
    grades.set(need, (grades.get(need) ?? new Map<string, number>()).set(offer, Number(grade)))
  }
  return grades
}

/** One JSON object a line. */
function readLines<T>(file: string): readonly T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T) // the files of the bench
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
