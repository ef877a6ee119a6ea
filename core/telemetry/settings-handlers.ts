import { implement } from '@orpc/server'
import { readHistory } from '@tingzhou/audit'
import { requireActor, requireRole, type RequestContext } from '@tingzhou/http'
import { roomUsed } from './room.ts'
import { settingsContract } from './settings-contract.ts'

const os = implement(settingsContract).$context<RequestContext>()
const trailRows = 200

const reader = (context: RequestContext) =>
  requireRole(requireActor(context), 'admin', 'auditor', 'dispatcher', 'supervisor')

/** What the settings of a zone come to, and who changed them. */
export const settingsHandlers = {
  room: os.room.handler(async ({ context, input }) => {
    reader(context)
    const { db, zoneId, telemetry } = context.deps
    return { rows: [...(await roomUsed(db, zoneId, input, telemetry.clock()))] }
  }),
  settingsTrail: os.settingsTrail.handler(async ({ context, input: { object, after } }) => {
    reader(context)
    const { db, zoneId } = context.deps
    const found = await readHistory(db, zoneId, `${zoneId}:telemetry_${object}`, { after, limit: trailRows })
    const last = found.at(-1)
    return {
      rows: found.map(({ seq, at, verb, actorName, data, hash }) => ({ seq, at, verb, actor: actorName, data, hash })),
      next: last && found.length === trailRows ? last.seq : null,
    }
  }),
}
