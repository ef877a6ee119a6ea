import { createApi } from '@tingzhou/ui'
import { registryContract } from '../contract.ts'

/** The registry over HTTP. */
export const api = createApi(registryContract, 'registry')
