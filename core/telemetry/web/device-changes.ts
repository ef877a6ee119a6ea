import { isRecord } from './record.ts'

/** What stands in a record, as text; null where nothing does. */
export const textOf = (value: unknown): string | null => (value === undefined || value === null ? null : String(value))

type Side = Readonly<Record<string, unknown>>

/**
 * The settings that differ between two records of a device, as they are called in them; of a machine the points that differ.
 * Pure. O(points).
 */
export function changedOf(recordBefore: Side, recordAfter: Side) {
  const [before, after] = [plainOf(recordBefore, recordAfter), plainOf(recordAfter, recordBefore)]
  const keys = Object.keys({ ...before, ...after }).filter((key) => textOf(before[key]) !== textOf(after[key]))
  const words = (side: Side) =>
    keys
      .filter((key) => side[key] !== undefined && side[key] !== null)
      .map((key) => `${key} ${textOf(side[key])}`)
      .join(' · ')
  return { from: words(before) || null, to: words(after) || null }
}

/** A record with what it says of a machine beside the rest: each point by what stands in it, one that the other lacks as a whole. */
function plainOf({ source, ...rest }: Side, other: Side): Side {
  if (!isRecord(source)) return rest
  const { points: _points, ...where } = source
  const known = new Set(pointsIn(other['source']).map(({ key }) => key))
  const own = pointsIn(source).flatMap(({ key, write, ...point }) =>
    known.has(key)
      ? Object.entries({ ...point, write: limitsOf(write) }).map(([name, value]) => [`${String(key)}.${name}`, value])
      : [
          [
            String(key),
            [point['table'], point['register'], point['nodeId']].filter((part) => part !== undefined).join(' '),
          ],
        ],
  )
  return { ...rest, ...where, ...Object.fromEntries(own) }
}

function pointsIn(source: unknown): readonly Side[] {
  const points: unknown = isRecord(source) ? source['points'] : null
  return Array.isArray(points) ? points.filter(isRecord) : []
}

const limitsOf = (write: unknown): string | null =>
  isRecord(write) ? `${String(write['low'])}…${String(write['high'])}` : null
