/** Small models for the tests, written as XML. Firms and figures in them are invented. */
import { escaped } from './xml.ts'

export const dmn15 = 'https://www.omg.org/spec/DMN/20230324/MODEL/'

export const definitions = (body: string, name = 'm', namespace = dmn15): string =>
  `<definitions xmlns="${namespace}" name="${name}" namespace="urn:${name}">\n${body}\n</definitions>`

export const literal = (text: string, typeRef = ''): string =>
  `<literalExpression${attribute('typeRef', typeRef)}><text>${escaped(text)}</text></literalExpression>`

const attribute = (name: string, value: string): string => (value === '' ? '' : ` ${name}="${escaped(value)}"`)

const variable = (name: string, typeRef: string): string =>
  `<variable name="${escaped(name)}"${attribute('typeRef', typeRef)}/>`

export const input = (name: string, typeRef = ''): string =>
  `<inputData id="_${name}" name="${escaped(name)}">${variable(name, typeRef)}</inputData>`

type Needs = { readonly needs?: readonly string[]; readonly knows?: readonly string[]; readonly typeRef?: string }

const href = (target: string): string => (target.includes('#') ? target : `#_${target}`)

/** A decision; what it needs and knows is named by id without the underscore, or as `namespace#id`. */
export const decision = (name: string, logic: string, { needs = [], knows = [], typeRef = '' }: Needs = {}): string =>
  [
    `<decision id="_${name}" name="${escaped(name)}">${variable(name, typeRef)}`,
    ...needs.map((need) => `<informationRequirement><requiredDecision href="${href(need)}"/></informationRequirement>`),
    ...knows.map((known) => `<knowledgeRequirement><requiredKnowledge href="${href(known)}"/></knowledgeRequirement>`),
    `${logic}</decision>`,
  ].join('\n')

export const knowledge = (
  name: string,
  parameters: readonly string[],
  body: string,
  knows: readonly string[] = [],
): string =>
  [
    `<businessKnowledgeModel id="_${name}" name="${name}">${variable(name, '')}<encapsulatedLogic>`,
    ...parameters.map((parameter) => {
      const [own = '', typeRef = ''] = parameter.split(':')
      return `<formalParameter name="${own}"${attribute('typeRef', typeRef)}/>`
    }),
    `${body}</encapsulatedLogic>`,
    ...knows.map((known) => `<knowledgeRequirement><requiredKnowledge href="${href(known)}"/></knowledgeRequirement>`),
    '</businessKnowledgeModel>',
  ].join('\n')

type TableParts = {
  readonly policy?: string
  readonly aggregation?: string
  /** Expression, type, allowed values. */
  readonly inputs: readonly (readonly [expression: string, typeRef?: string, values?: string])[]
  /** Name, allowed values, default. */
  readonly outputs?: readonly (readonly [name: string, values?: string, fallback?: string])[]
  readonly rules: readonly (readonly string[])[]
}

const optional = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}><text>${escaped(text)}</text></${name}>`

export function table({ policy = 'UNIQUE', aggregation = '', inputs, outputs = [['']], rules }: TableParts): string {
  return [
    `<decisionTable id="table" hitPolicy="${policy}"${attribute('aggregation', aggregation)}>`,
    ...inputs.map(
      ([expression, typeRef = '', values]) =>
        `<input><inputExpression${attribute('typeRef', typeRef)}><text>${escaped(expression)}</text></inputExpression>` +
        `${optional('inputValues', values)}</input>`,
    ),
    ...outputs.map(
      ([name, values, fallback]) =>
        `<output${attribute('name', name)}>${optional('outputValues', values)}${optional('defaultOutputEntry', fallback)}</output>`,
    ),
    ...rules.map((cells, at) => {
      const written = cells.map((cell, column) => optional(column < inputs.length ? 'inputEntry' : 'outputEntry', cell))
      return `<rule id="rule_${at + 1}">${written.join('')}</rule>`
    }),
    '</decisionTable>',
  ].join('\n')
}
