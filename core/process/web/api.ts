import { createApi } from '@tingzhou/ui'
import { processContract } from '../contract.ts'

/** Running processes over HTTP. */
export const api = createApi(processContract, 'process')
