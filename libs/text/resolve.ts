import { aliasOf, createAliasMatcher, type AliasHit, type AliasMatcher } from './aliases.ts'
import type { Catalogue, Product } from './catalogue.ts'
import { afterLatin, beforeLatin } from './context-en.ts'
import { afterHan, beforeHan } from './context-zh.ts'
import { createLexicon, type Context, type Lexicon, type RuleName } from './lexicon.ts'
import { isHan, isLatin, normalise } from './normalise.ts'
import { defaultWords, type ServiceKind, type Words } from './words.ts'

/** A name of the catalogue in a text, what the words around it say, and what remains of its weight in [0, 1]. */
export type Mention = {
  readonly code: string
  readonly alias: string
  readonly at: number
  readonly end: number
  readonly weight: number
  readonly rules: readonly RuleName[]
  readonly kind: ServiceKind | null
}

/** What a text is about. Positions count in `text`. */
export type Resolution = {
  readonly text: string
  readonly product: string | null
  /** `sure`: a name at the head of its phrase; `guess`: only weakened or partial names; `none`: no product. */
  readonly certainty: 'sure' | 'guess' | 'none'
  /** The heaviest first; those of weight 0 were taken out by their rules. */
  readonly mentions: readonly Mention[]
  /** A service, when the text asks for no product: 番茄酱生产线 is a line for P1902; wire packaging is for nothing known. */
  readonly service: { readonly kind: ServiceKind; readonly of: string | null } | null
  /** Words that no list knows, for the review of names; at most `unknownWordsMax`. */
  readonly unknown: readonly string[]
}

export type Resolver = { readonly resolve: (text: string) => Resolution }

const unknownWordsMax = 10
const sureMin = 0.5
const guessMin = 0.25
/** What is left of a name of which only the end is written, and of a general one that an unknown word makes another. */
const partWeight = 0.45

/**
 * The resolver of a catalogue: which product a short offer or need is about.
 * A name counts fully where it is the head of its phrase. It is taken out before words of equipment, line, packaging, transport, storage,
 * test, lease, installation, repair and recycling, after words of used goods, and inside the name of another thing; it weighs 0.2 when a
 * plant, firm or station of that name is the buyer or an unknown word follows, 0.3 when it is what the goods are for, 0.4 when another name follows it. A name
 * of which only the end is written (铝边框 for 光伏边框) is a guess, when no other product's name ends so, and so is a short general name with an
 * unknown word right before it (水泵叶片, phone charger).
 * @param words  the lists; data/words.json unless others are given
 * Source: own, after the rules of industrial postings. `resolve` is O(length) for names of bounded length.
 */
export function createResolver(catalogue: Catalogue, words: Words = defaultWords): Resolver {
  const lexicon = createLexicon(words)
  const names = [...catalogue.products.values()].flatMap(({ code, zh, en }) =>
    [...zh, ...en].map((name) => [code, name] as const),
  )
  const whole = createAliasMatcher(names)
  const parts = createAliasMatcher(endsOfNames(names, whole, lexicon))
  const general = generalNames(names)
  const services = new Map([...catalogue.products.values()].map((product) => [product.service, product.code]))

  const own = new Map([...catalogue.products.values()].map((product) => [product.code, ownWordsOf(product)]))

  const resolve = (raw: string): Resolution => {
    const text = normalise(raw)
    const hits = hitsOf(text, whole, parts)
    const mentions = hits.flatMap((hit, i) => {
      const before = text.slice(Math.max(hits[i - 1]?.end ?? 0, hit.at - contextMax), hit.at)
      return mentionsOf(text, { ...hit, before, isGeneral: general.has(hit.alias) }, hits[i + 1], lexicon, own)
    })
    const sorted = mentions.toSorted((a, b) => b.weight - a.weight)
    const unknown = unknownWords(text, hits, lexicon)
    const head = headOf(text, mentions, lexicon)
    const taken = mentions.findLast(({ kind }) => kind !== null)
    const alone = mentions.length === 0 ? lexicon.lastService(text) : null
    const service = taken?.kind ? { kind: taken.kind, of: taken.code } : alone && { kind: alone.kind, of: null }
    const serving = service ? services.get(service.kind) : undefined
    const none = { text, product: null, certainty: 'none', mentions: sorted, service, unknown } as const
    if (head && head.weight >= guessMin && !(serving !== undefined && head.rules.includes('service_before')))
      return { ...none, product: head.code, certainty: head.weight >= sureMin ? 'sure' : 'guess', service: null }
    if (serving !== undefined && (taken || alone?.isEnd || unknown.length === 0))
      return { ...none, product: serving, certainty: taken ? 'sure' : 'guess' }
    // A buyer alone, and nothing else that could be what is bought.
    if (
      head &&
      head.weight > 0 &&
      head.rules.includes('actor') &&
      unknown.length === 0 &&
      !service &&
      lexicon.isAsking(text)
    )
      return { ...none, product: head.code, certainty: 'guess' }
    return none
  }
  return { resolve }
}

