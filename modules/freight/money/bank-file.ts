import type { EpochMs } from '@tingzhou/kernel'
import { yuanText } from './amount.ts'

/** An account as a bank file names it. */
export type BankAccount = { readonly holder: string; readonly bankCode: string; readonly accountNumber: string }

/** What a bank is asked to pay. */
export type BankOrder = {
  /** Names the file, at most 35 characters. */
  readonly messageId: string
  readonly madeAt: EpochMs
  /** `YYYY-MM-DD`. */
  readonly payOn: string
  readonly payer: BankAccount
  /** In the order in which they are written. */
  readonly payments: readonly (BankAccount & {
    /** A uuid. */
    readonly id: string
    readonly amountFen: number
    /** What the payee reads. */
    readonly about: string
  })[]
}

/** A payment as the bank names it: at most 35 characters. O(1). */
export const endToEndId = (paymentId: string): string => paymentId.replaceAll('-', '')

/** The payment of the bank's name for it, or null. O(1). */
export function paymentIdOf(endToEnd: string): string | null {
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(endToEnd.toLowerCase())
  return parts ? parts.slice(1).join('-') : null
}

/**
 * A file of credit transfers for the bank: the same orders give the same bytes.
 * Source: ISO 20022 pain.001.001.09, CustomerCreditTransferInitiationV09. O(payments).
 */
export function bankFile({ messageId, madeAt, payOn, payer, payments }: BankOrder): string {
  // Whole fen: the sum is exact where it is a safe integer, which `yuanText` asserts.
  const sum = yuanText(payments.reduce((total, { amountFen }) => total + amountFen, 0))
  const totals = [element('NbOfTxs', String(payments.length)), element('CtrlSum', sum)]
  const document = group('CstmrCdtTrfInitn', [
    group('GrpHdr', [
      element('MsgId', messageId),
      element('CreDtTm', `${new Date(madeAt).toISOString().slice(0, 19)}Z`),
      ...totals,
      group('InitgPty', [element('Nm', cut(payer.holder))]),
    ]),
    group('PmtInf', [
      element('PmtInfId', messageId),
      element('PmtMtd', 'TRF'),
      ...totals,
      group('ReqdExctnDt', [element('Dt', payOn)]),
      group('Dbtr', [element('Nm', cut(payer.holder))]),
      accountOf('DbtrAcct', payer),
      agentOf('DbtrAgt', payer),
      ...payments.map((payment) =>
        group('CdtTrfTxInf', [
          group('PmtId', [element('EndToEndId', endToEndId(payment.id))]),
          group('Amt', [`<InstdAmt Ccy="CNY">${yuanText(payment.amountFen)}</InstdAmt>`]),
          agentOf('CdtrAgt', payment),
          group('Cdtr', [element('Nm', cut(payment.holder))]),
          accountOf('CdtrAcct', payment),
          group('RmtInf', [element('Ustrd', cut(payment.about))]),
        ]),
      ),
    ]),
  ])
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${namespace}">${document}</Document>\n`
}

const namespace = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'

const accountOf = (name: string, { accountNumber }: BankAccount) =>
  group(name, [group('Id', [group('Othr', [element('Id', accountNumber)])]), element('Ccy', 'CNY')])
const agentOf = (name: string, { bankCode }: BankAccount) =>
  group(name, [group('FinInstnId', [group('Othr', [element('Id', bankCode)])])])

/** Max140Text, in whole characters. */
const cut = (text: string): string => [...text].slice(0, 140).join('')

const group = (name: string, parts: readonly string[]): string => `<${name}>${parts.join('')}</${name}>`
const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Text between tags: characters that XML 1.0 cannot hold, halves of a pair too, become U+FFFD. O(length). */
const escapeXml = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd')
    .replaceAll(/[&<>"']/g, (sign: string) => escapes[sign] ?? sign)
