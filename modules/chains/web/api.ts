import { createApi } from '@tingzhou/ui'
import { chainsContract } from '../contract.ts'

/** The chains over HTTP. */
export const api = createApi(chainsContract, 'chains')
