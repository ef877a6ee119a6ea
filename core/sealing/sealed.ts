import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Deps } from '@tingzhou/http'

/** Seals what only the server may read; what somebody else sealed, or for another purpose, does not open. */
export type Sealer = {
  readonly seal: (text: string) => string
  /** Null: it was sealed by another secret, or was changed since. */
  readonly open: (sealed: string) => string | null
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * Seals by a key of its own, drawn from the secret of the server's folder, as one-time-code secrets are.
 * @param purpose  bound into key and text, so that a sealed text is of use nowhere else
 * Source: RFC 5869 (HKDF), NIST SP 800-38D (GCM). O(length).
 */
export async function sealerOf({ access, zoneId }: Pick<Deps, 'access' | 'zoneId'>, purpose: string): Promise<Sealer> {
  const { secret } = await access.auth.$context
  const bound = `tingzhou ${purpose} ${zoneId}`
  return createSealer(Buffer.from(hkdfSync('sha256', secret, '', bound, 32)), bound)
}

/** The same by a given key of 32 bytes. */
export function createSealer(key: Uint8Array, bound: string): Sealer {
  const about = Buffer.from(bound)
  return {
    seal: (text) => {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, key, iv).setAAD(about)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64')
      if (bytes.length < ivBytes + tagBytes) return null
      const tag = bytes.subarray(ivBytes, ivBytes + tagBytes)
      const opener = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      opener.setAAD(about).setAuthTag(tag)
      try {
        return Buffer.concat([opener.update(bytes.subarray(ivBytes + tagBytes)), opener.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}
