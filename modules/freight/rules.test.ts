import { describe, expect, it } from 'vitest'
import { checkCarrier } from './carrier.ts'
import { checkCodes, codeFile, hasCode } from './codes.ts'
import { checkDriver } from './driver.ts'
import { isLight } from './light.ts'
import { checkVin, isMainlandPlate, maskNumber, plateKey, vinCheck } from './numbers.ts'
import { paperState, standOf, type PaperKind } from './paper-rule.ts'
import { inventedIdentity, person, truck } from './testing.ts'
import { checkVehicle } from './vehicle.ts'
import { codeTables } from './words.ts'

describe('tables of codes', () => {
  it('have the rows of their sources', () => {
    const counts = codeTables.map((table) => [table, codeFile(table).rows.length])

    expect(Object.fromEntries(counts)).toEqual({
      'cargo-class': 20,
      'plate-colour': 10,
      energy: 12,
      'transport-organisation': 8,
      'business-type': 5,
      'payment-means': 9,
      'vehicle-type': 247,
      bank: 235,
      insurer: 26,
      division: 121,
    })
    expect(hasCode('bank', 'PCBC')).toBe(true)
    expect(hasCode('division', '652302')).toBe(true)
    expect(hasCode('vehicle-type', 'H10')).toBe(false)
  })

  it('are refused when a code stands twice or has no name', () => {
    const file = (rows: { code: string; zh: string; en: string | null }[]) => ({ source: 's', licence: 'MIT', rows })
    const one = { code: '1', zh: '一', en: null }

    expect(() => checkCodes('t', file([one, one]))).toThrow('t: the code 1 stands twice')
    expect(() => checkCodes('t', file([{ ...one, zh: ' ' }]))).toThrow('empty code or name')
  })
})

describe('numbers', () => {
  it('checks a VIN by the published example of the check digit', () => {
    // The example of 49 CFR 565 used everywhere: 1M8GDM9AXKP042788.
    expect(checkVin('1M8GDM9AXKP042788')).toBeNull()
    expect(vinCheck('11111111111111111')).toBe('1')
    expect(checkVin('1M8GDM9A1KP042788')).toBe('check_digit')
    expect(checkVin('1M8GDM9AXKP04278O')).toBe('shape')
  })

  it('compares plates without dots and knows those of the mainland', () => {
    expect(plateKey('新a·12345')).toBe('新A12345')
    expect(plateKey('新Ａ 12345')).toBe('新A12345')
    expect(isMainlandPlate('新A·D12345')).toBe(true)
    expect(isMainlandPlate('新A1234挂')).toBe(true)
    expect(isMainlandPlate('123ABC02')).toBe(false)
  })

  it('never shows more than four characters, and of short numbers none', () => {
    expect(maskNumber('6222021234567890')).toBe('****7890')
    expect(maskNumber('1234')).toBe('****')
    expect(maskNumber('')).toBe('')
    expect(maskNumber(maskNumber('6222021234567890'))).toBe('****7890')
  })
})

describe('the rules up to 4.5 t', () => {
  it('hold at 4,500 kg and not above', () => {
    expect(isLight(4_500)).toBe(true)
    expect(isLight(4_501)).toBe(false)
  })

  it('ask six fields of a light vehicle and the permit of a heavy one', () => {
    const fields = (grossKg: number, transportPermit: string) =>
      checkVehicle({ ...truck, ratedLoadKg: 100, grossKg, transportPermit }).faults.map(({ field }) => field)

    expect(fields(4_500, '')).toEqual(['owner', 'useCharacter', 'vin', 'issuer', 'registeredOn', 'issuedOn'])
    expect(fields(4_501, '')).toEqual(['transportPermit'])
    expect(fields(4_501, '650000123456')).toEqual([])
  })

  it('let only a driver of light vehicles be without a certificate, and only a light carrier without a licence', () => {
    const fieldsOf = (light: boolean) => checkDriver({ ...person, light, qualification: '' }).map(({ field }) => field)
    const carrier = { name: '甲', light: false, roadLicence: '', phone: '', divisionCode: null, remark: '' }

    expect(fieldsOf(true)).toEqual([])
    expect(fieldsOf(false)).toEqual(['qualification'])
    expect(checkCarrier('person', inventedIdentity(1), carrier).faults.map(({ field }) => field)).toEqual([
      'roadLicence',
    ])
    expect(checkCarrier('person', inventedIdentity(1), { ...carrier, light: true }).faults).toEqual([])
  })
})

describe('a vehicle', () => {
  it('warns of what looks unusual and refuses what cannot be', () => {
    const { faults, warnings } = checkVehicle({
      ...truck,
      plate: '123ABC02',
      vin: 'OLD1',
      grossKg: 55_000,
      ratedLoadKg: 56_000,
      energy: 'Q',
    })

    expect(faults.map(({ field, rule }) => [field, rule])).toEqual([
      ['energy', 'known_code energy'],
      ['ratedLoadKg', 'below_gross'],
    ])
    expect(warnings.map(({ rule }) => rule)).toEqual(['legal_gross 49000', 'unusual_plate', 'vin_shape'])
  })

  it('may tow more than it weighs when it is a tractor', () => {
    expect(checkVehicle({ ...truck, typeCode: 'Q11', ratedLoadKg: 40_000, grossKg: 25_000 }).faults).toEqual([])
  })
})

describe('papers', () => {
  const paper = { kind: 'a', validFrom: '2026-01-01', validTo: '2026-03-31', state: 'kept' } as const

  it('are valid on their last day and over on the next', () => {
    expect(paperState(paper, '2026-03-31', 30)).toBe('ends_soon')
    expect(paperState(paper, '2026-04-01', 30)).toBe('over')
    expect(paperState(paper, '2026-03-01', 30)).toBe('ends_soon')
    expect(paperState(paper, '2026-02-28', 30)).toBe('valid')
    expect(paperState(paper, '2025-12-31', 30)).toBe('not_yet')
    expect(paperState({ ...paper, validTo: '2999-12-31' }, '2026-03-31', 30)).toBe('valid')
  })

  it('stand as the worst of the required ones, and a renewed one makes good', () => {
    const kind = (code: string, over: Partial<PaperKind> = {}): PaperKind => ({
      code,
      subject: 'vehicle',
      onlyFor: null,
      required: true,
      lightExempt: false,
      warnDays: [30, 7, 0],
      ...over,
    })
    const kinds = [kind('a'), kind('b', { lightExempt: true }), kind('c', { required: false })]
    const needs = { subject: 'vehicle', light: false, carrierKind: null } as const
    const renewed = { ...paper, validTo: '2027-03-31' }

    expect(standOf(kinds, needs, [paper], '2026-02-01')).toEqual({ stand: 'missing', missing: ['b'] })
    expect(standOf(kinds, { ...needs, light: true }, [paper], '2026-02-01').stand).toBe('valid')
    expect(standOf(kinds, { ...needs, light: true }, [paper], '2026-04-01').stand).toBe('over')
    expect(standOf(kinds, { ...needs, light: true }, [paper, renewed], '2026-04-01').stand).toBe('valid')
  })
})
