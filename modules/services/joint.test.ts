import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkOneThing } from './check-one-thing.ts'
import { readyItems, type Outcomes } from './item-run.ts'
import { jointProblems, packagesOf, placeMessage, placesOf, withReceipts } from './joint.ts'
import { builtInOneThings } from './built-in.ts'
import { OneThing } from './one-thing.ts'
import { select } from './situation.ts'
import { assert } from '@tingzhou/kernel'

const found = builtInOneThings().find(({ code }) => code === 'restaurant')
assert(found, 'the restaurant is built in')
const licence = '101100001000'
const food = '101100002000'
const sign = '110100001000'

/** Its sign is decided where the shop stands: always in the county, its food permit only for canteens. */
const joint = {
  home: { zh: '示例市', en: 'Example city' },
  places: [
    {
      area: '999901',
      name: { zh: '示例县', en: 'Example county' },
      departments: [
        { of: 'urban_management', by: 'county_urban' },
        { of: 'market_regulation', by: 'county_market' },
      ],
      source: 'invented default',
    },
  ],
  rules: [
    { item: sign, area: '999901', when: null },
    { item: food, area: '999901', when: { question: 'shop_kind', options: ['canteen'] } },
  ],
}
const thing = OneThing.parse({ ...found, joint })
const answers = {
  firm_kind: ['individual'],
  shop_kind: ['restaurant'],
  sign: ['yes'],
  gathering: ['no'],
  staff_certificates: ['all'],
  applied_by: ['self'],
}
const places = (over: Readonly<Record<string, readonly string[]>> = {}) => {
  const given = { ...answers, ...over }
  const selection = select(thing, given)
  assert(selection.ok, 'the answers are whole')
  return placesOf(thing, selection.value, given)
}

describe('who decides which item where 多地联办', () => {
  it('follows the rules of the one-thing and the answers; the rest stays with the lead', () => {
    expect([...places().keys()]).toEqual([sign])
    expect([...places({ shop_kind: ['canteen'] }).keys()]).toEqual([food, sign])
    expect([...places({ sign: ['no'] }).keys()]).toEqual([])
    expect(places().get(sign)).toMatchObject({ area: '999901', department: 'county_urban' })
  })

  it('makes one package a place with its items and departments', () => {
    expect(packagesOf(places({ shop_kind: ['canteen'] }))).toEqual([
      {
        area: '999901',
        name: { zh: '示例县', en: 'Example county' },
        items: [food, sign],
        departments: ['county_market', 'county_urban'],
      },
    ])
  })

  it('is refused for an area without a competent department, and for one out of reach', () => {
    const reach = new Map([['county_urban', { id: 'd1' }]])
    expect(jointProblems(places(), reach)).toEqual([])
    expect(jointProblems(places({ shop_kind: ['canteen'] }), reach)).toEqual([
      { kind: 'department_out_of_reach', item: food, area: '999901', department: 'county_market' },
    ])
    const bare = { ...thing, joint: { ...joint, places: joint.places.map((place) => ({ ...place, departments: [] })) } }
    const selection = select(thing, answers)
    assert(selection.ok, 'the answers are whole')
    expect(jointProblems(placesOf(bare, selection.value, answers), reach)).toEqual([
      { kind: 'area_without_department', item: sign, area: '999901', department: null },
    ])
  })

  it('is checked before a version is published', () => {
    expect(checkOneThing(thing)).toEqual({ ok: true, value: undefined })
    const wrong = {
      ...joint,
      places: [
        { ...joint.places[0], departments: [{ of: 'urban_management', by: 'county_urban' }] },
        { ...joint.places[0], area: '999902' },
      ],
      rules: [...joint.rules, { item: '999999999999', area: '999903', when: { question: 'sign', options: ['maybe'] } }],
    }
    const checked = checkOneThing(OneThing.parse({ ...found, joint: wrong }), {
      departments: new Set(['county_urban', found.lead, ...found.items.map(({ department }) => department)]),
      processes: null,
    })
    assert(!checked.ok, 'it cannot be published')
    expect(checked.error).toEqual([
      { kind: 'never_used', part: 'area', code: '999902' },
      { kind: 'unknown_code', part: 'department', code: 'county_market', usedBy: '999902' },
      { kind: 'area_without_department', item: food, area: '999901', department: 'market_regulation' },
      { kind: 'unknown_code', part: 'item', code: '999999999999', usedBy: 'restaurant' },
      { kind: 'unknown_code', part: 'area', code: '999903', usedBy: '999999999999' },
      { kind: 'unknown_code', part: 'option', code: 'sign.maybe', usedBy: '999999999999' },
    ])
  })
})

describe('what a place begins', () => {
  const nodes = [
    { code: licence, after: [], place: null },
    { code: sign, after: [licence], place: '999901' },
  ]

  it('nothing that it has not taken in, nothing that still waits for another item', () => {
    const ready = (outcomes: Outcomes, received: readonly string[]) => {
      const seen = withReceipts(nodes, outcomes, new Set(received))
      return readyItems(seen.graph, seen.outcomes)
    }
    expect(ready({ [licence]: 'granted', [sign]: 'waiting' }, [])).toEqual([])
    expect(ready({ [licence]: 'running', [sign]: 'waiting' }, ['999901'])).toEqual([])
    expect(ready({ [licence]: 'granted', [sign]: 'waiting' }, ['999901'])).toEqual([sign])
  })

  it('is never more than without places', () => {
    const outcome = fc.constantFrom('waiting', 'running', 'granted', 'refused', 'cancelled')
    fc.assert(
      fc.property(outcome, outcome, fc.boolean(), (one, other, isIn) => {
        const outcomes: Outcomes = { [licence]: one, [sign]: other }
        const seen = withReceipts(nodes, outcomes, new Set(isIn ? ['999901'] : []))
        const plain = new Set(readyItems(nodes, outcomes))
        expect(readyItems(seen.graph, seen.outcomes).every((code) => plain.has(code))).toBe(true)
      }),
    )
  })

  it('ends when all its items have ended, wherever its package is', () => {
    expect(placeMessage('decision', false)).toBe(null)
    expect(placeMessage('decision', true)).toBe('decided')
    expect(placeMessage('answer', true)).toBe('withdrawn')
    expect(placeMessage('delivered', true)).toBe(null)
  })
})
