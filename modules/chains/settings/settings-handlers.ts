import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { boundsOf } from '@tingzhou/records/contract'
import { command, zoneReader } from '../room.ts'
import { settingsContract } from './settings-contract.ts'
import { chainNumbers, setChainNumbers } from './settings.ts'
import { chainBounds } from './words.ts'

const os = implement(settingsContract).$context<RequestContext>()

export const settingsHandlers = os.router({
  get: os.get.handler(async ({ context }) => {
    const { deps } = zoneReader(context)
    const { numbers, rev, updatedAt, updatedBy } = await chainNumbers(deps.db, deps.zoneId)
    return { numbers, rev, updatedAt, updatedBy, bounds: boundsOf(chainBounds) }
  }),
  set: os.set.handler(({ context, input }) => command(context, 'set_numbers', input, setChainNumbers)),
})
