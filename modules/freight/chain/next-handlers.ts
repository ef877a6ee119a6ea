import { implement } from '@orpc/server'
import { unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { command, platform, readerOf } from '../room.ts'
import { boundsOf } from '@tingzhou/records/contract'
import { confirmNext, endNext } from './decide.ts'
import { nextContract } from './next-contract.ts'
import { chooseNext } from './next.ts'
import { listNexts, listReturns } from './returns-view.ts'
import { chainSettings, setChainSettings } from './settings.ts'
import { chainBounds } from './words.ts'

const os = implement(nextContract).$context<RequestContext>()

export const nextHandlers = os.router({
  returns: os.returns.handler(async ({ context, input }) =>
    unwrap(await listReturns(readerOf(context), context.lang, input.id), freightProblems),
  ),
  choose: os.choose.handler(({ context, input }) => command(context, 'choose_next_load', input, chooseNext)),
  list: os.list.handler(({ context, input }) => listNexts(platform(context), context.lang, input)),
  confirm: os.confirm.handler(({ context, input }) => command(context, 'confirm_next_load', input, confirmNext)),
  end: os.end.handler(({ context, input }) => command(context, 'end_next_load', input, endNext)),
  settings: os.settings.handler(async ({ context }) => {
    const { deps } = platform(context)
    return { ...(await chainSettings(deps.db, deps.zoneId)), bounds: boundsOf(chainBounds) }
  }),
  set: os.set.handler(({ context, input }) => command(context, 'set_chain_settings', input, setChainSettings)),
})
