/**
 * Text → tree, by the grammar of feelin. This is the one place where we lean on its parser and mend what it lacks:
 * `range<…>` as a type is read as a list type of equal length and told apart by the text.
 */
import { parseExpression, parseUnaryTests } from 'feelin'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Comparison, Expr, Iterator, Operator, TypeExpr, UnaryTests } from './expr.ts'

/** Names in sight and the names within them: a context, a list of one, or null for what has none. */
export type Shape = null | readonly Shape[] | { readonly [name: string]: Shape }
export type SyntaxMistake = { readonly message: string; readonly at: number }

type Node = ReturnType<typeof parseExpression>['topNode']
type Source = { readonly text: string }

/** Text longer than this, or nested deeper, is refused: no person wrote it. */
export const feelLengthMax = 100_000
const depthMax = 200

/** Reads an expression. `names` decides where names with spaces and signs end. */
export function readExpr(text: string, names: { readonly [name: string]: Shape }): Result<Expr, SyntaxMistake> {
  const top = readTree(text, (patched) => parseExpression(patched, names, undefined).topNode)
  if (!top.ok) return top
  const first = children(top.value)[0]
  return first === undefined ? err({ message: 'the expression is empty', at: 0 }) : ok(exprOf(first, { text }))
}

/** Reads what stands in a cell of a decision table; empty text accepts anything. */
export function readUnaryTests(
  text: string,
  names: { readonly [name: string]: Shape },
): Result<UnaryTests, SyntaxMistake> {
  if (text.trim() === '' || text.trim() === '-') return ok({ kind: 'any' })
  const top = readTree(text, (patched) => parseUnaryTests(patched, names, undefined).topNode)
  if (!top.ok) return top
  const parts = children(top.value)
  const tests = parts.find((part) => part.name === 'PositiveUnaryTests')
  if (tests === undefined) return ok({ kind: 'any' })
  return ok({
    kind: 'tests',
    isNegated: parts[0]?.name === 'not',
    tests: children(tests).map((test) => exprOf(test, { text })),
  })
}

function readTree(text: string, parse: (text: string) => Node): Result<Node, SyntaxMistake> {
  if (text.length > feelLengthMax) return err({ message: `longer than ${feelLengthMax} characters`, at: 0 })
  const top = parse(text.replace(/(instance\s+of\s+|[:<,>]\s*)range(?=\s*<)/g, '$1list '))
  const mistake = findMistake(top, text, 0)
  return mistake === null ? ok(top) : err(mistake)
}

function findMistake(node: Node, text: string, depth: number): SyntaxMistake | null {
  if (depth > depthMax) return { message: 'nested too deep', at: node.from }
  if (node.type.isError) {
    const rest = text.slice(node.from, node.from + 20)
    return { message: rest.trim() === '' ? 'the expression is incomplete' : `unexpected "${rest}"`, at: node.from }
  }
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    const mistake = findMistake(child, text, depth + 1)
    if (mistake !== null) return mistake
  }
  return null
}

