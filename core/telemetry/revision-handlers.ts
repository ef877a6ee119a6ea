import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { visibleDevice } from './asked.ts'
import { spanOfDevice } from './kept-frame.ts'
import { revisionContract } from './revision-contract.ts'
import { listRevisions } from './revision.ts'

const os = implement(revisionContract).$context<RequestContext>()

/** What was corrected of a device in the reader's reach. */
export const revisionHandlers = {
  revisions: os.revisions.handler(async ({ context, input }) => {
    const { db, zoneId, telemetry } = context.deps
    const device = await visibleDevice(context, input.id)
    const span = await spanOfDevice(db, zoneId, device)
    const { rows, next } = await listRevisions(db, zoneId, device, span, input)
    const named = rows.map(({ changes, ...revision }) => ({
      ...revision,
      changes: changes.flatMap((change) => {
        const point = telemetry.catalog.find(change.point)
        return point ? [{ ...change, code: point.code, kind: point.kind, name: point.name, unit: point.unit }] : []
      }),
    }))
    return { rows: named, next, total: null }
  }),
}
