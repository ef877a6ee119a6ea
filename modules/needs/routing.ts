import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { Rule, Target, Watcher } from './routing-contract.ts'
import type { Nature, UrgencyClass } from './words.ts'

/** A party that a rule leads to. */
export type Place = { readonly id: string; readonly name: string }

/** What of an appeal and its enterprise decides its way. */
export type AppealFacts = {
  readonly category: string | null
  readonly areaId: string | null
  readonly enterpriseId: string | null
  readonly tags: readonly string[]
  readonly chains: readonly string[]
  readonly leaderId: string | null
  readonly nature: Nature | null
  readonly severity: UrgencyClass | null
}

/** A published table, or a draft that is tried. */
export type RoutingTable = { readonly version: number; readonly rules: readonly Rule[] }

/** Where targets lie; null: nobody there who could take it now. */
export type Resolver = {
  readonly department: (id: string) => Place | null
  readonly areaOffice: (areaId: string) => Place | null
  /** The office of the first of the chains that has one, else the general chain office. */
  readonly chainOffice: (chains: readonly string[]) => Place | null
  readonly person: (accountId: string) => Place | null
}

export type AssignRule = Extract<Rule, { effect: 'assign' }>
/** A condition that a rule sets and the appeal meets. */
export type Reason = 'enterprise' | 'tag' | 'category' | 'area' | 'nature' | 'severity'

/** Who gets an appeal, and why; without a rule it waits in the dispatcher's queue. */
export type Route = {
  readonly version: number
  readonly rule: AssignRule | null
  readonly owner: Place | null
  readonly assistants: readonly Place[]
  readonly watchers: readonly Place[]
  readonly class: UrgencyClass | null
  readonly why: {
    readonly specificity: number | null
    readonly reasons: readonly Reason[]
    /** Numbers of stronger rules whose owner could not be reached. */
    readonly passedOver: readonly number[]
    readonly watchRules: readonly number[]
  }
}

/**
 * How particular a rule is: 16 · enterprise (or its tag) + 8 · L2 + 4 · L1 + 2 · area + 1 · nature or severity.
 * Source: casework.md §6. O(1).
 */
export function specificity(rule: Rule): number {
  const { category } = rule
  return (
    (rule.enterpriseId !== null || rule.tag !== null ? 16 : 0) +
    (category?.length === 4 ? 8 : 0) +
    (category?.length === 2 ? 4 : 0) +
    (rule.areaId === null ? 0 : 2) +
    (rule.nature === null && rule.severity === null ? 0 : 1)
  )
}

/**
 * Whether a rule fits an appeal on a day.
 * @param today  `YYYY-MM-DD`
 * Source: casework.md §6. O(tags).
 */
export function fits(rule: Rule, facts: AppealFacts, today: string): boolean {
  return (
    (rule.category === null || (facts.category?.startsWith(rule.category) ?? false)) &&
    (rule.areaId === null || rule.areaId === facts.areaId) &&
    (rule.enterpriseId === null || rule.enterpriseId === facts.enterpriseId) &&
    (rule.tag === null || facts.tags.includes(rule.tag)) &&
    (rule.nature === null || rule.nature === facts.nature) &&
    (rule.severity === null || rule.severity === facts.severity) &&
    (rule.validFrom === null || rule.validFrom <= today) &&
    (rule.validTo === null || today <= rule.validTo)
  )
}

/**
 * Finds the way of an appeal: the most particular rule that fits and whose owner can be reached; of equals the lowest number.
 * Rules that only watch add their watchers whoever owns it.
 * Source: casework.md §6. O(rules log rules).
 */
export function route(table: RoutingTable, facts: AppealFacts, resolver: Resolver, today: string): Route {
  const fitting = table.rules.filter((rule) => fits(rule, facts, today))
  const assigning = fitting
    .filter((rule) => rule.effect === 'assign')
    .toSorted((a, b) => specificity(b) - specificity(a) || a.number - b.number)
  const watching = fitting.filter((rule) => rule.effect === 'watch')
  const place = (target: Target | Watcher) => placeOf(target, facts, resolver)
  const index = assigning.findIndex((rule) => place(rule.owner) !== null)
  const rule = assigning[index] ?? null
  const owner = rule ? place(rule.owner) : null
  const others = (targets: readonly (Target | Watcher)[]) =>
    distinct(targets.flatMap((target) => place(target) ?? [])).filter(({ id }) => id !== owner?.id)
  return {
    version: table.version,
    rule,
    owner,
    assistants: others(rule?.assistants ?? []),
    watchers: others([...(rule?.watchers ?? []), ...watching.flatMap((one) => one.watchers)]),
    class: rule?.class ?? null,
    why: {
      specificity: rule ? specificity(rule) : null,
      reasons: rule ? reasonsOf(rule) : [],
      passedOver: assigning.slice(0, index === -1 ? assigning.length : index).map((one) => one.number),
      watchRules: watching.map((one) => one.number),
    },
  }
}

