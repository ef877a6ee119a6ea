import { parseTime } from '@tingzhou/hj212'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Documents } from './documents.ts'

const at = (text: string): EpochMs => parseTime(text) ?? epochMs(0)

/**
 * The worked example of the settlement as the regulator gets it: 32,460 kg of coal loaded, 32,310 kg unloaded, the shipper pays
 * 2,730.62 yuan, the carrier gets 500 in advance, 1,000 on a fuel card and 1,004. Everybody is invented.
 */
export const examples: Documents = {
  driver: {
    name: '合成司机甲',
    idNumber: '999000197001010010',
    licenceClass: 'A2',
    licenceIssuer: '合成发证机关',
    licenceFrom: '2020-01-01',
    licenceTo: '2999-12-31',
    qualification: '990000000001',
    phone: '99900000001',
    remark: '',
  },
  vehicle: {
    plate: '新B·T0001',
    plateColour: '2',
    typeCode: 'Q11',
    energy: 'B',
    owner: '合成车主',
    useCharacter: '货运',
    vin: 'LSYNTHET1C0000001',
    issuer: '合成发证机关',
    registeredOn: '2021-03-04',
    issuedOn: '2021-03-05',
    ratedLoadKg: 33_000,
    grossKg: 49_000,
    transportPermit: '650000100001',
    divisionCode: '652300',
    trailerPlate: '新B·0001挂',
    remark: '',
  },
  waybill: {
    originalNumber: 'HY202611000001',
    number: 'YD20261100000001',
    serial: '0000',
    vehicleAmount: 1,
    transportOrganisation: '1',
    sentAt: at('20261121090000'),
    platform: { name: '合成网络货运平台', creditCode: '91990100MA00000001', permit: '990100000001' },
    madeAt: at('20261120080000'),
    businessType: '1002996',
    despatchedAt: at('20261120093000'),
    receivedAt: at('20261120163000'),
    finishedAt: at('20261120170000'),
    freightFen: 273_062,
    transportCostFen: 100_000,
    distanceKm: 186,
    consignor: {
      name: '合成煤矿',
      idNumber: '91990100MA00000002',
      place: '合成矿区一号装车点',
      divisionCode: '652325',
    },
    consignee: {
      name: '合成电厂',
      idNumber: '91990100MA00000003',
      place: '合成园区二号卸车点',
      divisionCode: '652301',
    },
    vehicle: { plate: '新B·T0001', plateColour: '2' },
    leg: null,
    drivers: [{ name: '合成司机甲', idNumber: '999000197001010010' }],
    goods: [{ name: '原煤', cargoClass: '0100', grossKg: 32_310, volumeDm3: null, packages: null }],
    carrier: {
      name: '合成承运人',
      roadLicence: '650000900001',
      divisionCode: '652300',
      idNumber: '999000196001010012',
    },
    insurance: null,
    remark: '',
  },
  fund_flow: {
    number: 'ZJ20261100000001',
    sentAt: at('20261122100000'),
    carrier: { name: '合成承运人', idNumber: '999000196001010012' },
    vehicle: { plate: '新B·T0001', plateColour: '2' },
    notes: [{ number: 'YD20261100000001', serial: '0000', totalFen: 250_400 }],
    payments: [
      {
        means: '32',
        recipient: '合成承运人',
        account: '9990000000000001',
        bankCode: 'ABOC',
        serial: 'B0001',
        amountFen: 50_000,
        at: at('20261120093500'),
      },
      {
        means: '9',
        recipient: '合成承运人',
        account: '9990000000000002',
        bankCode: 'ABOC',
        serial: 'B0002',
        amountFen: 100_000,
        at: at('20261120100000'),
      },
      {
        means: '32',
        recipient: '合成承运人',
        account: '9990000000000001',
        bankCode: 'ABOC',
        serial: 'B0003',
        amountFen: 100_400,
        at: at('20261122093000'),
      },
    ],
    remark: '',
  },
}
