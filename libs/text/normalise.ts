/** Characters of a text that are read; the rest of a longer one is not looked at. */
export const textLengthMax = 4_000

const alike: readonly (readonly [RegExp, string])[] = [
  [/[\u200b-\u200f\u2028-\u202e\u2060\ufeff]/g, ''],
  // An ideographic comma never stands inside a number: 182，210 are two, 5,000 is one.
  [/[，﹐､]/g, ', '],
  [/[‐‑‒–—―−－﹣]+/g, '-'],
  [/[〜～∼]/g, '~'],
]
const alikeAfter: readonly (readonly [RegExp, string])[] = [
  // A lone surrogate is no character.
  [/\p{Surrogate}/gu, ' '],
  [/[。、]/g, ';'],
  [/[×✕✖]/g, 'x'],
  [/[μµ]/g, 'u'],
  [/[“”„«»「」『』]/g, '"'],
  [/[‘’`´]/g, "'"],
  [/[\p{Cc}\s]+/gu, ' '],
  // Chinese and Latin are written with and without a space between: PVC 树脂 is PVC树脂.
  [/(?<=\p{Script=Han}) (?=[a-z0-9])|(?<=[a-z0-9%]) (?=\p{Script=Han})/gu, ''],
]

/**
 * One spelling for what is written in several: NFKC, small letters, one kind of dash, quote, comma and space, no space between Chinese
 * and Latin, nothing invisible. Markup is text like any other and stays.
 * @param text  anything; `textLengthMax` characters are read
 * @returns at most `textLengthMax` characters; the same for its own answer
 * Source: Unicode NFKC (UAX 15); the rest own. O(length).
 */
export function normalise(text: string): string {
  const folded = fold(text.slice(0, textLengthMax), alike).normalize('NFKC').toLowerCase()
  return fold(folded, alikeAfter).trim().slice(0, textLengthMax).trimEnd()
}

const fold = (text: string, pairs: readonly (readonly [RegExp, string])[]): string =>
  pairs.reduce((folded, [sign, plain]) => folded.replace(sign, plain), text)

/** A Latin letter or a digit: what may not continue a Latin word. */
export function isLatin(letter: string | undefined): boolean {
  const code = letter?.charCodeAt(0) ?? 0
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
}

/** A Chinese character of the basic plane. */
export function isHan(letter: string | undefined): boolean {
  const code = letter?.charCodeAt(0) ?? 0
  return (code >= 0x3400 && code <= 0x9fff) || code === 0x3007 || (code >= 0xf900 && code <= 0xfaff)
}

/** The pattern that finds any of the words, the longest first; of no words, nothing. */
export const anyOf = (words: readonly string[]): string =>
  words.length === 0
    ? '(?!)'
    : `(?:${words
        .toSorted((a, b) => b.length - a.length)
        .map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`))
        .join('|')})`
