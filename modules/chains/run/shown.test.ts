import { describe, expect, it } from 'vitest'
import { roundedShare } from '../rounding.ts'
import { closedOf, isThin, shownFigure, type StoredFigure } from './shown.ts'

const figure = (more: Partial<StoredFigure>): StoredFigure => ({
  kind: 'product',
  code: 'A',
  firm_id: '',
  name: 'actual_local',
  value: 0.4321,
  parts: { localFen: 4_321, boughtFen: 10_000 },
  band: null,
  sellers: 5,
  buyers: 5,
  ...more,
})
const place = (chain: string, segment: string, product: string) => ({ chain, segment, product })

describe('what may be shown', () => {
  it('counts the smaller side, and nothing traded is nothing hidden', () => {
    expect(isThin({ sellers: 9, buyers: 2 }, 3)).toBe(true)
    expect(isThin({ sellers: 2, buyers: 9 }, 3)).toBe(true)
    expect(isThin({ sellers: 3, buyers: 3 }, 3)).toBe(false)
    expect(isThin({ sellers: 0, buyers: 0 }, 3)).toBe(false)
  })

  it('tells a share in steps and its sums not at all where few stand behind it', () => {
    expect(shownFigure(figure({}), false)).toMatchObject({ value: 0.432, hidden: null, isRounded: false })
    expect(shownFigure(figure({}), true)).toMatchObject({
      value: 0.45,
      parts: { localFen: null, boughtFen: null },
      hidden: 'fewer_than',
      isRounded: true,
    })
    const saving = figure({ name: 'substitution', value: 99, parts: { savingFen: 99, spare: 7, makers: 2 } })
    expect(shownFigure(saving, true)).toMatchObject({ value: null, parts: { savingFen: null, spare: 7, makers: 2 } })
    const need = figure({ name: 'sufficiency', value: 0.4321, parts: { need: 5 }, sellers: 0, buyers: 0 })
    expect(shownFigure(need, true)).toMatchObject({ value: 0.4321, parts: { need: 5 }, hidden: null })
    expect([roundedShare(0.974), roundedShare(0.613), roundedShare(0)]).toEqual([0.95, 0.6, 0])
  })

  it('closes with a thin product its segment, in every chain, and the chains: the rest of a whole tells a part', () => {
    const places = [
      place('X', 'up', 'A'),
      place('X', 'up', 'B'),
      place('X', 'down', 'C'),
      place('Y', 'up', 'B'),
      place('Z', 'up', 'D'),
    ]
    const figures = [
      figure({ code: 'A', sellers: 2 }),
      figure({ code: 'B' }),
      figure({ code: 'C' }),
      figure({ code: 'D' }),
    ]

    const closed = closedOf(figures, places, [], 3)

    expect([...closed.products].toSorted()).toEqual(['A', 'B'])
    expect([...closed.chains].toSorted()).toEqual(['X', 'Y'])
  })

  it('closes on: what stands with what is closed, wherever, and the segments that hold it', () => {
    const places = [place('X', 'up', 'A'), place('X', 'up', 'B'), place('Y', 'mid', 'B'), place('Y', 'mid', 'C')]

    const closed = closedOf([figure({ code: 'A', sellers: 2 })], [...places, place('Z', 'up', 'D')], [], 3)

    expect([...closed.products].toSorted()).toEqual(['A', 'B', 'C'])
    expect(['X up', 'Y mid', 'Z up'].map((key) => closed.hasSegment(...(key.split(' ') as [string, string])))).toEqual([
      true,
      true,
      false,
    ])
  })

  it('tells sums in three digits, that two runs do not tell a link by their difference', () => {
    const told = (boughtFen: number) =>
      shownFigure(figure({ parts: { boughtFen, localKm: 12.3456 }, value: 4_321 / boughtFen }), false)

    expect(told(1_234_567)).toMatchObject({ value: 0.0035, parts: { boughtFen: 1_230_000, localKm: 12.3 } })
    expect(told(1_234_599)).toEqual(told(1_234_567))
  })

  it('closes what a thin flow could be told from', () => {
    const places = [place('X', 'up', 'A'), place('X', 'down', 'C')]

    const closed = closedOf([figure({}), figure({ code: 'C' })], places, [{ chain: 'X', segment: 'down' }], 3)

    expect([...closed.products]).toEqual(['C'])
    expect([...closed.chains]).toEqual(['X'])
  })
})
