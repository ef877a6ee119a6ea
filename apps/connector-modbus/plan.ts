import { isBitTable, widthOf, type ModbusPoint, type ModbusTable } from '@tingzhou/telemetry/source'

/** One request for neighbouring registers, or bits, of a table. */
export type Ask = {
  readonly table: ModbusTable
  readonly register: number
  readonly count: number
  readonly points: readonly ModbusPoint[]
}

// MODBUS Application Protocol V1.1b3 clauses 6.1 to 6.4.
const wordsMax = 125
const bitsMax = 2_000

/**
 * Joins what touches into one request. What lies between is not asked for: machines refuse a request for a register that
 * they do not have.
 * Source: own. O(n log n) points.
 */
export function planOf(points: readonly ModbusPoint[]): readonly Ask[] {
  const asks: Ask[] = []
  for (const point of points.toSorted(byPlace)) {
    const { table, register } = point
    const end = register + widthOf(point.as)
    const last = asks.at(-1)
    const max = isBitTable(table) ? bitsMax : wordsMax
    const joins = last?.table === table && register <= last.register + last.count && end - last.register <= max
    if (!last || !joins) asks.push({ table, register, count: end - register, points: [point] })
    else
      asks.splice(-1, 1, {
        ...last,
        count: Math.max(last.count, end - last.register),
        points: [...last.points, point],
      })
  }
  return asks
}

/**
 * The two halves of a request, for a machine that refuses it as a whole.
 * @returns null when its points stand all in one place, so that nothing can be left out
 * Source: own. O(n log n) points.
 */
export function halvesOf({ points }: Ask): readonly Ask[] | null {
  const places = [...new Set(points.map(placeOf))]
  if (places.length === 1) return null
  const lower = new Set(places.slice(0, Math.ceil(places.length / 2)))
  const isLower = (point: ModbusPoint): boolean => lower.has(placeOf(point))
  return [...planOf(points.filter(isLower)), ...planOf(points.filter((point) => !isLower(point)))]
}

/** Bits of one register stand in the same place. */
const placeOf = ({ register, as }: ModbusPoint): string => `${register}+${widthOf(as)}`

const byPlace = (a: ModbusPoint, b: ModbusPoint): number =>
  a.table === b.table ? a.register - b.register : a.table < b.table ? -1 : 1
