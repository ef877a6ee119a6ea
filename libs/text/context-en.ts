import { compoundWeight, type Applied, type Context, type Lexicon, type Token } from './lexicon.ts'
import { readNumber } from './numerals.ts'
import { readUnit } from './units.ts'

/** What the English words after a name make of it. */
export function afterLatin(
  { right, rest, isNameNext, isLatinName, isLatinNext, isSpecWord, isOwnWord }: Context,
  lexicon: Lexicon,
): readonly Applied[] {
  const all = wordsOf(right).map((word) => lexicon.en(word))
  const stop = all.findIndex(({ role }) => role === 'stop' || role === 'filler')
  const tail = stop < 0 ? all : all.slice(0, stop)
  const isToNext = isNameNext && stop < 0 && right.length < rest.length && /^[a-z -]*$/.test(right)
  const service = tail.findLast(
    ({ role, kind, word }) => role === 'service' && !(kind === 'packaging' && isOwnWord(word)),
  )
  if (service?.kind) return [{ rule: 'service_after', weight: 0, kind: service.kind }]
  if (tail.some(({ role }) => role === 'actor'))
    return isBuying(right, lexicon) ? [{ rule: 'actor', weight: 0.2 }] : [actorOrSupplier(tail, lexicon)]
  if (isToNext && isLatinName && isLatinNext) return [{ rule: 'modifier', weight: 0.4 }]
  const isSaid = stop < 0 && isFigureNext(right) && tail.at(-1)?.role === 'unknown'
  return (isSaid ? tail.slice(0, -1) : tail).some(({ role, word }) => role === 'unknown' && !isSpecWord(word))
    ? [{ rule: 'compound', weight: compoundWeight }]
    : []
}

// Cement producers supply cement; a flour mill buys something.
function actorOrSupplier(tail: readonly Token[], { words }: Lexicon): Applied {
  const isSupplier = tail.some(({ role, word }) => role === 'actor' && words.en.forms.includes(word))
  return isSupplier ? { rule: 'supplier', weight: 1 } : { rule: 'actor', weight: 0.2 }
}

function isBuying(right: string, { words }: Lexicon): boolean {
  return wordsOf(right).some((word) => words.en.needVerbs.includes(word))
}

// A word that runs into a figure is a grade: HRB400E, P.O42.5.
function wordsOf(text: string): readonly string[] {
  const letters = lettersOf(text)
  const whole = /[\d.]/.test(text[letters.length] ?? '') ? letters.slice(0, letters.lastIndexOf(' ') + 1) : letters
  return whole.split(/[ ]+/).filter((word) => word !== '' && word !== '-')
}

const lettersOf = (text: string): string => /^[ a-z'-]*/.exec(text)?.[0] ?? ''

// viscosity 1.0, xindong 22: a figure without a unit says what the word before it is.
function isFigureNext(text: string): boolean {
  const letters = lettersOf(text)
  const number = letters.endsWith(' ') ? readNumber(text, letters.length) : null
  return number !== null && readUnit(text, number.end) === null
}

/** What the English words before a name make of it. */
export function beforeLatin({ left }: Context, lexicon: Lexicon): readonly Applied[] {
  const { before, words } = lexicon
  if (before.latinRecycling.test(left)) return [{ rule: 'recycled', weight: 0, kind: 'recycling' }]
  if (before.latinNegation.test(left)) return [{ rule: 'negated', weight: 0 }]
  const ofService = /([a-z]+) of (?:the |our |any |[\d,.]+ ?[a-z]* (?:of )?)?(?:[a-z]+ )?$/.exec(left)?.[1]
  const kind =
    ofService === undefined || words.en.containers.includes(ofService) ? undefined : lexicon.en(ofService).kind
  if (kind) return [{ rule: 'service_before', weight: 0, kind }]
  const verb = /([a-z]+) (?:the |our |[\d,.]+ ?[a-z]* (?:of )?)?$/.exec(left)?.[1]
  const verbKind = verb === undefined ? undefined : lexicon.serviceBefore.get(verb)
  if (verbKind) return [{ rule: 'service_before', weight: 0.4, kind: verbKind }]
  const purpose = before.latinPurpose.exec(left)
  if (!purpose || words.en.seekersFor.includes(purpose[1] ?? '')) return []
  const asked = (purpose[2] ?? '').trim().split(' ')
  if (asked.some((word) => words.en.needVerbs.includes(word) || words.en.noPurpose.includes(word))) return []
  const served = lexicon.en(purpose[1] ?? '')
  return served.kind ? [{ rule: 'service_before', weight: 0, kind: served.kind }] : [{ rule: 'purpose', weight: 0.3 }]
}