/**
 * Who takes what nobody owns: the office of the appeal's area.
 * Source: casework.md §6. O(1).
 */
export const fallbackOwner = (facts: Pick<AppealFacts, 'areaId'>, resolver: Resolver): Place | null =>
  facts.areaId === null ? null : resolver.areaOffice(facts.areaId)

function placeOf(target: Target | Watcher, facts: AppealFacts, resolver: Resolver): Place | null {
  switch (target.kind) {
    case 'department':
      return resolver.department(target.id)
    case 'area_office':
      return facts.areaId === null ? null : resolver.areaOffice(facts.areaId)
    case 'chain_office':
      return resolver.chainOffice(facts.chains)
    case 'leader_in_charge':
      return facts.leaderId === null ? null : resolver.person(facts.leaderId)
  }
}

const distinct = (places: readonly Place[]): readonly Place[] => [
  ...new Map(places.map((place) => [place.id, place])).values(),
]

function reasonsOf(rule: Rule): readonly Reason[] {
  const { enterpriseId: enterprise, areaId: area, tag, category, nature, severity } = rule
  const set = { enterprise, tag, category, area, nature, severity } satisfies Record<Reason, unknown>
  const names = ['enterprise', 'tag', 'category', 'area', 'nature', 'severity'] as const
  return names.filter((name) => set[name] !== null)
}

/** What is wrong with the rules of a draft as they are written. */
export type RuleError =
  | { readonly kind: 'rule_number_repeated'; readonly number: number }
  | { readonly kind: 'rule_enterprise_and_tag'; readonly number: number }
  | {
      readonly kind: 'rule_period_reversed'
      readonly number: number
      readonly validFrom: string
      readonly validTo: string
    }

/** Whether the rules of a draft can be kept. O(rules). */
export function checkRules(rules: readonly Rule[]): Result<void, RuleError> {
  const seen = new Set<number>()
  for (const { number, enterpriseId, tag, validFrom, validTo } of rules) {
    if (seen.has(number)) return err({ kind: 'rule_number_repeated', number })
    if (enterpriseId !== null && tag !== null) return err({ kind: 'rule_enterprise_and_tag', number })
    if (validFrom !== null && validTo !== null && validFrom > validTo)
      return err({ kind: 'rule_period_reversed', number, validFrom, validTo })
    seen.add(number)
  }
  return ok(undefined)
}

/** Why a table may not be published: nobody would get appeals of this category (in this area). */
export type Fault =
  | { readonly kind: 'no_owner'; readonly category: string; readonly area: Place | null }
  | {
      readonly kind: 'owner_closed' | 'owner_missing'
      readonly category: string
      readonly ruleNumber: number
      readonly ownerId: string
    }
  | { readonly kind: 'category_unknown'; readonly category: string; readonly ruleNumber: number }

/** The zone as publishing looks at it. */
export type Terrain = {
  /** Four-digit codes in use. */
  readonly categories: readonly string[]
  /** Every code there ever was. */
  readonly knownCategories: readonly string[]
  /** Open areas. */
  readonly areas: readonly Place[]
  /** `open` when it can take orders itself; a fallback does not count. */
  readonly departmentState: (id: string) => 'open' | 'closed' | 'missing'
  readonly resolver: Resolver
}

/**
 * What keeps a table from being published: a category in use that no unconditional rule leads to an owner who can be reached,
 * in any one of the areas; or a rule whose owner is closed.
 * Source: casework.md §6. O(categories × areas × rules).
 */
export function findFaults(rules: readonly Rule[], terrain: Terrain, today: string): readonly Fault[] {
  return [
    ...rules.flatMap((rule) => ruleFaults(rule, terrain)),
    ...terrain.categories.flatMap((category) => uncovered({ version: 0, rules }, category, terrain, today)),
  ]
}

