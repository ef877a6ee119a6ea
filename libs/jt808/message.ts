import type { Forgiven } from './error.ts'
import type { Header, HeaderInput } from './header.ts'
import type { BodyOf, IdOf, MessageKind } from './messages.ts'

/** A message of a known kind. */
export type KnownMessage = {
  readonly [K in MessageKind]: {
    readonly kind: K
    readonly id: IdOf<K>
    readonly header: Header
    readonly body: BodyOf<K>
    /** What lenient reading passed over; empty in strict mode. */
    readonly forgiven: readonly Forgiven[]
  }
}[MessageKind]

/**
 * A message whose body stays as it is: `unknown` (an id of no message here), `part` (one package of a message that was
 * cut; see `createAssembler`), `encrypted`.
 */
export type RawMessage = {
  readonly kind: 'unknown' | 'part' | 'encrypted'
  readonly id: number
  readonly header: Header
  readonly body: { readonly bytes: Uint8Array }
  readonly forgiven: readonly Forgiven[]
}

/** What `decode` reads: `kind` says which body. */
export type Message = KnownMessage | RawMessage

/** A message of one kind. */
export type MessageOf<K extends Message['kind']> = Extract<Message, { readonly kind: K }>

/** What `encode` writes: a message, or what is needed to make one. */
export type Outgoing =
  | {
      readonly [K in MessageKind]: { readonly kind: K; readonly header: HeaderInput; readonly body: BodyOf<K> }
    }[MessageKind]
  | (Pick<RawMessage, 'kind' | 'id' | 'body'> & { readonly header: HeaderInput })
