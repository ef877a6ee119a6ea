import { assert } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

/** The texts of one problem: a title, and a detail in which `{name}` stands for a value. */
export type ProblemText = string | { readonly title: string; readonly detail?: string }
/** Problem texts by kind. */
export type ProblemTexts = { readonly [kind: string]: ProblemText }

const areas = new Map<string, Record<Lang, ProblemTexts>>()
type RuleWords = Record<Lang, Record<string, string>>
/** Words of all; of two packages with a word of the same name the first. */
const everybodys: RuleWords = { 'zh-CN': {}, en: {} }
const wordsByArea = new Map<string, RuleWords>()

/**
 * Adds a package's problem texts, once.
 * @param area   the package's name, such as `needs`
 * @param texts  the objects of `locales/zh-CN.json` and `locales/en.json` under their key `problem`
 */
export function registerProblems(area: string, texts: Record<Lang, ProblemTexts>): void {
  assert(!areas.has(area), `the problems of ${area} are registered once`)
  areas.set(area, texts)
}

registerProblems('http', { 'zh-CN': zhCN.problem, en: en.problem })

/**
 * The texts of a problem.
 * @param area  looked up first; then the common ones; then the first area that knows the kind
 */
export function problemText(lang: Lang, kind: string, area?: string): { title: string; detail: string | null } {
  const own = area === undefined ? undefined : areas.get(area)?.[lang][kind]
  const text = own ?? areas.get('http')?.[lang][kind] ?? anyArea(lang, kind)
  if (text === undefined) return { title: kind.replaceAll('_', ' '), detail: null }
  return typeof text === 'string' ? { title: text, detail: null } : { title: text.title, detail: text.detail ?? null }
}

function anyArea(lang: Lang, kind: string): ProblemText | undefined {
  for (const texts of areas.values()) if (texts[lang][kind] !== undefined) return texts[lang][kind]
  return undefined
}

/**
 * Adds words for rules and values that problems name: a rule by itself, a value as `name.value`, such as `state.signed`. What has
 * no word is shown as it is.
 * @param area  the package's name, whose problems they are for first; those without a word of their own take what another says
 */
export function registerWords(area: string, words: Record<Lang, Readonly<Record<string, string>>>): void {
  const own = wordsByArea.get(area) ?? { 'zh-CN': {}, en: {} }
  wordsByArea.set(area, own)
  for (const lang of ['zh-CN', 'en'] as const)
    for (const [rule, text] of Object.entries(words[lang])) {
      assert((own[lang][rule] ?? text) === text, `${rule} says one thing in the ${lang} of ${area}`)
      own[lang][rule] = text
      everybodys[lang][rule] ??= text
    }
}

registerWords('http', { 'zh-CN': zhCN.rule, en: en.rule })

/**
 * Values as a reader of the language knows them; those without a word stay.
 * @param area  as of `ruleText`
 * Source: own. O(values).
 */
export const wordsFor = (
  lang: Lang,
  values: Readonly<Record<string, unknown>>,
  area?: string,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wordFor(lang, name, value, area)]))

function wordFor(lang: Lang, name: string, value: unknown, area: string | undefined): unknown {
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'))
    return value.map((one) => wordFor(lang, name, one, area)).join(lang === 'en' ? ', ' : '、')
  if (typeof value !== 'string') return value
  return ruleText(lang, name === 'rule' ? value : `${name}.${value}`, area) ?? value
}

/**
 * The text of a rule, such as `too_small.string`, or undefined.
 * @param area  whose problem it is; a part of a package, as `freight-wave`, has the words of the package
 */
export const ruleText = (lang: Lang, key: string, area = ''): string | undefined =>
  wordsByArea.get(area.split('-', 1)[0] ?? '')?.[lang][key] ?? everybodys[lang][key]

/**
 * Fills `{name}` in a text with values; a missing value leaves the braces.
 * Source: own. O(length).
 */
export const fill = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (values[name] === undefined ? whole : show(values[name])))

const show = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
