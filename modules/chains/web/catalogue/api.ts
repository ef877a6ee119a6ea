import type { api } from '../api.ts'

export type Product = Awaited<ReturnType<typeof api.products.get.call>>
export type ProductRow = Awaited<ReturnType<typeof api.products.list.call>>['rows'][number]
export type Recipe = Awaited<ReturnType<typeof api.recipes.get.call>>
export type ChainDetail = Awaited<ReturnType<typeof api.chains.get.call>>
export type Cluster = Awaited<ReturnType<typeof api.clusters.list.call>>['rows'][number]
export type Word = Awaited<ReturnType<typeof api.words.list.call>>['rows'][number]
export type NamedAnswer = Awaited<ReturnType<typeof api.aliases.create.call>>

export const placeOf = {
  products: '/chain-products',
  newProduct: '/chain-products/new',
  product: (code: string) => `/chain-products/${code}`,
  recipe: (code: string) => `/chain-products/${code}/recipe`,
  /** What is offered and wanted of it, in the hall of the market. */
  postings: (code: string) => `/market-postings?productCode=${code}`,
  chains: '/chain-chains',
  newChain: '/chain-chains/new',
  chain: (code: string) => `/chain-chains/${code}`,
  changeChain: (code: string) => `/chain-chains/${code}/change`,
  clusters: '/chain-clusters',
  newClusters: '/chain-clusters/change',
  words: '/chain-words?state=open',
} as const

/** The list of clusters that has no end: today's, or the one that begins after it. */
export const standingList = { on: '2999-12-31' } as const