function children(node: Node): readonly Node[] {
  const found: Node[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (!child.type.isSkipped) found.push(child)
  return found
}

/** Names keep single spaces only. */
export function normalName(text: string): string {
  return text.replaceAll('`', '').replace(/\s+/g, ' ').trim()
}

const textOf = (node: Node, source: Source): string => source.text.slice(node.from, node.to)
const nameOf = (node: Node, source: Source): string => normalName(textOf(node, source))

/** The parts of a node that are no signs or words of the grammar. */
function parts(node: Node): readonly Node[] {
  return children(node).filter((child) => /^[A-Z?]|^null$/.test(child.name))
}

const nothing: Expr = { kind: 'literal', value: null }

function exprOf(node: Node | undefined, source: Source): Expr {
  if (node === undefined) return nothing
  const inner = parts(node)
  const part = (at: number): Expr => exprOf(inner[at], source)
  switch (node.name) {
    case 'null':
      return nothing
    case 'BooleanLiteral':
      return { kind: 'literal', value: textOf(node, source) === 'true' }
    case 'NumericLiteral':
      return { kind: 'literal', value: Number(textOf(node, source).replace(/\s|\/\*.*?\*\//gs, '')) }
    case 'StringLiteral':
      return { kind: 'literal', value: unquoted(textOf(node, source)) }
    case '?':
      return { kind: 'input' }
    case 'VariableName':
    case 'SpecialFunctionName':
    case 'DateTimeConstructor':
      return { kind: 'name', name: nameOf(node, source), at: node.from }
    case 'AtLiteral':
      return { kind: 'at', text: unquoted(textOf(node, source).slice(1).trim()) }
    case 'DateTimeLiteral':
      return inner.length === 1 ? part(0) : callOf(inner, source)
    case 'FunctionInvocation':
      return callOf(inner, source)
    case 'ParenthesizedExpression':
    case 'PositiveUnaryTest':
    case 'FunctionBody':
    case 'Expression':
      return part(0)
    case 'List':
      return { kind: 'list', items: inner.map((item) => exprOf(item, source)) }
    case 'Context':
      return { kind: 'context', entries: inner.map((entry) => entryOf(entry, source)) }
    case 'PathExpression':
      return { kind: 'path', target: part(0), name: inner[1] === undefined ? '' : nameOf(inner[1], source) }
    case 'FilterExpression':
      return { kind: 'filter', target: part(0), test: part(1) }
    case 'ArithmeticExpression':
      return arithmeticOf(inner, source)
    case 'Comparison':
      return comparisonOf(node, source)
    case 'Conjunction':
      return { kind: 'and', left: part(0), right: part(1) }
    case 'Disjunction':
      return { kind: 'or', left: part(0), right: part(1) }
    case 'IfExpression':
      return { kind: 'if', test: part(0), whenTrue: part(1), whenFalse: part(2) }
    case 'ForExpression':
      return { kind: 'for', iterators: iteratorsOf(inner[0], source), body: part(1) }
    case 'QuantifiedExpression': {
      const kind = children(node)[0]?.name === 'every' ? 'every' : 'some'
      return { kind, iterators: iteratorsOf(inner[0], source), body: part(1) }
    }
    case 'SimplePositiveUnaryTest':
      if (inner[0]?.name === 'Interval') return rangeOf(inner[0], source)
      return { kind: 'bound', operator: comparison(inner[0], source), value: part(1) }
    case 'Interval':
      return rangeOf(node, source)
    case 'FunctionDefinition':
      return functionOf(node, source)
    case 'InstanceOfExpression':
      return { kind: 'instance of', value: part(0), type: typeOf(inner.at(-1), source) }
    default:
      // A node of a newer grammar: what it holds, or null.
      return inner.length === 1 ? part(0) : nothing
  }
}

function callOf(inner: readonly Node[], source: Source): Expr {
  const target = exprOf(inner[0], source)
  const args = inner[1]
  if (args === undefined) return { kind: 'call', target, args: [] }
  if (args.name === 'PositionalParameters')
    return { kind: 'call', target, args: parts(args).map((arg) => exprOf(arg, source)) }
  return {
    kind: 'named call',
    target,
    args: parts(args).map((arg) => {
      const [name, value] = parts(arg)
      return { name: name === undefined ? '' : nameOf(name, source), value: exprOf(value, source) }
    }),
  }
}

function entryOf(node: Node, source: Source): { readonly key: string; readonly value: Expr } {
  const [key, value] = parts(node)
  const text = key === undefined ? '' : textOf(key, source)
  return { key: text.startsWith('"') ? unquoted(text) : normalName(text), value: exprOf(value, source) }
}

function arithmeticOf(inner: readonly Node[], source: Source): Expr {
  const [first, second, third] = inner
  if (first?.name === 'ArithOp') return { kind: 'negative', value: exprOf(second, source) }
  const sign = second === undefined ? '+' : textOf(second, source)
  const operator: Operator =
    sign === '^' || sign === '**' ? '**' : sign === '-' || sign === '*' || sign === '/' ? sign : '+'
  return { kind: 'arithmetic', operator, left: exprOf(first, source), right: exprOf(third, source) }
}

function comparison(node: Node | undefined, source: Source): Comparison {
  const sign = node === undefined ? '=' : textOf(node, source)
  return sign === '!=' || sign === '<' || sign === '<=' || sign === '>' || sign === '>=' ? sign : '='
}

function comparisonOf(node: Node, source: Source): Expr {
  const word = children(node).find((child) => child.name === 'in' || child.name === 'between')?.name
  const inner = parts(node)
  const part = (at: number): Expr => exprOf(inner[at], source)
  if (word === 'between') return { kind: 'between', value: part(0), from: part(1), to: part(2) }
  if (word === undefined)
    return { kind: 'comparison', operator: comparison(inner[1], source), left: part(0), right: part(2) }
  const tests = inner[1]?.name === 'PositiveUnaryTests' ? parts(inner[1]) : inner.slice(1, 2)
  return { kind: 'in', value: part(0), tests: tests.map((test) => exprOf(test, source)) }
}

function iteratorsOf(node: Node | undefined, source: Source): readonly Iterator[] {
  return (node === undefined ? [] : parts(node)).map((iterator) => {
    const [name, context] = parts(iterator)
    const ends = context === undefined ? [] : parts(context)
    return {
      name: name === undefined ? '' : nameOf(name, source),
      from: exprOf(ends[0], source),
      to: ends[1] === undefined ? null : exprOf(ends[1], source),
    }
  })
}

function rangeOf(node: Node, source: Source): Expr {
  const [from, to] = parts(node)
  const text = textOf(node, source)
  return {
    kind: 'range',
    from: exprOf(from, source),
    to: exprOf(to, source),
    fromIn: text.startsWith('['),
    toIn: text.endsWith(']'),
  }
}

function functionOf(node: Node, source: Source): Expr {
  const inner = parts(node)
  const formal = inner.find((part) => part.name === 'FormalParameters')
  return {
    kind: 'function',
    parameters: (formal === undefined ? [] : parts(formal)).map((parameter) => {
      const [name, type] = parts(parameter)
      return {
        name: name === undefined ? '' : nameOf(name, source),
        type: type === undefined ? null : typeOf(type, source),
      }
    }),
    body: exprOf(inner.at(-1), source),
    isExternal: children(node).some((child) => child.name === 'external'),
  }
}

function typeOf(node: Node | undefined, source: Source): TypeExpr {
  if (node === undefined) return { kind: 'named', name: 'Any' }
  const inner = parts(node)
  switch (node.name) {
    case 'Type':
      return typeOf(inner[0], source)
    case 'ListType':
      // See the note at the top of this file.
      return { kind: textOf(node, source).startsWith('range') ? 'range' : 'list', element: typeOf(inner[0], source) }
    case 'ContextType':
      return {
        kind: 'context',
        entries: (inner[0] === undefined ? [] : parts(inner[0])).map((entry) => {
          const [name, type] = parts(entry)
          return { name: name === undefined ? '' : nameOf(name, source), type: typeOf(type, source) }
        }),
      }
    case 'FunctionType': {
      const args = inner.find((part) => part.name === 'ArgumentTypes')
      return {
        kind: 'function',
        parameters: (args === undefined ? [] : parts(args)).map((arg) => typeOf(parts(arg)[0], source)),
        result: typeOf(inner.at(-1), source),
      }
    }
    default:
      return { kind: 'named', name: nameOf(node, source).replace(/\s*\.\s*/g, '.') }
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' }

/** The content of a string literal. Source: DMN 1.5 grammar rules 35 and 36. */
function unquoted(literal: string): string {
  const text = literal.startsWith('"') ? literal.slice(1, -1) : literal
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([nrt"'\\]))/g, (whole, short, long, letter) => {
    if (typeof letter === 'string') return escapes[letter] ?? whole
    const code = Number.parseInt(typeof short === 'string' ? short : String(long), 16)
    return code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}
