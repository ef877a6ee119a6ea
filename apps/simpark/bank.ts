import { readXml, type XmlElement } from '@tingzhou/dmn/xml'
import { assert } from '@tingzhou/kernel'
import { randomOf } from './random.ts'

/** How a bank of the simulation treats payments: shares of them, 0 to 1. */
export type BankHabits = {
  /** Refused, by a status report. */
  readonly failShare: number
  /** Booked and brought back later. */
  readonly returnShare: number
  /** Told once more in a message of its own. */
  readonly twiceShare: number
  /** Told first with a wrong sum. */
  readonly wrongSumShare: number
  /** Told of a payment that nobody ordered. */
  readonly unknownShare: number
  /** Of the files: followed by a message in the bank's name that is none, made of entities that grow. */
  readonly bombShare: number
}

/** A message of the bank, in the order in which messages come. */
export type BankAnswer = {
  readonly kind: 'pain.002' | 'camt.054'
  /** Seconds after the file came. */
  readonly afterS: number
  readonly xml: string
}

export const usualHabits: BankHabits = {
  failShare: 0.03,
  returnShare: 0.01,
  twiceShare: 0.1,
  wrongSumShare: 0.02,
  unknownShare: 0.02,
  bombShare: 0.02,
}

type Transfer = { readonly id: string; readonly amount: string }
type Word = { readonly id: string; readonly amount: string; readonly serial: string; readonly returned: boolean }

const hourS = 3_600

/**
 * What a bank answers to a file of credit transfers: it takes the file, refuses some payments, books the others within two days,
 * brings some back, and says things twice, with a wrong sum or of payments that nobody ordered. The same seed and file give the
 * same answers.
 * @param file  pain.001 text
 * @throws Error when it is no such file
 * Source: own; ISO 20022 pain.002.001.10, camt.054.001.08. O(payments).
 */
export function bankAnswers(seed: string, file: string, habits: BankHabits = usualHabits): readonly BankAnswer[] {
  const { messageId, transfers } = readFile(file)
  const dice = randomOf(seed, 'bank', messageId)
  const failed = transfers.filter(() => dice.chance(habits.failShare))
  const paid = transfers.filter((transfer) => !failed.includes(transfer))
  const words = paid.map(({ id, amount }): Word => ({ id, amount, serial: `B${id.slice(-20)}`, returned: false }))
  const some = (share: number): Word[] => words.filter(() => dice.chance(share))
  const message = (name: string, told: readonly Word[], hours: number): readonly BankAnswer[] =>
    told.length === 0
      ? []
      : [{ kind: 'camt.054', afterS: hours * hourS, xml: notification(`${messageId.slice(0, 24)}-${name}`, told) }]
  const answers: readonly BankAnswer[] = [
    { kind: 'pain.002', afterS: 60, xml: status(`${messageId.slice(0, 24)}-S`, messageId, transfers, failed) },
    ...message(
      'W',
      some(habits.wrongSumShare).map((word) => ({ ...word, amount: more(word.amount) })),
      1,
    ),
    ...message(
      'U',
      some(habits.unknownShare).map((word) => ({ ...word, id: strangerOf(word.id) })),
      2,
    ),
    ...message('N', words, dice.int(2, 47)),
    ...message('T', some(habits.twiceShare), 48),
    ...message(
      'R',
      some(habits.returnShare).map((word) => ({ ...word, returned: true })),
      dice.int(49, 72),
    ),
    ...(dice.chance(habits.bombShare) ? [{ kind: 'camt.054', afterS: 3 * hourS, xml: entityBomb } as const] : []),
  ]
  return answers.toSorted((a, b) => a.afterS - b.afterS)
}

/** Entities that would grow to ten thousand million letters. */
const entityBomb = `<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa">${Array.from(
  { length: 9 },
  (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`,
).join('')}]><Document>&j;</Document>`

function readFile(file: string): { readonly messageId: string; readonly transfers: readonly Transfer[] } {
  const read = readXml(file)
  assert(read.ok && read.value.name === 'Document', 'the bank is given a pain.001 file')
  const order = only(read.value, 'CstmrCdtTrfInitn')
  const transfers = order.children
    .filter(({ name }) => name === 'PmtInf')
    .flatMap(({ children }) => children.filter(({ name }) => name === 'CdtTrfTxInf'))
    .map((one) => ({
      id: only(only(one, 'PmtId'), 'EndToEndId').text,
      amount: only(only(one, 'Amt'), 'InstdAmt').text,
    }))
  return { messageId: only(only(order, 'GrpHdr'), 'MsgId').text, transfers }
}

function only({ name: outer, children }: XmlElement, name: string): XmlElement {
  const found = children.find((child) => child.name === name)
  assert(found, `${outer} has ${name}`)
  return found
}

const more = (amount: string): string => amount.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))
/** An id of the same shape that is no payment's. */
const strangerOf = (id: string): string => [...id].toReversed().join('')

const document = (schema: string, inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${schema}">${inner}</Document>\n`

function status(id: string, file: string, transfers: readonly Transfer[], failed: readonly Transfer[]): string {
  const entries = transfers.map((transfer) => {
    const isFailed = failed.includes(transfer)
    const why = isFailed ? '<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>' : ''
    return `<TxInfAndSts><OrgnlEndToEndId>${transfer.id}</OrgnlEndToEndId><TxSts>${isFailed ? 'RJCT' : 'ACSP'}</TxSts>${why}</TxInfAndSts>`
  })
  return document(
    'pain.002.001.10',
    `<CstmrPmtStsRpt><GrpHdr><MsgId>${id}</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>${file}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>${entries.join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt>`,
  )
}

function notification(id: string, words: readonly Word[]): string {
  const entries = words.map(({ id: endToEnd, amount, serial, returned }) => {
    const money = `<Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>${returned ? 'CRDT' : 'DBIT'}</CdtDbtInd>`
    const why = returned ? '<RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf>' : ''
    const refs = `<Refs><AcctSvcrRef>${serial}</AcctSvcrRef><EndToEndId>${endToEnd}</EndToEndId></Refs>`
    return `<Ntry>${money}<Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls>${refs}${money}${why}</TxDtls></NtryDtls></Ntry>`
  })
  return document(
    'camt.054.001.08',
    `<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>${id}</MsgId></GrpHdr><Ntfctn><Id>${id}</Id>${entries.join('')}</Ntfctn></BkToCstmrDbtCdtNtfctn>`,
  )
}
