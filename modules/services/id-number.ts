const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'

/**
 * Whether a citizen's identity number 公民身份号码 has the right check character.
 * @param text  17 digits and a digit or X
 * Source: GB 11643-1999 (ISO 7064, MOD 11-2). O(1).
 */
export function isIdNumber(text: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return false
  const sum = weights.reduce((total, weight, at) => total + weight * Number(text[at]), 0)
  return checks[sum % 11] === text[17]
}
