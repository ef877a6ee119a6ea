import type { AdditionalItem } from '@tingzhou/jt808'
import { toSteps, type Device } from '@tingzhou/telemetry'
import { valuesOf, type ItemValue } from './item-catalogue.ts'
import type { Platform } from './platform.ts'

/** Takes what is measured beside positions. */
export type ItemTaker = {
  /**
   * Gives the values of a position that is kept to their points. Points that the equipment lacks are made first.
   * @param at  the time of the position, milliseconds since the epoch
   * @returns null when all were given to the intake; else what to wait for before the report is answered, and whether it may be
   */
  readonly take: (device: Device, items: readonly AdditionalItem[], at: number) => Promise<boolean> | null
}

// Equipment without room for a point, or whose point somebody has retired, is not asked of the database at each report.
const againMs = 600_000

type Parts = Pick<Platform, 'devices' | 'points' | 'telemetry' | 'intake' | 'counters' | 'log'>

/**
 * Makes the taker of a gateway.
 * Source: own. A position without such items costs a look at its items; one with them a look-up and a sample each. The first
 *   ones of a piece of equipment cost a transaction.
 */
export function createItemTaker({ devices, points, telemetry, intake, counters, log }: Parts): ItemTaker {
  // A point is known to its device a moment before its resolution is.
  const lacks = (device: Device, values: readonly ItemValue[]): boolean =>
    values.some(({ template: { key } }) => telemetry.catalog.find(device.points[key] ?? 0) === undefined)
  /** When points of a device could not be made, on a clock that never goes back, by its id. */
  const without = new Map<string, number>()

  const give = (device: Device, values: readonly ItemValue[], at: number): void => {
    let refused = 0
    for (const { template: of, value } of values) {
      const point = telemetry.catalog.find(device.points[of.key] ?? 0)
      // What is computed no device says.
      const isSaid = point && point.kind !== 'position' && !point.computed
      const steps = isSaid ? toSteps(value, point.resolution) : null
      if (point && steps !== null) intake.sample(point.id, at, steps)
      else refused++
    }
    if (refused > 0) counters.add('jt808.readings_refused', refused)
  }
  const makeAndGive = async (device: Device, values: readonly ItemValue[], at: number): Promise<void> => {
    const known = await points.make(
      device,
      values.map(({ template: of }) => of),
    )
    const now = devices.find(device.identity)
    const current = now?.id === device.id ? now : device
    if (!known || lacks(current, values)) without.set(device.id, performance.now())
    give(current, values, at)
  }
  return {
    take: (device, items, at) => {
      const values = valuesOf(items)
      if (values.length === 0) return null
      if (!lacks(device, values) || isWithout(without, device.id)) {
        give(device, values, at)
        return null
      }
      return makeAndGive(device, values, at).then(
        () => true,
        (error: unknown) => {
          log.error({ err: error, device: device.identity }, 'what was measured could not be kept')
          return false
        },
      )
    },
  }
}

function isWithout(without: Map<string, number>, id: string): boolean {
  const since = without.get(id)
  if (since === undefined) return false
  if (performance.now() - since < againMs) return true
  without.delete(id)
  return false
}
