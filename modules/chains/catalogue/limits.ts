// Free of server code: contract and screens say the same.

/** Clusters of one list. */
export const clustersMax = 100
/** Segments of a chain, and products in all of them: a map of a chain shows no more. */
export const [segmentsMax, placesMax] = [20, 200]
/** Routes of a product, and inputs of one. */
export const [routesMax, inputsMax] = [20, 100]
