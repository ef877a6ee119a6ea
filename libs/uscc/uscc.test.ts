import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkUscc, makeUscc, normalizeUscc, organisationCheck, usccCheck } from './index.ts'

const sample = '91350100M000100Y43'
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const characters = (pool: string, length: number) =>
  fc.array(fc.constantFrom(...pool), { minLength: length, maxLength: length }).map((letters) => letters.join(''))
const body17 = fc
  .tuple(characters(alphabet, 2), characters('0123456789', 6), characters(alphabet, 8))
  .map(([kind, region, organisation]) => kind + region + organisation + organisationCheck(organisation))

describe('checkUscc', () => {
  it('accepts the published example', () => {
    expect(checkUscc(sample)).toEqual({ kind: 'ok', code: sample })
  })

  it('finds the wrong last character of the published counter-example', () => {
    expect(checkUscc('91350100M000100Y4A')).toEqual({ kind: 'legacy', code: '91350100M000100Y4A', expectedCheck: '3' })
  })

  it.each(['91350100M0001TGQXM', '91350211M0000XUF46', '91350203M0001FUE2P'])(
    'calls the pilot code %s legacy',
    (code) => {
      expect(checkUscc(code).kind).toBe('legacy')
    },
  )

  it('detects all 510 single substitutions of the first 17 characters and all 30 of the last', () => {
    const changed = [...sample].flatMap((own, i) =>
      [...alphabet].filter((other) => other !== own).map((other) => sample.slice(0, i) + other + sample.slice(i + 1)),
    )

    expect(changed).toHaveLength(540)
    expect(changed.filter((code) => checkUscc(code).kind === 'ok')).toEqual([])
  })

  it('detects every adjacent swap of unlike characters', () => {
    const swapped = Array.from({ length: 17 }, (_, i) => i)
      .map((i) => sample.slice(0, i) + sample.charAt(i + 1) + sample.charAt(i) + sample.slice(i + 2))
      .filter((code) => code !== sample)

    expect(swapped.filter((code) => checkUscc(code).kind === 'ok')).toEqual([])
  })

  it('names the position and the reason of a malformed code', () => {
    expect(checkUscc('9135010IM000100Y43')).toMatchObject({ kind: 'malformed', why: 'character', position: 8 })
    expect(checkUscc('9135A100M000100Y43')).toMatchObject({ kind: 'malformed', why: 'region_digit', position: 5 })
    expect(checkUscc('91350100M000100Y53')).toMatchObject({
      kind: 'malformed',
      why: 'organisation_check',
      position: 17,
    })
    expect(checkUscc('91350100M000100Y4')).toMatchObject({ kind: 'malformed', why: 'length', position: 18 })
    expect(checkUscc(`${sample}3`)).toMatchObject({ kind: 'malformed', why: 'length', position: 19 })
    expect(checkUscc('')).toMatchObject({ kind: 'malformed', why: 'length', position: 1 })
  })

  it('reads full-width letters, spaces, hyphens and small letters', () => {
    expect(normalizeUscc(' 91350100-m000100Ｙ43 ')).toBe(sample)
    expect(checkUscc('９１350100 m000100y43').kind).toBe('ok')
  })

  it('answers something for any text and never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => ['ok', 'legacy', 'malformed'].includes(checkUscc(text).kind)))
  })
})

describe('makeUscc', () => {
  it('makes only codes that pass, for any body', () => {
    fc.assert(fc.property(body17, (body) => checkUscc(makeUscc(body)).kind === 'ok'))
  })

  it('lets no single substitution of any made code pass', () => {
    const change = fc.tuple(body17, fc.nat({ max: 17 }), fc.constantFrom(...alphabet))

    fc.assert(
      fc.property(change, ([body, at, other]) => {
        const code = makeUscc(body)
        fc.pre(code[at] !== other)
        return checkUscc(code.slice(0, at) + other + code.slice(at + 1)).kind !== 'ok'
      }),
    )
  })

  it('lets no adjacent swap in any made code pass', () => {
    fc.assert(
      fc.property(body17, fc.nat({ max: 16 }), (body, at) => {
        const code = makeUscc(body)
        fc.pre(code[at] !== code[at + 1])
        const swapped = code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2)
        return checkUscc(swapped).kind !== 'ok'
      }),
    )
  })

  it('refuses a malformed body', () => {
    expect(() => makeUscc('9135010')).toThrow(RangeError)
    expect(() => makeUscc('91350100M000100Y5')).toThrow(/organisation_check at 17/)
    expect(() => usccCheck('I'.repeat(17))).toThrow(RangeError)
  })
})

describe('organisationCheck', () => {
  it.each([
    ['M000100Y', '4'],
    ['M0001TGQ', 'X'],
    ['M0000XUF', '4'],
    ['M0001FUE', '2'],
  ])('gives %s the check character %s', (body, check) => {
    expect(organisationCheck(body)).toBe(check)
  })
})
