import * as fc from 'fast-check'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Header } from './adapter.ts'
import { documentKinds, type DocumentKind, type Documents } from './documents.ts'

const letters = [...'汉字运单𠮷é aAzZ09<>&"\'\\/{}[]:,;#%=+-_.·（）', 'ﬀ', '😀']
/** A text of one line, as long as a field takes at most. */
const text = (lengthMax: number, lengthMin = 1) =>
  fc
    .array(fc.constantFrom(...letters), { minLength: lengthMin, maxLength: lengthMax })
    .map((parts) => parts.join('').trim())
    .map((said) => (said === '' && lengthMin > 0 ? '空' : said))
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
const day = fc.integer({ min: 0, max: 30_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))
const seconds = fc.integer({ min: 0, max: 4_000_000_000 })
const ordered = (count: number) =>
  fc
    .array(seconds, { minLength: count, maxLength: count })
    .map((all) => all.toSorted((a, b) => a - b).map((second): EpochMs => epochMs(second * 1_000)))
const cargo = fc.constantFrom('0100', '0400', '1601', '1700')
const plateColour = fc.constantFrom('1', '2', '93')
const division = digits(6)
const distinct = <T>(arbitrary: fc.Arbitrary<T>, key: (value: T) => string, maxLength: number) =>
  fc.uniqueArray(arbitrary, { minLength: 1, maxLength, selector: key })

const driver: fc.Arbitrary<Documents['driver']> = fc
  .record({
    name: text(30),
    idNumber: digits(18),
    licenceClass: text(20),
    licenceIssuer: text(60),
    days: fc.tuple(day, day),
    paper: fc.oneof(
      fc.record({ qualification: digits(12), light: fc.boolean() }),
      fc.constant({ qualification: '', light: true }),
    ),
    phone: digits(11),
    remark: text(60, 0),
  })
  .map(({ days, paper, ...rest }) => {
    const [licenceFrom = '', licenceTo = ''] = days.toSorted()
    return { ...rest, ...paper, licenceFrom, licenceTo }
  })

const vehicle: fc.Arbitrary<Documents['vehicle']> = fc
  .record({
    plate: text(35),
    plateColour,
    typeCode: fc.constantFrom('H11', 'Q11', 'B1V'),
    energy: fc.constantFrom('A', 'B', 'Z'),
    owner: text(60),
    useCharacter: text(20),
    vin: text(32),
    issuer: text(60),
    days: fc.tuple(day, day),
    ratedLoadKg: fc.integer({ min: 10, max: 9_999_999 }),
    grossKg: fc.integer({ min: 4_505, max: 9_999_999 }),
    transportPermit: fc.stringMatching(/^[A-Z][0-9]{5,19}$/),
    divisionCode: division,
    trailerPlate: text(35, 0),
    remark: text(60, 0),
  })
  .map(({ days, ...rest }) => {
    const [registeredOn = '', issuedOn = ''] = days.toSorted()
    return { ...rest, registeredOn, issuedOn }
  })

const party = fc.record({ name: text(80), idNumber: text(35), place: text(80), divisionCode: division })

const waybill: fc.Arbitrary<Documents['waybill']> = fc
  .record({
    originalNumber: text(35),
    number: text(20),
    serial: digits(4),
    vehicleAmount: fc.integer({ min: 1, max: 9_999 }),
    transportOrganisation: fc.constantFrom('1', '8'),
    times: ordered(5),
    platform: fc.record({ name: text(80), creditCode: digits(18), permit: text(50) }),
    businessType: fc.constantFrom('1002996', '1003999'),
    freightFen: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    transportCostFen: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    distanceKm: fc.integer({ min: 0, max: 99_999 }),
    consignor: party,
    consignee: party,
    vehicle: fc.record({ plate: text(35), plateColour }),
    drivers: distinct(fc.record({ name: text(30), idNumber: digits(18) }), ({ idNumber }) => idNumber, 3),
    goods: fc.array(
      fc.record({
        name: text(60),
        cargoClass: cargo,
        grossKg: fc.integer({ min: 1, max: 99_999_999_999 }),
        volumeDm3: fc.option(fc.integer({ min: 1, max: 99_999_999 }), { nil: null }),
        packages: fc.option(fc.integer({ min: 1, max: 99_999_999 }), { nil: null }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    carrier: fc.record({ name: text(80), roadLicence: text(50), divisionCode: division, idNumber: text(50) }),
    insurance: fc.option(fc.record({ policy: text(30), insurer: text(30) }), { nil: null }),
    remark: text(60, 0),
  })
  .map(({ times, ...rest }) => {
    const [madeAt, despatchedAt, receivedAt, finishedAt, sentAt] = times as [
      EpochMs,
      EpochMs,
      EpochMs,
      EpochMs,
      EpochMs,
    ]
    return { ...rest, madeAt, despatchedAt, receivedAt, finishedAt, sentAt, leg: null }
  })

const payment = fc.record({
  means: fc.constantFrom('1', '32', '42'),
  recipient: text(60),
  account: text(60),
  bankCode: fc.constantFrom('ABOC', '9999'),
  serial: text(50),
  amountFen: fc.integer({ min: 1, max: 1_000_000_000_000 }),
  at: seconds.map((second) => epochMs(second * 1_000)),
})

const flow: fc.Arbitrary<Documents['fund_flow']> = fc
  .record({
    number: text(35),
    carrier: fc.record({ name: text(80), idNumber: text(50) }),
    vehicle: fc.record({ plate: text(35), plateColour }),
    payments: distinct(payment, ({ serial }) => serial, 6),
    note: fc.record({ number: text(20), serial: digits(4) }),
    remark: text(60, 0),
  })
  .map(({ note, payments, ...rest }) => ({
    ...rest,
    payments,
    sentAt: epochMs(Math.max(...payments.map(({ at }) => at))),
    notes: [{ ...note, totalFen: payments.reduce((sum, { amountFen }) => sum + amountFen, 0) }],
  }))

const documents: { readonly [K in DocumentKind]: fc.Arbitrary<Documents[K]> } = {
  driver,
  vehicle,
  waybill,
  fund_flow: flow,
}

/** Any document that has no faults, and its kind. */
export const anyDocument: fc.Arbitrary<{ readonly [K in DocumentKind]: readonly [K, Documents[K]] }[DocumentKind]> =
  fc.oneof(
    documents.driver.map((document) => ['driver', document] as const),
    documents.vehicle.map((document) => ['vehicle', document] as const),
    documents.waybill.map((document) => ['waybill', document] as const),
    documents.fund_flow.map((document) => ['fund_flow', document] as const),
  )

/** What stands on an envelope beside the kind. */
export const anyHeader: fc.Arbitrary<Omit<Header, 'kind' | 'senderCode'>> = fc.record({
  reference: fc.stringMatching(/^[0-9a-f]{32}$/),
  enterpriseCode: fc.stringMatching(/^[0-9A-Z]{1,35}$/),
  sentAt: seconds.map((second) => epochMs(second * 1_000)),
  token: fc.stringMatching(/^[A-Za-z0-9._-]{1,200}$/),
})

export const anyKind = fc.constantFrom(...documentKinds)
/** Bytes of chance, drawn by the seed of the run. */
export const randomOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
