import { hash, verify, type Options } from '@node-rs/argon2'

// OWASP Password Storage, Argon2id: m = 19 MiB, t = 2, p = 1. Argon2id (2) is the library's default; its enum is const and
// cannot be imported under isolated modules.
const options: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The PHC string of a password: argon2id with its own salt. About 25 ms on a thread of the pool. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), options)

/** Whether the password is the one that was hashed; false for a hash that cannot be read. */
export async function verifyPassword(hashed: string, password: string): Promise<boolean> {
  try {
    return await verify(hashed, password.normalize('NFKC'))
  } catch {
    return false
  }
}
