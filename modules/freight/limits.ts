import limitRows from './data/limits.json' with { type: 'json' }

/** What the law allows on the road. */
export const limits: { readonly grossMaxKg: number } = limitRows
