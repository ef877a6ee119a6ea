import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { hasRole } from '@tingzhou/parties'
import { historyOf, nowhere } from '@tingzhou/records'
import { isOf } from '../reach.ts'
import { readingRoles } from '../roles.ts'
import { command, readerOf, zoneReader } from '../room.ts'
import { askSaving, askShock } from './ask.ts'
import { industryContract } from './industry-contract.ts'
import { findIndustry, listIndustries } from './industry-view.ts'
import { beginRun, runnerOf, type Turn } from './make.ts'
import { networkContract, runContract, savingContract, shockContract } from './run-contract.ts'
import { findFirmRisks, listHidden, listRisks } from './risk-view.ts'
import { findNetwork, findRun, listRuns } from './run-view.ts'
import { findTurn } from './turn.ts'
import { findWall } from './wall-view.ts'
import { yearOfData } from './year.ts'

const industries = implement(industryContract).$context<RequestContext>()

export const industryHandlers = industries.router({
  list: industries.list.handler(({ context, input }) => listIndustries(zoneReader(context), input)),
  get: industries.get.handler(
    async ({ context, input }) => (await findIndustry(zoneReader(context), input)) ?? nowhere(input.code),
  ),
  risks: industries.risks.handler(({ context, input }) => listRisks(zoneReader(context), input)),
  hiddenSources: industries.hiddenSources.handler(({ context, input }) => listHidden(zoneReader(context), input)),
  firmRisks: industries.firmRisks.handler(({ context, input }) => {
    const reader = readerOf(context)
    const isOwn = isOf(reader.actor, input.id)
    if (!isOwn && !hasRole(reader.actor, ...readingRoles)) return nowhere(input.id)
    return findFirmRisks(reader, input, isOwn)
  }),
  wall: industries.wall.handler(({ context }) => findWall(zoneReader(context))),
})

const runs = implement(runContract).$context<RequestContext>()

export const runHandlers = runs.router({
  list: runs.list.handler(({ context, input }) => listRuns(zoneReader(context), input)),
  get: runs.get.handler(
    async ({ context, input }) => (await findRun(zoneReader(context), input.id)) ?? nowhere(input.id),
  ),
  turn: runs.turn.handler(async ({ context }) => {
    const { deps } = zoneReader(context)
    return { turn: await findTurn(deps.db, deps), yearOfData: await yearOfData(deps.db, deps) }
  }),
  recompute: runs.recompute.handler(async ({ context, input }) => {
    // A repeat answers what was answered and begins nothing.
    const begun: Turn[] = []
    const answer = await command(context, 'recompute', input, async (tx, deps, actor, wish) => {
      const turn = await beginRun(tx, deps, actor, wish)
      if (turn.ok) begun.push({ holder: turn.value.id, year: turn.value.year, actor })
      return turn
    })
    const last = begun.at(-1)
    if (last) runnerOf(context.deps).launch(last)
    return answer
  }),
  history: runs.history.handler(({ context, input }) => historyOf(zoneReader(context), 'chain_run', input.id)),
})

const networks = implement(networkContract).$context<RequestContext>()
export const networkHandlers = networks.router({
  get: networks.get.handler(({ context, input }) => findNetwork(zoneReader(context), input.year)),
})

const shocks = implement(shockContract).$context<RequestContext>()
export const shockHandlers = shocks.router({
  simulate: shocks.simulate.handler(({ context, input }) => askShock(zoneReader(context), context.lang, input)),
})

const savings = implement(savingContract).$context<RequestContext>()
export const savingHandlers = savings.router({
  reckon: savings.reckon.handler(({ context, input }) => askSaving(readerOf(context), context.lang, input)),
})
