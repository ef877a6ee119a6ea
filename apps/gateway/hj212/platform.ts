import type { Assembler } from '@tingzhou/hj212'
import type { Devices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import type { PointMaker } from '../point-maker.ts'
import type { Turns } from '../turns.ts'
import type { MonitorLink } from './link.ts'

/** What every HJ 212 connection of a gateway shares. */
export type Platform = Edge & {
  readonly protocol: 'hj212'
  readonly devices: Devices
  readonly points: PointMaker
  /** What is compared with what is kept, one message of a piece of equipment after the other. */
  readonly comparing: Turns
  /** Tells when a record that came in several packets is whole. */
  readonly assembler: Assembler
  /** The connection of each device that has shown its password, by MN. */
  readonly links: Map<string, MonitorLink>
  /** When the clock of a device was last set because it was off, by its id. */
  readonly clocksSet: Map<string, number>
  /** Devices whose first contact is being written down, by id. */
  readonly meeting: Set<string>
}
