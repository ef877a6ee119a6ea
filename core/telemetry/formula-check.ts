import type { Db } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Formula } from './formula.ts'
import { createFormulaBook, newHold } from './formula-book.ts'
import { faultOfText, findInputs, type FormulaFault } from './formula-rows.ts'
import type { Point } from './point.ts'
import { fromSteps } from './sample.ts'
import type { Telemetry } from './telemetry.ts'

type Deps = { readonly db: Db; readonly zoneId: string; readonly telemetry: Telemetry }

/**
 * What a formula gives by the values of now.
 * @param point  what is to be computed by it; null: nothing yet
 * @returns null where there is no value; refused where it could not be computed. Circles are found when it is saved
 * Source: own. One statement.
 */
export async function checkFormula(
  { db, zoneId, telemetry: { catalog, last, clock } }: Deps,
  formula: Formula,
  point: Point | null,
): Promise<Result<number | null, FormulaFault>> {
  const fault = faultOfText(formula, point?.kind ?? 'analog', 'formula')
  if (fault) return err(fault)
  if (!point) return ok(null)
  const inputs = await findInputs(db, zoneId, point, formula)
  if (!inputs.ok) return inputs
  const book = createFormulaBook(catalog.find)
  book.take({ ...point, computed: { formula, inputs: inputs.value, since: 0 } })
  const of = book.find(point.id)
  if (!of) return ok(null)
  const hold = newHold(inputs.value.length)
  for (const [index, input] of inputs.value.entries()) {
    const said = last.sample(input)
    if (said) book.say(of, hold, index, said.at, said.steps, said.quality)
  }
  const result = book.resultAt(of, hold, clock())
  return ok(result && fromSteps(result.steps, point.resolution))
}
