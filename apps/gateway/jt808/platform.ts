import type { Assembler, MessageOf } from '@tingzhou/jt808'
import type { Db, Json } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import type { Clock } from '@tingzhou/kernel'
import type { Device, Devices, Seen, Telemetry } from '@tingzhou/telemetry'
import type { Counters } from '../counters.ts'
import type { FrameLog } from '../frame-log.ts'
import type { Intake } from '../intake.ts'
import type { Session } from './session.ts'

/** A picture, sound or film that a terminal sent. */
export type Medium = MessageOf<'media_data'>['body']

/** What every JT/T 808 connection of a gateway shares. */
export type Platform = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Pick<Log, 'error' | 'info'>
  readonly telemetry: Telemetry
  readonly devices: Devices
  readonly intake: Intake
  readonly counters: Counters
  readonly frames: FrameLog
  readonly assembler: Assembler
  /** The connection of each terminal that has shown its code, by phone. */
  readonly sessions: Map<string, Session>
  /** What was seen of devices and is not yet told, by id. */
  readonly seen: Map<string, Seen>
  /** Phones that nobody knows, with the time of the last note. */
  readonly strangers: Map<string, number>
  /** A new code for a terminal that registers. */
  readonly newSecret: () => string
  /** Keeps a medium; it is answered when this is done. */
  readonly keepMedium: (device: Device, medium: Medium) => Promise<void>
  /** Commands whose end is being noted. */
  readonly answering: Map<string, Promise<void>>
  /** Ends a command. */
  readonly answerOrder: (id: string, state: 'acknowledged' | 'failed', answer: Json) => void
}
