import known from './data/units.json' with { type: 'json' }

/** A unit that accounts count in: amounts are whole numbers of 10^-scale of it. */
export type Unit = {
  readonly code: UnitCode
  readonly scale: number
  readonly name: { readonly zh: string; readonly en: string }
}

export const unitCodes = ['CNY', 'KZT', 'USD', 'EUR', 'kg', 'tCO2', 'pcs'] as const
export type UnitCode = (typeof unitCodes)[number]

/**
 * The units of the zone's books, by code. Tonnes of carbon dioxide are counted to the kilogram.
 * Source: currencies and their smallest parts, ISO 4217; mass, UCUM.
 */
export const units: ReadonlyMap<UnitCode, Unit> = new Map(
  known.flatMap((unit) =>
    unitCodes.flatMap((code) => (code === unit.code ? [[code, { ...unit, code }] as const] : [])),
  ),
)

/** Digits behind the point of amounts in a unit; 0 for one that is not known. O(1). */
export const scaleOf = (code: string): number => [...units.values()].find((unit) => unit.code === code)?.scale ?? 0

/**
 * An amount as a decimal text, digit by digit: 123450 CNY is `1234.50`. O(1).
 * @param amount  a safe integer, in whole numbers of the unit's smallest part
 */
export function decimalOf(amount: number, code: string): string {
  const scale = scaleOf(code)
  const digits = String(Math.abs(amount)).padStart(scale + 1, '0')
  const cut = digits.length - scale
  return `${amount < 0 ? '-' : ''}${digits.slice(0, cut)}${scale > 0 ? `.${digits.slice(cut)}` : ''}`
}
