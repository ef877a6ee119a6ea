import { accessContract } from '@tingzhou/access/contract'
import { noticesContract } from '@tingzhou/notices/contract'
import { searchContract } from '@tingzhou/search/contract'
import { createApi } from '@tingzhou/ui'

export const accessApi = createApi(accessContract, 'access')
export const noticesApi = createApi(noticesContract, 'notices')
export const searchApi = createApi(searchContract, 'search')
