import { assert } from '@tingzhou/kernel'
import { compositeCenti, medianCenti } from './panel-score.ts'
import { prizesOf } from './prize.ts'
import { rankTeams, type Award, type Entrant, type Why } from './ranking.ts'
import type { RuleSet } from './rule-set.ts'
import { fullCenti, type Marks } from './score-sheet.ts'
import { scoreMarks, type Score } from './score.ts'

/** Everything stored that decides about one team: marks as they were given, under the rules they were given. */
export type StoredTeam = {
  readonly id: string
  readonly no: string
  readonly companyId: string
  readonly submittedAt: number
  /** The rule set that the application keeps. */
  readonly rules: RuleSet
  readonly self: Marks
  readonly county: readonly Marks[]
  readonly prefecture: readonly Marks[]
  /** Vetoes recorded beside the marks: by the office or by an objection. */
  readonly vetoes: readonly string[]
  /** What objections changed in the prefecture score, hundredths, in the order of their decision. */
  readonly adjustmentsCenti: readonly number[]
}

export type Levels = {
  readonly selfCenti: number
  readonly countyCenti: number
  readonly prefectureCenti: number
  readonly section2Centi: number
  readonly compositeCenti: number
  readonly vetoes: readonly string[]
}

export type ListRow = Levels & {
  readonly id: string
  readonly no: string
  readonly companyId: string
  readonly submittedAt: number
  readonly rank: number
  readonly award: Award | null
  readonly why: Why
  readonly prizeFen: number
  readonly leaderFen: number
  readonly teamFen: number
}

/** A ranked list 排名表: what is made public, and what the prizes are. */
export type RankedList = { readonly rulesVersion: number; readonly poolFen: number; readonly rows: readonly ListRow[] }

/** What the levels' marks come to, under the team's own rules. Pure. O(marks). */
export function levelsOf(team: StoredTeam): Levels {
  const { rules } = team
  const score = (marks: Marks): Score => {
    const result = scoreMarks(rules.sheet, marks)
    // Marks are checked when they are given and never change.
    assert(result.ok, `marks of ${team.no} fit their sheet`)
    return result.value
  }
  const self = score(team.self)
  const county = team.county.map(score)
  const prefecture = team.prefecture.map(score)
  const adjusted = team.adjustmentsCenti.reduce(
    (sum, change) => Math.min(fullCenti, Math.max(0, sum + change)),
    medianCenti(prefecture.map(({ totalCenti }) => totalCenti)),
  )
  const levels = {
    selfCenti: self.totalCenti,
    countyCenti: medianCenti(county.map(({ totalCenti }) => totalCenti)),
    prefectureCenti: adjusted,
  }
  return {
    ...levels,
    section2Centi: medianCenti(prefecture.map(({ sectionsCenti }) => sectionsCenti[1] ?? 0)),
    compositeCenti: compositeCenti(rules.weights, {
      self: levels.selfCenti,
      county: levels.countyCenti,
      prefecture: levels.prefectureCenti,
    }),
    vetoes: [...new Set([...[...county, ...prefecture].flatMap(({ vetoes }) => vetoes), ...team.vetoes])].toSorted(),
  }
}

/**
 * The list that the stored inputs give, however often it is computed. Places, minimums and prizes follow the campaign's rules,
 * each team's score its own.
 * @param version  of the campaign's rules
 * @returns rows by rank. Pure. O(n log n).
 */
export function recompute(rules: RuleSet, version: number, teams: readonly StoredTeam[]): RankedList {
  const scored = teams.map((team) => ({ team, levels: levelsOf(team) }))
  const byId = new Map(scored.map((one) => [one.team.id, one]))
  const ranked = rankTeams(
    scored.map(({ team, levels }): Entrant => ({ ...team, ...levels, vetoed: levels.vetoes.length > 0 })),
    rules,
  )
  const winners = ranked.flatMap(({ id, award }) => (award ? [{ id, award }] : []))
  const prizes = new Map(prizesOf(winners, rules.prize).map((prize) => [prize.id, prize]))
  return {
    rulesVersion: version,
    poolFen: rules.prize.poolFen,
    rows: ranked.map(({ id, rank, award, why }) => {
      const one = byId.get(id)
      assert(one, 'a ranked team was an entrant')
      const prize = prizes.get(id)
      const { no, companyId, submittedAt } = one.team
      return {
        rank,
        id,
        no,
        companyId,
        ...one.levels,
        submittedAt,
        award,
        why,
        prizeFen: prize?.fen ?? 0,
        leaderFen: prize?.leaderFen ?? 0,
        teamFen: prize?.teamFen ?? 0,
      }
    }),
  }
}

/** A list as the bytes that are kept and compared: keys in one order, no spaces. Pure. O(size). */
export const listText = (list: RankedList): string =>
  JSON.stringify(list, (_key, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
