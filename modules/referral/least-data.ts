import { err, ok, type Result } from '@tingzhou/kernel'
import type { OrderError } from './move-spec.ts'

// Resident identity number: 17 digits and a digit or X (GB 11643-1999). Mobile number: 11 digits beginning 13 to 19.
const identityNumber = /(?<!\d)\d{17}[\dXx](?!\d)/
const mobileNumber = /(?<!\d)1[3-9]\d{9}(?!\d)/

/**
 * Refuses texts that carry an identity number or a mobile number: neither is needed to treat a patient whom the code names.
 * @param texts  by field
 * Source: own. O(length).
 */
export function checkLeastData(texts: Readonly<Record<string, string>>): Result<void, OrderError> {
  for (const [field, text] of Object.entries(texts)) {
    const bare = text.replaceAll(/[\s-]/g, '')
    const found = identityNumber.exec(bare) ?? mobileNumber.exec(bare)
    if (found)
      return err({
        kind: 'identity_in_text',
        field,
        // What was found is not said back: problems are logged.
        value: `${found[0].slice(0, 3)}…`,
        rule: 'no identity number, no mobile number',
      })
  }
  return ok(undefined)
}
