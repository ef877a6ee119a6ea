import { createApi } from '@tingzhou/ui'
import { chainsContract } from '@tingzhou/chains/contract'
import { marketContract } from '../contract.ts'

/** The market over HTTP. */
export const api = createApi(marketContract, 'market')

/** What these screens read of the chains: the firms for which officers post, of the register and outside. */
export const chains = createApi({ firms: chainsContract.firms }, 'chains')
