import { implement } from '@orpc/server'
import { requireActor, requireRole, type RequestContext } from '@tingzhou/http'
import { hasRole } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import { keepingRoles, readingRoles, wallRoles } from '../roles.ts'
import { nowhere, readerOf } from '../room.ts'
import { findDesk } from './desk.ts'
import { deskContract } from './desk-contract.ts'
import { findNear } from './near.ts'
import { findPositions } from './positions.ts'
import { findRunningTrip } from './trip.ts'
import { findWall } from './wall.ts'
import { wallContract } from './wall-contract.ts'

const desk = implement(deskContract).$context<RequestContext>()

/** Whoever dispatches. Carriers and drivers have their own lists. @throws ProblemError 403 */
function dispatcher(context: RequestContext): Reader {
  const reader = readerOf(context)
  requireRole(reader.actor, ...keepingRoles)
  return reader
}

const mutable = <T>(rows: readonly T[]): T[] => [...rows]

export const deskHandlers = desk.router({
  get: desk.get.handler(async ({ context }) => {
    const { loads, offers, troubles, running, at } = await findDesk(dispatcher(context))
    return {
      at,
      loads: { ...loads, rows: mutable(loads.rows) },
      offers: { ...offers, rows: mutable(offers.rows) },
      troubles,
      running: { ...running, rows: mutable(running.rows) },
    }
  }),
  positions: desk.positions.handler(async ({ context, input }) => {
    const { places, ...found } = await findPositions(dispatcher(context), input)
    return { ...found, places: mutable(places) }
  }),
  trip: desk.trip.handler(
    async ({ context, input }) => (await findRunningTrip(dispatcher(context), input.id)) ?? nowhere(input.id),
  ),
  near: desk.near.handler(
    async ({ context, input }) => (await findNear(dispatcher(context), input.loadId)) ?? nowhere(input.loadId),
  ),
})

const wall = implement(wallContract).$context<RequestContext>()

export const wallHandlers = wall.router({
  get: wall.get.handler(async ({ context }) => {
    const actor = requireRole(requireActor(context), ...wallRoles)
    const { money, lanes, latest, ...found } = await findWall(context.deps)
    // Money is the platform's own business.
    return {
      ...found,
      lanes: mutable(lanes),
      latest: mutable(latest),
      money: hasRole(actor, ...readingRoles) ? money : null,
    }
  }),
})
