/** Judges a model: names, types, references, texts, tables. Source: DMN 1.5 clauses 6.3 and 7.3. */
import { err, ok, type Result } from '@tingzhou/kernel'
import { builtInNames, type Sight } from './feel/feel.ts'
import { readExpr, readUnaryTests, type Shape, type SyntaxMistake } from './feel/syntax.ts'
import { unknownNames } from './check-names.ts'
import { checkTable } from './check-table.ts'
import { parseModel } from './read.ts'
import { link, type Unit } from './link.ts'
import { seenBy } from './program.ts'
import { shapeOf, shapeOfVariable, sightOf, withNames } from './shape.ts'
import type { Complaint, ComplaintKind } from './complaint.ts'
import type { Expr } from './feel/expr.ts'
import type {
  Boxed,
  Decision,
  DecisionTable,
  DrgElement,
  FunctionDefinition,
  ItemDefinition,
  KnowledgeModel,
  Model,
  Place,
  Reference,
} from './model.ts'

/**
 * Reads and judges a DMN file.
 * @param xml       DMN 1.1 to 1.5
 * @param imported  the files that it imports
 * @returns the model, or everything wrong with it; notes alone do not keep it from being read, checkModel tells them
 */
export function readModel(xml: string, imported: readonly string[] = []): Result<Model, readonly Complaint[]> {
  const models = [xml, ...imported].map(parseModel)
  const broken = models.flatMap((model) => (model.ok ? [] : model.error))
  const [model, ...others] = models.flatMap((read) => (read.ok ? [read.value] : []))
  if (broken.length > 0 || model === undefined) return err(broken)
  const complaints = checkModel(model, others)
  return complaints.some(({ severity }) => severity === 'error') ? err(complaints) : ok(model)
}

/** Everything wrong with a model, and what is worth a look, in document order of its elements. */
export function checkModel(model: Model, imported: readonly Model[] = []): readonly Complaint[] {
  const [unit] = link([model, ...imported])
  if (unit === undefined) return []
  return [
    ...checkImports(model, imported),
    ...model.types.flatMap((type) => checkType(type, unit)),
    ...checkDuplicates(model),
    ...model.elements.flatMap((element) => checkElement(element, unit)),
    ...checkCycles(unit),
  ]
}

function error(kind: ComplaintKind, place: Place, message: string, value: string | null): Complaint {
  return { kind, severity: 'error', elementId: place.id, line: place.line, message, value }
}

function checkImports(model: Model, imported: readonly Model[]): readonly Complaint[] {
  return model.imports.flatMap((wanted) =>
    wanted.namespace === model.namespace || imported.some(({ namespace }) => namespace === wanted.namespace)
      ? []
      : [error('missing_import', wanted, 'the imported model is not there', wanted.namespace)],
  )
}

function checkTypeRef(typeRef: string | null, place: Place, unit: Unit): readonly Complaint[] {
  return typeRef === null || unit.typeOf(typeRef) !== null
    ? []
    : [error('unknown_type', place, `no type is called ${typeRef}`, typeRef)]
}

function checkType(type: ItemDefinition, unit: Unit): readonly Complaint[] {
  return [
    ...checkTypeRef(type.typeRef, type, unit),
    ...(type.typeRef === null ? [] : checkTypeCircle(type, unit)),
    ...[type.allowedValues, type.typeConstraint].flatMap((tests) =>
      tests === null ? [] : checkCell(tests, type, { typeOf: unit.typeOf, shapes: {} }, []),
    ),
    ...type.components.flatMap((component) => checkType(component, unit)),
  ]
}

function checkTypeCircle(type: ItemDefinition, unit: Unit): readonly Complaint[] {
  const seen = [type.name]
  let next = type.typeRef
  while (next !== null) {
    if (seen.includes(next))
      return [error('cyclic_type', type, `the type needs itself: ${[...seen, next].join(' → ')}`, next)]
    seen.push(next)
    const name: string = next
    next = unit.model.types.find((other) => other.name === name)?.typeRef ?? null
  }
  return []
}

function checkDuplicates(model: Model): readonly Complaint[] {
  return model.elements.flatMap((element, at) => {
    if (element.name === '') return [error('missing_name', element, `a ${element.kind} has no name`, null)]
    const isTwice = model.elements.slice(0, at).some((other) => other.name === element.name)
    return isTwice ? [error('duplicate_name', element, 'the name is taken already', element.name)] : []
  })
}

