import { createApi } from '@tingzhou/ui'
import { registryContract } from '@tingzhou/registry/contract'
import type { api } from '../api.ts'

/** What the carriage screens read of the register of enterprises: who ships, who receives. */
export const registry = createApi({ enterprises: registryContract.enterprises }, 'registry')

export type LoadDetail = Awaited<ReturnType<typeof api.loads.get.call>>
export type LoadInput = Parameters<typeof api.loads.create.call>[0]
export type Drafted = Awaited<ReturnType<typeof api.loads.create.call>>
export type BidList = Awaited<ReturnType<typeof api.bids.list.call>>
export type BidRow = BidList['rows'][number]
export type ShareRow = Awaited<ReturnType<typeof api.shares.list.call>>['rows'][number]
export type Sent = Awaited<ReturnType<typeof api.loads.assign.call>>
export type PlaceDetail = Awaited<ReturnType<typeof api.places.get.call>>
export type ContractDetail = Awaited<ReturnType<typeof api.contracts.get.call>>
export type PriceRow = ContractDetail['prices'][number]
export type TermsVersion = Awaited<ReturnType<typeof api.terms.get.call>>['versions'][number]
