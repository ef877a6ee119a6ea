import type { Assembler, MessageOf } from '@tingzhou/jt808'
import type { Device, Devices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import type { Session } from './session.ts'

/** A picture, sound or film that a terminal sent. */
export type Medium = MessageOf<'media_data'>['body']

/** What every JT/T 808 connection of a gateway shares. */
export type Platform = Edge & {
  readonly protocol: 'jt808'
  readonly devices: Devices
  readonly assembler: Assembler
  /** The connection of each terminal that has shown its code, by phone. */
  readonly links: Map<string, Session>
  /** A new code for a terminal that registers. */
  readonly newSecret: () => string
  /** Keeps a medium; it is answered when this is done. */
  readonly keepMedium: (device: Device, medium: Medium) => Promise<void>
}
