/** A document in the wire's format: every value a text, lists of parts, names as in the table of fields. */
export type WireRecord = { readonly [name: string]: WireValue }
export type WireValue = string | WireRecord | readonly WireRecord[]
