import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { command, readerOf } from '../room.ts'
import { listAppeals, takeOver } from './appeal.ts'
import { appealContract } from './appeal-contract.ts'

const os = implement(appealContract).$context<RequestContext>()

export const appealHandlers = os.router({
  list: os.list.handler(({ context }) => listAppeals(readerOf(context))),
  takeOver: os.takeOver.handler(({ context, input }) => command(context, 'take_over_appeal', input, takeOver)),
})
