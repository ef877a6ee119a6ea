import { problem, requireActor, type RequestContext } from '@tingzhou/http'
import { findDevice, reachesPoint } from './device-view.ts'
import type { Point } from './point.ts'
import { hourMs } from './trend-level.ts'

const area = 'telemetry'

/** Who reads. @throws ProblemError 401 */
export const reader = (context: RequestContext) => requireActor(context)

/** A span of time that can be read. @throws ProblemError 422 */
export function windowOf(from: number, to: number, maxHours: number | null): void {
  if (to <= from) throw problem({ kind: 'window_empty', status: 422, area, field: 'to', value: to, rule: '> from' })
  if (maxHours !== null && to - from > maxHours * hourMs)
    throw problem({
      kind: 'window_too_long',
      status: 422,
      area,
      field: 'to',
      value: to,
      rule: `<= ${maxHours} h`,
      meta: { maxHours },
    })
}

/** A point in the reader's reach. @throws ProblemError 404 */
export async function visiblePoint(context: RequestContext, point: number): Promise<Point> {
  const { deps } = context
  const found = (await reachesPoint(deps, reader(context), point)) ? deps.telemetry.catalog.find(point) : undefined
  if (found) return found
  throw problem({ kind: 'not_found', status: 404, field: 'point', value: point })
}

/** A device in the reader's reach. @throws ProblemError 404 */
export async function visibleDevice(context: RequestContext, id: string) {
  const found = await findDevice(context.deps, reader(context), id)
  if (found) return found
  throw problem({ kind: 'not_found', status: 404, field: 'id', value: id })
}
