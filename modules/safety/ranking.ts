/** A team that all levels have scored; hundredths. */
export type Entrant = {
  readonly id: string
  readonly companyId: string
  readonly compositeCenti: number
  readonly prefectureCenti: number
  readonly section2Centi: number
  readonly submittedAt: number
  readonly vetoed: boolean
}

export type Award = 'model' | 'good'

export type Placing = {
  readonly modelMax: number
  readonly modelMinCenti: number
  readonly goodMax: number
  readonly goodMinCenti: number
  /** Model teams of one company. */
  readonly perCompanyMax: number
}

export type Ranked = { readonly id: string; readonly rank: number; readonly award: Award | null; readonly why: Why }

/** What decided about the award: in order, the first that holds. */
export type Why = 'model' | 'good' | 'vetoed' | 'below_minimum' | 'places_taken'

/**
 * Which of two teams stands before the other: composite, prefecture score, second section, earlier submission; the id at
 * last, so that no two teams are equal. Pure. O(1).
 */
export const compareEntrants = (a: Entrant, b: Entrant): number =>
  b.compositeCenti - a.compositeCenti ||
  b.prefectureCenti - a.prefectureCenti ||
  b.section2Centi - a.section2Centi ||
  a.submittedAt - b.submittedAt ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * Ranks teams and gives the awards: model 示范 to the first `modelMax` of those at or over the minimum, at most `perCompanyMax`
 * of one company; good 优良 to the next `goodMax` at or over theirs, a team that only the company's limit kept from model included.
 * Vetoed teams stand at the end and get none.
 * @returns all entrants in order, ranks from 1. Pure. O(n log n).
 */
export function rankTeams(entrants: readonly Entrant[], placing: Placing): readonly Ranked[] {
  const eligible = entrants.filter(({ vetoed }) => !vetoed).toSorted(compareEntrants)
  const vetoed = entrants.filter((one) => one.vetoed).toSorted(compareEntrants)
  const models = modelsAmong(eligible, placing)
  const goods = new Set(
    eligible
      .filter((one) => !models.has(one.id) && one.compositeCenti >= placing.goodMinCenti)
      .slice(0, placing.goodMax)
      .map(({ id }) => id),
  )
  const whyOf = (one: Entrant): Why => {
    if (one.vetoed) return 'vetoed'
    if (models.has(one.id)) return 'model'
    if (goods.has(one.id)) return 'good'
    return one.compositeCenti < placing.goodMinCenti ? 'below_minimum' : 'places_taken'
  }
  return [...eligible, ...vetoed].map((one, index) => {
    const why = whyOf(one)
    return { id: one.id, rank: index + 1, award: why === 'model' || why === 'good' ? why : null, why }
  })
}

function modelsAmong(ordered: readonly Entrant[], placing: Placing): ReadonlySet<string> {
  const models = new Set<string>()
  const ofCompany = new Map<string, number>()
  for (const { id, companyId, compositeCenti } of ordered) {
    const taken = ofCompany.get(companyId) ?? 0
    if (models.size >= placing.modelMax || compositeCenti < placing.modelMinCenti || taken >= placing.perCompanyMax)
      continue
    models.add(id)
    ofCompany.set(companyId, taken + 1)
  }
  return models
}
