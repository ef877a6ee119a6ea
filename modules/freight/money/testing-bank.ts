import { yuanText } from './amount.ts'
import { endToEndId } from './bank-file.ts'

/** What a test lets the bank say of a payment. */
export type Told = { readonly paymentId: string; readonly amountFen: number; readonly serial: string | null }

const amount = (name: string, fen: number) => `<${name} Ccy="CNY">${yuanText(fen)}</${name}>`

/** A notification of bookings: paid, or come back for a reason. */
export function notificationOf(
  messageId: string,
  told: readonly Told[],
  { returned }: { readonly returned?: string } = {},
): string {
  const sign = returned === undefined ? 'DBIT' : 'CRDT'
  const reason = returned === undefined ? '' : `<RtrInf><Rsn><Cd>${returned}</Cd></Rsn></RtrInf>`
  const entries = told.map(
    ({ paymentId, amountFen, serial }) =>
      `<Ntry>${amount('Amt', amountFen)}<CdtDbtInd>${sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls><Refs>${
        serial === null ? '' : `<AcctSvcrRef>${serial}</AcctSvcrRef>`
      }<EndToEndId>${endToEndId(paymentId)}</EndToEndId></Refs>${amount('Amt', amountFen)}<CdtDbtInd>${sign}</CdtDbtInd>${reason}</TxDtls></NtryDtls></Ntry>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>${messageId}</MsgId></GrpHdr><Ntfctn><Id>${messageId}</Id>${entries.join('')}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`
}

/** A status report of payments, or, without any, of the file as a whole. */
export function statusOf(
  messageId: string,
  told: readonly Told[],
  status: 'ACSC' | 'RJCT',
  reason = '',
  file = 'a file',
): string {
  const why = reason === '' ? '' : `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>`
  const group = told.length === 0 ? `<GrpSts>${status}</GrpSts>${why}` : ''
  const entries = told.map(
    ({ paymentId, amountFen }) =>
      `<TxInfAndSts><OrgnlEndToEndId>${endToEndId(paymentId)}</OrgnlEndToEndId><TxSts>${status}</TxSts>${why}<OrgnlTxRef><Amt>${amount('InstdAmt', amountFen)}</Amt></OrgnlTxRef></TxInfAndSts>`,
  )
  const payments = entries.length === 0 ? '' : `<OrgnlPmtInfAndSts>${entries.join('')}</OrgnlPmtInfAndSts>`
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>${messageId}</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>${file}</OrgnlMsgId>${group}</OrgnlGrpInfAndSts>${payments}</CstmrPmtStsRpt></Document>`
}
