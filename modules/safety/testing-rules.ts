import { assert } from '@tingzhou/kernel'
import sheetJson from './data/sheet-default.json' with { type: 'json' }
import { RuleSet } from './rule-set.ts'
import { itemsOf, type Marks, type ScoreSheet } from './score-sheet.ts'

/** Rules as the report has them: 690,000 yuan, six places at 45,000 and fourteen at 30,000. */
export const testRules = (over: Partial<RuleSet> = {}): RuleSet =>
  RuleSet.parse({
    sheet: sheetJson,
    weights: { selfPct: 20, countyPct: 30, prefecturePct: 50 },
    selfDue: '2026-03-31',
    countyDue: '2026-04-15',
    prefectureDue: '2026-05-15',
    modelMax: 20,
    goodMax: 10,
    quotas: [],
    prize: {
      poolFen: 69_000_000,
      leaderPct: 30,
      tiers: [
        { award: 'model', places: 6, weight: 3 },
        { award: 'model', places: 14, weight: 2 },
      ],
    },
    ...over,
  })

/** Marks on a sheet that come to a score: full marks, then taken from the items with points. */
export function marksWorth(sheet: ScoreSheet, centi: number): Marks {
  const full = itemsOf(sheet).map((item) => {
    switch (item.kind) {
      case 'points':
        return [item.key, item.maxCenti] as const
      case 'yes_no':
        return [item.key, 1] as const
      case 'deduct':
      case 'veto':
        return [item.key, 0] as const
    }
  })
  let less = 10_000 - centi
  const points = new Set(itemsOf(sheet).flatMap(({ kind, key }) => (kind === 'points' ? [key] : [])))
  const marks = full.map(([key, mark]) => {
    const taken = points.has(key) ? Math.min(less, mark) : 0
    less -= taken
    return [key, mark - taken]
  })
  assert(less === 0, `the sheet can give ${centi}`)
  return Object.fromEntries(marks)
}
