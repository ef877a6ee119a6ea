import { anyOf } from './normalise.ts'
import { serviceKinds, type ServiceKind, type Words } from './words.ts'

/** What was found about a name where it stands; each weakens it or takes it out. */
export type RuleName =
  | 'service_after'
  | 'service_before'
  | 'recycled'
  | 'negated'
  | 'other_thing'
  | 'compound'
  | 'actor'
  | 'purpose'
  | 'modifier'
  | 'supplier'
  | 'part_of_a_name'
  | 'unknown_before'

/** A rule that applies to a name, and the factor of its weight. */
export type Applied = { readonly rule: RuleName; readonly weight: number; readonly kind?: ServiceKind }

/** What is left of a name that an unknown word follows: 玉米淀粉 is no maize. */
export const compoundWeight = 0.2

/** What stands around a name within its clause. */
export type Context = {
  readonly left: string
  /** Up to the next name. */
  readonly right: string
  /** Up to the end of the clause. */
  readonly rest: string
  readonly isNameNext: boolean
  readonly isLatinName: boolean
  readonly isLatinNext: boolean
  /** A word by which the product is specified. */
  readonly isSpecWord: (word: string) => boolean
  /** A word of the product's own names: a carton box is a carton. */
  readonly isOwnWord: (word: string) => boolean
}

/** What a word does after a name. */
type Role = 'service' | 'actor' | 'supplier' | 'form' | 'link' | 'stop' | 'filler' | 'unknown'

/** A piece of a Chinese run: a listed word, or letters between such. */
export type Token = { readonly word: string; readonly role: Role; readonly kind?: ServiceKind }

/** The word lists, ready to be asked. */
export type Lexicon = {
  readonly words: Words
  readonly en: (word: string) => Token
  readonly tokens: (run: string) => readonly Token[]
  readonly isKnown: (word: string) => boolean
  /** The kind of the last word of a text that names a service, and whether the text ends there. */
  readonly lastService: (text: string) => { readonly kind: ServiceKind; readonly isEnd: boolean } | null
  readonly isList: (between: string) => boolean
  readonly before: Readonly<
    Record<
      | 'recycling'
      | 'negation'
      | 'make'
      | 'purpose'
      | 'seekers'
      | 'service'
      | 'latinRecycling'
      | 'latinNegation'
      | 'latinPurpose',
      RegExp
    >
  >
  readonly serviceBefore: ReadonlyMap<string, ServiceKind>
  /** A verb of need of either language. */
  readonly isAsking: (text: string) => boolean
  readonly needVerb: RegExp
  /** What is said of goods and is no service: 检测合格. */
  readonly fact: RegExp
  readonly makeAfter: RegExp
  readonly afterUse: RegExp
  readonly chargeAfter: RegExp
}

// A size between used goods and their name: 二手 10MVA 变压器, used 10 MVA transformer.
const size = String.raw`(?: ?[a-z0-9./*-]*\d[a-z0-9./*-]*\p{Script=Han}?){0,3}`
const latinSize = String.raw`(?:[^ ]*\d[^ ]* (?:[a-z]{1,3} )?){0,3}`

