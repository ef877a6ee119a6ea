/** Models that know each other: what a reference, an imported name, a type's name stands for. Source: DMN 1.5 clauses 6.3.3 and 7.3.3. */
import { baseScope, compileTests, emptySight } from './feel/feel.ts'
import { anyType, builtInType } from './feel/type.ts'
import type { FeelType, Value } from './feel/value.ts'
import type { DrgElement, ItemDefinition, Model, Reference } from './model.ts'

/** A model among others. */
export type Unit = {
  readonly model: Model
  /** What a reference within this model points at. */
  readonly resolve: (reference: Reference) => Linked | null
  /** The type that a name stands for within this model; null when there is none. */
  readonly typeOf: (name: string) => FeelType | null
  /** The names under which this model sees the elements of another: a path of one or two. */
  readonly pathTo: (linked: Linked) => readonly string[]
  readonly imports: ReadonlyMap<string, Unit>
}

/** An element and the model that it belongs to. */
export type Linked = { readonly unit: Unit; readonly element: DrgElement }

/** Links models; the first is the one that is asked. */
export function link(models: readonly Model[]): readonly Unit[] {
  const units: Unit[] = []
  const byNamespace = (namespace: string): Unit | null =>
    units.find((unit) => unit.model.namespace === namespace) ?? null
  const hiding = (unit: Unit): readonly Unit[] => hidingFor(unit, units)
  for (const model of models) units.push(unitOf(model, byNamespace, hiding))
  return units
}

function unitOf(
  model: Model,
  byNamespace: (namespace: string) => Unit | null,
  hiding: (unit: Unit) => readonly Unit[],
): Unit {
  const types = typesOf(model, (name) => importedType(unit, name))
  // References are looked up for each question, and always mean the same.
  const resolved = new Map<Reference, Linked | null>()
  const unit: Unit = {
    model,
    resolve: (reference) => {
      const known = resolved.get(reference)
      if (known !== undefined) return known
      const linked = resolve(unit, reference, byNamespace)
      const meant = linked === null ? null : (namesake(linked.element, hiding(unit)) ?? linked)
      resolved.set(reference, meant)
      return meant
    },
    typeOf: types,
    pathTo: (linked) => pathTo(unit, linked),
    get imports() {
      return new Map(
        model.imports.flatMap(({ name, namespace }) => {
          const imported = byNamespace(namespace)
          return name === '' || imported === null ? [] : [[name, imported] as const]
        }),
      )
    },
  }
  unnamed.set(unit, () =>
    model.imports.flatMap(({ name, namespace }) => {
      const imported = name === '' ? byNamespace(namespace) : null
      return imported === null || imported === unit ? [] : [imported]
    }),
  )
  return unit
}

/** The models that a model imports without a name: their elements are as its own. */
const unnamed = new WeakMap<Unit, () => readonly Unit[]>()

/** A model and all that it imports without a name, its own first, each once. */
export function merged(unit: Unit, seen: readonly Unit[] = []): readonly Unit[] {
  if (seen.includes(unit)) return seen
  return (unnamed.get(unit)?.() ?? []).reduce<readonly Unit[]>((all, inner) => merged(inner, all), [...seen, unit])
}

/** A model and all that it imports, with and without a name, the nearest first, each once. */
export function reached(unit: Unit): readonly Unit[] {
  const all = new Set(merged(unit))
  // A set is gone through to what is added on the way.
  for (const near of all)
    for (const imported of near.imports.values()) for (const other of merged(imported)) all.add(other)
  return [...all]
}

/**
 * The models whose elements hide those of the same name from a model that is imported without a name: those that come
 * before it where it is merged into. Source: DMN 1.5 on imports with an empty name: what is imported replaces nothing.
 */
function hidingFor(unit: Unit, units: readonly Unit[]): readonly Unit[] {
  const [first] = units
  const wholes = first === undefined ? [] : reached(first).map((root) => merged(root))
  const whole = wholes.find((all) => all.includes(unit)) ?? []
  return whole.slice(0, Math.max(0, whole.indexOf(unit)))
}

