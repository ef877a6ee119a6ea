import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { command, nowhere, platform, readerOf } from '../room.ts'
import { boundsOf } from '@tingzhou/records/contract'
import { findBoard, listDocks } from './board.ts'
import { dockContract } from './dock-contract.ts'
import { setDocks } from './docks.ts'
import { moveSlot } from './move-slot.ts'
import { findPace } from './pace.ts'
import { dockSettings, setDockSettings } from './settings.ts'
import { numberBounds } from './words.ts'

const os = implement(dockContract).$context<RequestContext>()

export const dockHandlers = os.router({
  list: os.list.handler(({ context, input }) => listDocks(readerOf(context), input)),
  board: os.board.handler(
    async ({ context, input }) => (await findBoard(readerOf(context), input)) ?? nowhere(input.placeId),
  ),
  set: os.set.handler(({ context, input }) => command(context, 'set_docks', input, setDocks)),
  move: os.move.handler(({ context, input }) => command(context, 'move_slot', input, moveSlot)),
  release: os.release.handler(({ context, input }) =>
    command(context, 'release_slot', { ...input, startsAt: null }, moveSlot),
  ),
  settings: os.settings.handler(async ({ context }) => {
    const { deps } = platform(context)
    return { ...(await dockSettings(deps.db, deps.zoneId)), bounds: boundsOf(numberBounds) }
  }),
  setNumbers: os.setNumbers.handler(({ context, input }) =>
    command(context, 'set_dock_settings', input, setDockSettings),
  ),
  pace: os.pace.handler(
    async ({ context, input }) => (await findPace(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
})
