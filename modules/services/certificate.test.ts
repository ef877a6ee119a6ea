import { describe, expect, it } from 'vitest'
import { isPrinted, lineOf } from './certificate.ts'
import { builtInOneThings } from './built-in.ts'

const printedOf = (code: string) => {
  const thing = builtInOneThings().find((one) => one.code === code)
  return thing?.fields.filter(isPrinted).map((field) => field.code) ?? []
}

describe('what a certificate prints', () => {
  it('is what was granted: the shop, its address, what is sold', () => {
    expect(printedOf('restaurant')).toEqual(
      expect.arrayContaining(['shop_name', 'firm_address', 'food_items', 'area_m2']),
    )
  })

  it('is neither where the result is sent, nor who brought the application, nor what reaches or signs for a person', () => {
    const printed = printedOf('restaurant')
    for (const code of ['delivery_way', 'delivery_address', 'agent_name', 'agent_phone', 'firm_phone', 'legal_rep_id'])
      expect(printed).not.toContain(code)
    for (const code of ['signature', 'signed_on', 'data_consent', 'declaration_true'])
      expect(printed).not.toContain(code)
  })

  it('leaves out a delivery that a new one-thing asks without naming where it is known from', () => {
    expect(isPrinted({ code: 'delivery_address', type: 'text', prefill: null })).toBe(false)
  })

  it('says options, yes and no, and units in both languages', () => {
    const fields = builtInOneThings().find(({ code }) => code === 'restaurant')?.fields ?? []
    const printed = (code: string, value: unknown) => {
      const field = fields.find((one) => one.code === code)
      return field ? lineOf(field, value).map((line) => line.value) : []
    }

    expect(printed('firm_type', 'individual')).toEqual([{ zh: '个体工商户', en: 'Individual business' }])
    expect(printed('sells_cold_or_raw', false)).toEqual([{ zh: '否', en: 'No' }])
    expect(printed('area_m2', 45)).toEqual([{ zh: '45 平方米', en: '45 m²' }])
    expect(printed('shop_name', '')).toEqual([])
  })
})
