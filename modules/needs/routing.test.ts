import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import categories from './data/categories.json' with { type: 'json' }
import defaults from './data/routing-default.json' with { type: 'json' }
import type { Rule } from './routing-contract.ts'
import {
  checkRules,
  findFaults,
  fallbackOwner,
  nothingKnown,
  route,
  rulesFromDefaults,
  specificity,
  type AppealFacts,
  type Resolver,
  type Terrain,
} from './routing.ts'

const today = '2026-11-22'
const codes = defaults.departments.map(({ code }) => code)
const { rules: defaultRules } = rulesFromDefaults(defaults, new Map(codes.map((code) => [code, code])))
const place = (id: string) => ({ id, name: id })
const resolver: Resolver = {
  department: place,
  areaOffice: (areaId) => place(`office of ${areaId}`),
  chainOffice: ([chain]) => place(chain === undefined ? 'chain_office' : `office of ${chain}`),
  person: place,
}
const facts = (given: Partial<AppealFacts>): AppealFacts => ({ ...nothingKnown, ...given })
const routed = (given: Partial<AppealFacts>, rules: readonly Rule[] = defaultRules) =>
  route({ version: 3, rules }, facts(given), resolver, today)
const rule = (number: number, given: Partial<Extract<Rule, { effect: 'assign' }>>): Rule => ({
  effect: 'assign',
  number,
  category: null,
  areaId: null,
  enterpriseId: null,
  tag: null,
  nature: null,
  severity: null,
  validFrom: null,
  validTo: null,
  owner: { kind: 'department', id: `department ${number}` },
  assistants: [],
  watchers: [],
  class: null,
  note: '',
  ...given,
})

describe('acceptance vectors of casework.md §14', () => {
  it('leads 0701 of a lead firm 链主 in area 2 to the chain office and adds the watcher', () => {
    const answer = routed({ category: '0701', areaId: 'area 2', tags: ['链主'], chains: ['agri'], leaderId: 'leader' })

    expect(answer.owner?.id).toBe('office of agri')
    expect(answer.watchers.map(({ id }) => id)).toEqual(['leader'])
  })

  it('lets "0701 + area 2" beat "07*"', () => {
    const rules = [rule(1, { category: '07' }), rule(2, { category: '0701', areaId: 'area 2' })]

    expect(routed({ category: '0701', areaId: 'area 2' }, rules).rule?.number).toBe(2)
    expect(routed({ category: '0701', areaId: 'area 1' }, rules).rule?.number).toBe(1)
    expect(routed({ category: '0702', areaId: 'area 2' }, rules).rule?.number).toBe(1)
  })

  it('blocks publishing when the last owner of 0405 is removed, and names it', () => {
    const without = defaultRules.filter((one) => one.category !== '04' && one.category !== '0405')
    const onlySpecial = [
      ...without,
      rule(900, { category: '0405', tag: '链主', owner: { kind: 'department', id: 'construction' } }),
    ]

    expect(findFaults(defaultRules, terrain, today)).toEqual([])
    expect(findFaults(without, terrain, today)).toEqual([{ kind: 'no_owner', category: '0405', area: null }])
    expect(findFaults(onlySpecial, terrain, today)).toEqual([{ kind: 'no_owner', category: '0405', area: null }])
  })
})

const l2 = categories.map(({ code }) => code).filter((code) => code.length === 4)
const terrain: Terrain = {
  categories: l2,
  knownCategories: categories.map(({ code }) => code),
  areas: [place('area 1'), place('area 2')],
  departmentState: (id) => (codes.includes(id) ? 'open' : 'missing'),
  resolver: { ...resolver, department: (id) => (codes.includes(id) ? place(id) : null) },
}

describe('the default rules', () => {
  it.each([
    [{ category: '0101', areaId: 'a' }, 'finance', ['office of a'], null],
    [{ category: '0103' }, 'finance', [], null],
    [{ category: '0103', tags: ['高新技术'] }, 'finance', ['startup_centre'], null],
    [{ category: '0104' }, 'market_regulation', ['justice'], null],
    [{ category: '0203' }, 'natural_resources', ['construction'], null],
    [{ category: '0303' }, 'human_resources', ['housing'], null],
    [{ category: '0304' }, 'human_resources', ['education'], null],
    [{ category: '0402' }, 'power_company', [], 'P1'],
    [{ category: '0405' }, 'construction', ['heat_company'], null],
    [{ category: '0503' }, 'commerce', ['traffic_police'], null],
    [{ category: '0505' }, 'customs_liaison', [], null],
    [{ category: '0601' }, 'service_hall', ['market_regulation'], null],
    [{ category: '0701' }, 'chain_office', [], null],
    [{ category: '0702' }, 'commerce', [], null],
    [{ category: '0801' }, 'startup_centre', [], null],
    [{ category: '0902' }, 'safety_environment', ['emergency'], null],
    [{ category: '0905' }, 'supervision_office', [], null],
    [{ category: '1001', areaId: 'a' }, 'organisation', ['party_committee', 'office of a'], null],
    [{ category: '1102', areaId: 'a' }, 'office of a', [], null],
  ] as const)('lead %o to %s', (given, owner, assistants, urgency) => {
    const answer = routed(given)

    expect(answer.owner?.id).toBe(owner)
    expect(answer.assistants.map(({ id }) => id)).toEqual(assistants)
    expect(answer.class).toBe(urgency)
  })

  it('leave what has no category or area to the dispatcher', () => {
    expect(routed({ category: null }).rule).toBeNull()
    expect(routed({ category: '1102' })).toMatchObject({ owner: null, why: { passedOver: [110] } })
  })

  it('drop and shorten what names a department that the zone lacks', () => {
    const few = rulesFromDefaults(defaults, new Map([['construction', 'c']]))

    expect(few.rules.filter((one) => one.effect === 'assign').map(({ number }) => number)).toEqual([
      40, 41, 43, 44, 45, 46, 47, 71, 110,
    ])
    expect(few.skipped).toContainEqual({ number: 45, department: 'heat_company' })
  })
})

