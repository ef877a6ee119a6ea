import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'
const secretBytes = 32

/** A secret nobody can guess, `whsec_` and base64 of 32 random bytes. */
export const newSecret = (): string => prefix + randomBytes(secretBytes).toString('base64')

/**
 * Signs what is sent.
 * @param secrets  `whsec_…`; during a rotation two, and the receiver takes either signature
 * @param message  id: the same at every repeat; timestampS: of this attempt, seconds since 1970; body: the very text that is sent
 * @returns the header `webhook-signature`: `v1,<base64>` for each secret, separated by a space
 * Source: Standard Webhooks specification 1.0, "Signature scheme" (symmetric). O(length).
 */
export function signatureOf(
  secrets: readonly string[],
  message: { readonly id: string; readonly timestampS: number; readonly body: string },
): string {
  const { id, timestampS, body } = message
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestampS}.${body}`).digest('base64')}`
    })
    .join(' ')
}
