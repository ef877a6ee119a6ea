import { implement } from '@orpc/server'
import { requireActor, requireRole, type RequestContext } from '@tingzhou/http'
import { roomUsed } from './room.ts'
import { settingsContract } from './settings-contract.ts'
import { settingOf, trailOf } from './trail.ts'

const os = implement(settingsContract).$context<RequestContext>()

const reader = (context: RequestContext) =>
  requireRole(requireActor(context), 'admin', 'auditor', 'dispatcher', 'supervisor')

/** What the settings of a zone come to, and who changed them. */
export const settingsHandlers = {
  room: os.room.handler(async ({ context, input }) => {
    reader(context)
    const { db, zoneId, telemetry } = context.deps
    return { rows: [...(await roomUsed(db, zoneId, input, telemetry.clock()))] }
  }),
  settingsTrail: os.settingsTrail.handler(async ({ context, input: { object, ...page } }) => {
    reader(context)
    return trailOf(context.deps, settingOf(context.deps.zoneId, object).id, page)
  }),
}
