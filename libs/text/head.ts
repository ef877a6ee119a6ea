import type { Lexicon } from './lexicon.ts'
import { normalise } from './normalise.ts'

/** How likely each word that is looked for is the thing that one text names; see `createHeads`. */
export type HeadScore = (word: string) => number

const nextMax = 8
/** What a posting is about stands at its beginning; no more of it is read, and no more places of a word. */
const readMax = 400
const placesMax = 20
const words = new Intl.Segmenter('zh', { granularity: 'word' })

/**
 * How likely a word is the thing that a Chinese text names, and not a part of another thing's name (phone in phone case). Chinese noun phrases
 * end in their head, so what follows the word decides, by the resolver's word lists and by where the dictionary of Unicode's segmentation ends
 * words; a single letter that follows is mostly the end of a longer name (机, 膜, 架).
 * @returns of a text, and then of a word, in [0, 1]: 1 at the end, less before a sign, a word that ends a phrase, an unknown word, a service or
 *   another head; 0 when the word is not among the first 400 letters. Of several places the best counts.
 * Source: own rule; words after Unicode Standard Annex 29. O(length), the segmentation once a text.
 */
export const createHeads =
  (lexicon: Lexicon) =>
  (text: string): HeadScore => {
    const read = normalise(text).slice(0, readMax)
    let lengths: ReadonlyMap<number, number> | null = null
    // Only where a place needs it: most texts do not have the word.
    const lengthAt = (at: number): number | undefined => (lengths ??= wordLengths(read)).get(at)
    return (word) => {
      const asked = normalise(word)
      let best = 0
      let at = asked === '' ? -1 : read.indexOf(asked)
      for (let places = 0; at >= 0 && best < 1 && places < placesMax; places++) {
        best = Math.max(best, placeScore(lexicon, read, at + asked.length, lengthAt))
        at = read.indexOf(asked, at + 1)
      }
      return best
    }
  }

/** The length of each word of a text, by where it begins. */
const wordLengths = (text: string): ReadonlyMap<number, number> =>
  new Map([...words.segment(text)].map(({ index, segment }) => [index, segment.length]))

function placeScore(lexicon: Lexicon, text: string, end: number, lengthAt: (at: number) => number | undefined): number {
  if (end === text.length) return 1
  const run = /^\p{Script=Han}*/u.exec(text.slice(end, end + nextMax))?.[0] ?? ''
  if (run === '') return 0.9
  const [first] = lexicon.tokens(run)
  if (first && ['stop', 'filler', 'form', 'supplier'].includes(first.role)) return 0.7
  const heads = lexicon.words.zh.headChars
  const isHead = first?.role !== 'unknown' || heads.includes(run[0] ?? '') || heads.includes(run[1] ?? '')
  const next = lengthAt(end)
  // Within a word half; where a single letter is all that the next one has, less.
  return (isHead ? 0.1 : 0.4) * (next === undefined ? 0.5 : next === 1 ? 0.8 : 1)
}
