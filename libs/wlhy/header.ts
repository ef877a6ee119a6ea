import { formatTime, parseTime } from '@tingzhou/hj212'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { AnswerReason, Header, OpenFault } from './adapter.ts'
import type { Fault } from './fault.ts'
import { faultAt } from './fault.ts'
import type { Guide } from './guide.ts'

/** A fault with what the regulator answers to it. */
export const refused = (reason: AnswerReason, fault: Fault) => err({ ...fault, reason } satisfies OpenFault)

/** What an envelope says, as texts. */
export type HeaderTexts = {
  readonly reference: string
  readonly type: string
  readonly documentName: string
  readonly version: string
  readonly senderCode: string
  readonly enterpriseCode: string
  readonly sentAt: string
  readonly token: string
}

/** The texts of a header. O(1). */
export const headerTexts = (guide: Guide, header: Header): HeaderTexts => ({
  reference: header.reference,
  type: guide.typeOf(header.kind),
  documentName: guide.documentName(header.kind),
  version: guide.version,
  senderCode: header.senderCode,
  enterpriseCode: header.enterpriseCode,
  sentAt: formatTime(header.sentAt),
  token: header.token,
})

// Lengths: annotated fields of the Tianjin SDK.
const enterpriseLengthMax = 35
const tokenLengthMax = 2_048

/** Checks the texts of a header. O(1). */
export function readHeader(guide: Guide, texts: HeaderTexts): Result<Header, OpenFault> {
  const kind = guide.kindOf(texts.type)
  if (!kind) return refused('type', faultAt('ipcType', texts.type, 'known_type'))
  const sentAt = parseTime(texts.sentAt)
  const checks = [
    ['messageReferenceNumber', texts.reference, /^[0-9a-f]{32}$/.test(texts.reference), 'guid'],
    ['documentName', texts.documentName, texts.documentName === guide.documentName(kind), 'known_name'],
    ['documentVersionNumber', texts.version, texts.version === guide.version, `version ${guide.version}`],
    ['senderCode', texts.senderCode, /^\d{6}$/.test(texts.senderCode), 'division'],
    [
      'enterpriseSenderCode',
      texts.enterpriseCode,
      isBounded(texts.enterpriseCode, enterpriseLengthMax),
      'length_max 35',
    ],
    ['token', texts.token, isBounded(texts.token, tokenLengthMax), 'length_max 2048'],
    ['messageSendingDateTime', texts.sentAt, sentAt !== null, 'time YYYYMMDDhhmmss'],
  ] as const
  const broken = checks.find(([, , holds]) => !holds)
  if (broken) return refused('envelope', faultAt(broken[0], broken[1], broken[3]))
  if (sentAt === null) return refused('envelope', faultAt('messageSendingDateTime', texts.sentAt, 'time'))
  const { reference, senderCode, enterpriseCode, token } = texts
  return ok({ reference, kind, senderCode, enterpriseCode, sentAt, token })
}

const isBounded = (text: string, lengthMax: number): boolean =>
  text !== '' && text.length <= lengthMax && !/[\p{Cc}\p{Cs}]/u.test(text)
