import { describe, expect, it } from 'vitest'
import { isPrinted } from './certificate.ts'
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
})
