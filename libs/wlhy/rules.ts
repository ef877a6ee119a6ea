import { printDecimal, readDecimal } from './decimal.ts'
import type { DocumentKind } from './documents.ts'
import { faultAt, type Fault } from './fault.ts'
import { isFiller, isWithinLight } from './light.ts'
import type { WireRecord, WireValue } from './record.ts'

/**
 * What does not fit within one record: the order of its times and days, the sum of its payments, a number twice.
 * @param record  each field of which is well formed
 * Source: access guide; NFP field notes. O(fields).
 */
export function rulesWithin(kind: DocumentKind, record: WireRecord): readonly Fault[] {
  switch (kind) {
    case 'driver':
      return notBefore(record, ['ValidPeriodFrom', 'ValidPeriodTo'])
    case 'vehicle':
      return [...notBefore(record, ['RegisterDate', 'IssueDate']), ...fillerOfHeavy(record)]
    case 'waybill':
      return waybillRules(record)
    case 'fund_flow':
      return flowRules(record)
  }
}

/** A waybill is made, despatched, received, finished, and only then sent. */
function waybillRules(record: WireRecord): readonly Fault[] {
  const order = [
    'ConsignmentDateTime',
    'DespatchActualDateTime',
    'GoodsReceiptDateTime',
    'FinishDateTime',
    'SendToProDateTime',
  ]
  const vehicle = partOf(record, 'VehicleInfo')
  const drivers = rowsOf(vehicle, 'Driver').map((driver) => textOf(driver, 'DrivingLicense'))
  return [
    ...notBefore(record, order),
    ...notBefore(vehicle, ['DespatchActualDateTime', 'GoodsReceiptDateTime'], 'VehicleInfo.'),
    ...twice(drivers, (index) => `VehicleInfo.Driver.${index}.DrivingLicense`),
  ]
}

/** What was paid is what the carriages cost, and was paid before it is reported. */
function flowRules(record: WireRecord): readonly Fault[] {
  const [notes, payments] = [rowsOf(record, 'ShippingNoteList'), rowsOf(record, 'Financiallist')]
  const owed = sumOf(notes, 'TotalMonetaryAmount')
  const paid = sumOf(payments, 'MonetaryAmount')
  const late = payments.flatMap((payment, index) =>
    textOf(payment, 'DateTime') > textOf(record, 'SendToProDateTime')
      ? [faultAt(`Financiallist.${index}.DateTime`, textOf(payment, 'DateTime'), 'not_after SendToProDateTime')]
      : [],
  )
  const names = notes.map((note) => noteKey(note))
  const serials = payments.map((payment) => textOf(payment, 'SequenceCode'))
  return [
    ...(owed === paid ? [] : [faultAt('Financiallist', printDecimal(paid, 3), `sum ${printDecimal(owed, 3)}`)]),
    ...late,
    ...twice(names, (index) => `ShippingNoteList.${index}.ShippingNoteNumber`),
    ...twice(serials, (index) => `Financiallist.${index}.SequenceCode`),
  ]
}

/** Days and times of one length sort as texts. An empty one is skipped. */
function notBefore(record: WireRecord, order: readonly string[], path = ''): readonly Fault[] {
  const said = order.filter((name) => textOf(record, name) !== '')
  return said.flatMap((name, index) => {
    const before = said[index - 1]
    return before !== undefined && textOf(record, name) < textOf(record, before)
      ? [faultAt(path + name, textOf(record, name), `not_before ${before}`)]
      : []
  })
}

function fillerOfHeavy(record: WireRecord): readonly Fault[] {
  const field = 'RoadTransportCertificateNumber'
  const isWrong = isFiller(record[field]) && !isWithinLight('vehicle', record)
  return isWrong ? [faultAt(field, textOf(record, field), 'filler_only_light')] : []
}

function twice(texts: readonly string[], pathOf: (index: number) => string): readonly Fault[] {
  return texts.flatMap((text, index) =>
    texts.indexOf(text) < index ? [faultAt(pathOf(index), text, 'each_once')] : [],
  )
}

/** A document that another one needs, and the field that names it. */
export type DocumentRef = { readonly kind: DocumentKind; readonly key: string; readonly field: string }

/**
 * What makes a record the same document as one that was sent before: a driver's number, plate and colour, number and serial.
 * O(1).
 */
export function keyOf(kind: DocumentKind, record: WireRecord): string {
  switch (kind) {
    case 'driver':
      return textOf(record, 'DrivingLicense')
    case 'vehicle':
      return vehicleKey(record)
    case 'waybill':
      return noteKey(record)
    case 'fund_flow':
      return textOf(record, 'DocumentNumber')
  }
}

const vehicleKey = (record: WireRecord): string =>
  `${textOf(record, 'VehicleNumber')} ${textOf(record, 'VehiclePlateColorCode')}`
const noteKey = (record: WireRecord): string =>
  `${textOf(record, 'ShippingNoteNumber')} ${textOf(record, 'SerialNumber')}`

/**
 * What must have been accepted before: the vehicle and drivers of a waybill, the waybills of a fund flow.
 * Source: upload order of the access guide. O(rows).
 */
