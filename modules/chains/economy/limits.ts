// Free of server code: contract, imports and screens say the same of a link.

/** The longest way that the arithmetic of the chains knows, kilometres; a detour over it tells nothing more. */
export const kmMax = 20_000
/** Fen a tonne and kilometre. */
export const rateFenMax = 10_000
/** Characters of a source, with room for the mark of an estimate. */
export const sourceMax = 260
