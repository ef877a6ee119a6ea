import { implement } from '@orpc/server'
import { problem, requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { platform } from '../room.ts'
import { withFile } from '../wave/settings.ts'
import { dispatchDayContract } from './day-contract.ts'
import { makeDay } from './day.ts'
import { findDay, findRecord, listDays } from './day-view.ts'
import './texts.ts'

const os = implement(dispatchDayContract).$context<RequestContext>()

/** @throws ProblemError 404 */
function noDay(day: string): never {
  throw problem({ kind: 'not_found', status: 404, field: 'day', value: day, rule: 'within_reach' })
}

export const dispatchDayHandlers = os.router({
  list: os.list.handler(({ context, input }) => listDays(platform(context), input)),
  get: os.get.handler(async ({ context, input }) => (await findDay(platform(context), input.day)) ?? noDay(input.day)),
  record: os.record.handler(async ({ context, input }) => {
    const record = (await findRecord(platform(context), input.day)) ?? noDay(input.day)
    const { numbers, places, trucks, loads } = record
    return { ...record, numbers: withFile(numbers), places: [...places], trucks: [...trucks], loads: [...loads] }
  }),
  make: os.make.handler(async ({ context, input }) =>
    unwrap(await makeDay(context.deps, requireActor(context), input), freightProblems),
  ),
})
