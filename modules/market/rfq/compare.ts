/** What is asked for, as far as comparing goes; quantities in whole base units. */
export type AskedLine = {
  readonly line: number
  readonly quantity: number
  readonly unitBase: number
  readonly kg: number | null
}

/** What a firm said to a line. */
export type Answered = {
  readonly firmId: string
  readonly line: number
  readonly isDeclined: boolean
  /** Milli-fen for one unit of the line. */
  readonly priceMilliFen: number | null
  readonly quantity: number | null
  readonly leadDays: number | null
}

/** A cell of the comparison. */
export type Cell = {
  readonly firmId: string
  readonly line: number
  /** `gap`: nothing was said. */
  readonly kind: 'answer' | 'declined' | 'gap'
  readonly covers: boolean
  readonly goodsFen: number | null
  readonly freightFen: number | null
  /** Goods and freight of so much of the line as the answer has; null where a way is not known. */
  readonly deliveredFen: number | null
  /** The same for one unit, milli-fen. */
  readonly deliveredMilliFen: number | null
  readonly isCheapest: boolean
}

export type Comparison = {
  readonly cells: readonly Cell[]
  /** The cheapest answer that covers each line, from whomever; null: a line is not covered by anybody. */
  readonly split: {
    readonly fen: number
    readonly firms: readonly { readonly line: number; readonly firmId: string }[]
  } | null
  /** Lines that nobody covers alone. */
  readonly uncovered: readonly number[]
  /** The firm that covers every line at the least cost; null: none does. */
  readonly whole: { readonly fen: number; readonly firmId: string } | null
}

/**
 * Answers in columns: lines by firms, each with its cost delivered, the cheapest of a line, the cheapest basket from several firms and from
 * one. Answers whose way is not known are compared by the price of the goods when no way is known at all, else not.
 * @param tonneMilliFen  what a tonne costs from a firm to the asker; null where the way is not known
 * Pure. Source: own. O(lines × firms).
 */
export function compareAnswers(
  lines: readonly AskedLine[],
  firmIds: readonly string[],
  answers: readonly Answered[],
  tonneMilliFen: (firmId: string) => number | null,
): Comparison {
  const byKey = new Map(answers.map((answer) => [`${answer.line} ${answer.firmId}`, answer]))
  const rows = lines.map((line) => {
    const cells = firmIds.map((firmId) =>
      cellOf(line, firmId, byKey.get(`${line.line} ${firmId}`), tonneMilliFen(firmId)),
    )
    const cheapest = cheapestOf(cells)
    return { line, cells: cells.map((cell) => ({ ...cell, isCheapest: cell === cheapest })), cheapest }
  })
  const uncovered = rows.flatMap(({ line, cheapest }) => (cheapest?.covers ? [] : [line.line]))
  const covered = rows.flatMap(({ line, cheapest }) =>
    cheapest?.covers ? [{ line: line.line, firmId: cheapest.firmId, fen: costOf(cheapest) ?? 0 }] : [],
  )
  return {
    cells: rows.flatMap(({ cells }) => cells),
    split:
      uncovered.length === 0 && covered.length > 0
        ? {
            fen: covered.reduce((sum, { fen }) => sum + fen, 0),
            firms: covered.map(({ line, firmId }) => ({ line, firmId })),
          }
        : null,
    uncovered,
    whole: wholeOf(
      rows.map(({ cells }) => cells),
      firmIds,
    ),
  }
}

function cellOf(line: AskedLine, firmId: string, answer: Answered | undefined, perTonne: number | null): Cell {
  const none = {
    covers: false,
    goodsFen: null,
    freightFen: null,
    deliveredFen: null,
    deliveredMilliFen: null,
    isCheapest: false,
  }
  if (!answer) return { firmId, line: line.line, kind: 'gap', ...none }
  const { priceMilliFen, quantity } = answer
  if (answer.isDeclined || priceMilliFen === null || quantity === null)
    return { firmId, line: line.line, kind: 'declined', ...none }
  const taken = Math.min(quantity, line.quantity)
  const units = taken / line.unitBase
  const goodsFen = Math.round((units * priceMilliFen) / 1_000)
  const freightFen =
    perTonne === null || line.kg === null
      ? null
      : Math.round((perTonne / 1_000) * ((line.kg / 1_000) * (taken / line.quantity)))
  const deliveredFen = freightFen === null ? null : goodsFen + freightFen
  return {
    firmId,
    line: line.line,
    kind: 'answer',
    covers: quantity >= line.quantity,
    goodsFen,
    freightFen,
    deliveredFen,
    deliveredMilliFen: deliveredFen === null ? null : Math.round((deliveredFen * 1_000) / units),
    isCheapest: false,
  }
}

const costOf = ({ deliveredFen, goodsFen }: Cell): number | null => deliveredFen ?? goodsFen

/** Of those that cover the line when some do: the least for a unit. */
function cheapestOf(cells: readonly Cell[]): Cell | null {
  const said = cells.filter(({ kind }) => kind === 'answer')
  const comparable = said.some(({ deliveredFen }) => deliveredFen !== null)
    ? said.filter(({ deliveredFen }) => deliveredFen !== null)
    : said
  const whole = comparable.filter(({ covers }) => covers)
  const [first, ...rest] = whole.length > 0 ? whole : comparable
  if (!first) return null
  const perUnit = (cell: Cell): number => cell.deliveredMilliFen ?? cell.goodsFen ?? 0
  return rest.reduce((best, cell) => (perUnit(cell) < perUnit(best) ? cell : best), first)
}

function wholeOf(rows: readonly (readonly Cell[])[], firmIds: readonly string[]): Comparison['whole'] {
  const isKnown = rows.some((cells) => cells.some(({ deliveredFen }) => deliveredFen !== null))
  let best: Comparison['whole'] = null
  for (const firmId of firmIds) {
    const own = rows.map((cells) => cells.find((cell) => cell.firmId === firmId))
    const costs = own.map((cell) => (cell?.covers && (cell.deliveredFen !== null || !isKnown) ? costOf(cell) : null))
    if (costs.length === 0 || costs.some((cost) => cost === null)) continue
    const fen = costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)
    if (best === null || fen < best.fen) best = { fen, firmId }
  }
  return best
}
