/** The names that stand within what an element is worth, so that the parser knows where names with signs end. */
import type { Sight } from './feel/feel.ts'
import type { Shape } from './feel/syntax.ts'
import type { FeelType } from './feel/value.ts'
import type { Linked, Unit } from './link.ts'
import type { Boxed, Variable } from './model.ts'

const depthMax = 6

/** The names within a type. */
export function shapeOfType(type: FeelType | null, depth = 0): Shape {
  if (type === null || depth > depthMax) return null
  switch (type.kind) {
    case 'constrained':
      return shapeOfType(type.base, depth)
    case 'list':
      return [shapeOfType(type.element, depth + 1)]
    case 'context':
      return Object.fromEntries(type.entries.map(({ name, type }) => [name, shapeOfType(type, depth + 1)]))
    default:
      return null
  }
}

/** The names within what a boxed expression is worth, as far as its form tells. */
export function shapeOfBoxed(boxed: Boxed | null, unit: Unit): Shape {
  if (boxed === null) return null
  if (boxed.typeRef !== null) return shapeOfType(unit.typeOf(boxed.typeRef))
  switch (boxed.kind) {
    case 'context': {
      const result = boxed.entries.find((entry) => entry.name === null)
      if (result !== undefined) return shapeOfBoxed(result.value, unit)
      return Object.fromEntries(
        boxed.entries.map(({ name, typeRef, value }) => [name ?? '', shapeOf(typeRef, value, unit)]),
      )
    }
    case 'relation':
      return [Object.fromEntries(boxed.columns.map((column) => [column.name, shapeOfVariable(column, unit)]))]
    case 'list':
      return boxed.items.slice(0, 1).map((item) => shapeOfBoxed(item, unit))
    case 'table': {
      const row = Object.fromEntries(boxed.table.outputs.map(({ name }) => [name ?? '', null]))
      const isList = ['COLLECT', 'RULE ORDER', 'OUTPUT ORDER'].includes(boxed.table.hitPolicy)
      if (boxed.table.outputs.length < 2) return null
      return isList && boxed.table.aggregation === null ? [row] : row
    }
    case 'conditional':
      return shapeOfBoxed(boxed.whenTrue, unit) ?? shapeOfBoxed(boxed.whenFalse, unit)
    case 'filter':
      return shapeOfBoxed(boxed.target, unit)
    case 'literal':
    case 'invocation':
    case 'function':
    case 'for':
    case 'some':
    case 'every':
    case 'unsupported':
      return null
  }
}

export function shapeOf(typeRef: string | null, boxed: Boxed | null, unit: Unit): Shape {
  return typeRef === null ? shapeOfBoxed(boxed, unit) : shapeOfType(unit.typeOf(typeRef))
}

export function shapeOfVariable(variable: Variable, unit: Unit): Shape {
  return variable.typeRef === null ? null : shapeOfType(unit.typeOf(variable.typeRef))
}

function shapeOfElement({ unit, element }: Linked): Shape {
  if (element.kind === 'decision') return shapeOf(element.variable.typeRef, element.logic, unit)
  return element.kind === 'input' ? shapeOfVariable(element.variable, unit) : null
}

/** What expressions of an element see: what it requires and knows, under the names that its model gives them. */
export function sightOf(unit: Unit, seen: readonly Linked[]): Sight {
  // The names of built-in functions stay out: the grammar knows them, and `context` or `time` as a variable would hide a type.
  const shapes: Record<string, Shape> = {}
  const contexts = new Map<string, Record<string, Shape>>()
  for (const linked of seen) {
    const [first = '', second] = unit.pathTo(linked)
    if (second === undefined) shapes[first] = shapeOfElement(linked)
    else contexts.set(first, { ...contexts.get(first), [second]: shapeOfElement(linked) })
  }
  return { typeOf: unit.typeOf, shapes: { ...shapes, ...Object.fromEntries(contexts) } }
}

/** The same, with more names. */
export function withNames(sight: Sight, names: { readonly [name: string]: Shape }): Sight {
  return { ...sight, shapes: { ...sight.shapes, ...names } }
}
