import { accessContract } from '@tingzhou/access/contract'
import { createApi } from '@tingzhou/ui'

export const accessApi = createApi(accessContract, 'access')
