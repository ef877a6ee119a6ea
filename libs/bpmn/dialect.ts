/**
 * Conditions of other tools as FEEL: JUEL `${a == 1 && b.contains("x")}`, Java and JavaScript `return !done;`, XPath
 * `contains(bpmn:getDataObject('a'), 'x')`. Only the small language that drawn conditions are written in.
 */
import { feelText } from './feel.ts'
import type { Feel } from './model.ts'

/**
 * Translates an expression.
 * @param language  the `language` attribute of the expression; in XPath a slash is a step, elsewhere a division
 * @returns FEEL; the text itself when it is FEEL already, or when it is none of these languages
 * Source: Jakarta Expression Language 5.0 and XPath 1.0, the parts named in the README. O(n).
 */
export function toFeel(written: string, language: string | null): Feel {
  const trimmed = written.trim()
  if (trimmed.startsWith('=') || /feel/i.test(language ?? '')) return feelText(trimmed)
  const inner = /^[$#]\{([\s\S]*)\}$/.exec(trimmed)?.[1] ?? trimmed
  const bare = inner
    .replace(/^return\b/, '')
    .replace(/;\s*$/, '')
    .trim()
  if (bare === trimmed && !foreignMarks.test(trimmed)) return trimmed
  const tokens = tokenize(bare)
  return (tokens && translate(tokens, /xpath/i.test(language ?? ''))) ?? trimmed
}

/** What no FEEL expression has: `==`, `&&`, `'x'`, `.equals(`, `$x`, `bpmn:f(`, `true()`. */
const foreignMarks = /==|&&|\|\||!(?!=)|'|\$|\w\.\w+\(|\w:\w+\(|\b(?:true|false)\(\)|\b(?:eq|ne|gt|lt|ge|le|empty)\b/

const token =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([\p{L}_$@][\w\p{L}]*(?::[A-Za-z]\w*)?(?:-[a-z]+(?=\())?)|(===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>=!?:.,()[\]]))/uy

function tokenize(text: string): string[] | null {
  const tokens: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (!match) return null
    tokens.push(match[0].trim())
  }
  return tokens
}

type Parser = { readonly tokens: readonly string[]; readonly isXPath: boolean; at: number; isBroken: boolean }

function translate(tokens: readonly string[], isXPath: boolean): Feel | null {
  const parser: Parser = { tokens, isXPath, at: 0, isBroken: false }
  const feel = ternary(parser)
  return parser.isBroken || parser.at < tokens.length ? null : unwrapped(feel)
}

/** `(a = 1)` → `a = 1`, which is answered without parsing. */
const unwrapped = (feel: Feel): Feel => (/^\([^()]*\)$/.test(feel) ? feel.slice(1, -1) : feel)

const peek = (parser: Parser): string => parser.tokens[parser.at] ?? ''

function next(parser: Parser): string {
  const found = peek(parser)
  parser.at++
  return found
}

function broken(parser: Parser): Feel {
  parser.isBroken = true
  return 'null'
}

function expect(parser: Parser, wanted: string): void {
  if (next(parser) !== wanted) broken(parser)
}

function ternary(parser: Parser): Feel {
  const condition = binary(parser, 0)
  if (peek(parser) !== '?') return condition
  next(parser)
  const yes = ternary(parser)
  expect(parser, ':')
  return `(if ${condition} then ${yes} else ${ternary(parser)})`
}

