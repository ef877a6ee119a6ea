import { compoundWeight, type Applied, type Context, type Lexicon, type Token } from './lexicon.ts'

/** What the Chinese words after a name make of it. */
export function afterHan(context: Context, lexicon: Lexicon): readonly Applied[] {
  const isApart = context.right.startsWith(' ')
  const letters = /^ ?(\p{Script=Han}*)/u.exec(context.right)?.[1] ?? ''
  const run = letters.slice(0, lexicon.fact.exec(letters)?.index)
  const all = lexicon.tokens(run)
  const stop = all.findIndex(({ role }) => role === 'stop' || role === 'filler')
  const tail = stop < 0 ? all : all.slice(0, stop)
  const isAllRead = stop < 0 && run.length === context.right.trimStart().length
  if (isApart) return serviceApart(tail, run, lexicon)
  if (run.startsWith(lexicon.words.zh.gradeAfter)) return [{ rule: 'purpose', weight: 0.3 }]
  const service = serviceOf(tail)
  const [first] = tail
  const isOf = first?.word === lexicon.words.zh.of
  const actorAt = tail.findIndex(({ role }) => role === 'actor')
  // 面粉厂装包装袋: the mill is named before what it buys.
  if (service && (actorAt < 0 || actorAt > tail.findIndex(({ role }) => role === 'service'))) return [service]
  if (actorAt >= 0 && isOf) return [{ rule: 'supplier', weight: 1 }]
  if (actorAt >= 0 && lexicon.before.seekers.test(context.left)) return [{ rule: 'supplier', weight: 0.8 }]
  if (actorAt >= 0) return [{ rule: 'actor', weight: 0.2, ...(service?.kind ? { kind: service.kind } : {}) }]
  if (tail.some(({ role }) => role === 'supplier')) return [{ rule: 'supplier', weight: 1 }]
  const followed = context.isNameNext && isAllRead
  const isUse = first !== undefined && lexicon.words.zh.useLinks.includes(first.word)
  const afterUse = run.slice(first?.word.length ?? 0)
  if (
    isUse &&
    (followed ||
      (afterUse !== '' && !lexicon.afterUse.test(afterUse)) ||
      /[a-z0-9]/.test(context.rest[run.length] ?? ''))
  )
    return [{ rule: 'purpose', weight: 0.3 }]
  if (lexicon.before.make.test(context.left) && lexicon.makeAfter.test(context.rest))
    return [{ rule: 'purpose', weight: 0.3 }]
  if (followed)
    return tail.some(({ role }) => role === 'unknown')
      ? [{ rule: 'compound', weight: compoundWeight }]
      : [{ rule: 'modifier', weight: 0.4 }]
  return compound(tail, context, lexicon)
}

// 变压器油 is an oil; of 玉米淀粉 no list knows what it is.
function compound(tail: readonly Token[], { isSpecWord }: Context, { words }: Lexicon): readonly Applied[] {
  if (!tail.some(({ role, word }) => role === 'unknown' && !isSpecWord(word))) return []
  const letters = tail.map(({ word }) => word).join('')
  return words.zh.headChars.includes(letters.at(-1) ?? '')
    ? [{ rule: 'other_thing', weight: 0 }]
    : [{ rule: 'compound', weight: compoundWeight }]
}

function serviceOf(tail: readonly Token[]): Applied | null {
  const services = tail.filter(({ role }) => role === 'service')
  const last = services.findLast(({ kind }) => kind !== 'other') ?? services.at(-1)
  return last?.kind ? { rule: 'service_after', weight: 0, kind: last.kind } : null
}

// 葡萄酒 运输 is transport; 水泥 运输费另计 and 番茄酱 桶装 are not.
function serviceApart(tail: readonly Token[], run: string, lexicon: Lexicon): readonly Applied[] {
  const at = tail.findIndex(({ role }) => role !== 'link')
  const token = tail[at]
  if (!token?.kind || token.role !== 'service' || token.kind === 'packaging') return []
  const before = tail.slice(0, at + 1).reduce((length, { word }) => length + word.length, 0)
  if (lexicon.chargeAfter.test(run.slice(before))) return []
  return [serviceOf(tail) ?? { rule: 'service_after', weight: 0, kind: token.kind }]
}

/** What the Chinese words before a name make of it. */
export function beforeHan({ left }: Context, { before, needVerb, serviceBefore, words }: Lexicon): readonly Applied[] {
  const near = left.trimEnd()
  if (before.recycling.test(near)) return [{ rule: 'recycled', weight: 0, kind: 'recycling' }]
  if (before.negation.test(near)) return [{ rule: 'negated', weight: 0 }]
  const service = before.service.exec(near)?.[1]
  if (service !== undefined)
    return [{ rule: 'service_before', weight: 0.4, kind: serviceBefore.get(service) ?? 'other' }]
  const purpose = before.purpose.exec(near)
  const between = purpose?.[1] ?? ''
  // 用于电缆的铜杆: what the cable is made of is wanted.
  if (purpose && !needVerb.test(between) && !between.includes(words.zh.of)) return [{ rule: 'purpose', weight: 0.3 }]
  return []
}
