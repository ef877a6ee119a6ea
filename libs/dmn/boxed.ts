/** Boxed expressions → code. Source: DMN 1.5 clause 10.2.2. */
import {
  contextCode,
  filterCode,
  forCode,
  itemsOf,
  makeFunction,
  quantifiedCode,
  type Code,
  type Source,
} from './feel/code.ts'
import { scopeOf, type Scope } from './feel/scope.ts'
import { coerced } from './feel/type.ts'
import { isFunction, type Context, type FeelType, type Value } from './feel/value.ts'
import { shapeOf, shapeOfVariable, withNames } from './shape.ts'
import { codeOf, compileTable } from './table.ts'
import type { Sight } from './feel/feel.ts'
import type { Shape } from './feel/syntax.ts'
import type { Unit } from './link.ts'
import type { Boxed, ContextEntry, FunctionDefinition } from './model.ts'

const nothing: Code = () => null

export const typeFor = (typeRef: string | null, unit: Unit): FeelType | null =>
  typeRef === null ? null : unit.typeOf(typeRef)

/** Compiles a boxed expression; what it is worth fits its type or is null. */
export function compileBoxed(boxed: Boxed | null, sight: Sight, unit: Unit): Code {
  if (boxed === null) return nothing
  return typed(codeFor(boxed, sight, unit), boxed.typeRef, unit)
}

/** The same, worth null where the value does not fit the type. */
function typed(code: Code, typeRef: string | null, unit: Unit): Code {
  const type = typeFor(typeRef, unit)
  return type === null ? code : (scope) => coerced(code(scope), type)
}

function codeFor(boxed: Boxed, sight: Sight, unit: Unit): Code {
  const inner = (part: Boxed | null, names: { readonly [name: string]: Shape } = {}): Code =>
    compileBoxed(part, withNames(sight, names), unit)
  switch (boxed.kind) {
    case 'literal':
      return codeOf(boxed.text, sight)
    case 'table':
      return compileTable(boxed.table, sight)
    case 'context':
      return compileContext(boxed.entries, sight, unit)
    case 'list': {
      const items = boxed.items.map((item) => inner(item))
      return (scope) => items.map((item) => item(scope))
    }
    case 'relation': {
      const rows = boxed.rows.map((row) =>
        contextCode(
          boxed.columns.map(({ name, typeRef }, at) => [name, typed(inner(row[at] ?? null), typeRef, unit)] as const),
        ),
      )
      return (scope) => rows.map((row) => row(scope))
    }
    case 'invocation': {
      const called = inner(boxed.called)
      const args = boxed.bindings.map(
        ({ parameter, value }) => [parameter.name, typed(inner(value), parameter.typeRef, unit)] as const,
      )
      return (scope) => {
        const target = called(scope)
        return isFunction(target) ? target.callNamed(new Map(args.map(([name, arg]) => [name, arg(scope)]))) : null
      }
    }
    case 'function':
      return compileFunction(boxed.definition, boxed.typeRef, sight, unit)
    case 'conditional': {
      const [test, whenTrue, whenFalse] = [inner(boxed.test), inner(boxed.whenTrue), inner(boxed.whenFalse)]
      return (scope) => (test(scope) === true ? whenTrue(scope) : whenFalse(scope))
    }
    case 'filter':
      return filterCode(inner(boxed.target), inner(boxed.match, { item: null }))
    case 'for':
    case 'some':
    case 'every': {
      const source = sourceOf(boxed.variable, inner(boxed.source))
      const body = inner(boxed.body, { [boxed.variable]: null, partial: null })
      return boxed.kind === 'for' ? forCode([source], body) : quantifiedCode([source], body, boxed.kind === 'some')
    }
    case 'unsupported':
      return nothing
  }
}

const sourceOf = (name: string, code: Code): Source => ({ name, items: (scope) => itemsOf(code(scope)) })

/** Entries see those before them; one without a name is what the context is worth. */
function compileContext(entries: readonly ContextEntry[], sight: Sight, unit: Unit): Code {
  const names: Record<string, Shape> = {}
  const compiled: { readonly name: string | null; readonly code: Code }[] = []
  for (const { name, typeRef, value } of entries) {
    const code = compileBoxed(value, withNames(sight, names), unit)
    compiled.push({ name, code: typed(code, typeRef, unit) })
    if (name !== null) names[name] = shapeOf(typeRef, value, unit)
  }
  return (scope) => {
    const own: Record<string, Value> = {}
    const inner = scopeOf(own, scope)
    for (const { name, code } of compiled) {
      const value = code(inner)
      if (name === null) return value
      Object.defineProperty(own, name, { value, enumerable: true, configurable: true })
    }
    return own
  }
}

/** A function that sees what stands around it where it is made. */
function compileFunction(definition: FunctionDefinition, typeRef: string | null, sight: Sight, unit: Unit): Code {
  const run = compileBody(definition, sight, unit)
  const parameters = parametersOf(definition, unit)
  const type = typeFor(typeRef, unit)
  const result = type?.kind === 'function' ? type.result : null
  return (scope) => makeFunction(parameters, result, (args) => run(args, scope))
}

export function parametersOf(definition: FunctionDefinition, unit: Unit) {
  return definition.parameters.map(({ name, typeRef }) => ({ name, type: typeFor(typeRef, unit) }))
}

/** The body of a function, to be run with its arguments; functions of other languages are worth null. */
export function compileBody(
  definition: FunctionDefinition,
  sight: Sight,
  unit: Unit,
): (args: Context, scope: Scope) => Value {
  if (definition.language !== 'FEEL') return () => null
  const names = Object.fromEntries(
    definition.parameters.map((parameter) => [parameter.name, shapeOfVariable(parameter, unit)]),
  )
  const body = compileBoxed(definition.body, withNames(sight, names), unit)
  return (args, scope) => body(scopeOf(args, scope))
}
