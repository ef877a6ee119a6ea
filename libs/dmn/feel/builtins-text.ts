/** Built-in functions on strings. Source: DMN 1.5 clause 10.3.4.3. */
import { builtIn, signature, type Slot } from './builtin.ts'
import { compilePattern, replaceAll } from './regex.ts'
import { textOf } from './text.ts'
import type { FeelFunction, Value } from './value.ts'

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '')
const number = (value: Value | undefined): number => (typeof value === 'number' ? value : 0)

const one: readonly Slot[] = [['string', 'string']]
const withMatch: readonly Slot[] = [
  ['string', 'string'],
  ['match', 'string'],
]

/** A part of a string or list by FEEL's positions: from 1, or from the end when negative. */
export function slice<T>(items: readonly T[], start: number, length: number | null): readonly T[] | null {
  const from = Math.trunc(start)
  if (from === 0 || Math.abs(from) > items.length) return null
  const begin = from > 0 ? from - 1 : items.length + from
  if (length === null) return items.slice(begin)
  const size = Math.trunc(length)
  return size < 1 ? null : items.slice(begin, begin + size)
}

export const textFunctions: Readonly<Record<string, FeelFunction>> = {
  substring: builtIn('substring', [
    signature(
      [
        ['string', 'string'],
        ['start position', 'number'],
        ['length', 'number?'],
      ],
      ([string, start, length]) => {
        const characters = Array.from(text(string))
        return slice(characters, number(start), typeof length === 'number' ? length : null)?.join('') ?? null
      },
    ),
  ]),
  'string length': builtIn('string length', [signature(one, ([string]) => Array.from(text(string)).length)]),
  'upper case': builtIn('upper case', [signature(one, ([string]) => text(string).toUpperCase())]),
  'lower case': builtIn('lower case', [signature(one, ([string]) => text(string).toLowerCase())]),
  'substring before': builtIn('substring before', [
    signature(withMatch, ([string, match]) => {
      const at = text(string).indexOf(text(match))
      return at < 0 ? '' : text(string).slice(0, at)
    }),
  ]),
  'substring after': builtIn('substring after', [
    signature(withMatch, ([string, match]) => {
      const at = text(string).indexOf(text(match))
      return at < 0 ? '' : text(string).slice(at + text(match).length)
    }),
  ]),
  contains: builtIn('contains', [signature(withMatch, ([string, match]) => text(string).includes(text(match)))]),
  'starts with': builtIn('starts with', [
    signature(withMatch, ([string, match]) => text(string).startsWith(text(match))),
  ]),
  'ends with': builtIn('ends with', [signature(withMatch, ([string, match]) => text(string).endsWith(text(match)))]),
  matches: builtIn('matches', [
    signature(
      [
        ['input', 'string'],
        ['pattern', 'string'],
        ['flags', 'string~'],
      ],
      ([input, pattern, flags]) => compilePattern(text(pattern), text(flags), '')?.test(text(input)) ?? null,
    ),
  ]),
  replace: builtIn('replace', [
    signature(
      [
        ['input', 'string'],
        ['pattern', 'string'],
        ['replacement', 'string'],
        ['flags', 'string~'],
      ],
      ([input, pattern, replacement, flags]) => {
        const compiled = compilePattern(text(pattern), text(flags), 'g')
        return compiled === null ? null : replaceAll(text(input), compiled, text(replacement))
      },
    ),
  ]),
  split: builtIn('split', [
    signature(
      [
        ['string', 'string'],
        ['delimiter', 'string'],
      ],
      ([string, delimiter]) => {
        const compiled = compilePattern(text(delimiter), '', '')
        return compiled === null
          ? null
          : text(string)
              .split(compiled)
              .map((part) => part ?? '')
      },
    ),
  ]),
  'string join': builtIn('string join', [
    signature(
      [
        ['list', 'list'],
        ['delimiter', 'string~'],
      ],
      ([list, delimiter]) => {
        const items = Array.isArray(list) ? list.filter((item) => item !== null) : []
        return items.every((item) => typeof item === 'string') ? items.join(text(delimiter)) : null
      },
    ),
  ]),
  string: builtIn('string', [
    signature([['from', 'any']], ([from]) => (from === undefined || from === null ? null : textOf(from))),
  ]),
}
