import { describe, expect, it } from 'vitest'
import { builtInOneThings } from './built-in.ts'
import { seedDepartments } from './departments.ts'
import { syntheticItems } from './synthetic-items.ts'

const items = syntheticItems(1)

describe('syntheticItems', () => {
  it('makes 8,019 items with codes and names given once, all marked synthetic', () => {
    expect(items).toHaveLength(8_019)
    expect(new Set(items.map(({ code }) => code)).size).toBe(8_019)
    expect(new Set(items.map(({ name }) => name.zh)).size).toBe(8_019)
    expect(new Set(items.map(({ name }) => name.en)).size).toBe(8_019)
    expect(items.every(({ synthetic }) => synthetic)).toBe(true)
    expect(items.every(({ code }) => /^\d{12}$/.test(code))).toBe(true)
  })

  it('is the same for the same seed and another for another', () => {
    expect(syntheticItems(1)).toEqual(items)
    expect(syntheticItems(2)).not.toEqual(items)
  })

  it('gives every department its share, to within one', () => {
    const weights = seedDepartments.reduce((sum, { syntheticWeight }) => sum + syntheticWeight, 0)
    for (const { code, syntheticWeight } of seedDepartments) {
      const own = items.filter(({ department }) => department === code).length
      expect(Math.abs(own - (8_019 * syntheticWeight) / weights)).toBeLessThan(1)
    }
  })

  it('promises no longer than the law, and takes no code of a built-in item', () => {
    const taken = new Set(builtInOneThings().flatMap((oneThing) => oneThing.items.map(({ code }) => code)))

    expect(items.filter(({ promisedDays, legalDays }) => promisedDays < 1 || promisedDays > legalDays)).toEqual([])
    expect(items.filter(({ code }) => taken.has(code))).toEqual([])
  })

  it('makes as many as are asked for', () => {
    expect(syntheticItems(1, 100)).toHaveLength(100)
    expect(() => syntheticItems(1, 100_000)).toThrow('names')
  })
})
