import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import sheetJson from './data/sheet-default.json' with { type: 'json' }
import { compositeCenti, medianCenti, needsMore } from './panel-score.ts'
import { prizesOf, splitFen } from './prize.ts'
import { compareEntrants, rankTeams, type Entrant } from './ranking.ts'
import { listText, recompute, type StoredTeam } from './recompute.ts'
import { checkRules, deadlinesOf } from './review-rules.ts'
import { itemsOf, markRange, ScoreSheet, sheetMax, type Marks } from './score-sheet.ts'
import { scoreMarks, unexplained } from './score.ts'
import { marksWorth, testRules } from './testing-rules.ts'

const sheet = ScoreSheet.parse(sheetJson)
const rules = testRules()

describe('the default sheet', () => {
  it('gives 100 points: 15, 20, 20, 15, 15, 10, 5', () => {
    const sums = sheet.sections.map((section) =>
      section.items.reduce((sum, item) => sum + (item.kind === 'veto' ? 0 : item.maxCenti), 0),
    )

    expect(sums).toEqual([1_500, 2_000, 2_000, 1_500, 1_500, 1_000, 500, 0])
    expect(sheetMax(sheet)).toBe(10_000)
  })

  it('takes 1 point for each finding, and never less than nothing', () => {
    const full = marksWorth(sheet, 10_000)
    const score = (findings: number) => scoreMarks(sheet, { ...full, pre_shift: findings })

    expect(score(0)).toMatchObject({ value: { totalCenti: 10_000 } })
    expect(score(3)).toMatchObject({ value: { totalCenti: 9_700 } })
    expect(score(8)).toMatchObject({ value: { totalCenti: 9_200 } })
    expect(score(900)).toMatchObject({ value: { totalCenti: 9_200 } })
  })

  it('refuses marks that are missing, unknown or out of range, by name', () => {
    const full = marksWorth(sheet, 10_000)
    const { kyt: _, ...without } = full

    expect(scoreMarks(sheet, without)).toMatchObject({ error: { kind: 'mark_missing', field: 'marks.kyt' } })
    expect(scoreMarks(sheet, { ...full, bonus: 1 })).toMatchObject({ error: { kind: 'mark_unknown' } })
    expect(scoreMarks(sheet, { ...full, kyt: 1_201 })).toMatchObject({
      error: { kind: 'mark_out_of_range', field: 'marks.kyt', value: 12.01, min: 0, max: 12 },
    })
    expect(scoreMarks(sheet, { ...full, kyt: -1 })).toMatchObject({ error: { kind: 'mark_out_of_range' } })
    expect(scoreMarks(sheet, { ...full, accident: 2 })).toMatchObject({ error: { kind: 'mark_out_of_range' } })
  })

  it('tells the vetoes apart, and which marks differ without a reason', () => {
    const self = marksWorth(sheet, 9_000)
    const marks = { ...self, accident: 1, drills: 500 }

    expect(scoreMarks(sheet, marks)).toMatchObject({ value: { vetoes: ['accident'] } })
    expect(unexplained(sheet, self, marks, { drills: '演练记录缺失' }).map(({ key }) => key)).toEqual(['accident'])
  })
})

describe('the scores of a level', () => {
  it('composite 0.2 × 96 + 0.3 × 88 + 0.5 × 84 is 87.60; the company took itself 12.0 higher', () => {
    const weights = { selfPct: 20, countyPct: 30, prefecturePct: 50 }

    expect(compositeCenti(weights, { self: 9_600, county: 8_800, prefecture: 8_400 })).toBe(8_760)
    expect(9_600 - 8_400).toBe(1_200)
  })

  it('two within 10 points: their mean; 10.00 apart is not more than 10', () => {
    expect(needsMore([8_000, 9_000], 1_000)).toBe(false)
    expect(medianCenti([8_000, 9_000])).toBe(8_500)
    expect(medianCenti([8_000, 8_001])).toBe(8_001)
  })

  it('two more than 10 points apart need a third; the median of three counts', () => {
    expect(needsMore([8_000, 9_001], 1_000)).toBe(true)
    expect(needsMore([8_000, 9_001, 8_900], 1_000)).toBe(false)
    expect(medianCenti([8_000, 9_001, 8_900])).toBe(8_900)
  })

  it('fewer than two are never enough', () => {
    expect([needsMore([], 1_000), needsMore([9_000], 1_000)]).toEqual([true, true])
  })
})

const entrant = (id: string, over: Partial<Entrant> = {}): Entrant => ({
  id,
  companyId: id,
  compositeCenti: 9_000,
  prefectureCenti: 9_000,
  section2Centi: 1_800,
  submittedAt: 100,
  vetoed: false,
  ...over,
})
const placing = { modelMax: 2, modelMinCenti: 8_500, goodMax: 1, goodMinCenti: 8_000, perCompanyMax: 2 }

