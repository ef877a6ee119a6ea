/** What comes out of a turn: stored 已存, unchanged 未变, refused 数据有误, failed 中断. */
export const outcomes = ['stored', 'unchanged', 'refused', 'failed'] as const
export type Outcome = (typeof outcomes)[number]

/** Indicators of a product, a chain and a lead firm. */
export const indicators = {
  product: ['sufficiency', 'actual_local', 'potential_local', 'gap', 'concentration', 'utilisation', 'substitution'],
  chain: ['completeness', 'present', 'actual_local', 'inbound_freight', 'substitution', 'weaknesses'],
  leader: ['pull'],
} as const
export const figureKinds = ['product', 'chain', 'leader'] as const
export type FigureKind = (typeof figureKinds)[number]
export type Indicator = (typeof indicators)[FigureKind][number]

export const bands = ['open', 'concentrated', 'highly_concentrated'] as const
export type Band = (typeof bands)[number]

export const levels = ['segment', 'product'] as const
export type Level = (typeof levels)[number]

/** Ends of a flow beside segments and products: used here otherwise, sold outside. */
export const [used, sold] = ['~use', '~sold'] as const

/** Different firms behind a sum are counted to this. */
export const countedTo = 50

/** Firms and links of the network page, and firms whose criticality is kept. */
export const networkMax = { firms: 3_000, links: 10_000 } as const
export const criticalMax = 200

/** A year counts from the day on which it has this part of the links of the year before it: its first rows blank no page. */
export const leastOfYearBefore = 0.1

/** Runs that are kept, and beside them the last of each month. */
export const runsKept = 14

/** Weak points 薄弱点 by kind: required products that are missing, flagged single-source risks, hidden single sources. */
export type Weaknesses = Readonly<Record<'missing' | 'risks' | 'hidden', number>>

/** What was counted for a run; weak points those of all chains, each once. */
export type RunCounts = Readonly<
  Record<'products' | 'firms' | 'localFirms' | 'positions' | 'links' | 'chains', number>
> &
  Weaknesses