export function needsOf(kind: DocumentKind, record: WireRecord): readonly DocumentRef[] {
  if (kind === 'fund_flow')
    return rowsOf(record, 'ShippingNoteList').map((note, index) => ({
      kind: 'waybill',
      key: noteKey(note),
      field: `ShippingNoteList.${index}.ShippingNoteNumber`,
    }))
  if (kind !== 'waybill') return []
  const vehicle = partOf(record, 'VehicleInfo')
  const drivers = rowsOf(vehicle, 'Driver').map((driver, index) => ({
    kind: 'driver' as const,
    key: keyOf('driver', driver),
    field: `VehicleInfo.Driver.${index}.DrivingLicense`,
  }))
  return [{ kind: 'vehicle', key: vehicleKey(vehicle), field: 'VehicleInfo.VehicleNumber' }, ...drivers]
}

/** `aboveFreight`: a carrier may get more than its shipper pays. */
export type FlowRules = { readonly aboveFreight?: boolean }

/**
 * What does not fit between a fund flow and its waybills: an unknown number, another vehicle or carrier, more paid than the shipper
 * pays, paid before the waybill was made.
 * @param waybills  records without faults, those of the flow at least
 * @param flow      a record without faults
 * Source: comparison of the monitoring system, 交办运函〔2019〕1391号. O(waybills + rows).
 */
export function compareFlow(
  waybills: readonly WireRecord[],
  flow: WireRecord,
  { aboveFreight = false }: FlowRules = {},
): readonly Fault[] {
  const known = new Map(waybills.map((waybill) => [noteKey(waybill), waybill]))
  const notes = rowsOf(flow, 'ShippingNoteList').map((note) => ({ note, waybill: known.get(noteKey(note)) }))
  const found = notes.flatMap(({ waybill }) => (waybill ? [waybill] : []))
  return [
    ...notes.flatMap(({ note, waybill }, index) => noteFaults(note, waybill, index, aboveFreight)),
    ...carrierFaults(found, flow),
    ...tooEarly(found, flow),
  ]
}

function noteFaults(note: WireRecord, waybill: WireRecord | undefined, index: number, aboveFreight: boolean) {
  const path = `ShippingNoteList.${index}.`
  if (!waybill) return [faultAt(`${path}ShippingNoteNumber`, noteKey(note), 'known_waybill')]
  const [cost, freight] = [amountOf(note, 'TotalMonetaryAmount'), amountOf(waybill, 'TotalMonetaryAmount')]
  const rule = `not_above ${printDecimal(freight, 3)}`
  return aboveFreight || cost <= freight ? [] : [faultAt(`${path}TotalMonetaryAmount`, printDecimal(cost, 3), rule)]
}

function carrierFaults(waybills: readonly WireRecord[], flow: WireRecord): readonly Fault[] {
  const pairs = [
    ['VehicleNumber', 'VehicleInfo', 'VehicleNumber'],
    ['VehiclePlateColorCode', 'VehicleInfo', 'VehiclePlateColorCode'],
    ['Carrier', 'ActualCarrierInfo', 'ActualCarrierName'],
    ['ActualCarrierID', 'ActualCarrierInfo', 'ActualCarrierID'],
  ] as const
  return pairs.flatMap(([field, part, name]) => {
    const other = waybills.find((waybill) => textOf(partOf(waybill, part), name) !== textOf(flow, field))
    return other ? [faultAt(field, textOf(flow, field), `same_as ${part}.${name} ${noteKey(other)}`)] : []
  })
}

function tooEarly(waybills: readonly WireRecord[], flow: WireRecord): readonly Fault[] {
  const made = waybills.map((waybill) => textOf(waybill, 'ConsignmentDateTime')).toSorted()[0]
  if (made === undefined) return []
  return rowsOf(flow, 'Financiallist').flatMap((payment, index) => {
    const at = textOf(payment, 'DateTime')
    return at !== '' && at < made ? [faultAt(`Financiallist.${index}.DateTime`, at, `not_before ${made}`)] : []
  })
}

/**
 * What a document is worth in the sums of a month: the shipper's freight of a waybill, what a fund flow paid; else nothing.
 * @returns fen
 * O(rows).
 */
export function worthFenOf(kind: DocumentKind, record: WireRecord): number {
  if (kind === 'waybill') return Number(amountOf(record, 'TotalMonetaryAmount') / 10n)
  return kind === 'fund_flow' ? Number(sumOf(rowsOf(record, 'Financiallist'), 'MonetaryAmount') / 10n) : 0
}

const textOf = (record: WireRecord, name: string): string => {
  const value = record[name]
  return typeof value === 'string' ? value : ''
}
const isList = (value: WireValue | undefined): value is readonly WireRecord[] => Array.isArray(value)
const rowsOf = (record: WireRecord, name: string): readonly WireRecord[] => {
  const value = record[name]
  return isList(value) ? value : []
}
const partOf = (record: WireRecord, name: string): WireRecord => {
  const value = record[name]
  return typeof value === 'object' && !isList(value) ? value : {}
}
/** Thousandths of a yuan. */
const amountOf = (record: WireRecord, name: string): bigint => readDecimal(record[name], 3) ?? 0n
const sumOf = (rows: readonly WireRecord[], name: string): bigint =>
  rows.reduce((sum, row) => sum + amountOf(row, name), 0n)
