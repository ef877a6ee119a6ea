import type { LocaleBundle } from './screen-module.ts'

const accents: Readonly<Record<string, string>> = {
  a: 'á',
  b: 'ƀ',
  c: 'ç',
  d: 'đ',
  e: 'é',
  f: 'ƒ',
  g: 'ĝ',
  h: 'ĥ',
  i: 'î',
  j: 'ĵ',
  k: 'ķ',
  l: 'ļ',
  m: 'ɱ',
  n: 'ñ',
  o: 'ö',
  p: 'þ',
  q: 'ǫ',
  r: 'ŕ',
  s: 'š',
  t: 'ţ',
  u: 'û',
  v: 'ṽ',
  w: 'ŵ',
  x: 'ẋ',
  y: 'ý',
  z: 'ž',
}

/** Turns a text into its pseudo form: accented, 40 % longer, in brackets; `{{n}}` and tags stay as they are. */
export function pseudoText(text: string): string {
  const pieces = text.split(/(\{\{.*?\}\}|<[^>]+>|\$t\(.*?\))/)
  const body = pieces.map((piece, index) => (index % 2 === 1 ? piece : accent(piece))).join('')
  // In pieces of five, because a real text of that length could be broken too.
  const growth = '~'.repeat(Math.ceil(text.length * 0.4)).replaceAll('~~~~~', '~~~~ ')
  return `[${body}${growth}]`
}

function accent(text: string): string {
  return Array.from(text, (letter) => accents[letter] ?? letter).join('')
}

/** The pseudo form of a whole bundle, so that a test sees every text that did not come from a locale file and every overflow. */
export function pseudoBundle(bundle: LocaleBundle): LocaleBundle {
  return Object.fromEntries(
    Object.entries(bundle).map(([key, value]) => [
      key,
      typeof value === 'string' ? pseudoText(value) : pseudoBundle(value),
    ]),
  )
}
