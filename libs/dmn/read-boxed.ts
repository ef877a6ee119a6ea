/** XML → boxed expressions. Source: DMN 1.5 clauses 7.3 and 10.2. */
import { normalName } from './feel/syntax.ts'
import { childOf, childrenOf, type XmlElement } from './xml.ts'
import {
  aggregations,
  hitPolicies,
  type Aggregation,
  type Boxed,
  type ContextEntry,
  type DecisionTable,
  type FunctionDefinition,
  type HitPolicy,
  type Place,
  type Rule,
  type Variable,
} from './model.ts'

export const placeOf = (element: XmlElement): Place => ({ id: element.attributes['id'] ?? null, line: element.line })

/** A reference to a type: an attribute since DMN 1.1, an element in item definitions. */
export function typeRefOf(element: XmlElement | null): string | null {
  const text = element?.attributes['typeRef'] ?? (element === null ? null : childOf(element, 'typeRef'))?.text.trim()
  // A prefix, as in feel:number or tns:tLoan, is a habit of DMN 1.1 that says nothing the name does not.
  return text === undefined || text === '' ? null : normalName(text.replace(/^[\w.-]+:(?=\S)/, ''))
}

export function variableOf(element: XmlElement | null, name: string): Variable {
  return { name: normalName(element?.attributes['name'] ?? name), typeRef: typeRefOf(element) }
}

/** The text in a `text` child. */
export function textOf(element: XmlElement | null): string {
  return element === null ? '' : (childOf(element, 'text')?.text ?? '').trim()
}

const kinds = new Set([
  'literalExpression',
  'decisionTable',
  'context',
  'list',
  'relation',
  'invocation',
  'functionDefinition',
  'conditional',
  'filter',
  'for',
  'some',
  'every',
])

/** The boxed expression among the children of an element. */
export function boxedIn(element: XmlElement | null): Boxed | null {
  const found = element?.children.find((child) => kinds.has(child.name))
  return found === undefined ? null : boxedOf(found)
}

function boxedOf(element: XmlElement): Boxed {
  const common = { ...placeOf(element), typeRef: typeRefOf(element) }
  const inner = (name: string): Boxed | null => boxedIn(childOf(element, name))
  switch (element.name) {
    case 'literalExpression':
      return isForeign(element)
        ? { ...common, kind: 'unsupported', name: element.attributes['expressionLanguage'] ?? 'literalExpression' }
        : { ...common, kind: 'literal', text: textOf(element) }
    case 'decisionTable':
      return {
        ...common,
        kind: 'table',
        table: tableOf(element),
        rulePlaces: childrenOf(element, 'rule').map(placeOf),
      }
    case 'context':
      return { ...common, kind: 'context', entries: childrenOf(element, 'contextEntry').map(entryOf) }
    case 'list':
      return { ...common, kind: 'list', items: boxedChildren(element) }
    case 'relation':
      return {
        ...common,
        kind: 'relation',
        columns: childrenOf(element, 'column').map((column) => variableOf(column, '')),
        rows: childrenOf(element, 'row').map(boxedChildren),
      }
    case 'invocation':
      return {
        ...common,
        kind: 'invocation',
        called: boxedIn(element),
        bindings: childrenOf(element, 'binding').map((binding) => ({
          parameter: variableOf(childOf(binding, 'parameter'), ''),
          value: boxedIn(binding),
        })),
      }
    case 'functionDefinition':
      return { ...common, kind: 'function', definition: functionOf(element) }
    case 'conditional':
      return { ...common, kind: 'conditional', test: inner('if'), whenTrue: inner('then'), whenFalse: inner('else') }
    case 'filter':
      return { ...common, kind: 'filter', target: inner('in'), match: inner('match') }
    case 'for':
    case 'some':
    case 'every':
      return {
        ...common,
        kind: element.name,
        variable: normalName(element.attributes['iteratorVariable'] ?? ''),
        source: inner('in'),
        body: inner(element.name === 'for' ? 'return' : 'satisfies'),
      }
    default:
      return { ...common, kind: 'unsupported', name: element.name }
  }
}

const isForeign = (element: XmlElement): boolean => {
  const language = element.attributes['expressionLanguage']
  return language !== undefined && language !== '' && !/feel/i.test(language)
}

const boxedChildren = (element: XmlElement): readonly Boxed[] =>
  element.children.filter((child) => kinds.has(child.name)).map(boxedOf)

function entryOf(element: XmlElement): ContextEntry {
  const variable = childOf(element, 'variable')
  return {
    ...placeOf(element),
    name: variable === null ? null : normalName(variable.attributes['name'] ?? ''),
    typeRef: typeRefOf(variable),
    value: boxedIn(element),
  }
}

/** A function: of a business knowledge model, or boxed. */
export function functionOf(element: XmlElement): FunctionDefinition {
  return {
    language: (element.attributes['kind'] ?? 'FEEL') === 'FEEL' ? 'FEEL' : 'other',
    parameters: childrenOf(element, 'formalParameter').map((parameter) => variableOf(parameter, '')),
    body: boxedIn(element),
  }
}

const optional = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text)

function valuesOf(element: XmlElement, name: string): string | null {
  const found = childOf(element, name)
  return found === null ? null : textOf(found)
}

const isHitPolicy = (text: string): text is HitPolicy => hitPolicies.some((policy) => policy === text)
const isAggregation = (text: string): text is Aggregation => aggregations.some((aggregation) => aggregation === text)

function tableOf(element: XmlElement): DecisionTable {
  const policy = element.attributes['hitPolicy'] ?? 'UNIQUE'
  const aggregation = element.attributes['aggregation'] ?? ''
  return {
    hitPolicy: isHitPolicy(policy) ? policy : 'UNIQUE',
    aggregation: isAggregation(aggregation) ? aggregation : null,
    inputs: childrenOf(element, 'input').map((input) => ({
      label: optional(input.attributes['label']),
      expression: textOf(childOf(input, 'inputExpression')),
      typeRef: typeRefOf(childOf(input, 'inputExpression')),
      values: valuesOf(input, 'inputValues'),
    })),
    outputs: childrenOf(element, 'output').map((output) => ({
      label: optional(output.attributes['label']),
      name: optional(normalName(output.attributes['name'] ?? '')),
      typeRef: typeRefOf(output),
      values: valuesOf(output, 'outputValues'),
      defaultValue: valuesOf(output, 'defaultOutputEntry'),
    })),
    annotations: childrenOf(element, 'annotation').map((annotation) => annotation.attributes['name'] ?? ''),
    rules: childrenOf(element, 'rule').map(ruleOf),
  }
}

function ruleOf(element: XmlElement): Rule {
  const outputTypes = childrenOf(element, 'outputEntry').map(typeRefOf)
  return {
    inputs: childrenOf(element, 'inputEntry').map(textOf),
    outputs: childrenOf(element, 'outputEntry').map(textOf),
    ...(outputTypes.some((type) => type !== null) ? { outputTypes } : {}),
    annotations: childrenOf(element, 'annotationEntry').map(textOf),
  }
}
