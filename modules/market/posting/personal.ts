/** What a text says that is of one person: their telephone, their identity card, their mail. */
export type PersonalKind = 'phone' | 'identity' | 'mail'

export type Masked = { readonly text: string; readonly found: readonly PersonalKind[] }

const gap = String.raw`[\s.\-–—·]?`
const patterns: readonly (readonly [PersonalKind, RegExp])[] = [
  // 18 digits with a date of birth, the last a digit or X: GB 11643-1999.
  [
    'identity',
    /(?<![0-9A-Za-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/g,
  ],
  ['phone', new RegExp(String.raw`(?<!\d)(?:\+?86${gap})?1[3-9]\d${gap}\d{4}${gap}\d{4}(?!\d)`, 'g')],
  ['phone', new RegExp(String.raw`(?<!\d)0\d{2,3}${gap}[2-9]\d{6,7}(?!\d)`, 'g')],
  ['mail', /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g],
]

/**
 * The text with telephone numbers, identity numbers and mail addresses starred out, of the same length.
 * Full-width figures count as figures.
 * Source: own; the form of identity numbers GB 11643-1999. O(length).
 */
export function masked(text: string): Masked {
  const found = new Set<PersonalKind>()
  // Full-width letters are one for one, so that places stay places.
  let plain = text.replaceAll(/[！-～]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
  let shown = text
  for (const [kind, pattern] of patterns)
    for (const match of plain.matchAll(pattern)) {
      found.add(kind)
      const [at, end] = [match.index, match.index + match[0].length]
      plain = starred(plain, at, end)
      shown = starred(shown, at, end)
    }
  return { text: shown, found: [...found] }
}

const starred = (text: string, at: number, end: number): string =>
  text.slice(0, at) + '*'.repeat(end - at) + text.slice(end)
