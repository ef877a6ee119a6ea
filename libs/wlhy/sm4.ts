import smCrypto from 'sm-crypto'

/**
 * Enciphers bytes block by block. Equal blocks stay equal, and nothing notices a change: the dialect asks for it.
 * @param key  16 bytes
 * Source: GB/T 32907-2016, mode ECB, padding of PKCS #7. O(length).
 */
export const sm4Encrypt = (plain: Uint8Array, key: Uint8Array): Uint8Array =>
  Uint8Array.from(smCrypto.sm4.encrypt([...plain], [...key], { output: 'array' }))

/** The bytes in clear, or null when the key does not fit. O(length). */
export function sm4Decrypt(sealed: Uint8Array, key: Uint8Array): Uint8Array | null {
  if (sealed.length === 0 || sealed.length % 16 !== 0 || key.length !== 16) return null
  try {
    const plain = Uint8Array.from(smCrypto.sm4.decrypt([...sealed], [...key], { output: 'array' }))
    const padding = sealed.length - plain.length
    return padding >= 1 && padding <= 16 ? plain : null
  } catch {
    // The padding is none.
    return null
  }
}
