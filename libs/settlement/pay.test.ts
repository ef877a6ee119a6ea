import { describe, expect, it } from 'vitest'
import type { Sheet } from './index.ts'
import { refused, settled } from './testing.ts'

const paySum = (to: string, fen: number, ref: string | null = null) => ({ to, ref, amount: { by: 'sum', fen } })
const payShare = (to: string, bp: number) => ({ to, amount: { by: 'share', bp } })

/** A truck at a price that is the payment. */
const paying = (fen: number, split: object, parts: readonly object[] = []) =>
  [
    { carrier: { basis: { unit: 'truck' } }, shipper: { by: 'service_rate', rateBp: 0 }, split },
    { vatBp: 0, prices: { carrierMilliFen: fen * 1_000 }, parts },
  ] as const
const paysOf = (sheet: Sheet) =>
  sheet.pays.map(({ to, ref, amountFen }) => [ref === null ? to : `${to}:${ref}`, amountFen])

describe('a split of the payment', () => {
  it.each([
    ['shares', 2_504_00, [payShare('advance', 3_000), payShare('fuel_card', 4_000)], [751_20, 1_001_60, 751_20]],
    // Exactly 33.333333 each and 0.010001 for the rest: 33.33 × 3 + 0.01, and one fen for the first.
    ['thirds', 100_01, ['advance', 'fuel_card', 'etc'].map((to) => payShare(to, 3_333)), [33_34, 33_33, 33_33, 1]],
    ['halves of a fen', 1, [payShare('advance', 5_000), payShare('deposit', 5_000)], [1, 0, 0]],
    [
      'shares beside a sum',
      1_000_00,
      [paySum('advance', 300_00), payShare('deposit', 1_000)],
      [300_00, 100_00, 600_00],
    ],
    ['everything in advance', 300_00, [paySum('advance', 300_00)], [300_00, 0]],
    ['nothing to pay', 0, [payShare('advance', 10_000)], [0, 0]],
    ['no part', 12_34, [], [12_34]],
  ])('of %s', (_name, paid, parts, amounts) => {
    expect(paysOf(settled(...paying(paid, { parts }))).map(([, amount]) => amount)).toEqual(amounts)
  })

  it('withholds and holds: the balance takes what is left', () => {
    const parts = [
      paySum('deposit', 300_00),
      paySum('loan', 100_00, 'l1'),
      paySum('loan', 50_00, 'l2'),
      paySum('insurance', 3_50),
      paySum('advance_recovery', 200_00),
      payShare('tax', 100),
    ]

    const sheet = settled(...paying(1_000_00, { parts }))

    expect(paysOf(sheet)).toEqual([
      ['tax', 10_00],
      ['advance_recovery', 200_00],
      ['loan:l1', 100_00],
      ['loan:l2', 50_00],
      ['insurance', 3_50],
      ['deposit', 300_00],
      ['balance', 336_50],
    ])
    expect(sheet.totals).toMatchObject({ outFen: 336_50, heldFen: 300_00, withheldFen: 363_50, shortFen: 0 })
  })

  it('that asks for too much is refused by the name of the part', () => {
    const parts = [paySum('advance', 200_00), paySum('loan', 100_01, 'l1')]

    expect(refused(...paying(300_00, { parts }))).toEqual([
      { field: 'parts.loan:l1', value: '10001', rule: 'split_over_paid', limit: '10000' },
    ])
  })

  it('is capped where the rules say so, the court before the deposit, and tells what was short', () => {
    const parts = [paySum('deposit', 100_00), paySum('court_freeze', 250_00)]

    const sheet = settled(...paying(300_00, { parts, whenOver: 'cap' }, [paySum('loan', 5_00)]))

    expect(paysOf(sheet)).toEqual([
      ['court_freeze', 250_00],
      ['loan', 5_00],
      ['deposit', 45_00],
      ['balance', 0],
    ])
    expect(sheet.totals.shortFen).toBe(55_00)
  })

  it('is refused when shares of rules and facts are more than the whole, or a part is named twice', () => {
    const halves = { parts: [payShare('advance', 6_000)] }

    expect(refused(...paying(300_00, halves, [payShare('deposit', 4_001)]))).toEqual([
      { field: 'parts', value: 10_001, rule: 'shares_over_whole', limit: '10000' },
    ])
    expect(refused(...paying(300_00, halves, [paySum('advance', 1)]))).toEqual([
      { field: 'parts', value: 'advance', rule: 'duplicate', limit: null },
    ])
  })
})
