import { describe, expect, it } from 'vitest'
import { factsOf, rulesOf } from './case.fixture.ts'
import { itemCases, roundingCases } from './cases-closing.fixture.ts'
import { basisCases, moneyLossCases } from './cases-money-loss.fixture.ts'
import { unitCases } from './cases-unit.fixture.ts'
import { surplusCases, weighedCases, weightLossCases } from './cases-weight-cut.fixture.ts'
import type { Line, Sheet } from './index.ts'
import { settled } from './testing.ts'

const cases = [
  ...basisCases,
  ...moneyLossCases,
  ...weightLossCases,
  ...surplusCases,
  ...weighedCases,
  ...unitCases,
  ...roundingCases,
  ...itemCases,
]

const linesOf = (sheet: Sheet, side: Line['side']) =>
  Object.fromEntries(
    sheet.lines
      .filter((line) => line.side === side)
      .map(({ key, sign, amountFen }) => [key, sign < 0 ? 0 - amountFen : amountFen]),
  )

describe('cases worked out by hand', () => {
  it.each(cases)('$name: $note', (one) => {
    const sheet = settled(rulesOf(one), factsOf(one))

    expect(linesOf(sheet, 'carrier')).toEqual(one.carrier)
    expect(linesOf(sheet, 'shipper')).toEqual(one.shipper)
    expect(sheet.totals).toMatchObject({
      dueFen: one.due,
      paidFen: one.paid ?? one.due,
      outFen: one.paid ?? one.due,
      billFen: one.bill,
      incomeFen: one.bill - one.due,
    })
  })

  it('are of every mode of loss, in money and in weight, on every basis that has one', () => {
    const seen = new Set(
      cases.map(({ terms }) => {
        const { basis, loss } = JSON.parse(JSON.stringify(terms))
        return `${loss?.mode ?? 'none'} ${loss?.as ?? ''} ${basis.weight ?? basis.unit}`
      }),
    )

    expect(cases.length).toBeGreaterThanOrEqual(60)
    for (const mode of ['excess money', 'whole money', 'real money', 'none '])
      for (const basis of ['load', 'unload', 'min', 'max']) expect(seen).toContain(`${mode} ${basis}`)
  })
})
