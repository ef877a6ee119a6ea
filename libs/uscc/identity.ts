/** What is wrong with a number, or null. */
export type IdentityFault = 'shape' | 'date' | 'check_digit' | null

// GB 11643-1999: weights and check characters of ISO 7064 MOD 11-2.
const identityWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const identityChecks = '10X98765432'

/**
 * Checks an identity number of a resident.
 * @param number  normalised
 * @returns `shape`: not 17 digits and a check character; `date`: no such day of birth; `check_digit`; null: good
 * Source: GB 11643-1999. O(1).
 */
export function checkIdentityNumber(number: string): IdentityFault {
  if (!/^\d{17}[\dX]$/.test(number)) return 'shape'
  const born = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
  if (!isDay(born)) return 'date'
  return number[17] === identityCheck(number) ? null : 'check_digit'
}

/** The check character of the first 17 digits. Source: GB 11643-1999. O(1). */
export function identityCheck(digits: string): string {
  const sum = identityWeights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0)
  return identityChecks[sum % 11] ?? ''
}

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (year < 1900 || day < 1 || day > (monthDays[month - 1] ?? 0)) return false
  return month !== 2 || day < 29 || isLeap
}
