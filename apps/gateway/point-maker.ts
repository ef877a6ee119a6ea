import { addNodePoints, type Device, type Devices, type PointTemplate } from '@tingzhou/telemetry'
import type { Edge } from './edge.ts'
import { createTurns } from './turns.ts'

/** Makes points that a device speaks of and that its equipment does not have yet. */
export type PointMaker = {
  /**
   * @returns whether the device has all of them now
   * @throws when the database cannot be asked
   */
  readonly make: (device: Device, templates: readonly PointTemplate[]) => Promise<boolean>
  /** Waits for what is under way. */
  readonly settle: () => Promise<void>
}

/** One piece of equipment at a time: what many messages speak of at once is made once. */
export function createPointMaker(
  { db, zoneId, telemetry }: Pick<Edge, 'db' | 'zoneId' | 'telemetry'>,
  devices: Devices,
): PointMaker {
  const { inTurn, settle } = createTurns()
  const makeNow = async (device: Device, templates: readonly PointTemplate[]): Promise<boolean> => {
    const known = devices.find(device.identity)?.points ?? {}
    const missing = templates.filter(({ key }) => known[key] === undefined)
    if (missing.length === 0) return true
    const made = await db.transaction().execute((tx) => addNodePoints(tx, zoneId, device.nodeId, missing))
    // Steps are told in the resolution of the point: it is known before the first value is.
    await Promise.all([devices.reload(device.identity), telemetry.catalog.reload(device.nodeId)])
    return made
  }
  return {
    make: (device, templates) => inTurn(device.nodeId, () => makeNow(device, templates)),
    settle,
  }
}
