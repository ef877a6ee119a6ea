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
