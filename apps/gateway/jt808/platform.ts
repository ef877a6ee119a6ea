import type { Assembler, MessageOf, Outgoing } from '@tingzhou/jt808'
import type { Device, Devices } from '@tingzhou/telemetry'
import type { Edge } from '../edge.ts'
import type { Link } from '../speaker.ts'
import type { Connection } from '../tcp.ts'
import type { FrameKeeper } from './frame-keeper.ts'
import type { KeyRing } from './rsa.ts'
import type { PointMaker } from '../point-maker.ts'
import type { ItemTaker } from './readings.ts'

/** A picture, sound or film that a terminal sent. */
export type Medium = MessageOf<'media_data'>['body']

/** One connection of one terminal. */
export type Session = Connection &
  Link & {
    /** Asks for packages that are missing. */
    readonly askAgain: (request: (serial: number) => Outgoing) => void
  }

/** What every JT/T 808 connection of a gateway shares. */
export type Platform = Edge & {
  readonly protocol: 'jt808'
  readonly devices: Devices
  readonly points: PointMaker
  /** Takes what is measured beside positions. */
  readonly items: ItemTaker
  readonly assembler: Assembler
  /** Keeps what no reading holds. */
  readonly keeper: FrameKeeper
  readonly keys: KeyRing
  /** The connection of each terminal that has shown its code, by phone. */
  readonly links: Map<string, Session>
  /** A new code for a terminal that registers. */
  readonly newSecret: () => string
  /** Keeps a medium; it is answered when this is done. */
  readonly keepMedium: (device: Device, medium: Medium) => Promise<void>
}
