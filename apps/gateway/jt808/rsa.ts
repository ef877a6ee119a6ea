import { constants, generateKeyPair, privateDecrypt, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { MessageOf } from '@tingzhou/jt808'

/** The key pair of a gateway: what terminals encrypt for it. */
export type PlatformKey = {
  /** What a terminal is told. */
  readonly told: MessageOf<'platform_key'>['body']
  /** The bytes of a body that was encrypted; null when it was so by another key, or in another way. */
  readonly open: (body: Uint8Array) => Uint8Array | null
}

/** The key pair of a gateway, made when a terminal asks for it first. */
export type KeyRing = {
  /** Null until then. */
  readonly made: () => PlatformKey | null
  readonly make: () => Promise<PlatformKey>
}

/** Makes a ring without a key. */
export function createKeyRing(): KeyRing {
  let made: PlatformKey | null = null
  let making: Promise<PlatformKey> | null = null
  const make = async (): Promise<PlatformKey> => (made = await createPlatformKey())
  return { made: () => made, make: () => (making ??= make()) }
}

const generate = promisify(generateKeyPair)
// The modulus of 0x8A00 has 128 bytes.
const blockBytes = 128

/**
 * Makes a key pair; it lives as long as the process.
 * Source: JT/T 808-2019 clauses 4.4.3 and 8 (0x0A00, 0x8A00). The standard does not say how a block is padded: RFC 8017 §7.2 is taken.
 */
async function createPlatformKey(): Promise<PlatformKey> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: blockBytes * 8, publicExponent: 65_537 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')]
  return {
    told: { exponent: exponent.readUIntBE(0, exponent.length), modulus: Uint8Array.from(modulus) },
    open: (body) => openBlocks(privateKey, body),
  }
}

function openBlocks(key: KeyObject, body: Uint8Array): Uint8Array | null {
  if (body.length === 0 || body.length % blockBytes !== 0) return null
  const parts: Uint8Array[] = []
  for (let from = 0; from < body.length; from += blockBytes) {
    const part = openBlock(key, body.subarray(from, from + blockBytes))
    if (!part) return null
    parts.push(part)
  }
  return Uint8Array.from(Buffer.concat(parts))
}

/** 00 02, at least eight bytes that are not zero, 00, then what was said. */
function openBlock(key: KeyObject, block: Uint8Array): Uint8Array | null {
  try {
    const plain = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, block)
    const end = plain.indexOf(0, 2)
    return plain[0] === 0 && plain[1] === 2 && end >= 10 ? plain.subarray(end + 1) : null
  } catch {
    // A block above the modulus was encrypted for nobody here.
    return null
  }
}
