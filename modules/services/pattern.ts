/**
 * Whether a pattern of a form compiles and cannot run away. The engine tries ways through a pattern one after the other, so their number
 * is bounded: a repeat counts as many as its lengths allow, a repeated group as often as it repeats. Backreferences and looking around
 * are refused: a form needs neither.
 * @param lengthMax  the longest text that is tested
 * Source: own. O(length of the pattern).
 */
export function isSafePattern(pattern: string, lengthMax: number): boolean {
  try {
    if (!(new RegExp(pattern, 'u') instanceof RegExp)) return false
  } catch {
    // The engine's SyntaxError is the answer to the question.
    return false
  }
  if (/\\[1-9k]|\(\?(?!:)/.test(pattern)) return false
  return waysOf(pattern, lengthMax) <= waysMax
}

// About a tenth of a second for the worst text.
const waysMax = 1_000_000

type Read = { readonly ways: number; readonly at: number }

const waysOf = (pattern: string, lengthMax: number): number => readAlternatives(pattern, 0, lengthMax).ways

function readAlternatives(pattern: string, from: number, lengthMax: number): Read {
  let sum = 0
  let ways = 1
  let at = from
  while (at < pattern.length && pattern[at] !== ')') {
    if (pattern[at] === '|') {
      sum += ways
      ways = 1
      at++
      continue
    }
    const part = readRepeated(pattern, at, lengthMax)
    ways *= part.ways
    at = part.at
  }
  return { ways: sum + ways, at }
}

function readRepeated(pattern: string, from: number, lengthMax: number): Read {
  const atom = readAtom(pattern, from, lengthMax)
  const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(pattern.slice(atom.at))
  if (!match) return atom
  const [min, max] = boundsOf(match, lengthMax)
  // A fixed inside leaves only the length open; a varied one is tried anew at each repeat.
  return { ways: Math.max(1, max - min + 1) * atom.ways ** max, at: atom.at + match[0].length }
}

function boundsOf(match: RegExpExecArray, lengthMax: number): readonly [number, number] {
  const [text, min, comma, max] = match
  if (text.startsWith('*')) return [0, lengthMax]
  if (text.startsWith('+')) return [1, lengthMax]
  if (text.startsWith('?')) return [0, 1]
  if (comma === '') return [Number(min), Number(min)]
  return [Number(min), max === '' ? lengthMax : Number(max)]
}

function readAtom(pattern: string, from: number, lengthMax: number): Read {
  const rest = pattern.slice(from)
  if (rest.startsWith('(')) {
    const inner = readAlternatives(pattern, from + (rest.startsWith('(?:') ? 3 : 1), lengthMax)
    return { ways: inner.ways, at: inner.at + 1 }
  }
  const single = /^(?:\[(?:[^\]\\]|\\.)*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\.|.)/su.exec(rest)
  return { ways: 1, at: from + (single?.[0].length ?? 1) }
}