/** Words by which a product is specified, and the English words of its names. */
type OwnWords = ReadonlyMap<string, { readonly spec: ReadonlySet<string>; readonly names: ReadonlySet<string> }>

function ownWordsOf({ spec, grades, en }: Product) {
  const words = (texts: readonly string[]) =>
    new Set(texts.flatMap((text) => normalise(text).match(/[a-z]+|\p{Script=Han}+/gu) ?? []))
  const names = [...words(en)].flatMap((word) => [word, `${word}s`, `${word}es`])
  return { spec: words([...(spec?.values ?? []), ...Object.keys(grades ?? {})]), names: new Set(names) }
}

type Hit = AliasHit & { readonly isPart: boolean }

function hitsOf(text: string, whole: AliasMatcher, parts: AliasMatcher): readonly Hit[] {
  const full = whole.find(text)
  const isFree = ({ at, end }: AliasHit): boolean => full.every((hit) => hit.end <= at || hit.at >= end)
  const partial = full.length < 20 ? parts.find(text).filter(isFree) : []
  const hits = [...full.map((hit) => ({ ...hit, isPart: false })), ...partial.map((hit) => ({ ...hit, isPart: true }))]
  return hits.toSorted((a, b) => a.at - b.at)
}

function mentionsOf(
  text: string,
  hit: Hit & { readonly before: string; readonly isGeneral: boolean },
  next: Hit | undefined,
  lexicon: Lexicon,
  own: OwnWords,
): readonly Mention[] {
  const context = contextOf(text, hit, next, own)
  const follower = context.right.trimStart()[0]
  const after = isHan(follower ?? hit.alias.at(-1)) ? afterHan(context, lexicon) : afterLatin(context, lexicon)
  const before = [...beforeHan(context, lexicon), ...beforeLatin(context, lexicon)]
  const isOther = !hit.isPart && hit.isGeneral && isUnknownBefore(hit, context, lexicon)
  const found = [
    ...(hit.isPart ? [{ rule: 'part_of_a_name', weight: partWeight } as const] : []),
    ...(isOther ? [{ rule: 'unknown_before', weight: partWeight } as const] : []),
    ...before,
    ...after,
  ]
  const weight = found.reduce((product, { weight }) => product * weight, 1)
  const rules = found.map(({ rule }) => rule)
  const kind = found.findLast(({ kind }) => kind !== undefined)?.kind ?? null
  const { at, end, alias } = hit
  return hit.codes.map((code) => ({ code, alias, at, end, weight, rules, kind }))
}

