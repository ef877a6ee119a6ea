import { formatTime } from '@tingzhou/hj212'
import type { EpochMs } from '@tingzhou/kernel'
import { regulatorMass, regulatorMoney, regulatorVolume } from '@tingzhou/settlement'
import type { AdapterId } from './adapter.ts'
import { tonnes } from './decimal.ts'
import type {
  DocumentKind,
  Documents,
  DriverDocument,
  FundFlowDocument,
  VehicleDocument,
  WaybillDocument,
} from './documents.ts'
import { fieldsOf, type Field } from './fields.ts'
import type { WireRecord, WireValue } from './record.ts'

/** Up to this gross mass neither a transport permit nor a qualification is needed. Source: 交运规〔2019〕12号. */
export const lightGrossMaxKg = 4_500

/** What stands for the number of a paper that light vehicles need not have: six digits of a division, and this. */
export const lightFiller = '000000'

/**
 * Writes a document as the guide wants it. What is wrong in it stays visible: `faultsOf` says it.
 * @param document  fen, kg and instants as integers
 * @returns each field of the guide, empty where nothing is known
 * Source: `data/fields.json`. O(fields).
 */
export function render<K extends DocumentKind>(adapter: AdapterId, kind: K, document: Documents[K]): WireRecord {
  return filled(adapter, fieldsOf(kind), renderers[kind](document))
}

/** The fields of the guide, in its order; texts on one line. */
function filled(adapter: AdapterId, fields: readonly Field[], values: WireRecord): WireRecord {
  return Object.fromEntries(
    fields
      .filter((field) => field.isOf(adapter))
      .map((field) => [field.name, filledValue(adapter, field, values[field.name])]),
  )
}

function filledValue(adapter: AdapterId, { shape }: Field, value: WireValue | undefined): WireValue {
  if (shape.shape === 'part') return filled(adapter, shape.fields, isPart(value) ? value : {})
  if (shape.shape === 'list')
    return (Array.isArray(value) ? value : []).map((row: WireRecord) => filled(adapter, shape.fields, row))
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}+/gu, ' ').trim() : ''
}

const isPart = (value: WireValue | undefined): value is WireRecord => typeof value === 'object' && !Array.isArray(value)

const day = (date: string | null): string => (date ?? '').replaceAll('-', '')
const time = (at: EpochMs): string => formatTime(at)
/** Without a division there is nothing to fill in, and the paper is missed. */
const permit = (number: string, divisionCode: string): string =>
  number || (divisionCode === '' ? '' : `${divisionCode}${lightFiller}`)

const driverRecord = (driver: DriverDocument): WireRecord => ({
  DriverName: driver.name,
  DrivingLicense: driver.idNumber,
  VehicleClass: driver.licenceClass,
  IssuingOrganizations: driver.licenceIssuer,
  ValidPeriodFrom: day(driver.licenceFrom),
  ValidPeriodTo: day(driver.licenceTo),
  QualificationCertificate: permit(driver.qualification, driver.light ? driver.idNumber.slice(0, 6) : ''),
  Telephone: driver.phone,
  Remark: driver.remark,
})

const vehicleRecord = (vehicle: VehicleDocument): WireRecord => ({
  VehicleNumber: vehicle.plate,
  VehiclePlateColorCode: vehicle.plateColour,
  VehicleType: vehicle.typeCode,
  Owner: vehicle.owner,
  UseCharacter: vehicle.useCharacter,
  VIN: vehicle.vin,
  IssuingOrganizations: vehicle.issuer,
  RegisterDate: day(vehicle.registeredOn),
  IssueDate: day(vehicle.issuedOn),
  VehicleEnergyType: vehicle.energy,
  VehicleTonnage: tonnes(vehicle.ratedLoadKg),
  GrossMass: tonnes(vehicle.grossKg),
  RoadTransportCertificateNumber: permit(vehicle.transportPermit, vehicle.divisionCode),
  TrailerVehiclePlateNumber: vehicle.trailerPlate,
  Remark: vehicle.remark,
})

