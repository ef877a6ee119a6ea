/** A DMN model as plain data: what the XML says, nothing evaluated. Source: DMN 1.5 clauses 6, 7 and 10.2. */

/** Where something stands in the XML. */
export type Place = { readonly id: string | null; readonly line: number | null }

export type HitPolicy = 'UNIQUE' | 'ANY' | 'PRIORITY' | 'FIRST' | 'RULE ORDER' | 'OUTPUT ORDER' | 'COLLECT'
export type Aggregation = 'SUM' | 'MIN' | 'MAX' | 'COUNT'

export const hitPolicies: readonly HitPolicy[] = [
  'UNIQUE',
  'ANY',
  'PRIORITY',
  'FIRST',
  'RULE ORDER',
  'OUTPUT ORDER',
  'COLLECT',
]
export const aggregations: readonly Aggregation[] = ['SUM', 'MIN', 'MAX', 'COUNT']

/** A column of conditions; `values` is the text of its allowed values, null when any will do. */
export type InputColumn = {
  readonly label: string | null
  readonly expression: string
  readonly typeRef: string | null
  readonly values: string | null
}

/** A column of results; `name` is null when it is the only one. */
export type OutputColumn = {
  readonly label: string | null
  readonly name: string | null
  readonly typeRef: string | null
  readonly values: string | null
  readonly defaultValue: string | null
}

export type Rule = {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** The types of single output cells, where any has one of its own. */
  readonly outputTypes?: readonly (string | null)[]
  /** One text for each annotation column of the table. */
  readonly annotations: readonly string[]
}

/** A decision table as people edit it: texts in columns and rows. */
export type DecisionTable = {
  readonly hitPolicy: HitPolicy
  /** Only with COLLECT. */
  readonly aggregation: Aggregation | null
  readonly inputs: readonly InputColumn[]
  readonly outputs: readonly OutputColumn[]
  /** The names of the annotation columns. */
  readonly annotations: readonly string[]
  readonly rules: readonly Rule[]
}

/** A boxed expression. */
export type Boxed = Place & { readonly typeRef: string | null } & BoxedKind

type BoxedKind =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'table'; readonly table: DecisionTable; readonly rulePlaces: readonly Place[] }
  | { readonly kind: 'context'; readonly entries: readonly ContextEntry[] }
  | { readonly kind: 'list'; readonly items: readonly Boxed[] }
  | { readonly kind: 'relation'; readonly columns: readonly Variable[]; readonly rows: readonly (readonly Boxed[])[] }
  | { readonly kind: 'invocation'; readonly called: Boxed | null; readonly bindings: readonly Binding[] }
  | { readonly kind: 'function'; readonly definition: FunctionDefinition }
  | {
      readonly kind: 'conditional'
      readonly test: Boxed | null
      readonly whenTrue: Boxed | null
      readonly whenFalse: Boxed | null
    }
  | { readonly kind: 'filter'; readonly target: Boxed | null; readonly match: Boxed | null }
  | {
      readonly kind: 'for' | 'some' | 'every'
      readonly variable: string
      readonly source: Boxed | null
      readonly body: Boxed | null
    }
  | { readonly kind: 'unsupported'; readonly name: string }

/** An entry without a name is the result of the context. */
export type ContextEntry = Place & {
  readonly name: string | null
  readonly typeRef: string | null
  readonly value: Boxed | null
}

export type Binding = { readonly parameter: Variable; readonly value: Boxed | null }

export type FunctionDefinition = {
  readonly language: 'FEEL' | 'other'
  readonly parameters: readonly Variable[]
  readonly body: Boxed | null
}

export type Variable = { readonly name: string; readonly typeRef: string | null }

/** A reference to an element: in this model when `namespace` is null. */
export type Reference = Place & { readonly namespace: string | null; readonly target: string }

export type Decision = Place & {
  readonly kind: 'decision'
  readonly name: string
  readonly variable: Variable
  readonly requires: readonly Reference[]
  readonly knows: readonly Reference[]
  readonly logic: Boxed | null
}

export type InputData = Place & { readonly kind: 'input'; readonly name: string; readonly variable: Variable }

export type KnowledgeModel = Place & {
  readonly kind: 'knowledge'
  readonly name: string
  readonly variable: Variable
  readonly knows: readonly Reference[]
  readonly logic: FunctionDefinition | null
}

export type DecisionService = Place & {
  readonly kind: 'service'
  readonly name: string
  readonly variable: Variable
  readonly outputs: readonly Reference[]
  readonly encapsulated: readonly Reference[]
  readonly inputDecisions: readonly Reference[]
  readonly inputData: readonly Reference[]
}

export type DrgElement = Decision | InputData | KnowledgeModel | DecisionService

/** A named type. */
export type ItemDefinition = Place & {
  readonly name: string
  readonly isCollection: boolean
  readonly typeRef: string | null
  /** Unary tests on the value, on each item of a collection. */
  readonly allowedValues: string | null
  /** Unary tests on the value as a whole. */
  readonly typeConstraint: string | null
  readonly components: readonly ItemDefinition[]
  readonly functionItem: { readonly parameters: readonly Variable[]; readonly resultRef: string | null } | null
}

export type Import = Place & { readonly name: string; readonly namespace: string }

export type Model = {
  readonly name: string
  readonly namespace: string
  readonly imports: readonly Import[]
  readonly types: readonly ItemDefinition[]
  readonly elements: readonly DrgElement[]
}
