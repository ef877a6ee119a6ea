import { readSigned, readVarint, writeSigned, writeVarint, type ByteReader, type ByteWriter } from './bytes.ts'

/** mantissa × 10^−scale; the smallest meaningful step of a point is such a number: 0.05 is 5 × 10^−2. */
export type Decimal = { readonly mantissa: number; readonly scale: number }

export const scaleMax = 9
const powers = Array.from({ length: scaleMax + 1 }, (_, scale) => 10 ** scale)

/** 10^scale. @param scale  0..9 */
export const powerOfTen = (scale: number): number => {
  const power = powers[scale]
  if (power === undefined) throw new RangeError(`a scale must be 0 to ${scaleMax}, got ${scale}`)
  return power
}

/**
 * The decimal of a number with at most nine places.
 * @param value  finite
 * @returns null when it has more places, or is too large to be told exactly
 * Source: own. O(9).
 */
export function toDecimal(value: number): Decimal | null {
  for (let scale = 0; scale <= scaleMax; scale++) {
    const power = powers[scale] as number
    const mantissa = Math.round(value * power)
    if (!Number.isSafeInteger(mantissa) || Math.abs(mantissa) > 2 ** 51) return null
    // Division of whole numbers is rounded correctly, so the way back gives the same double or none does.
    if (mantissa / power === value) return { mantissa, scale }
  }
  return null
}

/** Writes a decimal: scale, then mantissa. */
export function writeDecimal(writer: ByteWriter, { mantissa, scale }: Decimal): void {
  writeVarint(writer, scale)
  writeSigned(writer, mantissa)
}

/** Reads a decimal. @throws CorruptBytes when the bytes end; RangeError for a scale that cannot be */
export function readDecimal(reader: ByteReader): Decimal {
  const scale = readVarint(reader)
  powerOfTen(scale)
  return { mantissa: readSigned(reader), scale }
}
