import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { adapterIds } from './adapter.ts'
import { faultsOf } from './check.ts'
import { documentKinds } from './documents.ts'
import { examples } from './examples.fixture.ts'
import { render } from './render.ts'
import { compareFlow } from './rules.ts'

describe('the worked example of the settlement', () => {
  it.each(adapterIds)('is a vehicle, a driver, a waybill and a fund flow without faults in %s', (adapter) => {
    for (const kind of documentKinds) expect(faultsOf(adapter, kind, render(adapter, kind, examples[kind]))).toEqual([])
  })

  it('says 2730.620, 1000.000 and rows of 500, 1000 and 1004', () => {
    const waybill = render('tianjin-1.2.1', 'waybill', examples.waybill)
    const flow = render('tianjin-1.2.1', 'fund_flow', examples.fund_flow)

    expect(waybill).toMatchObject({
      TotalMonetaryAmount: '2730.620',
      TransportationCost: '1000.000',
      TransportationDistance: '186',
      ConsignmentDateTime: '20261120080000',
      FinishDateTime: '20261120170000',
      InsuranceInformation: { PolicyNumber: 'none', InsuranceCompanyCode: 'none' },
    })
    expect(waybill.VehicleInfo).toMatchObject({
      GoodsInfo: [{ GoodsItemGrossWeight: '32310.000', Cube: '', TotalNumberOfPackages: '' }],
    })
    expect(flow.ShippingNoteList).toMatchObject([{ TotalMonetaryAmount: '2504.000' }])
    expect(flow.Financiallist).toMatchObject([
      { MonetaryAmount: '500.000' },
      { MonetaryAmount: '1000.000' },
      { MonetaryAmount: '1004.000' },
    ])
    expect(compareFlow([waybill], flow)).toEqual([])
  })

  it('has in Fujian no field that only Tianjin has, and says the whole way of the vehicle', () => {
    const waybill = render('fujian-2.0', 'waybill', examples.waybill)

    expect(Object.keys(waybill)).not.toEqual(expect.arrayContaining(['TransportationCost']))
    expect(waybill.FinishDateTime).toBeUndefined()
    expect(waybill.VehicleInfo).toMatchObject({
      DespatchActualDateTime: '20261120093000',
      LoadingCountrySubdivisionCode: '652325',
      GoodsReceiptPlace: '合成园区二号卸车点',
    })
  })
})

describe('what is written', () => {
  it('is the end of time for a paper without end, and days without dashes', () => {
    const driver = render('fujian-2.0', 'driver', examples.driver)

    expect(driver).toMatchObject({ ValidPeriodFrom: '20200101', ValidPeriodTo: '29991231' })
  })

  it('is the division and six zeros where light vehicles need no paper', () => {
    const driver = render('tianjin-1.2.1', 'driver', { ...examples.driver, qualification: '', light: true })
    const vehicle = render('tianjin-1.2.1', 'vehicle', { ...examples.vehicle, grossKg: 4_500, transportPermit: '' })
    const carrier = { ...examples.waybill.carrier, roadLicence: '' }
    const waybill = render('tianjin-1.2.1', 'waybill', { ...examples.waybill, carrier })

    expect(driver.QualificationCertificate).toBe('999000000000')
    expect(vehicle.RoadTransportCertificateNumber).toBe('652300000000')
    expect(waybill.ActualCarrierInfo).toMatchObject({ ActualCarrierBusinessLicense: '652300000000' })
  })

  it('is nothing where drivers of heavy vehicles lack theirs, which is missed', () => {
    const driver = render('fujian-2.0', 'driver', { ...examples.driver, qualification: '' })

    expect(driver.QualificationCertificate).toBe('')
    expect(faultsOf('fujian-2.0', 'driver', driver)).toMatchObject([
      { field: 'QualificationCertificate', rule: 'needed' },
    ])
  })

  it('is tonnes with two decimals, half of ten kilograms up', () => {
    const grossOf = (grossKg: number) => render('fujian-2.0', 'vehicle', { ...examples.vehicle, grossKg }).GrossMass

    expect([49_000, 18_125, 4_494, 4_495, 5].map(grossOf)).toEqual(['49.00', '18.13', '4.49', '4.50', '0.01'])
  })

  it('is one line: what a person typed with breaks keeps its words', () => {
    const driver = render('fujian-2.0', 'driver', { ...examples.driver, remark: ' first\r\nsecond\tthird\u0000 ' })

    expect(driver.Remark).toBe('first second third')
  })

  it('is Beijing time', () => {
    const waybill = render('fujian-2.0', 'waybill', { ...examples.waybill, madeAt: epochMs(0) })

    expect(waybill.ConsignmentDateTime).toBe('19700101080000')
  })

  it('is the leg of the vehicle where the way has segments', () => {
    const leg = {
      despatchedAt: examples.waybill.despatchedAt,
      receivedAt: examples.waybill.receivedAt,
      fromPlace: '合成中转站',
      fromDivisionCode: '652327',
      toPlace: '合成电厂',
      toDivisionCode: '652301',
    }
    const waybill = render('tianjin-1.2.1', 'waybill', { ...examples.waybill, serial: '0102', leg })

    expect(waybill.VehicleInfo).toMatchObject({ PlaceOfLoading: '合成中转站', LoadingCountrySubdivisionCode: '652327' })
  })
})
