import { implement } from '@orpc/server'
import { caseDeps, drawingOf, readTrail } from '@tingzhou/casework'
import { unwrap, type RequestContext } from '@tingzhou/http'
import { err } from '@tingzhou/kernel'
import { historyOf, nowhere } from '@tingzhou/records'
import { chainsProblems } from '../problems.ts'
import { command, readerOf, zoneReader, type Reader } from '../room.ts'
import { worded } from '../texts.ts'
import { lineContract } from './line-contract.ts'
import { findLine, listLines, plantsForLine } from './line-view.ts'
import { makeMove } from './moves.ts'
import { openTarget } from './open.ts'
import { listOwners } from './owners.ts'
import { plantContract } from './plant-contract.ts'
import { findPlant, listPlants } from './plant-view.ts'
import { changePlant, enterPlant } from './plant.ts'
import { targetContract } from './target-contract.ts'
import { findTarget, isReadable, listTargets, plantsForTarget, targetBoard } from './target-view.ts'

const lines = implement(lineContract).$context<RequestContext>()

export const lineHandlers = lines.router({
  list: lines.list.handler(({ context, input }) => listLines(zoneReader(context), input)),
  get: lines.get.handler(
    async ({ context, input: { key } }) => (await findLine(zoneReader(context), key)) ?? nowhere(key),
  ),
  plants: lines.plants.handler(
    async ({ context, input: { key, scale } }) =>
      (await plantsForLine(zoneReader(context), key, scale)) ?? nowhere(key),
  ),
})

const targets = implement(targetContract).$context<RequestContext>()

export const targetHandlers = targets.router({
  list: targets.list.handler(({ context, input }) => listTargets(readerOf(context), input)),
  board: targets.board.handler(({ context, input }) => targetBoard(readerOf(context), input)),
  owners: targets.owners.handler(async ({ context, input: { q } }) => {
    const { db, zoneId } = zoneReader(context).deps
    return { rows: await listOwners(db, zoneId, q) }
  }),
  get: targets.get.handler(
    async ({ context, input: { id } }) => (await findTarget(readerOf(context), id)) ?? nowhere(id),
  ),
  open: targets.open.handler(({ context, input }) =>
    command(context, 'open_target', input, (tx, deps, actor, wish, last) =>
      openTarget(tx, caseDeps(deps), actor, wish, last),
    ),
  ),
  // Who may move is decided under the lock.
  move: targets.move.handler(async ({ context, input: { id, move } }) => {
    const { deps, actor } = readerOf(context)
    const moved = await makeMove(caseDeps(deps), actor, id, move)
    return unwrap(moved.ok ? moved : err(worded(context.lang, moved.error)), chainsProblems)
  }),
  plants: targets.plants.handler(
    async ({ context, input: { id, scale } }) => (await plantsForTarget(readerOf(context), id, scale)) ?? nowhere(id),
  ),
  history: targets.history.handler(async ({ context, input: { id, after, limit } }) => {
    const { deps } = await readerFor(context, id)
    return readTrail(deps.db, deps.zoneId, id, {
      ...(after === undefined ? {} : { after }),
      ...(limit === undefined ? {} : { limit }),
    })
  }),
  process: targets.process.handler(async ({ context, input: { id } }) => {
    const { deps } = await readerFor(context, id)
    return (await drawingOf(deps.db, deps.zoneId, 'chain_target', id)) ?? nowhere(id)
  }),
})

/** The reader of a target that must be within reach. */
async function readerFor(context: RequestContext, id: string): Promise<Reader> {
  const reader = readerOf(context)
  return (await isReadable(reader, id)) ? reader : nowhere(id)
}

const plants = implement(plantContract).$context<RequestContext>()

export const plantHandlers = plants.router({
  list: plants.list.handler(({ context, input }) => listPlants(readerOf(context), input)),
  get: plants.get.handler(
    async ({ context, input: { id } }) => (await findPlant(readerOf(context), id)) ?? nowhere(id),
  ),
  create: plants.create.handler(({ context, input }) => command(context, 'enter_plant', input, enterPlant)),
  change: plants.change.handler(({ context, input }) => command(context, 'change_plant', input, changePlant)),
  history: plants.history.handler(({ context, input: { id } }) => historyOf(readerOf(context), 'chain_plant', id)),
})
