import { describe, expect, it } from 'vitest'
import { itemsToCancel, jointResult, readyItems, type Outcomes } from './item-run.ts'

const node = (code: string, ...after: readonly string[]) => ({ code, after })
const graph = [
  node('licence'),
  node('permit', 'licence'),
  node('sign', 'licence'),
  node('delivery', 'permit'),
  node('health'),
]
const waiting: Outcomes = Object.fromEntries(graph.map(({ code }) => [code, 'waiting']))

describe('readyItems', () => {
  it('starts those that wait for nothing, then those whose dependencies are granted', () => {
    expect(readyItems(graph, waiting)).toEqual(['licence', 'health'])
    expect(readyItems(graph, { ...waiting, licence: 'granted', health: 'running' })).toEqual(['permit', 'sign'])
    expect(readyItems(graph, { ...waiting, licence: 'running', health: 'granted' })).toEqual([])
  })
})

describe('itemsToCancel', () => {
  it('cancels dependents of a refusal however far, names the item to blame, and lets the others go on', () => {
    expect(itemsToCancel(graph, { ...waiting, licence: 'granted', permit: 'refused', sign: 'running' })).toEqual([
      { item: 'delivery', because: 'permit' },
    ])
    expect(itemsToCancel(graph, { ...waiting, licence: 'refused', permit: 'cancelled', sign: 'cancelled' })).toEqual([
      { item: 'delivery', because: 'licence' },
    ])
  })

  it('cancels nothing while nothing was refused', () => {
    expect(itemsToCancel(graph, { ...waiting, licence: 'running' })).toEqual([])
  })
})

describe('jointResult', () => {
  it.each([
    [{ a: 'granted', b: 'running' }, null],
    [{}, null],
    [{ a: 'granted', b: 'granted' }, 'granted'],
    [{ a: 'granted', b: 'refused' }, 'partly_granted'],
    [{ a: 'refused', b: 'cancelled' }, 'not_granted'],
  ] as const)('of %j is %s', (outcomes, expected) => {
    expect(jointResult(outcomes)).toBe(expected)
  })
})
