import { decodeProblem, formatMoney, toProblem } from '@tingzhou/ui'
import { readable } from '../carriage/refusals.ts'

/**
 * A command whose refusals of sums are said in yuan, by the name of their field, and not in fen.
 * @param labelOf  the name of a field such as `netFen`
 */
export function inYuan<I, O>(run: (input: I) => Promise<O>, labelOf: (field: string) => string) {
  return async (input: I): Promise<O> => {
    try {
      return await run(input)
    } catch (error) {
      const problem = toProblem(error)
      if (!problem.errors.some(({ field }) => field.endsWith('Fen'))) throw error
      const errors = problem.errors.map((entry) => {
        const field = entry.field.split('.').at(-1) ?? ''
        if (!field.endsWith('Fen')) return entry
        return { ...entry, message: `${labelOf(field)} ${readable(entry.message, formatMoney)}` }
      })
      throw decodeProblem({ ...problem.data, detail: '', errors }, problem.data.status, problem.requestId)
    }
  }
}
