import { pinyin } from 'pinyin-pro'

// A word is found by its beginnings of 2 to 12 letters, and as a whole.
const prefixLengthMax = 12
// A text this long is no name; what follows would only swell the index.
const textLengthMax = 200

/**
 * The form in which texts are compared: compatibility forms folded (full width, ligatures), lower case, single spaces.
 * Source: Unicode NFKC. O(length).
 */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim()

/** Runs of a folded text: Latin letters and digits, or characters that stand for themselves. */
type Run = { readonly kind: 'word' | 'characters'; readonly text: string }

const runsOf = (folded: string): readonly Run[] =>
  (folded.slice(0, textLengthMax).match(/[a-z0-9]+|[^\p{P}\p{S}\p{Z}\p{C}a-z0-9]+/gu) ?? []).map((text) => ({
    kind: /^[a-z0-9]/.test(text) ? 'word' : 'characters',
    text,
  }))

const pairs = (text: string): string[] => {
  const chars = [...text]
  if (chars.length < 2) return chars
  return chars.slice(1).map((char, i) => `${chars[i]}${char}`)
}

/**
 * First letters of the pinyin of a text's Chinese characters, other characters left out.
 * Source: the library pinyin-pro. O(length).
 */
export const initialsOf = (folded: string): string => {
  const han = (folded.slice(0, textLengthMax).match(/\p{Script=Han}/gu) ?? []).join('')
  return han === '' ? '' : pinyin(han, { pattern: 'first', toneType: 'none', type: 'array' }).join('').toLowerCase()
}

/** A pair of pinyin initials is kept apart from letters of words. */
const pinyinPairs = (initials: string): string[] => pairs(initials).map((pair) => `~${pair}`)

/**
 * The tokens that an object is found by.
 * @param texts   title, other words; a number is found through its own index
 * @param initials  of the title
 * @returns without repeats
 * Source: own. O(length).
 */
export function indexTokens(texts: readonly string[], initials: string): readonly string[] {
  const tokens = new Set(pinyinPairs(initials))
  for (const run of texts.flatMap((text) => runsOf(fold(text)))) {
    if (run.kind === 'characters') for (const pair of pairs(run.text)) tokens.add(pair)
    else {
      tokens.add(run.text)
      for (let length = Math.min(2, run.text.length); length <= Math.min(prefixLengthMax, run.text.length); length++)
        tokens.add(run.text.slice(0, length))
    }
  }
  return [...tokens]
}

/** What a query asks for: every token of one of the sets. */
export type QueryTokens = {
  /** Letters read as beginnings of words. */
  readonly words: readonly string[]
  /** Letters read as pinyin initials; null when there are none. */
  readonly initials: readonly string[] | null
  /** The letters, for ranking; empty when there are none. */
  readonly letters: string
}

/**
 * Reads a query the way texts were indexed. Letters may be the beginning of a word or pinyin initials.
 * Source: own. O(length).
 */
export function queryTokens(folded: string): QueryTokens {
  const runs = runsOf(folded)
  const characters = runs.flatMap((run) => (run.kind === 'characters' ? pairs(run.text) : []))
  const words = runs.filter((run) => run.kind === 'word').map((run) => run.text)
  const letters = words.filter((word) => /^[a-z]{2,}$/.test(word))
  return {
    words: [...new Set([...characters, ...words])],
    initials:
      letters.length > 0 && letters.length === words.length
        ? [...new Set([...characters, ...letters.flatMap(pinyinPairs)])]
        : null,
    letters: letters.join(''),
  }
}

/**
 * Sets of tokens that forgive one mistyped character: two neighbouring pairs left out at a time.
 * @returns none for a query too short to forgive anything
 * Source: own. O(tokens²).
 */
export function forgiving(tokens: readonly string[]): readonly (readonly string[])[] {
  if (tokens.length < 4 || tokens.length > 20) return []
  return tokens.slice(1).map((_token, i) => tokens.filter((_kept, j) => j !== i && j !== i + 1))
}
