import { decodeProblem, formatMoney, toProblem } from '@tingzhou/ui'

/**
 * A command whose refused sums are said in yuan and not in fen.
 * @param most  says what a sum may be at most
 */
export function inYuan<I, O>(run: (input: I) => Promise<O>, most: (sum: string) => string) {
  return async (input: I): Promise<O> => {
    try {
      return await run(input)
    } catch (error) {
      const problem = toProblem(error)
      const errors = problem.errors.map((entry) => {
        const limit = /^max (\d+)$/.exec(entry.rule ?? '')?.[1]
        if (limit === undefined || !entry.field.endsWith('Fen')) return entry
        return { ...entry, message: most(formatMoney(Number(limit))) }
      })
      throw decodeProblem({ ...problem.data, errors }, problem.data.status, problem.requestId)
    }
  }
}