function checkReferences(references: readonly Reference[], unit: Unit): readonly Complaint[] {
  return references.flatMap((reference) =>
    unit.resolve(reference) === null
      ? [error('unresolved_reference', reference, 'nothing has this id', reference.target)]
      : [],
  )
}

function checkElement(element: DrgElement, unit: Unit): readonly Complaint[] {
  const typed = checkTypeRef(element.variable.typeRef, element, unit)
  switch (element.kind) {
    case 'input':
      return typed
    case 'service':
      return [
        ...typed,
        ...(element.outputs.length === 0
          ? [error('missing_expression', element, 'a service needs an output', null)]
          : []),
        ...checkReferences(
          [...element.outputs, ...element.encapsulated, ...element.inputDecisions, ...element.inputData],
          unit,
        ),
      ]
    case 'decision':
      return [...typed, ...checkReferences([...element.requires, ...element.knows], unit), ...checkLogic(element, unit)]
    case 'knowledge':
      return [...typed, ...checkReferences(element.knows, unit), ...checkLogic(element, unit)]
  }
}

function checkLogic(element: Decision | KnowledgeModel, unit: Unit): readonly Complaint[] {
  if (element.logic === null) return [error('missing_expression', element, `${element.name} has no expression`, null)]
  const sight = sightOf(unit, seenBy(unit, element))
  const judge = judgeOf(unit)
  return element.kind === 'decision'
    ? judge.boxed(element.logic, sight, element)
    : judge.body(element.logic, sight, element)
}

type Judge = {
  readonly boxed: (boxed: Boxed | null, sight: Sight, owner: Place) => readonly Complaint[]
  readonly body: (definition: FunctionDefinition, sight: Sight, owner: Place) => readonly Complaint[]
}

function judgeOf(unit: Unit): Judge {
  const judge: Judge = {
    boxed: (boxed, sight, owner) => checkBoxed(boxed, sight, owner, unit, judge),
    body: (definition, sight, owner) => [
      ...definition.parameters.flatMap(({ typeRef }) => checkTypeRef(typeRef, owner, unit)),
      ...(definition.language === 'FEEL'
        ? judge.boxed(
            definition.body,
            withNames(
              sight,
              Object.fromEntries(definition.parameters.map((part) => [part.name, shapeOfVariable(part, unit)])),
            ),
            owner,
          )
        : [error('unsupported_expression', owner, 'only functions in FEEL are evaluated', null)]),
    ],
  }
  return judge
}

/** An element without an id is spoken of by the nearest that has one. */
const placeWithin = (place: Place, owner: Place): Place => ({
  id: place.id ?? owner.id,
  line: place.line ?? owner.line,
})

function checkBoxed(boxed: Boxed | null, sight: Sight, owner: Place, unit: Unit, judge: Judge): readonly Complaint[] {
  if (boxed === null) return [error('missing_expression', owner, 'an expression is missing', null)]
  const place = placeWithin(boxed, owner)
  const inner = (part: Boxed | null, names: { readonly [name: string]: Shape } = {}) =>
    judge.boxed(part, withNames(sight, names), place)
  const typed = checkTypeRef(boxed.typeRef, place, unit)
  switch (boxed.kind) {
    case 'literal':
      return [...typed, ...checkText(boxed.text, place, sight, [])]
    case 'table':
      return [
        ...typed,
        ...checkTableTexts(boxed.table, boxed.rulePlaces, place, sight, unit),
        ...checkTable(boxed.table, { table: place, rules: boxed.rulePlaces.map((rule) => placeWithin(rule, place)) }),
      ]
    case 'context': {
      const names: Record<string, Shape> = {}
      return [
        ...typed,
        ...boxed.entries.flatMap((entry) => {
          const found = [
            ...checkTypeRef(entry.typeRef, placeWithin(entry, place), unit),
            ...inner(entry.value, { ...names }),
          ]
          if (entry.name !== null) names[entry.name] = shapeOf(entry.typeRef, entry.value, unit)
          return found
        }),
      ]
    }
    case 'list':
      return [...typed, ...boxed.items.flatMap((item) => inner(item))]
    case 'relation':
      return [
        ...typed,
        ...boxed.columns.flatMap(({ typeRef }) => checkTypeRef(typeRef, place, unit)),
        ...boxed.rows.flatMap((row) => row.flatMap((cell) => inner(cell))),
      ]
    case 'invocation':
      return [
        ...typed,
        ...inner(boxed.called),
        ...boxed.bindings.flatMap(({ parameter, value }) => [
          ...checkTypeRef(parameter.typeRef, place, unit),
          ...inner(value),
        ]),
      ]
    case 'function':
      return [...typed, ...judge.body(boxed.definition, sight, place)]
    case 'conditional':
      return [...typed, ...[boxed.test, boxed.whenTrue, boxed.whenFalse].flatMap((part) => inner(part))]
    case 'filter':
      // Within the filter the entries of the items are in sight, which only running tells.
      return [...typed, ...inner(boxed.target)]
    case 'for':
    case 'some':
    case 'every':
      return [...typed, ...inner(boxed.source), ...inner(boxed.body, { [boxed.variable]: null, partial: null })]
    case 'unsupported':
      return [error('unsupported_expression', place, 'only expressions in FEEL are evaluated', boxed.name)]
  }
}

