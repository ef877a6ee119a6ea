import { useLocation } from 'react-router'
import type { api } from '../api.ts'

/** The addresses of deals on the surface that the reader is on: firms have them at the counter. */
export function useDeals() {
  const base = useLocation().pathname.startsWith('/counter') ? '/counter' : ''
  return {
    list: `${base}/market-deals`,
    one: (id: string) => `${base}/market-deals/${id}`,
    posting: (id: string) => `${base}/market-postings/${id}`,
    load: (id: string) => `${base}/freight-loads/${id}`,
    rfqs: `${base}/market-rfqs`,
    rfq: (id: string) => `${base}/market-rfqs/${id}`,
    rfqNew: `${base}/market-rfqs/new`,
    proposals: '/market-proposals',
    proposal: (id: string) => `/market-proposals/${id}`,
  }
}

export type DealDetail = Awaited<ReturnType<typeof api.deals.get.call>>
export type Proposed = Awaited<ReturnType<typeof api.deals.propose.call>>
export type Changed = Awaited<ReturnType<typeof api.deals.cancel.call>>
export type Carried = Awaited<ReturnType<typeof api.deals.carry.call>>
