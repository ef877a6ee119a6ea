import { createHash, randomBytes } from 'node:crypto'

/** A token nobody can guess: 32 random bytes, 43 characters of base64url. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/**
 * What is kept of a token or key. Plain SHA-256 is enough, because 256 random bits cannot be searched.
 * Source: OWASP Session Management, "store only a digest". O(length).
 */
export const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex')