function checkTableTexts(
  table: DecisionTable,
  rulePlaces: readonly Place[],
  place: Place,
  sight: Sight,
  unit: Unit,
): readonly Complaint[] {
  const cells = (text: string | null, at: Place) => (text === null ? [] : checkCell(text, at, sight, ['?']))
  return [
    ...table.inputs.flatMap((input) => [
      ...checkTypeRef(input.typeRef, place, unit),
      ...checkText(input.expression, place, sight, []),
      ...cells(input.values, place),
    ]),
    ...table.outputs.flatMap((output) => [
      ...checkTypeRef(output.typeRef, place, unit),
      ...cells(output.values, place),
      ...(output.defaultValue === null ? [] : checkText(output.defaultValue, place, sight, [])),
    ]),
    ...table.rules.flatMap((rule, at) => {
      const rulePlace = placeWithin(rulePlaces[at] ?? place, place)
      return [
        ...rule.inputs.flatMap((text) => cells(text, rulePlace)),
        ...(rule.outputTypes ?? []).flatMap((typeRef) => checkTypeRef(typeRef, rulePlace, unit)),
        ...rule.outputs.flatMap((text) => checkText(text, rulePlace, sight, [])),
      ]
    }),
  ]
}

function checkText(text: string, place: Place, sight: Sight, more: readonly string[]): readonly Complaint[] {
  const expr = readExpr(text, sight.shapes)
  return expr.ok ? checkNames([expr.value], text, place, sight, more) : [mistaken(expr.error, text, place)]
}

function checkCell(text: string, place: Place, sight: Sight, more: readonly string[]): readonly Complaint[] {
  const tests = readUnaryTests(text, sight.shapes)
  if (!tests.ok) return [mistaken(tests.error, text, place)]
  return tests.value.kind === 'any' ? [] : checkNames(tests.value.tests, text, place, sight, more)
}

function mistaken(mistake: SyntaxMistake, text: string, place: Place): Complaint {
  return error('bad_feel', place, `column ${mistake.at + 1}: ${mistake.message}`, text)
}

function checkNames(
  exprs: readonly Expr[],
  text: string,
  place: Place,
  sight: Sight,
  more: readonly string[],
): readonly Complaint[] {
  const known = [...Object.keys(sight.shapes), ...builtInNames, ...more]
  return exprs
    .flatMap((expr) => unknownNames(expr, known))
    .map((name) => error('unknown_variable', place, `nothing in sight is called ${name} in: ${text}`, name))
}

/** Decisions that need themselves, each circle told once. */
function checkCycles(unit: Unit): readonly Complaint[] {
  const done = new Set<DrgElement>()
  const complaints: Complaint[] = []
  const visit = (element: DrgElement, path: readonly DrgElement[]): void => {
    if (path.includes(element)) {
      const circle = [...path.slice(path.indexOf(element)), element].map(({ name }) => name).join(' → ')
      complaints.push(error('cyclic_requirement', element, `the decision needs itself: ${circle}`, circle))
      return
    }
    if (done.has(element) || element.kind !== 'decision') return
    for (const reference of element.requires) {
      const linked = unit.resolve(reference)
      if (linked?.unit === unit) visit(linked.element, [...path, element])
    }
    done.add(element)
  }
  for (const element of unit.model.elements) visit(element, [])
  return complaints
}
