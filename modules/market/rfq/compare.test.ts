import { describe, expect, it } from 'vitest'
import { compareAnswers, type Answered, type AskedLine } from './compare.ts'

// Ten tonnes of one thing, 200 pieces of 50 kg of another.
const lines: readonly AskedLine[] = [
  { line: 1, quantity: 10_000_000, unitBase: 1_000_000, kg: 10_000 },
  { line: 2, quantity: 200, unitBase: 1, kg: 10_000 },
]
const said = (firmId: string, line: number, yuan: number, quantity: number): Answered => ({
  firmId,
  line,
  isDeclined: false,
  priceMilliFen: yuan * 100_000,
  quantity,
  leadDays: 3,
})

describe('answers in columns', () => {
  it('are compared by what they cost delivered, not by their price', () => {
    // 1,000 yuan a tonne from far (900 a tonne), 1,500 from near (20 a tonne).
    const { cells, split } = compareAnswers(
      lines.slice(0, 1),
      ['far', 'near'],
      [said('far', 1, 1_000, 10_000_000), said('near', 1, 1_500, 20_000_000)],
      (firm) => (firm === 'far' ? 90_000_000 : 2_000_000),
    )

    expect(cells[0]).toMatchObject({
      goodsFen: 1_000_000,
      freightFen: 900_000,
      deliveredFen: 1_900_000,
      isCheapest: false,
    })
    expect(cells[1]).toMatchObject({
      goodsFen: 1_500_000,
      freightFen: 20_000,
      deliveredMilliFen: 152_000_000,
      isCheapest: true,
    })
    expect(split).toEqual({ fen: 1_520_000, firms: [{ line: 1, firmId: 'near' }] })
  })

  it('show gaps and declined lines, and name the cheapest basket from several and from one', () => {
    const declined: Answered = {
      firmId: 'c',
      line: 1,
      isDeclined: true,
      priceMilliFen: null,
      quantity: null,
      leadDays: null,
    }
    const compared = compareAnswers(
      lines,
      ['a', 'b', 'c'],
      [said('a', 1, 100, 10_000_000), said('a', 2, 10, 200), said('b', 1, 90, 10_000_000), declined],
      () => 0,
    )

    expect(compared.cells.map(({ kind }) => kind)).toEqual(['answer', 'answer', 'declined', 'answer', 'gap', 'gap'])
    expect(compared.whole).toEqual({ fen: 300_000, firmId: 'a' })
    expect(compared.split).toEqual({
      fen: 290_000,
      firms: [
        { line: 1, firmId: 'b' },
        { line: 2, firmId: 'a' },
      ],
    })
  })

  it('name lines that nobody covers, and prefer what covers a line to what is cheaper and too little', () => {
    const compared = compareAnswers(
      lines,
      ['a', 'b'],
      [said('a', 1, 100, 5_000_000), said('b', 1, 120, 10_000_000), said('a', 2, 10, 100)],
      () => 0,
    )

    expect(compared.cells.filter(({ isCheapest }) => isCheapest).map(({ firmId, line }) => [firmId, line])).toEqual([
      ['b', 1],
      ['a', 2],
    ])
    expect(compared).toMatchObject({ uncovered: [2], split: null, whole: null })
  })

  it('go by the goods where no way is known, and leave unknown ways out where one is', () => {
    const two = [said('a', 1, 100, 10_000_000), said('b', 1, 90, 10_000_000)]

    const none = compareAnswers(lines.slice(0, 1), ['a', 'b'], two, () => null)
    const one = compareAnswers(lines.slice(0, 1), ['a', 'b'], two, (firm) => (firm === 'a' ? 0 : null))

    expect(none.cells.find(({ isCheapest }) => isCheapest)?.firmId).toBe('b')
    expect(one.cells.find(({ isCheapest }) => isCheapest)?.firmId).toBe('a')
  })
})
