import smCrypto from 'sm-crypto'
import curveOf from 'sm-crypto/src/sm2/utils.js'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { fromHex, toHex } from './bytes.ts'
import { faultAt, type Fault } from './fault.ts'

/** Where the check stands: behind the cipher text, or before it. */
export type Order = 'C1C2C3' | 'C1C3C2'

/** Bytes of chance for one number of the curve: enough that reducing them favours none. */
export const scalarBytes = 40
const pointBytes = 65
const checkBytes = 32

const checkOf = (bytes: readonly number[]): Uint8Array => fromHex(smCrypto.sm3(bytes)) ?? new Uint8Array()

/**
 * Enciphers bytes so that only the holder of the private key reads them, and any change is noticed.
 * @param publicKey  130 hexadecimal digits beginning with 04, a point of the curve (`readPublicKey`)
 * @param random     `scalarBytes` bytes of chance, never used twice
 * @returns 04 and the two coordinates, then cipher text and check in the order asked for; 97 bytes more than the plain text
 * Source: GB/T 32918.4-2016, section 6.1. O(length).
 */
export function sm2Encrypt(plain: Uint8Array, publicKey: string, random: Uint8Array, order: Order): Uint8Array {
  assert(random.length >= scalarBytes, `SM2 gets ${scalarBytes} bytes of chance`)
  const { privateKey: k, publicKey: c1 } = curveOf.generateKeyPairHex(toHex(random.subarray(0, scalarBytes)), 16)
  const { x, y } = times(publicKey, k)
  const mask = maskOf([...x, ...y], plain.length)
  const c2 = plain.map((byte, index) => byte ^ (mask[index] ?? 0))
  const c3 = checkOf([...x, ...plain, ...y])
  const parts = order === 'C1C2C3' ? [c2, c3] : [c3, c2]
  return Uint8Array.from([...(fromHex(c1) ?? []), ...parts.flatMap((part) => [...part])])
}

/** The point `publicKey`, `k` times. */
function times(publicKey: string, k: string): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const curve = curveOf.getGlobalCurve()
  // A coordinate is how the library makes a number of digits.
  const number = curve.decodePointHex(`04${k}${k}`).getX().toBigInteger()
  const shared = curve.decodePointHex(publicKey).multiply(number)
  const bytesOf = (digits: string): Uint8Array => fromHex(digits.padStart(64, '0')) ?? new Uint8Array()
  return { x: bytesOf(shared.getX().toBigInteger().toRadix(16)), y: bytesOf(shared.getY().toBigInteger().toRadix(16)) }
}

/** The key stream of section 5.4.3. */
function maskOf(seed: readonly number[], length: number): Uint8Array {
  const mask = new Uint8Array(Math.ceil(length / checkBytes) * checkBytes)
  for (let block = 1; (block - 1) * checkBytes < length; block++) {
    const counter = [block >>> 24, (block >>> 16) & 0xff, (block >>> 8) & 0xff, block & 0xff]
    mask.set(checkOf([...seed, ...counter]), (block - 1) * checkBytes)
  }
  return mask
}

/**
 * Deciphers what `sm2Encrypt` made.
 * @param privateKey  64 hexadecimal digits
 * @returns the bytes, or null when the key does not fit or a bit was changed
 * Source: GB/T 32918.4-2016, section 7.1. O(length).
 */
export function sm2Decrypt(sealed: Uint8Array, privateKey: string, order: Order): Uint8Array | null {
  if (sealed.length <= pointBytes + checkBytes || sealed[0] !== 4) return null
  const digits = toHex(sealed.subarray(1))
  // A point beside the curve would give the key away bit by bit.
  if (!smCrypto.sm2.verifyPublicKey(`04${digits.slice(0, 128)}`)) return null
  const plain = smCrypto.sm2.doDecrypt(digits, privateKey, order === 'C1C2C3' ? 0 : 1, { output: 'array' })
  return plain.length === 0 ? null : Uint8Array.from(plain)
}

/** What a key of the curve looks like as SubjectPublicKeyInfo, before the point. */
const spkiBeginning = '3059301306072a8648ce3d020106082a811ccf5501822d034200'

/**
 * Reads a public key as regulators hand it out.
 * @param text  hexadecimal: a point with or without its 04, or SubjectPublicKeyInfo; spaces are skipped
 * @returns 130 digits beginning with 04, or why it is none
 * Source: GB/T 35276-2017; RFC 5480. O(length).
 */
export function readPublicKey(text: string): Result<string, Fault> {
  const digits = text.replaceAll(/\s/g, '').toLowerCase()
  const inner = digits.startsWith(spkiBeginning) ? digits.slice(spkiBeginning.length) : digits
  const point = inner.length === 128 ? `04${inner}` : inner
  if (!/^04[0-9a-f]{128}$/.test(point)) return err(faultAt('publicKey', text, 'sm2_key_form'))
  return smCrypto.sm2.verifyPublicKey(point) ? ok(point) : err(faultAt('publicKey', text, 'sm2_point'))
}

/** Whether a text is a private key: 64 hexadecimal digits, not all 0. O(1). */
export const isPrivateKey = (text: string): boolean => /^[0-9a-fA-F]{64}$/.test(text) && !/^0+$/.test(text)

/**
 * Makes a key pair.
 * @param random  `scalarBytes` bytes of chance
 * @returns hexadecimal: 64 digits, and 130 beginning with 04
 * Source: GB/T 32918.1-2016, section 6.1. O(1).
 */
export function newKeyPair(random: Uint8Array): { readonly privateKey: string; readonly publicKey: string } {
  assert(random.length >= scalarBytes, `a key pair gets ${scalarBytes} bytes of chance`)
  return curveOf.generateKeyPairHex(toHex(random.subarray(0, scalarBytes)), 16)
}
