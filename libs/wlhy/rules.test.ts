import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { faultsOf } from './check.ts'
import type { FundFlowDocument, WaybillDocument } from './documents.ts'
import { examples } from './examples.fixture.ts'
import { render } from './render.ts'
import { compareFlow, keyOf, needsOf, worthFenOf } from './rules.ts'

const adapter = 'tianjin-1.2.1'
const waybill = (change: Partial<WaybillDocument> = {}) =>
  render(adapter, 'waybill', { ...examples.waybill, ...change })
const flow = (change: Partial<FundFlowDocument> = {}) =>
  render(adapter, 'fund_flow', { ...examples.fund_flow, ...change })
const rulesOf = (faults: readonly { readonly field: string; readonly rule: string }[]) =>
  faults.map(({ field, rule }) => `${field}: ${rule}`)

describe('within a record', () => {
  const { madeAt, despatchedAt, receivedAt, finishedAt, sentAt } = examples.waybill

  it('times follow each other: made, despatched, received, finished, sent; equal ones do', () => {
    const same = { madeAt, despatchedAt: madeAt, receivedAt: madeAt, finishedAt: madeAt, sentAt: madeAt }
    const before = (at: number) => epochMs(at - 1_000)
    const faultsAt = (change: Partial<WaybillDocument>) => rulesOf(faultsOf(adapter, 'waybill', waybill(change)))

    expect(faultsAt(same)).toEqual([])
    expect(faultsAt({ despatchedAt: before(madeAt) })).toEqual([
      'DespatchActualDateTime: not_before ConsignmentDateTime',
    ])
    expect(faultsAt({ receivedAt: before(despatchedAt) })[0]).toBe(
      'GoodsReceiptDateTime: not_before DespatchActualDateTime',
    )
    expect(faultsAt({ finishedAt: before(receivedAt) })).toEqual(['FinishDateTime: not_before GoodsReceiptDateTime'])
    expect(faultsAt({ sentAt: before(finishedAt) })).toEqual(['SendToProDateTime: not_before FinishDateTime'])
    expect(faultsAt({ sentAt })).toEqual([])
  })

  it('a waybill is sent after the receipt also where the guide has no finish', () => {
    const record = render('fujian-2.0', 'waybill', { ...examples.waybill, sentAt: epochMs(receivedAt - 1_000) })

    expect(rulesOf(faultsOf('fujian-2.0', 'waybill', record))).toEqual([
      'SendToProDateTime: not_before GoodsReceiptDateTime',
    ])
  })

  it('papers end after they begin', () => {
    const driver = { ...examples.driver, licenceTo: '2019-12-31' }
    const vehicle = { ...examples.vehicle, issuedOn: '2021-03-03' }

    expect(rulesOf(faultsOf(adapter, 'driver', render(adapter, 'driver', driver)))).toEqual([
      'ValidPeriodTo: not_before ValidPeriodFrom',
    ])
    expect(rulesOf(faultsOf(adapter, 'vehicle', render(adapter, 'vehicle', vehicle)))).toEqual([
      'IssueDate: not_before RegisterDate',
    ])
  })

  it('payments are what the carriages cost, to the fen', () => {
    const [advance, ...rest] = examples.fund_flow.payments
    const payments = advance ? [{ ...advance, amountFen: 50_001 }, ...rest] : []

    expect(faultsOf(adapter, 'fund_flow', flow({ payments }))).toEqual([
      { field: 'Financiallist', value: '2504.010', rule: 'sum 2504.000' },
    ])
  })

  it('sums are exact where a float is not', () => {
    const [first] = examples.fund_flow.payments
    const most = 99_999_999_999_999
    const payments = [1, 2, 3].map((n) => ({ ...first!, serial: `S${n}`, amountFen: n === 3 ? 1 : most }))
    const notes = [{ number: 'A', serial: '0000', totalFen: most * 2 + 1 }]

    expect(faultsOf(adapter, 'fund_flow', flow({ payments, notes }))).toEqual([])
  })

  it('is each waybill, driver and bank serial once, and nothing paid after it was reported', () => {
    const [note] = examples.fund_flow.notes
    const [payment] = examples.fund_flow.payments
    const late = { ...payment!, serial: 'L', at: epochMs(examples.fund_flow.sentAt + 1_000) }
    const [driver] = examples.waybill.drivers

    expect(
      rulesOf(faultsOf(adapter, 'fund_flow', flow({ notes: [note!, note!], payments: [payment!, payment!, late] }))),
    ).toEqual([
      'Financiallist: sum 5008.000',
      'Financiallist.2.DateTime: not_after SendToProDateTime',
      'ShippingNoteList.1.ShippingNoteNumber: each_once',
      'Financiallist.1.SequenceCode: each_once',
    ])
    expect(rulesOf(faultsOf(adapter, 'waybill', waybill({ drivers: [driver!, driver!] })))).toEqual([
      'VehicleInfo.Driver.1.DrivingLicense: each_once',
    ])
  })
})

