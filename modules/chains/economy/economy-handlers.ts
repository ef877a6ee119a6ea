import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { historyOf, nowhere } from '@tingzhou/records'
import { command, readerOf, zoneReader } from '../room.ts'
import { textsOf } from '../texts.ts'
import { changeDemand, enterDemand, removeDemand } from './demand.ts'
import { findDemand, listDemands } from './demand-view.ts'
import {
  demandContract,
  firmContract,
  leaderContract,
  linkContract,
  outsideContract,
  positionContract,
} from './economy-contract.ts'
import { findFirmPage, listFirms } from './firm-view.ts'
import { changeLeader, enterLeader } from './leader.ts'
import { findLeader, listLeaders } from './leader-view.ts'
import { exportLinks } from './link-export.ts'
import { changeLink, enterLink, removeLink } from './link.ts'
import { findLink, listLinks } from './link-view.ts'
import { changeOutside, enterOutside } from './outside.ts'
import { findOutside, listOutside } from './outside-view.ts'
import { changePosition, enterPosition, removePosition, type SavedWarned } from './position.ts'
import { findPosition, listPositions } from './position-view.ts'

/** Warnings in the reader's words. */
const warned = ({ lang }: RequestContext, { warnings, ...saved }: SavedWarned) => ({
  ...saved,
  warnings: warnings.map(({ field, rule }) => ({ field, rule, message: wordsOf(lang, rule) })),
})

const wordsOf = (lang: RequestContext['lang'], rule: string): string => {
  const words: Readonly<Record<string, string>> = textsOf(lang).rule
  return words[rule] ?? rule
}

const positions = implement(positionContract).$context<RequestContext>()

export const positionHandlers = positions.router({
  list: positions.list.handler(({ context, input }) => listPositions(readerOf(context), input)),
  get: positions.get.handler(
    async ({ context, input }) => (await findPosition(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: positions.create.handler(async ({ context, input }) =>
    warned(context, await command(context, 'enter_position', input, enterPosition)),
  ),
  change: positions.change.handler(async ({ context, input }) =>
    warned(context, await command(context, 'change_position', input, changePosition)),
  ),
  remove: positions.remove.handler(({ context, input }) => command(context, 'remove_position', input, removePosition)),
  history: positions.history.handler(({ context, input }) => historyOf(readerOf(context), 'chain_position', input.id)),
})

const links = implement(linkContract).$context<RequestContext>()

export const linkHandlers = links.router({
  list: links.list.handler(({ context, input }) => listLinks(readerOf(context), input)),
  get: links.get.handler(
    async ({ context, input }) => (await findLink(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: links.create.handler(({ context, input }) => command(context, 'enter_link', input, enterLink)),
  change: links.change.handler(({ context, input }) => command(context, 'change_link', input, changeLink)),
  remove: links.remove.handler(({ context, input }) => command(context, 'remove_link', input, removeLink)),
  history: links.history.handler(({ context, input }) => historyOf(readerOf(context), 'chain_link', input.id)),
  exportXlsx: links.exportXlsx.handler(({ context, input }) => exportLinks(readerOf(context), context.lang, input)),
})

const outside = implement(outsideContract).$context<RequestContext>()

export const outsideHandlers = outside.router({
  list: outside.list.handler(({ context, input }) => listOutside(readerOf(context), input)),
  get: outside.get.handler(
    async ({ context, input }) => (await findOutside(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: outside.create.handler(({ context, input }) => command(context, 'enter_outside', input, enterOutside)),
  change: outside.change.handler(({ context, input }) => command(context, 'change_outside', input, changeOutside)),
  history: outside.history.handler(({ context, input }) => historyOf(readerOf(context), 'chain_outside', input.id)),
})

const leaders = implement(leaderContract).$context<RequestContext>()

export const leaderHandlers = leaders.router({
  list: leaders.list.handler(({ context, input }) => listLeaders(readerOf(context), input)),
  get: leaders.get.handler(
    async ({ context, input }) => (await findLeader(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: leaders.create.handler(({ context, input }) => command(context, 'enter_leader', input, enterLeader)),
  change: leaders.change.handler(({ context, input }) => command(context, 'change_leader', input, changeLeader)),
  history: leaders.history.handler(({ context, input }) => historyOf(readerOf(context), 'chain_leader', input.id)),
})

const demands = implement(demandContract).$context<RequestContext>()

export const demandHandlers = demands.router({
  list: demands.list.handler(({ context, input }) => listDemands(zoneReader(context), input)),
  get: demands.get.handler(
    async ({ context, input }) => (await findDemand(zoneReader(context), input.id)) ?? nowhere(input.id),
  ),
  create: demands.create.handler(({ context, input }) => command(context, 'enter_demand', input, enterDemand)),
  change: demands.change.handler(({ context, input }) => command(context, 'change_demand', input, changeDemand)),
  remove: demands.remove.handler(({ context, input }) => command(context, 'remove_demand', input, removeDemand)),
  history: demands.history.handler(({ context, input }) => historyOf(readerOf(context), 'chain_demand', input.id)),
})

const firms = implement(firmContract).$context<RequestContext>()

export const firmHandlers = firms.router({
  list: firms.list.handler(({ context, input }) => listFirms(readerOf(context), input)),
  get: firms.get.handler(
    async ({ context, input }) => (await findFirmPage(readerOf(context), input)) ?? nowhere(input.id),
  ),
})
