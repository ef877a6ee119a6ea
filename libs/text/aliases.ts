import { isLatin, normalise } from './normalise.ts'

/** A name found in a text: `[at, end)` of the normalised text. */
export type AliasHit = {
  readonly at: number
  readonly end: number
  /** As the catalogue writes it, normalised. */
  readonly alias: string
  readonly codes: readonly string[]
}

/** Finds names in normalised text. */
export type AliasMatcher = {
  readonly size: number
  /** The names in the order of the text, none over another: of those that overlap the one that ends later, of those the longest. */
  readonly find: (text: string) => readonly AliasHit[]
}

type Node = { readonly next: Map<string, Node>; codes: string[] | null }

/** Characters of the longest name that is kept. */
const aliasLengthMax = 60

/**
 * Names in Chinese and English, found in one pass. A Latin end of a name is an end of a word, and a plural is found by its singular.
 * @param names  code and name; several codes may share a name; names without letters are left out
 * Source: a trie, walked from every place where a word may begin. Built in O(letters); `find` is O(length · aliasLengthMax), in texts O(length).
 */
export function createAliasMatcher(names: Iterable<readonly [code: string, name: string]>): AliasMatcher {
  const root: Node = { next: new Map(), codes: null }
  let size = 0
  for (const [code, name] of names) {
    const alias = aliasOf(name)
    if (!/[\p{L}]/u.test(alias) || alias.length > aliasLengthMax) continue
    const node = descend(root, alias)
    node.codes ??= []
    if (!node.codes.includes(code)) {
      node.codes.push(code)
      size++
    }
  }
  return { size, find: (text) => (size === 0 ? [] : longest(allHits(root, plain(text)))) }
}

// ready-mix is ready mix; SG-5 stays.
const plain = (text: string): string => text.replaceAll(/(?<=[a-z])-(?=[a-z])/g, ' ')
const singular = (name: string): string =>
  /[a-z]{3}s$/.test(name) && !/(?:ss|us|is)$/.test(name) ? name.slice(0, -1) : name

/** A name as it is looked for: normalised, without hyphens between letters, in the singular. */
export const aliasOf = (name: string): string => singular(plain(normalise(name)))

function descend(root: Node, alias: string): Node {
  let node = root
  for (const letter of alias) {
    const next = node.next.get(letter) ?? { next: new Map(), codes: null }
    node.next.set(letter, next)
    node = next
  }
  return node
}

function allHits(root: Node, text: string): AliasHit[] {
  const hits: AliasHit[] = []
  for (let at = 0; at < text.length; at++) {
    // Within a Latin word none begins; after a figure a longer one may: SG-3PVC.
    const isWithin = isLatin(text[at]) && isLatin(text[at - 1])
    if (isWithin && !(/[a-z]/.test(text[at] ?? '') && /\d/.test(text[at - 1] ?? ''))) continue
    const shortest = isWithin ? 3 : 1
    let node: Node | undefined = root
    let best: AliasHit | null = null
    for (let end = at; end < text.length; end++) {
      node = node.next.get(text[end] ?? '')
      if (!node) break
      const stop: number = node.codes ? wordEnd(text, end + 1) : -1
      if (node.codes && stop > 0 && end + 1 - at >= shortest)
        best = { at, end: stop, alias: text.slice(at, end + 1), codes: node.codes }
    }
    if (best) hits.push(best)
  }
  return hits
}

// Where the word ends that is matched up to here: here, or after the s of a plural; -1 within a Latin word.
function wordEnd(text: string, end: number): number {
  if (!isLatin(text[end - 1]) || !isLatin(text[end])) return end
  if (/[a-z]/.test(text[end - 1] ?? '') && text[end] === 's' && !isLatin(text[end + 1])) return end + 1
  if (text.startsWith('es', end) && !isLatin(text[end + 2])) return end + 2
  return -1
}

// 高密度聚乙烯管 is a pipe: of names that overlap the one that ends later, for the head comes last; of those the longest.
function longest(hits: readonly AliasHit[]): readonly AliasHit[] {
  const fromTheEnd = hits.toSorted((a, b) => b.end - a.end || a.at - b.at)
  const taken: AliasHit[] = []
  let free = Infinity
  for (const hit of fromTheEnd) {
    if (hit.end > free) continue
    free = hit.at
    taken.push(hit)
  }
  return taken.toReversed()
}
