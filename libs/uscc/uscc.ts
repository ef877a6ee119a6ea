/** Why a text is not a code: the first fault found, with the 1-based position of the offending character. */
export type UsccFault =
  | { readonly why: 'length'; readonly position: number }
  | { readonly why: 'character'; readonly position: number }
  | { readonly why: 'region_digit'; readonly position: number }
  | { readonly why: 'organisation_check'; readonly position: 17 }

/**
 * What a unified social credit code (统一社会信用代码) turned out to be.
 * `legacy`: only the last character disagrees; early pilot codes in force look so, a person confirms them.
 */
export type UsccStatus =
  | { readonly kind: 'ok'; readonly code: string }
  | { readonly kind: 'legacy'; readonly code: string; readonly expectedCheck: string }
  | ({ readonly kind: 'malformed'; readonly code: string } & UsccFault)

// GB 32100-2015 table 1: digits and capitals without I, O, S, V, Z; the value of a character is its index.
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
// GB 32100-2015 table 3: 3^(i-1) mod 31.
const codeWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
// GB 11714-1997: digits, then A = 10 … Z = 35.
const organisationAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

/**
 * Writes a code the way it is stored: full-width letters folded, spaces and hyphens removed, capitals.
 * @param text  as typed or imported
 * Source: own. O(length).
 */
export function normalizeUscc(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s-]+/g, '')
    .toUpperCase()
}

/**
 * Checks a unified social credit code; the answer warns, it never has to block.
 * @param text  as typed; normalised first
 * @returns `ok`, `legacy` (organisation code right, last character wrong) or `malformed` with the position and why
 * Source: GB 32100-2015 clause 4, GB 11714-1997 clause 4. O(1).
 */
export function checkUscc(text: string): UsccStatus {
  const code = normalizeUscc(text)
  const fault = findFault(code)
  if (fault) return { kind: 'malformed', code, ...fault }
  const expectedCheck = usccCheck(code.slice(0, 17))
  return code[17] === expectedCheck ? { kind: 'ok', code } : { kind: 'legacy', code, expectedCheck }
}

/**
 * Completes a code, for synthetic data.
 * @param body17  the first 17 characters, normalised, organisation check included
 * @returns 18 characters for which `checkUscc` answers `ok`
 * @throws RangeError when the body itself is malformed
 * Source: GB 32100-2015. O(1).
 */
export function makeUscc(body17: string): string {
  const fault = body17.length === 17 ? findFault(`${body17}0`) : { why: 'length', position: body17.length }
  if (fault) throw new RangeError(`a code body has 17 valid characters: ${fault.why} at ${fault.position} in ${body17}`)
  return body17 + usccCheck(body17)
}

/**
 * The check character of a code.
 * @param body17  17 characters of the code alphabet
 * @returns one character: (31 − Σ value·weight mod 31) mod 31 in the alphabet
 * @throws RangeError on a wrong length or character
 * Source: GB 32100-2015 clause 4.5. O(1).
 */
export function usccCheck(body17: string): string {
  return alphabet.charAt((31 - (weightedSum(body17, alphabet, codeWeights) % 31)) % 31)
}

/**
 * The check character of an organisation code (组织机构代码), the 17th of a unified social credit code.
 * @param body8  8 characters, digits or capitals
 * @returns `0`–`9` or `X`: c = 11 − Σ value·weight mod 11, 10 → X, 11 → 0
 * @throws RangeError on a wrong length or character
 * Source: GB 11714-1997 clause 4.2. O(1).
 */
export function organisationCheck(body8: string): string {
  return '0123456789X0'.charAt(11 - (weightedSum(body8, organisationAlphabet, organisationWeights) % 11))
}

function findFault(code: string): UsccFault | null {
  for (let i = 0; i < Math.min(code.length, 18); i++) {
    if (!alphabet.includes(code.charAt(i))) return { why: 'character', position: i + 1 }
    // Characters 3–8 are the GB/T 2260 region of registration, which has digits only.
    if (i >= 2 && i < 8 && !/\d/.test(code.charAt(i))) return { why: 'region_digit', position: i + 1 }
  }
  if (code.length !== 18) return { why: 'length', position: Math.min(code.length, 18) + 1 }
  if (organisationCheck(code.slice(8, 16)) !== code[16]) return { why: 'organisation_check', position: 17 }
  return null
}

function weightedSum(body: string, symbols: string, weights: readonly number[]): number {
  if (body.length !== weights.length) throw new RangeError(`the body has ${weights.length} characters, got ${body}`)
  return weights.reduce((sum, weight, i) => sum + weight * valueOf(body.charAt(i), symbols), 0)
}

function valueOf(character: string, symbols: string): number {
  const value = symbols.indexOf(character)
  if (value < 0) throw new RangeError(`${character} is not a character of this code`)
  return value
}
