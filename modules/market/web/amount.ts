/** Decimals in which a quantity is typed: as many as tell whole base units of its unit. Pure. */
export const decimalsOf = (base: number): number => Math.floor(Math.log10(base))

/** So many base units as `ScaledItem` holds them: a whole number of those decimals, never more than there is. Pure. */
export const typedOf = (quantity: number, base: number): number =>
  Math.floor(quantity * (10 ** decimalsOf(base) / base))

/** The base units of what was typed. Pure. */
export const quantityOf = (typed: number, base: number): number => Math.round(typed * (base / 10 ** decimalsOf(base)))

/** Milli-fen of so many fen, in which prices are typed. Pure. */
export const milliFenOf = (fen: number): number => fen * 1_000
