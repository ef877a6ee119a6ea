/** The door: models in, decisions out. */
import { err, ok, type Result } from '@tingzhou/kernel'
import { readDateTime } from './feel/temporal.ts'
import { link, reached, type Linked, type Unit } from './link.ts'
import { parseModel } from './read.ts'
import { answer, emptyCompiled } from './program.ts'
import { normalName } from './feel/syntax.ts'
import type { Complaint } from './complaint.ts'
import type { Value } from './feel/value.ts'
import type { Model } from './model.ts'

export type DmnError =
  | { readonly kind: 'bad_model'; readonly complaints: readonly Complaint[] }
  | { readonly kind: 'no_decision'; readonly name: string }
  | { readonly kind: 'too_deep'; readonly name: string }

export type EvaluateOptions = {
  /** What now() and today() say, ISO 8601 with offset; without it they are worth null. */
  readonly now?: string
}

export type Inputs = { readonly [name: string]: unknown }

/** Models that are read and linked. It keeps compiled expressions, so ask one program often rather than loading it anew. */
export type Program = {
  readonly models: readonly Model[]
  readonly evaluate: (name: string, inputs: Inputs, options?: EvaluateOptions) => Result<Value, DmnError>
}

/**
 * Reads and links models.
 * @param modelXml  DMN 1.1 to 1.5; the first is the one that is asked, the others are there to be imported
 * @returns a program, or what keeps a file from being read. Mistakes within a model make only what depends on them null.
 */
export function load(modelXml: readonly string[]): Result<Program, DmnError> {
  const models = modelXml.map(parseModel)
  const complaints = models.flatMap((model) => (model.ok ? [] : model.error))
  if (complaints.length > 0) return err({ kind: 'bad_model', complaints })
  const read = models.flatMap((model) => (model.ok ? [model.value] : []))
  return ok(programOf(read))
}

/** Links models that are read already. */
export function programOf(models: readonly Model[]): Program {
  const units = link(models)
  const compiled = emptyCompiled()
  return {
    models,
    evaluate: (name, inputs, options = {}) => {
      const linked = find(units, normalName(name))
      if (linked === null) return err({ kind: 'no_decision', name })
      const now = options.now === undefined ? null : readDateTime(options.now)
      try {
        return ok(answer(linked, inputs, now, compiled))
      } catch (error) {
        // A model may call itself without end; the stack is what bounds it.
        if (error instanceof RangeError) return err({ kind: 'too_deep', name })
        throw error
      }
    },
  }
}

/**
 * Evaluates a decision, decision service or business knowledge model by its name.
 * @param modelXml  see load
 * @param decision  name or id; `import.name` for one of an imported model
 * @param inputs    by the names of input data, or of parameters: plain JSON, FEEL values, or both; ISO strings where the type is temporal
 * @returns the value; null where FEEL has none
 * Source: DMN 1.5. O(model) for reading; a loaded Program saves that.
 */
export function evaluate(
  modelXml: readonly string[],
  decision: string,
  inputs: Inputs,
  options: EvaluateOptions = {},
): Result<Value, DmnError> {
  const program = load(modelXml)
  return program.ok ? program.value.evaluate(decision, inputs, options) : program
}

/** Looks in the first model, in what it imports, then in the others; invocables and decisions before input data. */
function find(units: readonly Unit[], name: string): Linked | null {
  const [first] = units
  const ordered = [...(first === undefined ? [] : reached(first)), ...units]
  for (const unit of ordered) {
    const elements = unit.model.elements.toSorted((a, b) => Number(a.kind === 'input') - Number(b.kind === 'input'))
    const element = elements.find((candidate) => candidate.name === name) ?? elements.find(({ id }) => id === name)
    if (element !== undefined) return { unit, element }
  }
  for (const [prefix, imported] of first?.imports ?? [])
    if (name.startsWith(`${prefix}.`)) return find([imported], name.slice(prefix.length + 1))
  return null
}
