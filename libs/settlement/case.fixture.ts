// Cases worked out by hand. Amounts are written yuan_fen, prices yuan_fen_thousandths: 78_00_500 is 78.005 yuan. Each note is the
// arithmetic in tons, kilometres, hours and yuan; "→" is the one rounding, half up, to the fen.

/** Both sides have the same terms, so that each case is worked out at the carrier's price and at the shipper's. */
export type Case = {
  readonly name: string
  readonly terms: object
  /** What differs from one truck of coal at 78.00, 85.00 and goods of 420.00 yuan a ton. */
  readonly rules?: object
  readonly kg?: readonly [load: number, unload: number]
  readonly facts?: object
  /** Every line, signed. */
  readonly carrier: Readonly<Record<string, number>>
  readonly shipper: Readonly<Record<string, number>>
  readonly due: number
  /** What is paid, where a rounding of the payment makes it another amount than the due. */
  readonly paid?: number
  readonly bill: number
  readonly note: string
}

export const prices = { carrierMilliFen: 78_00_000, shipperMilliFen: 85_00_000, goodsMilliFen: 420_00_000 }

export const ton = (weight: string) => ({ unit: 'ton', weight })
export const tonKm = (weight: string) => ({ unit: 'ton_km', weight })
export const truck = { unit: 'truck' }
export const m3 = { unit: 'm3' }
export const kg = (kg: number) => ({ by: 'fixed', kg })
export const bp = (bp: number) => ({ by: 'rate', bp })
export const excess = (tolerance: object, as = 'money') => ({ mode: 'excess', as, tolerance })
export const whole = (tolerance: object, as = 'money') => ({ mode: 'whole', as, tolerance })
export const real = (as = 'money') => ({ mode: 'real', as })
export const surplusOver = (tolerance: object) => ({ mode: 'excess', tolerance })
export const surplusWhole = (tolerance: object) => ({ mode: 'whole', tolerance })
export const sum = (kind: string, fen: number, side = 'both') => ({ kind, side, amount: { by: 'sum', fen } })
export const wait = (waitedS: number, freeS: number, stepS: number) => ({
  kind: 'detention',
  side: 'both',
  amount: { by: 'time', waitedS, freeS, stepS, hourMilliFen: 50_00_000 },
})
export const eachPrice = (carrierMilliFen: number, shipperMilliFen: number) => ({
  prices: { ...prices, carrierMilliFen, shipperMilliFen },
})

export const lost = [32_460, 32_310] as const
export const swapped = [32_310, 32_460] as const

/** The rules and facts of a case, as JSON would bring them. */
export const rulesOf = ({ terms, rules }: Pick<Case, 'terms' | 'rules'>): object => ({
  carrier: terms,
  shipper: { by: 'price', ...terms },
  ...rules,
})
export const factsOf = ({ kg: [loadKg, unloadKg] = lost, facts }: Pick<Case, 'kg' | 'facts'>): object => ({
  loadKg,
  unloadKg,
  prices,
  vatBp: 900,
  ...facts,
})
