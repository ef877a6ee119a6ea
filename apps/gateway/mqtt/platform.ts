import type { Devices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import type { PointMaker } from '../point-maker.ts'
import type { Turns } from '../turns.ts'
import type { Session } from './session.ts'

/** What every MQTT connection of a gateway shares. */
export type Platform = Edge & {
  readonly protocol: 'mqtt'
  readonly devices: Devices
  readonly points: PointMaker
  /** The connection of each device that was let in, by client identifier. */
  readonly links: Map<string, Session>
  /** Does work on what is kept of a device, by its id. */
  readonly inTurn: Turns['inTurn']
  /** The ports are being closed: devices that lose their connection now did not vanish. */
  readonly isClosing: () => boolean
}
