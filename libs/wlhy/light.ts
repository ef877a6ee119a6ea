import { readDecimal } from './decimal.ts'
import type { DocumentKind } from './documents.ts'
import type { WireRecord } from './record.ts'
import { lightFiller, lightGrossMaxKg } from './render.ts'

/** Whether a number of a paper is the one that stands for none: six digits of a division, and 000000. O(1). */
export const isFiller = (text: unknown): boolean => typeof text === 'string' && /^\d{6}0{6}$/.test(text)

/**
 * Whether a record of a driver or a vehicle tells of vehicles up to 4.5 t: a driver by the qualification, a vehicle by its mass.
 * Source: access guide, QualificationCertificate, GrossMass. O(1).
 */
export function isWithinLight(kind: DocumentKind, record: WireRecord): boolean {
  if (kind === 'vehicle') {
    const tonHundredths = readDecimal(record.GrossMass, 2)
    return tonHundredths !== null && tonHundredths <= BigInt(lightGrossMaxKg / 10)
  }
  const { DrivingLicense: number, QualificationCertificate: paper } = record
  return kind === 'driver' && typeof number === 'string' && paper === `${number.slice(0, 6)}${lightFiller}`
}
