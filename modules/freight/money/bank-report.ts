import { readXml, type XmlElement } from '@tingzhou/dmn/xml'
import { err, ok, type Result } from '@tingzhou/kernel'
import { readYuan } from './amount.ts'
import type { MoneyError } from './error.ts'
import type { BankSays, ReportKind } from './words.ts'

/** What the bank says of one payment. */
export type BankEntry = {
  /** As the bank names the payment. */
  readonly endToEndId: string
  readonly says: BankSays
  /** Null where the bank does not say, or not in whole fen of CNY. */
  readonly amountFen: number | null
  /** The bank's own number of the booking. */
  readonly serial: string | null
  readonly reason: string | null
}

/** A message of the bank. */
export type BankMessage = {
  readonly kind: ReportKind
  readonly messageId: string
  /** The file that was refused as a whole; its payments are not named one by one. */
  readonly refusedFile: { readonly messageId: string; readonly reason: string } | null
  readonly entries: readonly BankEntry[]
}

/** Entries of one message. */
const entriesMax = 5_000
/** Characters of one message. */
export const reportLengthMax = 900_000

const refused = (value: string, rule: string) =>
  err({ kind: 'report_refused', field: 'xml', value: value.slice(0, 100), rule } as const)

/**
 * Reads a status report (pain.002) or a notification of bookings (camt.054), of any version. Only what names a payment of ours is
 * read. A DOCTYPE, and with it any entity of the message's own, is refused.
 * Source: ISO 20022 CustomerPaymentStatusReport, BankToCustomerDebitCreditNotification. O(length).
 */
export function readBankMessage(xml: string): Result<BankMessage, MoneyError> {
  if (xml.length > reportLengthMax) return refused(String(xml.length), `too_long ${reportLengthMax}`)
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return refused('DOCTYPE', 'no_entities')
  const read = readXml(xml)
  if (!read.ok) return refused(read.error.message, 'well_formed')
  const status = child(read.value, 'CstmrPmtStsRpt')
  const booked = child(read.value, 'BkToCstmrDbtCdtNtfctn')
  if (read.value.name !== 'Document' || (!status && !booked)) return refused(read.value.name, 'known_message')
  const message = status ? statusReport(status) : notification(booked)
  if (message.messageId === '' || message.messageId.length > 35) return refused(message.messageId, 'message_id')
  if (message.entries.length > entriesMax) return refused(String(message.entries.length), `entries_max ${entriesMax}`)
  return ok(message)
}

function statusReport(report: XmlElement): BankMessage {
  const group = child(report, 'OrgnlGrpInfAndSts')
  const isRefused = textAt(group, 'GrpSts') === 'RJCT'
  const single = all(report, 'OrgnlPmtInfAndSts').flatMap((payment) => all(payment, 'TxInfAndSts'))
  return {
    kind: 'pain.002',
    messageId: textAt(report, 'GrpHdr', 'MsgId'),
    refusedFile:
      isRefused && single.length === 0
        ? { messageId: textAt(group, 'OrgnlMsgId'), reason: reasonOf(group) ?? 'RJCT' }
        : null,
    entries: single.map((entry) => ({
      endToEndId: cut(textAt(entry, 'OrgnlEndToEndId')),
      // Money moves when the bank books it; until then the bank has only taken the order, or refused it.
      says: textAt(entry, 'TxSts') === 'RJCT' ? 'failed' : 'accepted',
      amountFen: amountOf(pathTo(entry, 'OrgnlTxRef', 'Amt', 'InstdAmt')),
      serial: null,
      reason: reasonOf(entry),
    })),
  }
}

function notification(booked: XmlElement | undefined): BankMessage {
  const entries = all(booked, 'Ntfctn').flatMap((one) => all(one, 'Ntry'))
  return {
    kind: 'camt.054',
    messageId: textAt(booked, 'GrpHdr', 'MsgId'),
    refusedFile: null,
    entries: entries.filter(isBooked).flatMap((entry) => {
      const single = all(entry, 'NtryDtls').flatMap((details) => all(details, 'TxDtls'))
      return single.map((details): BankEntry => {
        const sign = textAt(details, 'CdtDbtInd') || textAt(entry, 'CdtDbtInd')
        const serial = textAt(details, 'Refs', 'AcctSvcrRef') || textAt(entry, 'AcctSvcrRef')
        const amount = child(details, 'Amt') ?? (single.length === 1 ? child(entry, 'Amt') : undefined)
        return {
          endToEndId: cut(textAt(details, 'Refs', 'EndToEndId')),
          says: sign === 'CRDT' ? 'returned' : 'done',
          amountFen: amountOf(amount),
          serial: serial === '' ? null : serial.slice(0, 50),
          reason: cut(textAt(details, 'RtrInf', 'Rsn', 'Cd')) || null,
        }
      })
    }),
  }
}

/** Older versions write the state as text, newer ones as a code. */
const isBooked = (entry: XmlElement): boolean =>
  (textAt(entry, 'Sts', 'Cd') || textAt(entry, 'Sts') || 'BOOK') === 'BOOK'

const reasonOf = (element: XmlElement | undefined): string | null =>
  cut(textAt(element, 'StsRsnInf', 'Rsn', 'Cd') || textAt(element, 'StsRsnInf', 'AddtlInf')) || null

/** What is kept of the bank's words. */
const cut = (text: string): string => text.slice(0, 100)

function amountOf(element: XmlElement | undefined): number | null {
  return element?.attributes.Ccy === 'CNY' ? readYuan(element.text.trim()) : null
}

const all = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((one) => one.name === name) ?? []
const child = (element: XmlElement | undefined, name: string): XmlElement | undefined => all(element, name)[0]
const pathTo = (element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined =>
  names.reduce<XmlElement | undefined>((at, name) => child(at, name), element)
const textAt = (element: XmlElement | undefined, ...names: readonly string[]): string =>
  pathTo(element, ...names)?.text.trim() ?? ''
