import type { Devices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import type { PointMaker } from '../point-maker.ts'
import type { Session } from './session.ts'

/** What every MQTT connection of a gateway shares. */
export type Platform = Edge & {
  readonly protocol: 'mqtt'
  readonly devices: Devices
  readonly points: PointMaker
  /** The connection of each device that was let in, by client identifier. */
  readonly links: Map<string, Session>
  /** Does work on what is kept of a device, one after the other; rejects as the work does. */
  readonly inTurn: (deviceId: string, work: () => Promise<void>) => Promise<void>
  /** The ports are being closed: devices that lose their connection now did not vanish. */
  readonly isClosing: () => boolean
}