describe('route', () => {
  it('weighs enterprise 16, L2 8, L1 4, area 2, nature or severity 1', () => {
    expect(specificity(rule(1, {}))).toBe(0)
    expect(specificity(rule(1, { enterpriseId: 'e' }))).toBe(16)
    expect(specificity(rule(1, { tag: '规上', category: '0401', areaId: 'a', nature: 'help', severity: 'P1' }))).toBe(
      27,
    )
    expect(specificity(rule(1, { category: '04', areaId: 'a' }))).toBe(6)
  })

  it('takes the lowest number of equals', () => {
    const rules = [rule(7, { category: '04' }), rule(3, { category: '04' })]

    expect(routed({ category: '0401' }, rules).rule?.number).toBe(3)
  })

  it('passes over a rule whose owner cannot be reached, and says so', () => {
    const rules = [rule(1, { category: '04' }), rule(2, { category: '0401', owner: { kind: 'area_office' } })]

    const answer = routed({ category: '0401' }, rules)

    expect(answer.rule?.number).toBe(1)
    expect(answer.why.passedOver).toEqual([2])
  })

  it('holds rules to their days', () => {
    const rules = [
      rule(1, {}),
      rule(2, { category: '04', validFrom: '2026-11-23' }),
      rule(3, { category: '04', validTo: today }),
    ]

    expect(routed({ category: '0401' }, rules).rule?.number).toBe(3)
  })

  it('never names the owner as assistant or watcher, and nobody twice', () => {
    const other = { kind: 'department', id: 'other' } as const
    const owner = { kind: 'department', id: 'owner' } as const
    const rules = [rule(1, { owner, assistants: [owner, other, other], watchers: [owner] })]

    const answer = routed({}, rules)

    expect(answer.assistants).toEqual([place('other')])
    expect(answer.watchers).toEqual([])
  })

  it('chooses the same rule in whatever order the table lists them', () => {
    const some = fc.record({
      category: fc.constantFrom(null, '04', '0401', '0402'),
      areaId: fc.constantFrom(null, 'a', 'b'),
      tag: fc.constantFrom(null, '规上'),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 12 }), fc.constantFrom('0401', '0402'), (list, category) => {
        const rules = list.map((given, i) => rule(i + 1, given))
        const forward = routed({ category, areaId: 'a', tags: ['规上'] }, rules)
        const backward = routed({ category, areaId: 'a', tags: ['规上'] }, rules.toReversed())
        expect(backward).toEqual(forward)
        const best = Math.max(
          -1,
          ...rules
            .filter((one) => one.areaId !== 'b' && (one.category === null || category.startsWith(one.category)))
            .map(specificity),
        )
        expect(forward.why.specificity ?? -1).toBe(best)
      }),
    )
  })

  it('falls back to the office of the area', () => {
    expect(fallbackOwner(facts({ areaId: 'a' }), resolver)?.id).toBe('office of a')
    expect(fallbackOwner(facts({}), resolver)).toBeNull()
  })
})

describe('findFaults', () => {
  it('names every category whose rule has a closed or unknown owner', () => {
    const closed = {
      ...terrain,
      departmentState: (id: string) => (id === 'heat_company' ? ('closed' as const) : ('open' as const)),
    }
    const rules = [
      ...defaultRules,
      rule(300, { category: '0405', areaId: 'area 1', owner: { kind: 'department', id: 'heat_company' } }),
    ]

    expect(findFaults(rules, closed, today)).toEqual([
      { kind: 'owner_closed', category: '0405', ruleNumber: 300, ownerId: 'heat_company' },
    ])
    expect(findFaults([...defaultRules, rule(301, { category: '0777' })], terrain, today)).toContainEqual({
      kind: 'category_unknown',
      category: '0777',
      ruleNumber: 301,
    })
  })

  it('names the one area in which nobody would get it', () => {
    const office = (areaId: string) => (areaId === 'area 1' ? place('office') : null)
    const faults = findFaults(
      defaultRules,
      { ...terrain, resolver: { ...terrain.resolver, areaOffice: office } },
      today,
    )

    expect(faults).toContainEqual({ kind: 'no_owner', category: '1101', area: place('area 2') })
    expect(faults).toHaveLength(5)
  })
})

describe('checkRules', () => {
  it('refuses a number twice, an enterprise with a tag, a period that ends before it begins', () => {
    expect(checkRules(defaultRules).ok).toBe(true)
    expect(checkRules([rule(1, {}), rule(1, {})])).toMatchObject({ error: { kind: 'rule_number_repeated', number: 1 } })
    expect(checkRules([rule(1, { enterpriseId: 'e', tag: '规上' })])).toMatchObject({
      error: { kind: 'rule_enterprise_and_tag' },
    })
    expect(checkRules([rule(1, { validFrom: '2026-02-01', validTo: '2026-01-01' })])).toMatchObject({
      error: { kind: 'rule_period_reversed' },
    })
  })
})
