/** Runs test files of the DMN TCK's form: `<testCases>` with input and result nodes. Source: dmn-tck/tck, testCases.xsd. */
import { err, ok, type Result } from '@tingzhou/kernel'
import { equal } from './feel/compare.ts'
import { readTemporal } from './feel/temporal.ts'
import { entryOf, isContext, isList, typeOf, type Value } from './feel/value.ts'
import { load } from './evaluate.ts'
import type { Import } from './model.ts'
import { childOf, childrenOf, readXml, type XmlElement, type XmlMistake } from './xml.ts'

export type ExpectedResult = {
  readonly name: string
  /** What is expected; values without a type are read as what they look like, or as text where the actual value is one. */
  readonly expected: (actual: Value) => Value
  /** Evaluation fails; where FEEL has no failure, that is null. */
  readonly isError: boolean
}

/** `namespace` names the model that the input belongs to; null when the file does not say. */
export type TestInput = { readonly namespace: string | null; readonly name: string; readonly value: Value }

export type TestCase = {
  readonly id: string
  /** The decision service or knowledge model to call; null when each result is asked for by its name. */
  readonly invocable: string | null
  readonly inputs: readonly TestInput[]
  readonly results: readonly ExpectedResult[]
}

export type TestSuite = { readonly modelName: string; readonly cases: readonly TestCase[] }

/** Reads a test file. */
export function readTestSuite(xml: string): Result<TestSuite, XmlMistake> {
  const root = readXml(xml)
  if (!root.ok) return root
  if (root.value.name !== 'testCases')
    return err({ kind: 'not_xml', message: `the root is ${root.value.name}, not testCases`, line: root.value.line })
  return ok({
    modelName: childOf(root.value, 'modelName')?.text.trim() ?? '',
    cases: childrenOf(root.value, 'testCase').map((element) => ({
      id: element.attributes['id'] ?? '',
      // A decision is asked for by the names of the results, whatever else the case calls.
      invocable: ['decisionService', 'bkm'].includes(element.attributes['type'] ?? '')
        ? (element.attributes['invocableName'] ?? null)
        : null,
      inputs: childrenOf(element, 'inputNode').map((input) => ({
        namespace: input.attributes['namespace'] ?? null,
        name: input.attributes['name'] ?? '',
        value: valueIn(input),
      })),
      results: childrenOf(element, 'resultNode').map((result) => {
        const expected = childOf(result, 'expected')
        return {
          name: result.attributes['name'] ?? '',
          expected: (actual: Value) => (expected === null ? null : guessed(valueIn(expected), expected, actual)),
          isError: result.attributes['errorResult'] === 'true',
        }
      }),
    })),
  })
}

/** The value, list or components within an element. */
function valueIn(element: XmlElement): Value {
  const components = childrenOf(element, 'component')
  if (components.length > 0)
    return Object.fromEntries(components.map((part) => [part.attributes['name'] ?? '', valueIn(part)]))
  const list = childOf(element, 'list')
  if (list !== null) return isNil(list) ? null : childrenOf(list, 'item').map(valueIn)
  const value = childOf(element, 'value')
  return value === null || isNil(value) ? null : valueOf(value)
}

/** Inputs without a type are left to the types of the model. */
function guessed(value: Value, element: XmlElement, actual: Value): Value {
  if (isList(value)) {
    const items = childrenOf(childOf(element, 'list') ?? element, 'item')
    return value.map((item, at) => guessed(item, items[at] ?? element, isList(actual) ? (actual[at] ?? null) : null))
  }
  const components = childrenOf(element, 'component')
  if (isContext(value) && components.length > 0)
    return Object.fromEntries(
      components.map((part) => {
        const name = part.attributes['name'] ?? ''
        return [
          name,
          guessed(entryOf(value, name) ?? null, part, isContext(actual) ? (entryOf(actual, name) ?? null) : null),
        ]
      }),
    )
  const leaf = childOf(element, 'value')
  if (typeof value !== 'string' || leaf === null || attribute(leaf, 'type') !== undefined) return value
  if (typeof actual === 'string') return value
  if (value === 'true' || value === 'false') return value === 'true'
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value
}

const attribute = (element: XmlElement, name: string): string | undefined =>
  Object.entries(element.attributes).find(([key]) => key === name || key.endsWith(`:${name}`))?.[1]

const isNil = (element: XmlElement): boolean => attribute(element, 'nil') === 'true'

function valueOf(element: XmlElement): Value {
  const type = attribute(element, 'type')?.replace(/^.*:/, '') ?? 'string'
  const text = element.text
  switch (type) {
    case 'string':
      return text
    case 'boolean':
      return text.trim() === 'true'
    case 'date':
    case 'time':
    case 'dateTime':
    case 'duration':
      return readTemporal(text.trim())
    default:
      return Number(text)
  }
}

export type Failure = {
  readonly caseId: string
  readonly name: string
  readonly expected: Value
  readonly actual: Value
  /** Why there is no value at all; null when there is one. */
  readonly reason: string | null
}

export type Report = { readonly passed: number; readonly failures: readonly Failure[] }

/**
 * Runs a suite and counts by result.
 * @param modelXml  the model under test, then those it imports
 * @param now       see EvaluateOptions
 */
export function runTestSuite(modelXml: readonly string[], suite: TestSuite, now: string): Report {
  const program = load(modelXml)
  const failures: Failure[] = []
  let passed = 0
  const imports = (program.ok ? program.value.models[0]?.imports : undefined) ?? []
  for (const { id, invocable, inputs, results } of suite.cases) {
    const given = Object.fromEntries(inputs.map((input) => [nameOf(input, imports), input.value]))
    for (const { name, expected: read, isError } of results) {
      const answer = program.ok ? program.value.evaluate(invocable ?? name, given, { now }) : program
      const actual = answer.ok ? partOf(answer.value, invocable === null ? null : name) : null
      const expected = read(actual)
      const reason = answer.ok ? null : answer.error.kind
      if (matches(actual, expected) && (answer.ok || isError)) passed++
      else failures.push({ caseId: id, name, expected, actual, reason })
    }
  }
  return { passed, failures }
}

/** The name under which the model under test knows an input. */
function nameOf({ namespace, name }: TestInput, imports: readonly Import[]): string {
  const prefix = imports.find((imported) => imported.namespace === namespace)?.name ?? ''
  return prefix === '' ? name : `${prefix}.${name}`
}

/** Of a service with several outputs, the one that is asked for. */
function partOf(value: Value, name: string | null): Value {
  return name !== null && isContext(value) ? (entryOf(value, name) ?? value) : value
}

/** Whether a value is what was expected; numbers may differ by what eight decimals, or fifteen digits of a large one, do not show. */
export function matches(actual: Value, expected: Value): boolean {
  if (typeof actual === 'number' && typeof expected === 'number')
    return Math.abs(actual - expected) <= Math.max(1e-8, 1e-15 * Math.abs(expected))
  if (isList(actual) && isList(expected))
    return actual.length === expected.length && actual.every((item, at) => matches(item, expected[at] ?? null))
  if (isContext(actual) && isContext(expected)) {
    const names = Object.keys(expected)
    if (names.length !== Object.keys(actual).length) return false
    return names.every((name) => {
      const entry = entryOf(actual, name)
      return entry !== undefined && matches(entry, entryOf(expected, name) ?? null)
    })
  }
  return typeOf(actual) === typeOf(expected) && equal(actual, expected) === true
}