const waybillRecord = (waybill: WaybillDocument): WireRecord => ({
  OriginalDocumentNumber: waybill.originalNumber,
  ShippingNoteNumber: waybill.number,
  SerialNumber: waybill.serial,
  VehicleAmount: String(waybill.vehicleAmount),
  TransportTypeCode: waybill.transportOrganisation,
  SendToProDateTime: time(waybill.sentAt),
  Carrier: waybill.platform.name,
  UnifiedSocialCreditIdentifier: waybill.platform.creditCode,
  PermitNumber: waybill.platform.permit,
  ConsignmentDateTime: time(waybill.madeAt),
  BusinessTypeCode: waybill.businessType,
  DespatchActualDateTime: time(waybill.despatchedAt),
  GoodsReceiptDateTime: time(waybill.receivedAt),
  ConsignorInfo: {
    Consignor: waybill.consignor.name,
    ConsignorID: waybill.consignor.idNumber,
    PlaceOfLoading: waybill.consignor.place,
    CountrySubdivisionCode: waybill.consignor.divisionCode,
  },
  ConsigneeInfo: {
    Consignee: waybill.consignee.name,
    ConsigneeID: waybill.consignee.idNumber,
    GoodsReceiptPlace: waybill.consignee.place,
    CountrySubdivisionCode: waybill.consignee.divisionCode,
  },
  TotalMonetaryAmount: regulatorMoney(waybill.freightFen),
  TransportationCost: regulatorMoney(waybill.transportCostFen),
  TransportationDistance: String(waybill.distanceKm),
  FinishDateTime: time(waybill.finishedAt),
  VehicleInfo: vehicleInfo(waybill),
  ActualCarrierInfo: {
    ActualCarrierName: waybill.carrier.name,
    ActualCarrierBusinessLicense: permit(waybill.carrier.roadLicence, waybill.carrier.divisionCode),
    ActualCarrierID: waybill.carrier.idNumber,
  },
  InsuranceInformation: {
    PolicyNumber: waybill.insurance?.policy ?? 'none',
    InsuranceCompanyCode: waybill.insurance?.insurer ?? 'none',
  },
  Remark: waybill.remark,
})

/** What this vehicle did; without a leg of its own, the whole way. */
function vehicleInfo({ vehicle, leg, drivers, goods, consignor, consignee, ...whole }: WaybillDocument): WireRecord {
  return {
    VehiclePlateColorCode: vehicle.plateColour,
    VehicleNumber: vehicle.plate,
    DespatchActualDateTime: time(leg?.despatchedAt ?? whole.despatchedAt),
    GoodsReceiptDateTime: time(leg?.receivedAt ?? whole.receivedAt),
    PlaceOfLoading: leg?.fromPlace ?? consignor.place,
    LoadingCountrySubdivisionCode: leg?.fromDivisionCode ?? consignor.divisionCode,
    GoodsReceiptPlace: leg?.toPlace ?? consignee.place,
    ReceiptCountrySubdivisionCode: leg?.toDivisionCode ?? consignee.divisionCode,
    Driver: drivers.map(({ name, idNumber }) => ({ DriverName: name, DrivingLicense: idNumber })),
    GoodsInfo: goods.map(({ name, cargoClass, grossKg, volumeDm3, packages }) => ({
      DescriptionOfGoods: name,
      CargoTypeClassificationCode: cargoClass,
      GoodsItemGrossWeight: regulatorMass(grossKg),
      Cube: volumeDm3 === null ? '' : regulatorVolume(volumeDm3),
      TotalNumberOfPackages: packages === null ? '' : String(packages),
    })),
  }
}

const flowRecord = (flow: FundFlowDocument): WireRecord => ({
  DocumentNumber: flow.number,
  SendToProDateTime: time(flow.sentAt),
  Carrier: flow.carrier.name,
  ActualCarrierID: flow.carrier.idNumber,
  VehicleNumber: flow.vehicle.plate,
  VehiclePlateColorCode: flow.vehicle.plateColour,
  ShippingNoteList: flow.notes.map(({ number, serial, totalFen }) => ({
    ShippingNoteNumber: number,
    SerialNumber: serial,
    TotalMonetaryAmount: regulatorMoney(totalFen),
  })),
  Financiallist: flow.payments.map((payment) => ({
    PaymentMeansCode: payment.means,
    Recipient: payment.recipient,
    ReceiptAccount: payment.account,
    BankCode: payment.bankCode,
    SequenceCode: payment.serial,
    MonetaryAmount: regulatorMoney(payment.amountFen),
    DateTime: time(payment.at),
  })),
  Remark: flow.remark,
})

const renderers: { readonly [K in DocumentKind]: (document: Documents[K]) => WireRecord } = {
  driver: driverRecord,
  vehicle: vehicleRecord,
  waybill: waybillRecord,
  fund_flow: flowRecord,
}
