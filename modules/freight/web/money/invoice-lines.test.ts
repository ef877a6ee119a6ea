import { expect, it } from 'vitest'
import { leftToInvoice, linesSum } from './invoice-lines.ts'

it('leaves what nobody has asked an invoice for', () => {
  const statement = { netFen: 250_516, taxFen: 22_546 }

  expect(leftToInvoice({ ...statement, invoices: [] })).toEqual(statement)
  expect(leftToInvoice({ ...statement, invoices: [{ netFen: 100_000, taxFen: 9_000 }, statement] })).toEqual({
    netFen: -100_000,
    taxFen: -9_000,
  })
})

it('sums lines to the fen, whatever is still missing', () => {
  expect(linesSum([{ netFen: 1, taxFen: 2 }, { netFen: Number.NaN, taxFen: null }, {}])).toBe(3)
})
