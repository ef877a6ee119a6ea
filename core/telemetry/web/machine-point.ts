import type { DeviceSource } from '../source-contract.ts'
import { nameOf } from './api.ts'
import type { Shown } from './device-page.tsx'
import type { Point } from './device-points.tsx'

type Asked = DeviceSource['points'][number]

/** What a machine is asked for, and what it is kept as. */
export type MachinePoint = {
  readonly asked: Asked
  /** Undefined until it is made, and where the equipment has no room for it. */
  readonly kept: Point | undefined
  readonly name: string
}

/** The points that a machine is asked for, in their order. Pure. O(points). */
export function machinePoints({ settings, points, nodeCode }: Shown): readonly MachinePoint[] {
  const asked: readonly Asked[] = settings.source?.points ?? []
  const byCode = new Map(points.map((point) => [point.code, point]))
  return asked.map((one) => {
    const kept = byCode.get(`${nodeCode ?? ''}.${one.key}`)
    return { asked: one, kept, name: kept ? nameOf(kept.name) : (one.name ?? one.key) }
  })
}
