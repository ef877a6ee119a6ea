import { decodeProblem, formatTime, toProblem } from '@tingzhou/ui'
import type { Measure } from '../../words.ts'
import { formatPrice, formatQuantity } from './scaled.ts'

type Say = (value: number) => string

/** Says the whole numbers in what the server refused as the reader wrote them. */
export function readable(message: string, say: Say): string {
  return message.replace(/\d+/g, (digits) => {
    const value = Number(digits)
    return Number.isSafeInteger(value) ? say(value) : digits
  })
}

/** How the whole numbers of each field are said; what is not here stays as the server says it. */
const wordsFor = (measure: Measure): Readonly<Record<string, Say>> => {
  const quantity: Say = (value) => formatQuantity(value, measure)
  const instant: Say = (value) => formatTime(value)
  return {
    quantity,
    truckPlan: quantity,
    plan: quantity,
    carrierMilliFen: formatPrice,
    shipperMilliFen: formatPrice,
    goodsMilliFen: formatPrice,
    loadFrom: instant,
    loadUntil: instant,
    bidUntil: instant,
  }
}

/**
 * A command about a load whose refusals are said in tons, yuan and time of day, not in kilograms, thousandths of a fen and
 * milliseconds.
 * @param measureOf  the measure of the load that the input is about
 */
export function saying<I, O>(run: (input: I) => Promise<O>, measureOf: (input: I) => Measure) {
  return async (input: I): Promise<O> => {
    try {
      return await run(input)
    } catch (error) {
      const problem = toProblem(error)
      if (problem.errors.length === 0) throw error
      const words = wordsFor(measureOf(input))
      const errors = problem.errors.map((entry) => {
        const say = words[entry.field]
        return say ? { ...entry, message: readable(entry.message, say) } : entry
      })
      throw decodeProblem({ ...problem.data, errors }, problem.data.status, problem.requestId)
    }
  }
}
