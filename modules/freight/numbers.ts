import plates from './data/plates.json' with { type: 'json' }

/** What is wrong with a VIN, or null. */
export type VinFault = 'shape' | 'check_digit' | null

/** Full-width letters folded, spaces and hyphens removed, capitals. O(length). */
export const normalizeNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s-]+/g, '')
    .toUpperCase()

// ISO 3779 and GB 16735: A to H count 1 to 8, J to R 1 to 9, S to Z 2 to 9; the weights; the ninth place holds the check character.
const vinLetters = 'ABCDEFGH..JKLMN.P.R..STUVWXYZ'
const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

/**
 * Checks a vehicle identification number; the answer warns, since old and foreign vehicles have other numbers.
 * @param vin  normalised
 * Source: GB 16735-2019, annex on the check digit. O(1).
 */
export function checkVin(vin: string): VinFault {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(vin)) return 'shape'
  return vin[8] === vinCheck(vin) ? null : 'check_digit'
}

/** The check character of a number of 17 places, whatever stands in the ninth. Source: GB 16735-2019. O(1). */
export function vinCheck(vin: string): string {
  const sum = [...vin].reduce((total, char, i) => total + vinValue(char) * (vinWeights[i] ?? 0), 0)
  return sum % 11 === 10 ? 'X' : String(sum % 11)
}

const vinValue = (char: string): number =>
  char >= '0' && char <= '9' ? Number(char) : (vinLetters.indexOf(char) % 10) + 1

// A province, a letter, four or five places, and a last one that may name a trailer, a driving school, police, a consulate or the border.
const mainlandPlate = new RegExp(`^[${plates.provinces}][A-Z][A-Z0-9]{4,5}[A-Z0-9${plates.endings}]$`)

/** The plate as it is shown: full-width letters folded, no spaces, capitals. O(length). */
export const normalizePlate = (text: string): string => text.normalize('NFKC').replaceAll(/\s+/g, '').toUpperCase()

/** The plate as it is compared: dots and hyphens left out. O(length). */
export const plateKey = (plate: string): string => normalizePlate(plate).replaceAll(/[·•.・-]/g, '')

/** Whether a plate looks like one of the mainland; others warn, since foreign trucks come too. O(1). */
export const isMainlandPlate = (plate: string): boolean => mainlandPlate.test(plateKey(plate))

/**
 * A number as it is shown to those who need not know it whole.
 * @returns the last four characters behind four stars; four stars alone when it has no more than four; empty stays empty
 * O(1).
 */
export function maskNumber(number: string): string {
  const letters = [...number]
  if (letters.length === 0) return ''
  return letters.length <= 4 ? '****' : `****${letters.slice(-4).join('')}`
}