/** Binary operators by how tightly they bind, loosest first, each with its FEEL. */
const levels: readonly { readonly [operator: string]: string }[] = [
  { '||': 'or', or: 'or' },
  { '&&': 'and', and: 'and' },
  { '==': '=', '===': '=', '=': '=', eq: '=', '!=': '!=', '!==': '!=', ne: '!=' },
  { '<': '<', '<=': '<=', '>': '>', '>=': '>=', lt: '<', le: '<=', gt: '>', ge: '>=' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/', div: '/', '%': 'modulo', mod: 'modulo' },
]

function binary(parser: Parser, level: number): Feel {
  const operators = levels[level]
  if (!operators) return unary(parser)
  let left = binary(parser, level + 1)
  while (Object.hasOwn(operators, peek(parser))) {
    const operator = operators[next(parser)] ?? ''
    const right = binary(parser, level + 1)
    left = operator === 'modulo' ? `modulo(${left}, ${right})` : `(${left} ${operator} ${right})`
  }
  return left
}

function unary(parser: Parser): Feel {
  const operator = peek(parser)
  if (operator === '!' || (operator === 'not' && parser.tokens[parser.at + 1] !== '(')) {
    next(parser)
    return `not(${unary(parser)})`
  }
  if (operator === 'empty') {
    next(parser)
    return emptyTest(unary(parser))
  }
  if (operator !== '-') return postfix(parser)
  next(parser)
  return `-${unary(parser)}`
}

const emptyTest = (self: Feel): Feel => `(${self} = null or ${self} = "" or ${self} = [])`

function postfix(parser: Parser): Feel {
  let self = primary(parser)
  for (;;) {
    const mark = peek(parser)
    if (mark === '[') self = element(parser, self)
    else if (mark === '.' || (mark === '/' && parser.isXPath)) self = member(parser, self)
    else return self
  }
}

/** Lists count from 0 in these languages and from 1 in FEEL; a text between the brackets names a property. */
function element(parser: Parser, self: Feel): Feel {
  next(parser)
  const index = ternary(parser)
  expect(parser, ']')
  const name = wordIn(index)
  return name === null ? `${self}[${index} + 1]` : `${self}.${name}`
}

function member(parser: Parser, self: Feel): Feel {
  next(parser)
  const name = next(parser)
  if (!/^[\p{L}_]/u.test(name)) return broken(parser)
  if (peek(parser) !== '(') return `${self}.${name}`
  const [first = 'null'] = args(parser)
  const known = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (known) return known(self, first)
  const property = /^(?:get|is)([A-Z])(\w*)$/.exec(name)
  return property ? `${self}.${property[1]?.toLowerCase()}${property[2]}` : broken(parser)
}

type Method = (self: Feel, first: Feel) => Feel

const itself = (self: Feel): Feel => self

/** Methods of Java and JavaScript objects; those that take no argument ignore it. */
const methods: { readonly [name: string]: Method } = {
  contains: (self, first) => `contains(${self}, ${first})`,
  includes: (self, first) => `contains(${self}, ${first})`,
  startsWith: (self, first) => `starts with(${self}, ${first})`,
  endsWith: (self, first) => `ends with(${self}, ${first})`,
  matches: (self, first) => `matches(${self}, ${first})`,
  equals: (self, first) => `(${self} = ${first})`,
  equalsIgnoreCase: (self, first) => `(lower case(${self}) = lower case(${first}))`,
  isEmpty: emptyTest,
  length: (self) => `string length(${self})`,
  size: (self) => `count(${self})`,
  toLowerCase: (self) => `lower case(${self})`,
  toUpperCase: (self) => `upper case(${self})`,
  trim: itself,
  toString: itself,
  intValue: itself,
  longValue: itself,
  doubleValue: itself,
  booleanValue: itself,
  get: (self, first) => `${self}.${wordIn(first) ?? first}`,
  getVariable: (_self, first) => wordIn(first) ?? 'null',
}

/** Functions of XPath; those of BPMN, `bpmn:getDataObject('a')`, answer the variable of that name. */
const functions: { readonly [name: string]: (args: readonly Feel[]) => Feel } = {
  contains: (args) => `contains(${args.join(', ')})`,
  'starts-with': (args) => `starts with(${args.join(', ')})`,
  'string-length': (args) => `string length(${args.join(', ')})`,
  not: (args) => `not(${args.join(', ')})`,
  count: (args) => `count(${args.join(', ')})`,
  sum: (args) => `sum(${args.join(', ')})`,
  number: (args) => `number(${args.join(', ')})`,
  string: (args) => `string(${args.join(', ')})`,
  true: () => 'true',
  false: () => 'false',
}

function primary(parser: Parser): Feel {
  const found = next(parser)
  if (found === '(') {
    const inner = ternary(parser)
    expect(parser, ')')
    return inner
  }
  if (/^['"]/.test(found))
    return `"${found
      .slice(1, -1)
      .replaceAll(/\\'/g, "'")
      .replaceAll(/(?<!\\)"/g, '\\"')}"`
  if (/^\d/.test(found)) return found
  if (!/^[\p{L}_$@]/u.test(found)) return broken(parser)
  if (peek(parser) === '(') return call(parser, found)
  return found.replace(/^[$@]/, '')
}

function call(parser: Parser, name: string): Feel {
  const given = args(parser)
  if (/:get(?:Data\w+|\w*Property)$/.test(name)) return wordIn(given.at(-1) ?? '') ?? broken(parser)
  return (Object.hasOwn(functions, name) ? functions[name]?.(given) : null) ?? broken(parser)
}

function args(parser: Parser): Feel[] {
  expect(parser, '(')
  const given: Feel[] = []
  while (!parser.isBroken && peek(parser) !== ')') {
    given.push(ternary(parser))
    if (peek(parser) === ',') next(parser)
    else if (peek(parser) !== ')') broken(parser)
  }
  expect(parser, ')')
  return given
}

/** `"name"` → `name`, when it can be the name of a variable. */
const wordIn = (feel: Feel): string | null => /^"([\p{L}_][\w\p{L}]*)"$/u.exec(feel)?.[1] ?? null