describe('between documents', () => {
  it('a waybill needs its vehicle and drivers, a fund flow its waybills, by the keys that these have', () => {
    expect(needsOf('waybill', waybill())).toEqual([
      {
        kind: 'vehicle',
        key: keyOf('vehicle', render(adapter, 'vehicle', examples.vehicle)),
        field: 'VehicleInfo.VehicleNumber',
      },
      {
        kind: 'driver',
        key: keyOf('driver', render(adapter, 'driver', examples.driver)),
        field: 'VehicleInfo.Driver.0.DrivingLicense',
      },
    ])
    expect(needsOf('fund_flow', flow())).toEqual([
      { kind: 'waybill', key: keyOf('waybill', waybill()), field: 'ShippingNoteList.0.ShippingNoteNumber' },
    ])
    expect(needsOf('driver', render(adapter, 'driver', examples.driver))).toEqual([])
    expect(keyOf('fund_flow', flow())).toBe('ZJ20261100000001')
  })

  it('a fund flow tells of waybills that are there, of their vehicle and their carrier', () => {
    const other = { name: '别人', idNumber: '999000196001010020' }

    expect(rulesOf(compareFlow([], flow()))).toEqual(['ShippingNoteList.0.ShippingNoteNumber: known_waybill'])
    expect(rulesOf(compareFlow([waybill({ serial: '0101' })], flow()))).toEqual([
      'ShippingNoteList.0.ShippingNoteNumber: known_waybill',
    ])
    expect(compareFlow([waybill()], flow({ carrier: other })).map(({ field }) => field)).toEqual([
      'Carrier',
      'ActualCarrierID',
    ])
    expect(
      compareFlow([waybill()], flow({ vehicle: { plate: '新B·T0002', plateColour: '1' } })).map(({ field }) => field),
    ).toEqual(['VehicleNumber', 'VehiclePlateColorCode'])
  })

  it('a carrier gets no more than the shipper pays unless that is said', () => {
    const [note] = examples.fund_flow.notes
    const [payment] = examples.fund_flow.payments
    const paying = (totalFen: number) =>
      flow({ notes: [{ ...note!, totalFen }], payments: [{ ...payment!, amountFen: totalFen }] })

    expect(compareFlow([waybill()], paying(273_062))).toEqual([])
    expect(compareFlow([waybill()], paying(273_063))).toEqual([
      { field: 'ShippingNoteList.0.TotalMonetaryAmount', value: '2730.630', rule: 'not_above 2730.620' },
    ])
    expect(compareFlow([waybill()], paying(273_063), { aboveFreight: true })).toEqual([])
  })

  it('nothing is paid before the waybill was made', () => {
    const [payment] = examples.fund_flow.payments
    const payments = [{ ...payment!, at: epochMs(examples.waybill.madeAt - 1_000) }]

    expect(rulesOf(compareFlow([waybill()], flow({ payments })))).toEqual([
      'Financiallist.0.DateTime: not_before 20261120080000',
    ])
  })

  it('is worth the freight of the shipper, and what was paid', () => {
    expect(worthFenOf('waybill', waybill())).toBe(273_062)
    expect(worthFenOf('fund_flow', flow())).toBe(250_400)
    expect(worthFenOf('vehicle', render(adapter, 'vehicle', examples.vehicle))).toBe(0)
  })
})
