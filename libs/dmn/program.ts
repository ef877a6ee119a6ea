/** Linked models at work: decisions when they are asked for, each once. Source: DMN 1.5 clauses 6.3.7 to 6.3.10, 10.4. */
import { baseScope } from './feel/feel.ts'
import { makeFunction } from './feel/code.ts'
import { scopeOf, type Scope } from './feel/scope.ts'
import { coerced } from './feel/type.ts'
import type { Context, FeelDateTime, FeelFunction, FeelType, Value } from './feel/value.ts'
import { compileBody, compileBoxed, parametersOf, typeFor } from './boxed.ts'
import { sightOf } from './shape.ts'
import { toValue } from './input.ts'
import type { Code } from './feel/code.ts'
import { merged, type Linked, type Unit } from './link.ts'
import type { Decision, DecisionService, DrgElement, InputData, KnowledgeModel, Reference, Variable } from './model.ts'

/** What one question is answered with: values known so far, and what is on the way to be known. */
type Run = {
  readonly base: Scope
  readonly known: Map<DrgElement, Value>
  readonly pending: Set<DrgElement>
  readonly input: (linked: Linked & { readonly element: InputData }) => Value
}

/** Code is made once for a program, not for each question. */
export type Compiled = {
  readonly decisions: Map<Decision, Code>
  readonly bodies: Map<KnowledgeModel, (args: Context, scope: Scope) => Value>
}

export const emptyCompiled = (): Compiled => ({ decisions: new Map(), bodies: new Map() })

/** Answers what an element is worth for inputs by name. */
export function answer(
  linked: Linked,
  inputs: { readonly [name: string]: unknown },
  now: FeelDateTime | null,
  compiled: Compiled,
): Value {
  const { unit, element } = linked
  const run: Run = {
    base: baseScope(now),
    known: givenDecisions(linked, inputs),
    pending: new Set(),
    input: (asked) => inputFor(asked, unit, inputs),
  }
  switch (element.kind) {
    case 'decision':
      return decide(unit, element, run, compiled)
    case 'input':
      return run.input({ unit, element })
    case 'knowledge':
      return callByName(knowledgeFunction(unit, element, run, compiled), inputs)
    case 'service':
      return callByName(serviceFunction(unit, element, run, compiled), inputs)
  }
}

/** An input with the name of another decision, as the model knows it, stands in for it. */
function givenDecisions(
  { unit, element }: Linked,
  inputs: { readonly [name: string]: unknown },
): Map<DrgElement, Value> {
  const given = new Map<DrgElement, Value>()
  const take = (root: Unit, read: (name: string) => unknown): void => {
    for (const { unit: owner, element: other } of decisionsOf(root)) {
      const value = other === element ? undefined : read(other.name)
      if (value === undefined) continue
      const type = typeFor(other.variable.typeRef, owner)
      given.set(other, coerced(toValue(value, type), type))
    }
  }
  take(unit, (name) => ownOf(inputs, name))
  for (const [prefix, imported] of unit.imports) take(imported, (name) => givenUnder(prefix, name, inputs))
  return given
}

/** The decisions that a model has as its own: those that it imports without a name are, where no nearer one hides them. */
function decisionsOf(root: Unit): readonly Linked[] {
  const byName = new Map<string, Linked>()
  for (const unit of merged(root))
    for (const element of unit.model.elements)
      if (element.kind === 'decision' && !byName.has(element.name)) byName.set(element.name, { unit, element })
  return [...byName.values()]
}

const ownOf = (inputs: object, name: string): unknown =>
  Object.hasOwn(inputs, name) ? Reflect.get(inputs, name) : undefined

/** What is given for an element of an imported model, as `import.name` or in the context `import`. */
function givenUnder(prefix: string, name: string, inputs: { readonly [name: string]: unknown }): unknown {
  const outer = ownOf(inputs, prefix)
  const inner = typeof outer === 'object' && outer !== null ? ownOf(outer, name) : undefined
  return ownOf(inputs, `${prefix}.${name}`) ?? inner
}

/** Calls a function with the inputs that have the names of its parameters; those that are missing are null. */
function callByName(called: FeelFunction, inputs: { readonly [name: string]: unknown }): Value {
  return called.call(called.parameters.map(({ name, type }) => toValue(inputs[name], type)))
}

/** An input of an imported model may be given under the import's name, in its context, or under its own. */
function inputFor(
  { unit, element }: Linked & { readonly element: InputData },
  asked: Unit,
  inputs: { readonly [name: string]: unknown },
): Value {
  const { name, typeRef } = element.variable
  const path = asked.pathTo({ unit, element })
  const [prefix] = path.length > 1 ? path : []
  const plain = inputs[name] ?? inputs[element.name]
  const given = prefix === undefined ? plain : (givenUnder(prefix, name, inputs) ?? plain)
  const type = typeFor(typeRef, unit)
  return coerced(toValue(given, type), type)
}