const separators = /[;,!?()[\]{}"|<>:]|\. /
const separatorsBack = /^.*(?:[;,!?()[\]{}"|<>:]|\. )/
const contextMax = 60

function contextOf(text: string, hit: Hit, next: Hit | undefined, own: OwnWords): Context {
  const { at, end } = hit
  const rest = text.slice(end, end + contextMax)
  const clause = rest.slice(0, Math.max(0, separators.exec(rest)?.index ?? rest.length))
  const room = next === undefined ? Infinity : next.at - end
  return {
    left: text.slice(Math.max(0, at - contextMax), at).replace(separatorsBack, ''),
    right: clause.slice(0, room),
    rest: clause,
    isNameNext: room <= clause.length,
    isLatinName: isLatin(text[end - 1]),
    isLatinNext: next !== undefined && isLatin(text[next.at]),
    isSpecWord: (word) => hit.codes.some((code) => own.get(code)?.spec.has(word)),
    isOwnWord: (word) => hit.codes.some((code) => own.get(code)?.names.has(word)),
  }
}

// Of two names of equal weight in one phrase the later is the head; of a list the first is told; what stands after the verb is what is wanted.
function headOf(text: string, mentions: readonly Mention[], { isList, isAsking }: Lexicon): Mention | undefined {
  let head: Mention | undefined
  for (const mention of mentions) {
    const between = head && mention.at >= head.end ? text.slice(head.end, mention.at) : null
    const isLater = between !== null && mention.weight === head?.weight && !isList(between)
    const isWanted =
      between !== null &&
      mention.weight >= partWeight &&
      !separators.test(between) &&
      isAsking(between) &&
      !isAsking(text.slice(0, head?.at))
    if (!head || mention.weight > head.weight || isLater || isWanted) head = mention
  }
  return head
}

// Of two characters, or the end of a longer name of its product: 叶片, 波纹管, charger.
function generalNames(names: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const byCode = new Map<string, string[]>()
  for (const [code, name] of names) byCode.set(code, [...(byCode.get(code) ?? []), aliasOf(name)])
  const isGeneral = (alias: string, own: readonly string[]): boolean =>
    /^\p{Script=Han}{1,2}$/u.test(alias) ||
    (/^\p{Script=Han}{3}$/u.test(alias) && own.some((name) => name.length > 3 && name.endsWith(alias))) ||
    (/^[a-z]+$/.test(alias) && own.some((name) => name.endsWith(` ${alias}`)))
  return new Set([...byCode.values()].flatMap((own) => own.filter((alias) => isGeneral(alias, own))))
}

// Right before the name, in its own script or in Latin letters, a word that no list and no name or specification of the product knows.
function isUnknownBefore(
  { alias, before }: AliasHit & { readonly before: string },
  { isSpecWord, isOwnWord }: Context,
  { tokens, en, words }: Lexicon,
): boolean {
  const han = isHan(alias[0]) ? /\p{Script=Han}+$/u.exec(before)?.[0] : undefined
  const last = han === undefined ? undefined : tokens(han).at(-1)
  if (last) return last.role === 'unknown' && !isSpecWord(last.word)
  const latin = /(?<![a-z0-9.'-])([a-z]{2,}) ?$/.exec(before)?.[1]
  return (
    latin !== undefined &&
    en(latin).role === 'unknown' &&
    ![...words.en.seekersFor, ...words.en.noPurpose].includes(latin) &&
    !isSpecWord(latin) &&
    !isOwnWord(latin)
  )
}

// 光伏边框 and 组件边框 end in 边框, and no other product does: 铝边框 is one of them.
function endsOfNames(
  names: readonly (readonly [string, string])[],
  whole: AliasMatcher,
  { isKnown }: Lexicon,
): readonly (readonly [string, string])[] {
  const codes = new Map<string, Set<string>>()
  for (const [code, name] of names) {
    const alias = normalise(name)
    for (const end of endsOf(alias)) {
      const of = codes.get(end) ?? new Set()
      codes.set(end, of.add(code))
    }
  }
  return [...codes].flatMap(([end, of]) => {
    const [code, second] = of
    const isName = whole.find(end).some((hit) => hit.at === 0 && hit.end === end.length)
    return code === undefined || second !== undefined || isName || isKnown(end) ? [] : [[code, end] as const]
  })
}

function endsOf(alias: string): readonly string[] {
  if (/^\p{Script=Han}{3,}$/u.test(alias))
    return Array.from({ length: Math.min(3, alias.length - 2) }, (_, i) => alias.slice(-2 - i))
  const last = / ([a-z]{5,})$/.exec(alias)?.[1]
  return last === undefined ? [] : [last]
}

function unknownWords(text: string, hits: readonly Hit[], { isKnown, tokens }: Lexicon): readonly string[] {
  const letters = [...hits].reduceRight((left, { at, end }) => `${left.slice(0, at)} ; ${left.slice(end)}`, text)
  const found = new Set<string>()
  // Nobody need review the words of markup.
  const said = letters.replaceAll(/<[^<>]*>/g, ' ; ')
  for (const [word] of said.matchAll(/\p{Script=Han}+|[a-z][a-z0-9'-]*/gu)) {
    if (found.size >= unknownWordsMax) break
    if (isHan(word[0]))
      for (const part of tokens(word)) if (part.role === 'unknown' && part.word.length >= 2) found.add(part.word)
    if (!isHan(word[0]) && /^[a-z'-]{3,}$/.test(word) && !isKnown(word)) found.add(word)
  }
  return [...found].slice(0, unknownWordsMax)
}
