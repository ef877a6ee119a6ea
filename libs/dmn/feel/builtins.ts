/** All built-in functions by name. `range` is made where expressions are read; now() and today() come with the clock. */
import { builtIn, signature } from './builtin.ts'
import { contextFunctions } from './builtins-context.ts'
import { listFunctions } from './builtins-list.ts'
import { numberFunctions } from './builtins-number.ts'
import { textFunctions } from './builtins-text.ts'
import { timeFunctions } from './builtins-time.ts'
import { relate, relations } from './range.ts'
import type { Context, FeelDateTime, FeelFunction } from './value.ts'

/** The names of the parameters of the functions on ranges. Source: DMN 1.5 clause 10.3.4.7. */
function relationFunction(name: string): FeelFunction {
  const run = ([a, b]: readonly (Parameters<typeof relate>[1] | undefined)[]) => relate(name, a ?? null, b ?? null)
  const pairs: readonly (readonly [string, string])[] = [
    ['point1', 'point2'],
    ['point', 'range'],
    ['range', 'point'],
    ['range', 'value'],
    ['range1', 'range2'],
  ]
  return builtIn(
    name,
    pairs.map(([a, b]) =>
      signature(
        [
          [a, 'any'],
          [b, 'any'],
        ],
        run,
      ),
    ),
  )
}

export const builtIns: Context = {
  ...textFunctions,
  ...numberFunctions,
  ...listFunctions,
  ...timeFunctions,
  ...contextFunctions,
  ...Object.fromEntries(Object.keys(relations).map((name) => [name, relationFunction(name)])),
}

/** The functions that tell the time; without a clock they are worth null. */
export function clockFunctions(now: FeelDateTime | null): Context {
  return {
    now: builtIn('now', [signature([], () => now)]),
    today: builtIn('today', [signature([], () => now?.date ?? null)]),
  }
}
