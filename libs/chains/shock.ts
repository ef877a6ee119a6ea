import { err, fen, ok, type Fen, type Result } from '@tingzhou/kernel'
import { append, closed, column, rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'
import type { ChainFault } from './fault.ts'
import { figureOf, type Figure } from './figure.ts'
import { linkFen } from './money.ts'
import { consumedBeside, useOf } from './use.ts'

/** What fails, for how long, and what stands in stores. */
export type Shock = {
  /** Firms that deliver nothing. */
  readonly removed: readonly number[]
  /** Days that it lasts, from above 0 to 3,650. */
  readonly days: number
  /** Stock of a firm of an input, in days of its own use, from 0. */
  readonly stockDays: (firm: number, product: number) => number
  /** What still comes of an input and what its stock lasts for are rounded to this part each; exact without it. */
  readonly shareStep?: number
}

/** A firm's product that is made less of, or passed on less. */
export type Hit = {
  readonly firm: number
  readonly product: number
  /** Part of its usual output that remains; with the input that binds, -1 when the firm itself failed. */
  readonly remaining: Figure
  readonly input: number
  /** Output value lost over the days, whole fen; 0 of what is only passed on. */
  readonly lostFen: Fen
}

/** What a shock does. */
export type ShockResult = {
  /** Output value lost over the days, fen. */
  readonly lost: Figure
  /** By chain: what is lost, and how many local firms make less of its products. */
  readonly chains: readonly { readonly chain: string; readonly lostFen: Fen; readonly firms: number }[]
  /** Part of the value that local firms buy of what is hit whose use is known; its links are the others, where the shock is not followed. */
  readonly followed: Figure
  /** Greatest loss first. */
  readonly hits: readonly Hit[]
  /** False when the propagation was cut off at its bound; then less may remain than is told. */
  readonly isConverged: boolean
  readonly evaluations: number
}

// Changes below this part of an output are not passed on, and a line is looked at as often as this at most, on average.
const [leastChange, roundsMax] = [1e-6, 200]

/**
 * Removes firms and follows what is missing along links and recipes: Q'_j = Q_j · min over inputs of available_k / (a_kj·Q_j). Sellers share
 * what they have among all buyers alike; what a firm needs beyond its recorded purchases is taken to come from elsewhere unharmed; stock
 * lasts its days. What no recipe of a firm names but its position as consumer does, all that it makes needs: its purchases, or the output of
 * that position when it is more, units a year. Products that need each other settle at the largest outputs that are possible.
 * @returns losses, or what is wrong with the question
 * Source: W. Leontief's fixed coefficients; falls to the greatest fixed point from above, as S. Battiston et al. (2007) for bankruptcies.
 * O(evaluations x inputs of a firm), bounded.
 */
export function simulateShock(economy: Economy, shock: Shock): Result<ShockResult, ChainFault> {
  const fault = shockFault(economy, shock)
  if (fault) return err(fault)
  const net = createLines(economy)
  const state = propagate(economy, net, shock)
  return ok(resultOf(economy, net, shock, state))
}

function shockFault({ firms }: Economy, { removed, days }: Shock): ChainFault | null {
  if (!(days > 0 && days <= 3_650))
    return { kind: 'invalid', field: 'days', value: days, rule: 'is a number above 0 up to 3650' }
  for (const [i, firm] of removed.entries())
    if (!(Number.isInteger(firm) && firm >= 0 && firm < firms.id.length))
      return {
        kind: 'unknown',
        field: `removed[${i}]`,
        value: firm,
        rule: `is a firm from 0 to ${firms.id.length - 1}`,
      }
  return null
}

/** What firms make and what they pass on: a line each firm and product. */
type Lines = {
  readonly firm: Int32Array
  readonly product: Int32Array
  /** Units a year; of a line that passes on, what is sold. */
  readonly output: Float64Array
  readonly isPassedOn: Uint8Array
  /** The lines of firm e are `start[e] .. start[e + 1] - 1`. */
  readonly start: Int32Array
  /** The seller's line of each link. */
  readonly ofLink: Int32Array
}

// Firms, products, links and lines come from the economy, so every read of an array below is in range.

function createLines(economy: Economy): Lines {
  const { firms, positions, links } = economy
  const [firm, product] = [column(Int32Array), column(Int32Array)]
  const [output, isPassedOn] = [column(Float64Array), column(Uint8Array)]
  const start = new Int32Array(firms.id.length + 1)
  const ofLink = new Int32Array(links.seller.length)
  const add = (owner: number, made: number, units: number, passed: number): void => {
    append(firm, owner)
    append(product, made)
    append(output, units)
    append(isPassedOn, passed)
  }
  for (let owner = 0; owner < firms.id.length; owner++) {
    const first = firm.length
    for (const position of rowsOf(positions.byFirm, owner))
      if (positions.role[position] === produces)
        add(owner, positions.product[position]!, positions.output[position]!, 0)
    let line = first
    for (const link of rowsOf(links.bySeller, owner)) {
      const sold = links.product[link]!
      if (line >= firm.length || product.values[line] !== sold) line = lineOf(product.values, first, firm.length, sold)
      if (line === firm.length) add(owner, sold, 0, 1)
      if (isPassedOn.values[line]) output.values[line]! += links.volume[link]!
      ofLink[link] = line
    }
    start[owner + 1] = firm.length
  }
  return {
    firm: closed(firm),
    product: closed(product),
    output: closed(output),
    isPassedOn: closed(isPassedOn),
    start,
    ofLink,
  }
}

/** A firm's line of a product; the end of its lines when it has none. */
function lineOf(products: Int32Array, from: number, to: number, product: number): number {
  let line = from
  while (line < to && products[line] !== product) line++
  return line
}

type State = {
  /** Part of the usual output that remains, and the input that binds. */
  readonly remaining: Float64Array
  readonly input: Int32Array
  readonly evaluations: number
  readonly isConverged: boolean
}

function propagate(economy: Economy, lines: Lines, { removed, days, stockDays, shareStep = 0 }: Shock): State {
  const { links } = economy
  const count = lines.firm.length
  const [remaining, input] = [new Float64Array(count).fill(1), new Int32Array(count).fill(-1)]
  const isWaiting = new Uint8Array(count)
  const inSteps = (part: number): number => (shareStep > 0 ? Math.round(part / shareStep) * shareStep : part)
  const queue: number[] = []
  const tellBuyers = (line: number): void => {
    for (const link of rowsOf(links.bySeller, lines.firm[line]!)) {
      if (lines.ofLink[link] !== line) continue
      const buyer = links.buyer[link]!
      for (let next = lines.start[buyer]!; next < lines.start[buyer + 1]!; next++) {
        if (isWaiting[next] || remaining[next] === 0 || !inputsOf(economy, lines, next).includes(links.product[link]!))
          continue
        isWaiting[next] = 1
        queue.push(next)
      }
    }
  }
  for (const firm of new Set(removed))
    for (let line = lines.start[firm]!; line < lines.start[firm + 1]!; line++) remaining[line] = 0
  for (const firm of new Set(removed))
    for (let line = lines.start[firm]!; line < lines.start[firm + 1]!; line++) tellBuyers(line)
  let evaluations = 0
  // The queue is never longer than the lines, for each waits once; what was read is cut off now and then.
  for (let head = 0; head < queue.length; head++) {
    if (evaluations++ > roundsMax * count) return { remaining, input, evaluations, isConverged: false }
    const line = queue[head]!
    isWaiting[line] = 0
    if (head > 100_000 && head > queue.length / 2) {
      queue.splice(0, head + 1)
      head = -1
    }
    const left = evaluate(economy, lines, line, (input) => {
      const stock = stockDays(lines.firm[line]!, input) / days
      return inSteps(available(economy, lines, lines.firm[line]!, input, remaining)) + inSteps(stock)
    })
    if (left.part > remaining[line]! - leastChange) continue
    remaining[line] = left.part
    input[line] = left.input
    tellBuyers(line)
  }
  return { remaining, input, evaluations, isConverged: true }
}

/** The products that a line needs; those that recipes do not name stand for all lines of a firm that make. */
function inputsOf(economy: Economy, { firm, product, isPassedOn }: Lines, line: number): readonly number[] {
  const { recipes, positions } = economy
  const made = product[line]!
  if (isPassedOn[line]) return [made]
  const inputs = consumedBeside(economy, firm[line]!).map((position) => positions.product[position]!)
  for (let at = recipes.start[made]!; at < recipes.start[made + 1]!; at++)
    if (recipes.coefficient[at]! > 0) inputs.push(recipes.input[at]!)
  return inputs
}

/** What a line can still make: the least of its inputs. */
function evaluate(
  economy: Economy,
  lines: Lines,
  line: number,
  partOf: (input: number) => number,
): { part: number; input: number } {
  let [part, input] = [1, -1]
  for (const one of inputsOf(economy, lines, line)) {
    const left = Math.min(1, partOf(one))
    if (left < part) [part, input] = [left, one]
  }
  return { part, input }
}

/** What still comes of an input over what the firm needs of it: recorded purchases, and from elsewhere what they do not cover. */
function available(economy: Economy, lines: Lines, firm: number, input: number, remaining: Float64Array): number {
  const { links, recipes, positions } = economy
  let [bought, comes, needed] = [0, 0, 0]
  for (const link of rowsOf(links.byBuyer, firm)) {
    if (links.product[link] !== input) continue
    bought += links.volume[link]!
    comes += links.volume[link]! * remaining[lines.ofLink[link]!]!
  }
  if (bought === 0) return 1
  for (let other = lines.start[firm]!; other < lines.start[firm + 1]!; other++) {
    if (lines.isPassedOn[other]) {
      if (lines.product[other] === input) needed += lines.output[other]!
      continue
    }
    const made = lines.product[other]!
    for (let at = recipes.start[made]!; at < recipes.start[made + 1]!; at++)
      if (recipes.input[at] === input) needed += Math.max(0, recipes.coefficient[at]!) * lines.output[other]!
  }
  for (const position of consumedBeside(economy, firm))
    if (positions.product[position] === input) needed = Math.max(bought, needed + positions.output[position]!)
  if (needed === 0) return 1
  return (Math.max(0, needed - bought) + comes) / needed
}

function resultOf(economy: Economy, lines: Lines, { removed, days }: Shock, state: State): ShockResult {
  const { products, chains } = economy
  const fenOf = new Float64Array(products.code.length)
  const firmsOf = products.code.map((): number[] => [])
  const hits: Hit[] = []
  let lostFen = 0
  for (let line = 0; line < lines.firm.length; line++) {
    const part = state.remaining[line]!
    if (part === 1) continue
    const [firm, product, input] = [lines.firm[line]!, lines.product[line]!, state.input[line]!]
    const yearFen = lines.isPassedOn[line] ? 0 : lines.output[line]! * products.priceFen[product]!
    const isLocal = economy.firms.isLocal[firm] === 1
    const lost = fen(isLocal ? Math.round(((1 - part) * yearFen * days) / 365) : 0)
    lostFen += lost
    fenOf[product]! += lost
    if (isLocal && !lines.isPassedOn[line]) firmsOf[product]!.push(firm)
    const parts = { output: lines.output[line]!, days, yearFen }
    hits.push({ firm, product, remaining: figureOf(part, parts, linksOf(economy, firm, input)), input, lostFen: lost })
  }
  hits.sort((a, b) => b.lostFen - a.lostFen || a.firm - b.firm || a.product - b.product)
  const hitFirms = Int32Array.from(new Set(hits.map(({ firm }) => firm)))
  return {
    lost: figureOf(lostFen, { days, removed: removed.length, hits: hits.length }, undefined, hitFirms),
    chains: chains.map(({ code, products: own }) => {
      const numbers = [...new Set(own.map(({ product }) => product))]
      return {
        chain: code,
        lostFen: fen(numbers.reduce((all, product) => all + fenOf[product]!, 0)),
        firms: new Set(numbers.flatMap((product) => firmsOf[product]!)).size,
      }
    }),
    followed: followedOf(economy, lines, state),
    hits,
    isConverged: state.isConverged,
    evaluations: state.evaluations,
  }
}

/** How much of what local firms buy from lines that are hit leads on, or ends with a use that is known. */
function followedOf(economy: Economy, lines: Lines, { remaining }: State): Figure {
  const { links, firms } = economy
  const unknown: number[] = []
  let [boughtFen, unknownFen] = [0, 0]
  for (let link = 0; link < links.seller.length; link++) {
    const [buyer, product] = [links.buyer[link]!, links.product[link]!]
    if (remaining[lines.ofLink[link]!] === 1 || !firms.isLocal[buyer]) continue
    const valueFen = linkFen(links, link)
    boughtFen += valueFen
    const line = lineOf(lines.product, lines.start[buyer]!, lines.start[buyer + 1]!, product)
    const passesOn = line < lines.start[buyer + 1]! && lines.isPassedOn[line] === 1
    if (passesOn || useOf(economy, buyer, product) !== 'unknown') continue
    unknownFen += valueFen
    unknown.push(link)
  }
  return figureOf((boughtFen - unknownFen) / boughtFen, { boughtFen, unknownFen }, Int32Array.from(unknown))
}

const linksOf = ({ links }: Economy, firm: number, product: number): Int32Array =>
  rowsOf(links.byBuyer, firm).filter((link) => links.product[link] === product)
