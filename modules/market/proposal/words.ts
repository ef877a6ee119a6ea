/** Needs that one proposal looks at, the first posted first. */
export const needsMax = 200
export const pairsMax = 500