export function createLexicon(words: Words): Lexicon {
  const zh = rolesOf(words.zh, [...words.zh.needVerbs])
  const en = rolesOf({ ...words.en, suppliers: [] }, words.en.needVerbs)
  const pattern = new RegExp(anyOf([...zh.keys()]), 'y')
  const list = new RegExp(`[;,/+]|${anyOf(words.zh.stops.filter((word) => word.length === 1))}| and | or `)
  const ending = (all: readonly string[], rest = ''): RegExp => new RegExp(`${anyOf(all)}${rest}$`, 'u')
  const latinEnding = (all: readonly string[], rest = ''): RegExp => new RegExp(`(?:^|[^a-z])${anyOf(all)} ${rest}$`)
  const needVerb = new RegExp(anyOf(words.zh.needVerbs))
  const latinNeedVerb = new RegExp(`(?<![a-z])${anyOf(words.en.needVerbs)}(?![a-z])`)
  const { facts } = words.zh
  const serviceBefore = kindsOf(words.zh.serviceBefore)
  return {
    words,
    serviceBefore: new Map([...serviceBefore, ...kindsOf(words.en.serviceBefore)]),
    en: (word) => en.get(word) ?? { word, role: 'unknown' },
    tokens: (run) => tokensOf(run, pattern, zh),
    isKnown: (word) => zh.has(word) || en.has(word),
    lastService: (text) => {
      const runs = text.match(/\p{Script=Han}+|[a-z]+/gu) ?? []
      const all = runs.flatMap((run) => (/^[a-z]/.test(run) ? (en.get(run) ?? []) : tokensOf(run, pattern, zh)))
      const at = all.findLastIndex(({ kind }) => kind !== undefined && kind !== 'other')
      const kind = all[at]?.kind
      return kind ? { kind, isEnd: at === all.length - 1 } : null
    },
    isList: (between) => list.test(between),
    before: {
      recycling: ending(words.zh.recyclingBefore, `${words.zh.of}?${size}${words.zh.of}?`),
      negation: ending(words.zh.negationBefore),
      make: ending(words.zh.makeBefore),
      purpose: new RegExp(`${anyOf(words.zh.purposeBefore)}([^;,]{0,12})$`),
      seekers: ending(words.zh.seekers, '.{0,12}'),
      service: new RegExp(`(${anyOf([...serviceBefore.keys()])})$`),
      latinRecycling: latinEnding(words.en.recyclingBefore, latinSize),
      latinNegation: latinEnding(words.en.negationBefore),
      latinPurpose: new RegExp(`(?:^|[^a-z'-])(?:([a-z'-]+) )?${anyOf(words.en.purposeBefore)} ((?:[^ ]+ ){0,4})$`),
    },
    isAsking: (text) => needVerb.test(text) || latinNeedVerb.test(text),
    needVerb,
    fact: new RegExp(`${anyOf(facts.of)}+${anyOf(facts.ends)}|${anyOf(facts.places)}`),
    makeAfter: new RegExp(`^${anyOf(words.zh.makeAfter)}`),
    afterUse: new RegExp(`^${anyOf(words.zh.afterUse)}`),
    chargeAfter: new RegExp(`^${anyOf(words.zh.chargeAfter)}`),
  }
}

const kindsOf = (lists: Words['zh']['serviceBefore']): ReadonlyMap<string, ServiceKind> =>
  new Map(serviceKinds.flatMap((kind) => (lists[kind] ?? []).map((word) => [word, kind] as const)))

type Lists = Pick<Words['zh'], 'services' | 'links' | 'forms' | 'actors' | 'suppliers' | 'stops' | 'filler'>

// A word of several lists has the first role.
function rolesOf(lists: Lists, needVerbs: readonly string[]): ReadonlyMap<string, Token> {
  const roles = new Map<string, Token>()
  const add = (word: string, role: Role, kind?: ServiceKind): void => {
    if (!roles.has(word)) roles.set(word, { word, role, ...(kind ? { kind } : {}) })
  }
  for (const word of lists.suppliers) add(word, 'supplier')
  for (const kind of serviceKinds) for (const word of lists.services[kind]) add(word, 'service', kind)
  for (const word of lists.actors) add(word, 'actor')
  for (const word of lists.links) add(word, 'link')
  for (const word of lists.forms) add(word, 'form')
  for (const word of [...lists.stops, ...needVerbs]) add(word, 'stop')
  for (const word of lists.filler) add(word, 'filler')
  return roles
}

function tokensOf(run: string, pattern: RegExp, roles: ReadonlyMap<string, Token>): readonly Token[] {
  const tokens: Token[] = []
  let unknownFrom = 0
  const flush = (to: number): void => {
    if (to > unknownFrom) tokens.push({ word: run.slice(unknownFrom, to), role: 'unknown' })
  }
  for (let at = 0; at < run.length;) {
    pattern.lastIndex = at
    const word = pattern.exec(run)?.[0]
    const token = word === undefined ? undefined : roles.get(word)
    if (!word || !token) {
      at++
      continue
    }
    flush(at)
    tokens.push(token)
    at += word.length
    unknownFrom = at
  }
  flush(run.length)
  return tokens
}
