/** Regular expressions of XPath, run by those of JavaScript. Source: DMN 1.5 clause 10.3.4.3; XQuery and XPath Functions 3.1 clause 5.6. */

/** The Unicode blocks that are met in practice; others are refused. */
const blocks: Readonly<Record<string, string>> = {
  BasicLatin: '\\u0000-\\u007F',
  'Latin-1Supplement': '\\u0080-\\u00FF',
  'LatinExtended-A': '\\u0100-\\u017F',
  'LatinExtended-B': '\\u0180-\\u024F',
  Greek: '\\u0370-\\u03FF',
  Cyrillic: '\\u0400-\\u04FF',
  Hiragana: '\\u3040-\\u309F',
  Katakana: '\\u30A0-\\u30FF',
  CJKUnifiedIdeographs: '\\u4E00-\\u9FFF',
}

/** Escapes that only XPath has: the letters of XML names. */
const nameStart = '\\p{L}_:'
const nameRest = '\\p{L}\\p{M}\\p{N}_:.\\-'

/** A pattern longer than this is refused: it is no pattern people write. */
const patternLengthMax = 2_000

/**
 * Compiles a pattern.
 * @param flags  of `s m i x q`
 * @param extra  flags of JavaScript to add
 * @returns null when pattern or flags are none
 */
export function compilePattern(pattern: string, flags: string, extra: string): RegExp | null {
  if (!/^[smixq]*$/.test(flags) || pattern.length > patternLengthMax) return null
  const source = flags.includes('q')
    ? pattern.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    : translate(flags.includes('x') ? withoutSpace(pattern) : pattern)
  if (source === null) return null
  const modes = Array.from(new Set(flags.replace(/[xq]/g, ''))).join('')
  try {
    return new RegExp(source, modes + extra + (/--/.test(source) ? 'v' : 'u'))
  } catch {
    // The runtime raises on text that is no pattern; FEEL's answer is null.
    return null
  }
}

/** Flag x: white space outside classes is decoration. */
function withoutSpace(pattern: string): string {
  let depth = 0
  let text = ''
  for (const character of pattern) {
    if (character === '[') depth++
    if (character === ']') depth--
    if (depth > 0 || !/\s/.test(character)) text += character
  }
  return text
}

function translate(pattern: string): string | null {
  let source = ''
  let inClass = false
  let at = 0
  while (at < pattern.length) {
    const rest = pattern.slice(at)
    const [escape] = /^\\(?:[pP]\{[^}]*\}|.)/su.exec(rest) ?? []
    if (escape !== undefined) {
      const translated = translateEscape(escape, inClass)
      if (translated === null) return null
      source += translated
      at += escape.length
      continue
    }
    const [subtraction, base, removed] = /^(\[[^[\]\\]*)-\[([^[\]\\]*)\]\]/.exec(rest) ?? []
    if (subtraction !== undefined) {
      source += `[${base}]--[${removed}]]`
      at += subtraction.length
      continue
    }
    const character = pattern.charAt(at)
    if (character === '[') inClass = true
    if (character === ']') inClass = false
    source += character
    at++
  }
  return source
}

function translateEscape(escape: string, inClass: boolean): string | null {
  const [, negated, block] = /^\\([pP])\{Is([^}]*)\}$/.exec(escape) ?? []
  if (block !== undefined) {
    const range = blocks[block]
    if (range === undefined) return null
    return inClass ? (negated === 'P' ? null : range) : `[${negated === 'P' ? '^' : ''}${range}]`
  }
  switch (escape) {
    case '\\i':
      return inClass ? nameStart : `[${nameStart}]`
    case '\\c':
      return inClass ? nameRest : `[${nameRest}]`
    case '\\I':
      return inClass ? null : `[^${nameStart}]`
    case '\\C':
      return inClass ? null : `[^${nameRest}]`
    case '\\-':
      return inClass ? '\\-' : '-'
    case '\\0':
      return null
    default:
      return escape
  }
}

/** Puts the groups of a match into a replacement: `$1`, `$0`; `\$` and `\\` stand for themselves. */
export function replaceAll(input: string, pattern: RegExp, replacement: string): string {
  return input.replace(pattern, (...found: readonly unknown[]) => {
    const groups = found.slice(
      0,
      found.findIndex((part) => typeof part === 'number'),
    )
    return replacement.replace(/\\([\\$])|\$(\d)/g, (whole, literal?: string, group?: string) => {
      if (literal !== undefined) return literal
      const text = groups[Number(group)]
      return typeof text === 'string' ? text : whole === '' ? whole : ''
    })
  })
}