describe('the ranking', () => {
  it('breaks ties by prefecture, then section 2, then earlier submission', () => {
    const teams = [
      entrant('later', { submittedAt: 101 }),
      entrant('section', { section2Centi: 1_900, submittedAt: 200 }),
      entrant('prefecture', { prefectureCenti: 9_100, section2Centi: 0, submittedAt: 300 }),
      entrant('earlier'),
    ]

    expect(rankTeams(teams, placing).map(({ id }) => id)).toEqual(['prefecture', 'section', 'earlier', 'later'])
  })

  it('model needs 85.00, good 80.00; nobody over a place that is taken', () => {
    const teams = [
      entrant('a', { compositeCenti: 8_500 }),
      entrant('b', { compositeCenti: 8_499 }),
      entrant('c', { compositeCenti: 8_000 }),
      entrant('d', { compositeCenti: 7_999 }),
    ]

    expect(rankTeams(teams, placing).map(({ id, award, why }) => [id, award, why])).toEqual([
      ['a', 'model', 'model'],
      ['b', 'good', 'good'],
      ['c', null, 'places_taken'],
      ['d', null, 'below_minimum'],
    ])
  })

  it('at most two model teams of a company; the third may be good', () => {
    const teams = ['a', 'b', 'c', 'd'].map((id, index) =>
      entrant(id, { companyId: id === 'd' ? 'other' : 'same', compositeCenti: 9_500 - index }),
    )

    expect(rankTeams(teams, { ...placing, modelMax: 3 }).map(({ id, award }) => [id, award])).toEqual([
      ['a', 'model'],
      ['b', 'model'],
      ['c', 'good'],
      ['d', 'model'],
    ])
  })

  it('a vetoed team stands last and gets nothing, whatever its score', () => {
    const [first, last] = rankTeams([entrant('v', { compositeCenti: 10_000, vetoed: true }), entrant('a')], placing)

    expect([first?.id, last?.id, last?.award, last?.why]).toEqual(['a', 'v', null, 'vetoed'])
  })

  const entrants = fc.uniqueArray(
    fc.record({
      id: fc.uuid(),
      companyId: fc.constantFrom('x', 'y', 'z'),
      compositeCenti: fc.integer({ min: 7_900, max: 8_700 }),
      prefectureCenti: fc.constantFrom(8_000, 9_000),
      section2Centi: fc.constantFrom(1_000, 2_000),
      submittedAt: fc.constantFrom(1, 2),
      vetoed: fc.boolean(),
    }),
    { selector: ({ id }) => id, maxLength: 40 },
  )

  it('is a total order that does not depend on the order of coming', () => {
    fc.assert(
      fc.property(entrants, fc.integer(), (teams, seed) => {
        const shuffled = teams.toSorted((a, b) => ((a.submittedAt * 7 + seed) % 3) - ((b.submittedAt * 7 + seed) % 3))
        expect(rankTeams(shuffled.toReversed(), placing)).toEqual(rankTeams(teams, placing))
        for (const a of teams)
          for (const b of teams) {
            expect(Math.sign(compareEntrants(a, b)) + Math.sign(compareEntrants(b, a))).toBe(0)
            expect(compareEntrants(a, b) === 0).toBe(a.id === b.id)
          }
      }),
    )
  })

  it('is transitive', () => {
    fc.assert(
      fc.property(fc.tuple(entrants, fc.nat()), ([teams]) => {
        const [a, b, c] = teams.slice(0, 3)
        if (!a || !b || !c) return
        if (compareEntrants(a, b) < 0 && compareEntrants(b, c) < 0) expect(compareEntrants(a, c)).toBeLessThan(0)
      }),
    )
  })

  it('never gives more places than there are, nor one company more than its share', () => {
    fc.assert(
      fc.property(entrants, (teams) => {
        const ranked = rankTeams(teams, { ...placing, modelMax: 5 })
        const models = ranked.filter(({ award }) => award === 'model')
        const company = new Map(teams.map((team) => [team.id, team.companyId]))
        expect(models.length).toBeLessThanOrEqual(5)
        for (const one of ['x', 'y', 'z'])
          expect(models.filter(({ id }) => company.get(id) === one).length).toBeLessThanOrEqual(2)
        expect(ranked.filter(({ award }) => award === 'good').length).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('the prizes', () => {
  const winners = (n: number) => Array.from({ length: n }, (_, id) => ({ id: String(id), award: 'model' as const }))

  it('6 teams at 45,000 and 14 at 30,000 are 690,000 yuan', () => {
    const prizes = prizesOf(winners(20), rules.prize)

    expect(prizes.slice(0, 6).every(({ fen }) => fen === 4_500_000)).toBe(true)
    expect(prizes.slice(6).every(({ fen }) => fen === 3_000_000)).toBe(true)
    expect(prizes.reduce((sum, { fen }) => sum + fen, 0)).toBe(69_000_000)
  })

  it('100.00 yuan among three are 33.34, 33.33 and 33.33', () => {
    expect(splitFen(10_000, [1, 1, 1])).toEqual([3_334, 3_333, 3_333])
    expect(splitFen(10_000, [1, 2, 3])).toEqual([1_667, 3_333, 5_000])
  })

  it('nobody awarded, nothing paid', () => {
    expect(prizesOf([], rules.prize)).toEqual([])
  })

  it('sum to the pool to the fen, team and leader to the prize', () => {
    const tiers = fc.array(
      fc.record({
        award: fc.constantFrom('model', 'good'),
        places: fc.integer({ min: 1, max: 8 }),
        weight: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(
      fc.property(
        fc.nat(100_000_000_000),
        fc.integer({ min: 0, max: 100 }),
        tiers,
        fc.array(fc.constantFrom('model', 'good'), { maxLength: 30 }),
        (poolFen, leaderPct, tier, awards) => {
          const won = awards.map((award, index) => ({ id: String(index), award }))
          const prizes = prizesOf(won, { poolFen, leaderPct, tiers: tier })
          const placed = won.some(({ award }) => tier.some((one) => one.award === award))
          expect(prizes.reduce((sum, { fen }) => sum + fen, 0)).toBe(placed ? poolFen : 0)
          for (const { fen, leaderFen, teamFen } of prizes) {
            expect(leaderFen + teamFen).toBe(fen)
            expect(Math.min(leaderFen, teamFen)).toBeGreaterThanOrEqual(0)
          }
        },
      ),
    )
  })

  it('a place with more weight never gets less', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000_000),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
        (total, weights) => {
          const parts = splitFen(total, weights)
          for (const [i, a] of weights.entries())
            for (const [j, b] of weights.entries())
              if (a > b) expect(parts[i] ?? 0).toBeGreaterThanOrEqual(parts[j] ?? 0)
        },
      ),
    )
  })
})

describe('the whole list', () => {
  const marksOf: fc.Arbitrary<Marks> = fc.record(
    Object.fromEntries(
      itemsOf(sheet).map((item) => [
        item.key,
        item.kind === 'veto' ? fc.constant(0) : fc.integer({ min: 0, max: Math.min(markRange(item).max, 2_000) }),
      ]),
    ),
  )
  const team: fc.Arbitrary<StoredTeam> = fc.record({
    id: fc.uuid(),
    no: fc.constant('2026-001'),
    companyId: fc.constantFrom('x', 'y'),
    submittedAt: fc.nat(1_000),
    rules: fc.constant(rules),
    self: marksOf,
    county: fc.array(marksOf, { minLength: 1, maxLength: 3 }),
    prefecture: fc.array(marksOf, { minLength: 2, maxLength: 3 }),
    vetoes: fc.constantFrom([], ['accident']),
    adjustmentsCenti: fc.array(fc.integer({ min: -2_000, max: 2_000 }), { maxLength: 2 }),
  })

  it('is the same bytes whenever and in whatever order it is computed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(team, { selector: ({ id }) => id, maxLength: 12 }), (teams) => {
        const once = listText(recompute(rules, 1, teams))
        expect(listText(recompute(rules, 1, teams))).toBe(once)
        expect(listText(recompute(rules, 1, teams.toReversed()))).toBe(once)
        expect(listText(recompute(rules, 1, JSON.parse(JSON.stringify(teams))))).toBe(once)
      }),
    )
  })

  it('scores each team by its own rules and places by the campaign’s', () => {
    const stored = (id: string, own: typeof rules): StoredTeam => ({
      id,
      no: id,
      companyId: id,
      submittedAt: 1,
      rules: own,
      self: marksWorth(sheet, 9_600),
      county: [marksWorth(sheet, 8_800)],
      prefecture: [marksWorth(sheet, 8_300), marksWorth(sheet, 8_500)],
      vetoes: [],
      adjustmentsCenti: [],
    })
    const other = { ...rules, weights: { selfPct: 0, countyPct: 0, prefecturePct: 100 } }
    const list = recompute(rules, 2, [stored('kept', rules), stored('changed', other)])

    expect(list.rows.map(({ no, compositeCenti: composite }) => [no, composite])).toEqual([
      ['kept', 8_760],
      ['changed', 8_400],
    ])
    expect(list.rows.map(({ award }) => award)).toEqual(['model', 'good'])
    expect(list.rulesVersion).toBe(2)
  })
})

describe('a rule set', () => {
  it.each([
    ['weights_sum', { weights: { selfPct: 20, countyPct: 30, prefecturePct: 51 } }],
    ['deadline_order', { countyDue: rules.selfDue }],
    ['minimum_order', { goodMinCenti: 8_600 }],
    ['tier_places', { modelMax: 19 }],
    ['sheet_sum', { sheet: { sections: sheet.sections.slice(0, 3) } }],
    ['sheet_key_repeated', { sheet: { sections: [...sheet.sections, ...sheet.sections.slice(0, 1)] } }],
  ])('that breaks %s is refused', (kind, over) => {
    expect(checkRules({ ...rules, ...over })).toMatchObject({ error: { kind } })
  })

  it('closes a level three days after the end of its due day', () => {
    const { self } = deadlinesOf(rules)

    expect(new Date(self.dueAt).toISOString()).toBe('2026-03-31T16:00:00.000Z')
    expect(new Date(self.closeAt).toISOString()).toBe('2026-04-03T16:00:00.000Z')
  })
})
