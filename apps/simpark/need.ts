import english from './data/needs-en.json' with { type: 'json' }
import chinese from './data/needs-zh.json' with { type: 'json' }
import words from './data/words.json' with { type: 'json' }
import type { Random } from './random.ts'

export type Nature = 'consult' | 'help' | 'complaint' | 'report' | 'suggestion' | 'praise'

/** What a firm writes when it raises a need. */
export type NeedText = {
  readonly category: string
  readonly nature: Nature
  readonly title: string
  readonly text: string
  readonly wanted: string
}

/** What of the firm the words mention. */
export type NeedScene = { readonly road: string; readonly area: string; readonly product: string }

type Pattern = readonly [nature: Nature, title: string, text: string, wanted: string]
type Bank = Readonly<Record<string, readonly Pattern[]>>

const natures = new Set<string>(['consult', 'help', 'complaint', 'report', 'suggestion', 'praise'])
const chineseBank = readBank(chinese)
const englishBank = readBank(english)

/** Codes for which there are words, all of the taxonomy. */
export const needCategories: readonly string[] = Object.keys(chineseBank).toSorted()
/** Codes for which there are English words too. */
export const englishCategories: readonly string[] = Object.keys(englishBank).toSorted()

// How often needs of a first-level category are raised, out of 100.
const shareOfL1: Readonly<Record<string, number>> = {
  '01': 13,
  '02': 6,
  '03': 14,
  '04': 15,
  '05': 11,
  '06': 13,
  '07': 8,
  '08': 8,
  '09': 6,
  '10': 2,
  '11': 4,
}

/** A category as often as it is met in life; needs that fit nothing are rare. */
export function pickCategory(random: Random): string {
  return random.weighted(
    needCategories.map((code) => {
      const l1 = code.slice(0, 2)
      const siblings = needCategories.filter((other) => other.startsWith(l1)).length
      return [code, code === '1199' ? 0.2 : (shareOfL1[l1] ?? 1) / siblings] as const
    }),
  )
}

/**
 * Writes a need in a category's words.
 * @param lang  English where the bank has such words, else Chinese
 */
export function writeNeed(
  random: Random,
  category: string,
  scene: NeedScene,
  lang: 'zh-CN' | 'en' = 'zh-CN',
): NeedText {
  const patterns = (lang === 'en' ? englishBank[category] : undefined) ?? chineseBank[category]
  if (!patterns) throw new RangeError(`no words for category ${category}`)
  const [nature, title, text, wanted] = random.pick(patterns)
  // The same slot in title and text says the same.
  const said = new Map<string, string>()
  const fill = (pattern: string): string => fillSlots(pattern, random, scene, said)
  return { category, nature, title: fill(title).slice(0, 60), text: fill(text), wanted: fill(wanted) }
}

const lists: Readonly<Record<string, readonly string[]>> = words

function fillSlots(pattern: string, random: Random, scene: NeedScene, said: Map<string, string>): string {
  const facts: Readonly<Record<string, string>> = scene
  return pattern.replaceAll(/\{([^}]+)\}/g, (_whole, slot: string) => {
    const before = said.get(slot)
    if (before !== undefined) return before
    const word = facts[slot] ?? numberOf(random, slot) ?? random.pick(lists[slot] ?? [])
    said.set(slot, word)
    return word
  })
}

function numberOf(random: Random, slot: string): string | null {
  const [, low, high] = /^n:(\d+)-(\d+)$/.exec(slot) ?? []
  return low === undefined || high === undefined ? null : String(random.int(Number(low), Number(high)))
}

function readBank(bank: Readonly<Record<string, readonly (readonly string[])[]>>): Bank {
  return Object.fromEntries(
    Object.entries(bank).map(([code, patterns]) => [
      code,
      patterns.map(([nature = '', title = '', text = '', wanted = '']): Pattern => {
        if (!isNature(nature)) throw new RangeError(`${nature} of ${code} is no nature`)
        return [nature, title, text, wanted]
      }),
    ]),
  )
}

function isNature(word: string): word is Nature {
  return natures.has(word)
}