function namesake({ kind, name }: DrgElement, units: readonly Unit[]): Linked | null {
  for (const unit of units) {
    const element = unit.model.elements.find((other) => other.kind === kind && other.name === name)
    if (element !== undefined) return { unit, element }
  }
  return null
}

function resolve(unit: Unit, reference: Reference, byNamespace: (namespace: string) => Unit | null): Linked | null {
  const isOwn = reference.namespace === null || reference.namespace === unit.model.namespace
  const target = isOwn ? unit : byNamespace(reference.namespace ?? '')
  if (target === null) return null
  for (const candidate of merged(target)) {
    const element = candidate.model.elements.find(({ id }) => id === reference.target)
    if (element !== undefined) return { unit: candidate, element }
  }
  return null
}

function pathTo(unit: Unit, { unit: other, element }: Linked): readonly string[] {
  if (merged(unit).includes(other)) return [element.variable.name]
  for (const [name, imported] of unit.imports)
    if (merged(imported).includes(other)) return [name, element.variable.name]
  return [element.variable.name]
}

function importedType(unit: Unit, name: string): FeelType | null {
  for (const inner of merged(unit).slice(1)) {
    const found = inner.model.types.some((type) => type.name === name) ? inner.typeOf(name) : null
    if (found !== null) return found
  }
  for (const [prefix, imported] of unit.imports)
    if (name.startsWith(`${prefix}.`)) return imported.typeOf(name.slice(prefix.length + 1))
  return null
}

/** The types of a model by name, made when they are first asked for. A type that needs itself is Any where it does. */
function typesOf(model: Model, imported: (name: string) => FeelType | null): (name: string) => FeelType | null {
  const made = new Map<string, FeelType>()
  const named = (name: string): FeelType | null => {
    const known = builtInType(name) ?? made.get(name)
    if (known !== undefined) return known
    const definition = model.types.find((type) => type.name === name)
    if (definition === undefined) return imported(name)
    made.set(name, anyType)
    const type = itemType(definition, named)
    made.set(name, type)
    return type
  }
  return named
}

function itemType(definition: ItemDefinition, named: (name: string) => FeelType | null): FeelType {
  const { allowedValues, typeConstraint } = definition
  const base = baseType(definition, named)
  // A rule of its own takes the place of the base's.
  const item = allowedValues === null ? base : constrained(withoutRule(base), allowedValues, named)
  const whole: FeelType = definition.isCollection ? { kind: 'list', element: item } : item
  return typeConstraint === null ? whole : constrained(whole, typeConstraint, named)
}

const withoutRule = (type: FeelType): FeelType => (type.kind === 'constrained' ? withoutRule(type.base) : type)

function baseType(definition: ItemDefinition, named: (name: string) => FeelType | null): FeelType {
  const { components, functionItem, typeRef } = definition
  if (components.length > 0)
    return { kind: 'context', entries: components.map((part) => ({ name: part.name, type: itemType(part, named) })) }
  const typed = (name: string | null): FeelType => (name === null ? anyType : (named(name) ?? anyType))
  if (functionItem !== null)
    return {
      kind: 'function',
      parameters: functionItem.parameters.map(({ typeRef }) => (typeRef === null ? null : typed(typeRef))),
      result: typed(functionItem.resultRef),
    }
  return typed(typeRef)
}

/** A type with a rule on its values; a rule on a list is one on each of its items when the list is what the rule is written for. */
function constrained(base: FeelType, tests: string, named: (name: string) => FeelType | null): FeelType {
  let test: ((value: Value) => boolean) | null = null
  const allows = (value: Value): boolean => {
    if (test === null) {
      const compiled = compileTests(tests, { ...emptySight, typeOf: named })
      const scope = baseScope(null)
      test = compiled.ok ? (tested) => compiled.value(tested, scope) : () => false
    }
    return test(value)
  }
  return { kind: 'constrained', base, allows }
}
