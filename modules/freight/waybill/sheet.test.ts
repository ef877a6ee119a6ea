import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { Agreement } from './agreement.ts'
import { agreementDocument, waybillDocument } from './sheet.ts'
import type { WaybillDetail } from './waybill-contract.ts'

const at = Date.UTC(2026, 2, 2, 2, 5)
const agreement: Agreement = {
  edition: 2,
  number: 'YD260302000001',
  loadNumber: 'HY1',
  shipper: { id: 's', name: '合成货主' },
  consignee: { id: null, name: '合成收货方' },
  carrier: { id: 'c', name: '合成承运人' },
  driver: { id: 'd', name: '合成司机' },
  vehicle: { id: 'v', name: '新A·10001' },
  goods: '合成原煤',
  cargoClass: '0100',
  from: { id: 'a', name: '合成煤矿', address: '一号', divisionCode: '652301', lonDeg: 87.3, latDeg: 44 },
  to: { id: 'b', name: '合成电厂', address: '二号', divisionCode: '652301', lonDeg: 87.7, latDeg: 44 },
  measure: 'ton',
  plan: 32_005,
  carrierMilliFen: 7_800_050,
  goodsMilliFen: 42_000_000,
  terms: { id: 't', version: 2 },
  loadFrom: at,
  loadUntil: at + 3_600_000,
  insurance: { insurerCode: 'PICC', number: 'P-1', sumFen: 500_000_05 },
}
const place = { ...agreement.from, fenceM: 500, contact: '', phone: '99912345678' }
// What the documents look at of a waybill.
const waybill = {
  id: 'w',
  number: 'YD260302000001',
  serial: '0002',
  state: 'signed',
  goods: '合成原煤',
  measure: 'ton',
  plan: 32_005,
  shipper: agreement.shipper,
  consignee: agreement.consignee,
  carrier: agreement.carrier,
  driver: agreement.driver,
  plate: '新A·10001',
  fromPlace: place,
  toPlace: { ...place, name: '合成电厂' },
  agreementSha256: 'ab'.repeat(32),
  createdAt: at,
  updatedAt: at + 5,
  signer: '收货员',
  synthetic: true,
  times: [{ step: 'signed', at }],
  slips: [
    { end: 'load', grossKg: 46_460, tareKg: 14_000, netKg: 32_460, number: 'B1', weighedAt: at, voidedAt: null },
    { end: 'load', grossKg: 99_000, tareKg: 14_000, netKg: 85_000, number: 'WRONG', weighedAt: at, voidedAt: at },
  ],
  dueFen: 250_445,
  insurance: agreement.insurance,
  carrierMilliFen: 7_800_050,
} as unknown as z.infer<typeof WaybillDetail>
const setting = { lang: 'zh-CN', publicUrl: 'https://zone.example', platform: '合成平台', termsName: '煤炭' } as const
const valuesOf = (fields: readonly { readonly label: string; readonly value: string }[]) =>
  Object.fromEntries(fields.map(({ label, value }) => [label, value]))

describe('the agreement', () => {
  it('says what was agreed, to the thousandth of a fen', () => {
    const document = agreementDocument(waybill, agreement, setting)

    expect(document).toMatchObject({
      title: '货物运输协议',
      number: 'YD260302000001-0002',
      issuer: '合成平台',
      watermark: '演示数据',
    })
    expect(valuesOf(document.fields)).toMatchObject({
      实际承运人: '合成承运人',
      计划数量: '32.005 t',
      承运运价: '78.0005 元/吨',
      货物价值: '420.00 元/吨',
      结算规则: '煤炭，第 2 版',
      货物保险: '中国人民财产保险股份有限公司，保单 P-1，每车最高 500000.05 元',
      '校验值 SHA-256': 'ab'.repeat(32),
    })
    expect(document.verify.url).toBe('https://zone.example/freight-waybills/w')
  })

  it('says that it was accepted only where it was', () => {
    const accepted = { ...waybill, times: [{ step: 'accepted' as const, at }, ...waybill.times] }
    const [asked, agreed] = [waybill, accepted].map((one) => agreementDocument(one, agreement, setting))

    expect(valuesOf(agreed?.fields ?? []).接单时间).toMatch(/^2026年3月2日/)
    expect(agreed?.paragraphs.at(-1)).toContain('已在接单时确认')
    expect(valuesOf(asked?.fields ?? []).接单时间).toBeUndefined()
    expect(asked?.paragraphs.join('')).not.toContain('确认本协议')
    expect(asked?.paragraphs.join('')).not.toContain('接单时')
  })

  it('of a waybill that nothing covers says so, in both languages', () => {
    const bare = { ...agreement, insurance: null }
    expect(valuesOf(agreementDocument(waybill, bare, setting).fields).货物保险).toBe('无')
    const en = agreementDocument(waybill, bare, { ...setting, lang: 'en' })
    expect(valuesOf(en.fields)['Insurance of the goods']).toBe('none')
    expect(en.paragraphs.join(' ')).not.toMatch(/\p{Script=Han}/u)
  })
})

describe('the waybill', () => {
  it('tells weighings that count and the signature, and no price', () => {
    const { fields } = waybillDocument(waybill, setting)
    const values = valuesOf(fields)

    expect(values.装货过磅).toMatch(/^毛重 46\.460 吨，皮重 14\.000 吨，净重 32\.460 吨；磅单 B1；/)
    expect(values.货物保险).toContain('P-1')
    expect(values.签收).toMatch(/^收货员，2026年3月2日/)
    const all = JSON.stringify(fields)
    for (const never of ['WRONG', '78.0', '2504', '99912345678']) expect(all).not.toContain(never)
  })
})
