import { describe, expect, it } from 'vitest'
import type { Rule } from '../routing-contract.ts'
import { diffRules, keyOfTarget, targetOfKey, watcherOfKey } from './rule-words.ts'

const rule = (number: number, note = ''): Rule => ({
  effect: 'assign',
  number,
  category: '0402',
  areaId: null,
  enterpriseId: null,
  tag: null,
  nature: null,
  severity: null,
  validFrom: null,
  validTo: null,
  owner: { kind: 'area_office' },
  assistants: [],
  watchers: [],
  class: null,
  note,
})

describe('diffRules', () => {
  it('names what was added, removed and changed, by rule number', () => {
    const changes = diffRules([rule(10), rule(20), rule(30)], [rule(10), rule(30, 'night'), rule(40)])

    expect(changes.map(({ number, kind }) => [number, kind])).toEqual([
      [20, 'removed'],
      [30, 'changed'],
      [40, 'added'],
    ])
  })

  it('sees no change in another order of fields', () => {
    const { note, ...rest } = rule(10)

    expect(diffRules([rule(10)], [{ note, ...rest } as Rule])).toEqual([])
  })
})

describe('targets as choices', () => {
  it('come back as they went', () => {
    const department = { kind: 'department', id: '01a20319-d3a6-790b-929a-02dc5369237c' } as const

    expect(targetOfKey(keyOfTarget(department))).toEqual(department)
    expect(targetOfKey(keyOfTarget({ kind: 'chain_office' }))).toEqual({ kind: 'chain_office' })
    expect(watcherOfKey(keyOfTarget({ kind: 'leader_in_charge' }))).toEqual({ kind: 'leader_in_charge' })
  })

  it('are refused where they have no meaning', () => {
    expect(targetOfKey('leader_in_charge')).toBeNull()
    expect(watcherOfKey('chain_office')).toBeNull()
  })
})
