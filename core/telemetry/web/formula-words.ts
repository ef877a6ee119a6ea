import type { Formula } from '../formula.ts'

/** A formula in one line: the expression and what its names stand for. Pure. */
export const formulaWords = ({ expression, inputs }: Formula): string =>
  `${expression} (${inputs.map(({ name, point }) => `${name} = ${point}`).join(', ')})`
