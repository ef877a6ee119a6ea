import { assert } from '@tingzhou/kernel'

const prefix = 'ZZ'
// Crockford's base 32: no I, L, O or U, which are read as other characters or spell words.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
// The values of ISO 7064 for letters and digits.
const values = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const randomLength = 16
const modulus = 1_271
const radix = 36

/**
 * The number of a certificate 证照编号: nobody can guess one (80 random bits: with ten million in force, a guess hits one in 10^17),
 * and a slip of the pen is told from a forgery by two check characters.
 * @param random  at least 10 random bytes
 * @returns `ZZ`, 16 random characters, two check characters
 * Source: own; ISO/IEC 7064:2003, MOD 1271-36. O(1).
 */
export function certificateNumber(random: Uint8Array): string {
  assert(random.length >= 10, 'a certificate number gets ten random bytes')
  let bits = random.subarray(0, 10).reduce((whole, byte) => whole * 256n + BigInt(byte), 0n)
  let body = ''
  for (let at = 0; at < randomLength; at++) {
    body = (alphabet[Number(bits % 32n)] ?? '') + body
    bits /= 32n
  }
  return prefix + body + checkCharacters(prefix + body)
}

/** Two characters that find every single wrong character and every two neighbours swapped. */
function checkCharacters(body: string): string {
  const missing = (modulus + 1 - remainderOf(`${body}00`)) % modulus
  return (values[Math.floor(missing / radix)] ?? '') + (values[missing % radix] ?? '')
}

const remainderOf = (text: string): number =>
  [...text].reduce((rest, character) => (rest * radix + values.indexOf(character)) % modulus, 0)

const form = new RegExp(`^${prefix}[${alphabet}]{${randomLength}}[${values}]{2}$`)

/**
 * A number as a person typed it, read as it is stored; null when it cannot be one: then nothing is looked up.
 * Lower case, spaces and hyphens are forgiven. O(1).
 */
export function readCertificateNumber(typed: string): string | null {
  const text = typed
    .normalize('NFKC')
    .replace(/[\s-]+/g, '')
    .toUpperCase()
  return form.test(text) && remainderOf(text) === 1 ? text : null
}

/** In groups of four, as it is printed. */
export const printCertificateNumber = (number: string): string => number.match(/.{1,4}/g)?.join('-') ?? number