function decide(unit: Unit, decision: Decision, run: Run, compiled: Compiled): Value {
  const known = run.known.get(decision)
  if (known !== undefined) return known
  // A decision that needs itself has no value; check.ts complains about it.
  if (run.pending.has(decision)) return null
  run.pending.add(decision)
  const code =
    compiled.decisions.get(decision) ?? compileBoxed(decision.logic, sightOf(unit, seenBy(unit, decision)), unit)
  compiled.decisions.set(decision, code)
  const value = coerced(
    code(scopeFor(unit, [...decision.requires, ...decision.knows], run, compiled)),
    typeFor(decision.variable.typeRef, unit),
  )
  run.pending.delete(decision)
  run.known.set(decision, value)
  return value
}

/** What an element requires and knows. */
export function seenBy(unit: Unit, element: Decision | KnowledgeModel): readonly Linked[] {
  const references = element.kind === 'decision' ? [...element.requires, ...element.knows] : element.knows
  return references.flatMap((reference) => unit.resolve(reference) ?? [])
}

/** The values of required elements under the names that the model gives them. */
function scopeFor(unit: Unit, references: readonly Reference[], run: Run, compiled: Compiled): Scope {
  const own: Record<string, Value> = {}
  const contexts = new Map<string, Record<string, Value>>()
  for (const reference of references) {
    const linked = unit.resolve(reference)
    if (linked === null) continue
    const [first = '', second] = unit.pathTo(linked)
    const value = valueOf(linked, run, compiled)
    if (second === undefined) own[first] = value
    else contexts.set(first, { ...contexts.get(first), [second]: value })
  }
  return scopeOf({ ...own, ...Object.fromEntries(contexts) }, run.base)
}

function valueOf({ unit, element }: Linked, run: Run, compiled: Compiled): Value {
  const known = run.known.get(element)
  if (known !== undefined) return known
  switch (element.kind) {
    case 'decision':
      return decide(unit, element, run, compiled)
    case 'input':
      return run.input({ unit, element })
    case 'knowledge':
      return knowledgeFunction(unit, element, run, compiled)
    case 'service':
      return serviceFunction(unit, element, run, compiled)
  }
}

/** The type of what an invocable returns: its variable has a function type, or, in older models, the result's. */
function resultType(variable: Variable, unit: Unit): FeelType | null {
  const type = typeFor(variable.typeRef, unit)
  return type?.kind === 'function' ? type.result : type
}

function knowledgeFunction(unit: Unit, knowledge: KnowledgeModel, run: Run, compiled: Compiled): FeelFunction {
  const { logic } = knowledge
  if (logic === null) return makeFunction([], null, () => null)
  // What it knows is looked up when it is called, so that knowledge models may know each other.
  const called = makeFunction(parametersOf(logic, unit), resultType(knowledge.variable, unit), (args) => {
    const body = compiled.bodies.get(knowledge) ?? compileBody(logic, sightOf(unit, seenBy(unit, knowledge)), unit)
    compiled.bodies.set(knowledge, body)
    return body(args, scopeFor(unit, knowledge.knows, run, compiled))
  })
  run.known.set(knowledge, called)
  return called
}

/** A service as a function: of its input data first, then of the decisions that it takes for given. */
function serviceFunction(unit: Unit, service: DecisionService, run: Run, compiled: Compiled): FeelFunction {
  const given = [...service.inputData, ...service.inputDecisions].flatMap((reference) => unit.resolve(reference) ?? [])
  const outputs = service.outputs.flatMap((reference) => unit.resolve(reference) ?? [])
  const type = typeFor(service.variable.typeRef, unit)
  const wanted = type?.kind === 'function' ? type.parameters : []
  const parameters = given.map((linked, at) => ({
    name: nameWithin(unit, linked),
    type: wanted[at] ?? typeFor(linked.element.variable.typeRef, linked.unit),
  }))
  const called = makeFunction(parameters, resultType(service.variable, unit), (args) => {
    const inner: Run = {
      base: run.base,
      known: new Map(given.map((linked) => [linked.element, args[nameWithin(unit, linked)] ?? null])),
      pending: new Set(),
      input: () => null,
    }
    const values = outputs.map((output) => [nameWithin(unit, output), valueOf(output, inner, compiled)] as const)
    return values.length === 1 ? (values[0]?.[1] ?? null) : Object.fromEntries(values)
  })
  run.known.set(service, called)
  return called
}

/** The name of a parameter or output: with that of the import where it is another model's, so that two may be called alike. */
const nameWithin = (unit: Unit, linked: Linked): string => unit.pathTo(linked).join('.')
