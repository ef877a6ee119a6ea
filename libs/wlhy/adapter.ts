import type { EpochMs, Result } from '@tingzhou/kernel'
import type { DocumentKind } from './documents.ts'
import type { Fault } from './fault.ts'
import type { WireRecord } from './record.ts'

/** The systems whose dialect is spoken: province and version of its guide. */
export const adapterIds = ['fujian-2.0', 'tianjin-1.2.1'] as const
export type AdapterId = (typeof adapterIds)[number]

/** What an enterprise was given to sign in with. */
export type Credentials = { readonly user: string; readonly password: string }

/** A POST to the monitoring system; `path` is put behind its address. */
export type WireRequest = { readonly path: string; readonly contentType: string; readonly body: string }

/** Null: the answer does not say; the adapter's `tokenLifeMs` holds from the moment of the answer. */
export type Token = { readonly token: string; readonly expiresAt: EpochMs | null }

/** What stands on an envelope. What follows from kind and adapter is added when it is written. */
export type Header = {
  /** GUID, 32 hexadecimal digits: unique for each message; a repetition keeps it. */
  readonly reference: string
  readonly kind: DocumentKind
  /** Code of the province. Tianjin's envelope has no place for it. */
  readonly senderCode: string
  readonly enterpriseCode: string
  /** Whole seconds; the wire has no more. */
  readonly sentAt: EpochMs
  readonly token: string
}

/** A message in clear. */
export type Message = { readonly header: Header; readonly record: WireRecord }

/** `publicKey` of the regulator in any form that `readPublicKey` takes; `sealRandomBytes` bytes of chance, never used twice. */
export type SealKeys = { readonly publicKey: string; readonly random: Uint8Array }
/** `privateKey`: 64 hexadecimal digits. */
export type OpenKeys = { readonly privateKey: string }

/** What an answer comes to. `later`: say it again unchanged; `broken`: keys, envelope or the answer itself; a person must look. */
export const outcomes = ['accepted', 'duplicate', 'token', 'rejected', 'later', 'broken'] as const
export type Outcome = (typeof outcomes)[number]

export type Answer = {
  readonly outcome: Outcome
  /** As the system says it; empty when the answer could not be read. */
  readonly code: string
  readonly text: string
  /** The field that the text names, as in the table of fields; null: none. */
  readonly field: string | null
}

/** Why the regulator's side answers as it does. */
export const answerReasons = [
  'accepted',
  'token',
  'duplicate',
  'type',
  'queue',
  'envelope',
  'fields',
  'key',
  'cipher',
  'body',
  'server',
] as const
export type AnswerReason = (typeof answerReasons)[number]

/** Why a message could not be opened. */
export type OpenFault = Fault & { readonly reason: AnswerReason }

/** The dialect of one monitoring system, both sides of it. */
export type Adapter = {
  readonly id: AdapterId
  /** How long a token holds. */
  readonly tokenLifeMs: number
  /** The code of the province whose guide it is. */
  readonly senderCode: string
  /** Where tokens are asked for, and where documents go. */
  readonly tokenPath: string
  readonly sendPath: string
  readonly documentName: (kind: DocumentKind) => string
  readonly tokenRequest: (credentials: Credentials) => WireRequest
  readonly readToken: (text: string) => Result<Token, Answer>
  /** Seals a record that has no faults. */
  readonly seal: (message: Message, keys: SealKeys) => WireRequest
  readonly readAnswer: (text: string) => Answer
  /** The regulator's side. */
  readonly readTokenRequest: (text: string) => Result<Credentials, OpenFault>
  /** A password as a token request carries it. */
  readonly passwordOnWire: (password: string) => string
  readonly answerToken: (token: string) => string
  readonly open: (text: string, keys: OpenKeys) => Result<Message, OpenFault>
  readonly answer: (reason: AnswerReason, text: string) => string
}
