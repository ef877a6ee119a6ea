import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkIdentityNumber, identityCheck } from './identity.ts'

describe('an identity number', () => {
  it('checks an identity number by the worked example of GB 11643-1999', () => {
    // Annex A of the standard: 11010519491231002X.
    expect(identityCheck('11010519491231002')).toBe('X')
    expect(checkIdentityNumber('11010519491231002X')).toBeNull()
    expect(checkIdentityNumber('110105194912310021')).toBe('check_digit')
    expect(checkIdentityNumber('11010519490231002X')).toBe('date')
    expect(checkIdentityNumber('11010519491231002')).toBe('shape')
  })

  it('finds every single wrong digit of an identity number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 14, max: 16 }),
        fc.integer({ min: 1, max: 9 }),
        (n, i, by) => {
          const digits = `99900019900101${String(n).padStart(3, '0')}`
          const number = digits + identityCheck(digits)
          const wrong = number.slice(0, i) + ((Number(number[i]) + by) % 10) + number.slice(i + 1)

          expect(checkIdentityNumber(number)).toBeNull()
          expect(checkIdentityNumber(wrong)).toBe('check_digit')
        },
      ),
    )
  })
})
