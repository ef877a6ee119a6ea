/** A decision table ↔ DMN XML, for editors. Source: DMN 1.5 clause 13, the namespace of 1.5. */
import { err, ok, type Result } from '@tingzhou/kernel'
import { parseModel } from './read.ts'
import { escaped } from './xml.ts'
import type { Complaint } from './complaint.ts'
import type { Boxed, DecisionTable, InputColumn, OutputColumn, Variable } from './model.ts'

/** A model of one decision, as an editor keeps it. */
export type TableModel = {
  readonly name: string
  readonly namespace: string
  /** The decision's name and the type of its result. */
  readonly decision: Variable
  /** The input data that the expressions of the table speak of. */
  readonly inputs: readonly Variable[]
  readonly table: DecisionTable
}

const modelNamespace = 'https://www.omg.org/spec/DMN/20230324/MODEL/'

/** Prints a model of one decision table. Characters that XML cannot hold are left out. */
export function printTableModel(model: TableModel): string {
  const { decision, inputs, table } = model
  const requirements = inputs.map(
    (_, at) =>
      `    <informationRequirement id="requirement_${at + 1}"><requiredInput href="#input_${at + 1}"/></informationRequirement>`,
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<definitions xmlns="${modelNamespace}" id="definitions" name="${safe(model.name)}" namespace="${safe(model.namespace)}">`,
    ...inputs.map(
      (input, at) => `  <inputData id="input_${at + 1}" name="${safe(input.name)}">${variable(input)}</inputData>`,
    ),
    `  <decision id="decision" name="${safe(decision.name)}">`,
    `    ${variable(decision)}`,
    ...requirements,
    ...printTable(table).map((line) => `    ${line}`),
    '  </decision>',
    '</definitions>',
    '',
  ].join('\n')
}

/** What XML 1.0 cannot hold. */
const unprintable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const safe = (text: string): string => escaped(text.replace(unprintable, ''))

const attribute = (name: string, value: string | null): string => (value === null ? '' : ` ${name}="${safe(value)}"`)

const variable = ({ name, typeRef }: Variable): string =>
  `<variable name="${safe(name)}"${attribute('typeRef', typeRef)}/>`

const text = (name: string, content: string, typeRef: string | null = null): string =>
  `<${name}${attribute('typeRef', typeRef)}><text>${safe(content)}</text></${name}>`

const optionalText = (name: string, content: string | null): string => (content === null ? '' : text(name, content))

/** The decisionTable element, a line for each column and rule. */
function printTable(table: DecisionTable): readonly string[] {
  return [
    `<decisionTable id="table" hitPolicy="${table.hitPolicy}"${attribute('aggregation', table.aggregation)}>`,
    ...table.inputs.map((input, at) => `  ${printInput(input, at)}`),
    ...table.outputs.map((output, at) => `  ${printOutput(output, at)}`),
    ...table.annotations.map((name) => `  <annotation name="${safe(name)}"/>`),
    ...table.rules.map(({ inputs, outputs, outputTypes, annotations }, at) => {
      const cells = [
        ...inputs.map((cell) => text('inputEntry', cell)),
        ...outputs.map((cell, column) => text('outputEntry', cell, outputTypes?.[column])),
        ...annotations.map((cell) => text('annotationEntry', cell)),
      ]
      return `  <rule id="rule_${at + 1}">${cells.join('')}</rule>`
    }),
    '</decisionTable>',
  ]
}

function printInput({ label, expression, typeRef, values }: InputColumn, at: number): string {
  const inner = text('inputExpression', expression, typeRef)
  return `<input id="column_${at + 1}"${attribute('label', label)}>${inner}${optionalText('inputValues', values)}</input>`
}

function printOutput({ label, name, typeRef, values, defaultValue }: OutputColumn, at: number): string {
  const attributes = attribute('label', label) + attribute('name', name) + attribute('typeRef', typeRef)
  const inner = optionalText('outputValues', values) + optionalText('defaultOutputEntry', defaultValue)
  return `<output id="result_${at + 1}"${attributes}>${inner}</output>`
}

/**
 * Reads the decision table of a decision.
 * @param decision  its name; without it the first decision that is a table
 * @returns the table with the input data of the model, or what keeps it from being read
 */
export function parseTableModel(xml: string, decision: string | null = null): Result<TableModel, readonly Complaint[]> {
  const model = parseModel(xml)
  if (!model.ok) return model
  const { name, namespace, elements } = model.value
  for (const element of elements) {
    if (element.kind !== 'decision' || (decision !== null && element.name !== decision)) continue
    if (!isTable(element.logic)) continue
    return ok({
      name,
      namespace,
      decision: element.variable,
      inputs: elements.flatMap((other) => (other.kind === 'input' ? [other.variable] : [])),
      table: element.logic.table,
    })
  }
  const message = decision === null ? 'no decision of the model is a table' : `no table is called ${decision}`
  return err([{ kind: 'missing_expression', severity: 'error', elementId: null, line: null, message, value: decision }])
}

const isTable = (logic: Boxed | null): logic is Boxed & { readonly kind: 'table' } => logic?.kind === 'table'