function ruleFaults(rule: Rule, terrain: Terrain): readonly Fault[] {
  const { number: ruleNumber, category } = rule
  if (category !== null && !terrain.knownCategories.includes(category))
    return [{ kind: 'category_unknown', category, ruleNumber }]
  if (rule.effect === 'watch' || rule.owner.kind !== 'department') return []
  const { id: ownerId } = rule.owner
  const state = terrain.departmentState(ownerId)
  if (state === 'open') return []
  const kind = state === 'closed' ? 'owner_closed' : 'owner_missing'
  return terrain.categories
    .filter((code) => category === null || code.startsWith(category))
    .map((code) => ({ kind, category: code, ruleNumber, ownerId }))
}

function uncovered(table: RoutingTable, category: string, terrain: Terrain, today: string): readonly Fault[] {
  const reaches = (areaId: string | null) => {
    const facts = { ...nothingKnown, category, areaId }
    return route(table, facts, terrain.resolver, today).owner !== null
  }
  // A zone without areas is looked at as a whole.
  const missing: readonly (Place | null)[] =
    terrain.areas.length === 0 ? [null].filter(() => !reaches(null)) : terrain.areas.filter((area) => !reaches(area.id))
  if (missing.length === 0) return []
  if (missing.length === terrain.areas.length || terrain.areas.length === 0)
    return [{ kind: 'no_owner', category, area: null }]
  return missing.map((area) => ({ kind: 'no_owner', category, area }))
}

/** An appeal of which nothing is known. */
export const nothingKnown: AppealFacts = {
  category: null,
  areaId: null,
  enterpriseId: null,
  tags: [],
  chains: [],
  leaderId: null,
  nature: null,
  severity: null,
}

/** A default rule as the data file has it: departments by code, `@…` for places that depend on the appeal. */
export type DefaultRules = {
  readonly assign: readonly {
    readonly number: number
    readonly category: string
    readonly owner: string
    readonly assistants: readonly string[]
    readonly tag?: string
    readonly class?: string
    readonly note?: string
  }[]
  readonly watch: readonly {
    readonly number: number
    readonly tag: string
    readonly watchers: readonly string[]
    readonly note: string
  }[]
}

/**
 * Turns the default rules into a table for a zone.
 * @param departments  id by code
 * @returns rules, and what was left out because the zone has no such department
 * Source: casework.md §6. O(rules).
 */
export function rulesFromDefaults(
  defaults: DefaultRules,
  departments: ReadonlyMap<string, string>,
): {
  readonly rules: readonly Rule[]
  readonly skipped: readonly { readonly number: number; readonly department: string }[]
} {
  const skipped: { number: number; department: string }[] = []
  const target = (number: number, code: string): Target | null => {
    if (code === '@area_office') return { kind: 'area_office' }
    if (code === '@chain_office') return { kind: 'chain_office' }
    const id = departments.get(code)
    if (id === undefined) skipped.push({ number, department: code })
    return id === undefined ? null : { kind: 'department', id }
  }
  const assigning = defaults.assign.flatMap((one): Rule[] => {
    const owner = target(one.number, one.owner)
    const assistants = one.assistants.flatMap((code) => target(one.number, code) ?? [])
    if (!owner) return []
    return [
      {
        ...everything,
        effect: 'assign',
        number: one.number,
        category: one.category,
        tag: one.tag ?? null,
        owner,
        assistants,
        watchers: [],
        class: one.class === undefined ? null : readClass(one.class),
        note: one.note ?? '',
      },
    ]
  })
  const watching = defaults.watch.map(({ number, tag, note, watchers }): Rule => {
    assert(
      watchers.every((one) => one === '@leader_in_charge'),
      'default watchers are leaders in charge',
    )
    return { ...everything, effect: 'watch', number, tag, watchers: [{ kind: 'leader_in_charge' }], note }
  })
  return { rules: [...assigning, ...watching], skipped }
}

const everything = {
  category: null,
  areaId: null,
  enterpriseId: null,
  tag: null,
  nature: null,
  severity: null,
  validFrom: null,
  validTo: null,
} as const

function readClass(text: string): UrgencyClass {
  switch (text) {
    case 'P0':
    case 'P1':
    case 'P2':
    case 'P3':
    case 'P4':
      return text
    default:
      throw new RangeError(`a class is P0 to P4, got ${text}`)
  }
}
