import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certificateNumber, printCertificateNumber, readCertificateNumber } from './certificate-number.ts'

const numbers = fc.uint8Array({ minLength: 10, maxLength: 10 }).map(certificateNumber)
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const zero = certificateNumber(new Uint8Array(10))

describe('certificateNumber', () => {
  it('has two letters, sixteen random characters and two that check them', () => {
    expect(zero).toMatch(/^ZZ0{16}[0-9A-Z]{2}$/)
    expect(certificateNumber(new Uint8Array(10).fill(255))).toMatch(/^ZZZ{16}[0-9A-Z]{2}$/)
    expect(printCertificateNumber(zero)).toMatch(/^ZZ00-0000-0000-0000-00[0-9A-Z]{2}$/)
  })

  it('tells every difference of the random bytes', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.uint8Array({ minLength: 10, maxLength: 10 }), (a, b, bytes) => {
        expect(certificateNumber(bytes)).toBe(certificateNumber(Uint8Array.from(bytes)))
        return a === b || a.slice(2, 18) !== b.slice(2, 18)
      }),
    )
  })

  it('needs ten random bytes', () => {
    expect(() => certificateNumber(new Uint8Array(9))).toThrow('ten random bytes')
  })
})

describe('readCertificateNumber', () => {
  it('reads what was printed, as a person may type it', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        expect(readCertificateNumber(number)).toBe(number)
        expect(readCertificateNumber(` ${printCertificateNumber(number).toLowerCase()} `)).toBe(number)
      }),
    )
  })

  it('finds every single wrong character', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 2, max: 17 }), fc.nat(31), (number, at, by) => {
        const other = alphabet[(alphabet.indexOf(number[at] ?? '') + by) % 32] ?? ''
        const typed = number.slice(0, at) + other + number.slice(at + 1)
        expect(readCertificateNumber(typed)).toBe(typed === number ? number : null)
      }),
    )
  })

  it('finds every two neighbours swapped', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 2, max: 18 }), (number, at) => {
        const typed = `${number.slice(0, at)}${number[at + 1]}${number[at]}${number.slice(at + 2)}`
        expect(readCertificateNumber(typed)).toBe(typed === number ? number : null)
      }),
    )
  })

  it('refuses a guess: of the numbers of the right form about one in 1,271 is worth looking up', () => {
    const bodies = Array.from(
      { length: 1_271 },
      (_, n) => `${zero.slice(0, 18)}${n.toString(36).toUpperCase().padStart(2, '0')}`,
    )

    expect(bodies.filter((guess) => readCertificateNumber(guess) !== null)).toEqual([zero])
    expect(readCertificateNumber('')).toBeNull()
    expect(readCertificateNumber('ZZ')).toBeNull()
    expect(readCertificateNumber(zero.replace('ZZ', 'SQ'))).toBeNull()
  })
})
