import type { api } from '../api.ts'

export type Reading = Awaited<ReturnType<typeof api.readings.create.call>>
export type PostingDetail = Awaited<ReturnType<typeof api.postings.get.call>>
export type PostingRow = Awaited<ReturnType<typeof api.postings.list.call>>['rows'][number]
export type Matches = Awaited<ReturnType<typeof api.matches.list.call>>
export type Match = Matches['candidates'][number]
export type ProductRef = NonNullable<PostingRow['product']>
export type Amount = NonNullable<PostingRow['quantity']>
export type Price = NonNullable<PostingRow['price']>
export type Posted = Awaited<ReturnType<typeof api.postings.create.call>>
export type Saved = Awaited<ReturnType<typeof api.postings.close.call>>
