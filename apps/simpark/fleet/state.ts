import type { Socket } from 'node:net'
import type { DecodeOptions, Framer, Position } from '@tingzhou/jt808'
import type { Picture } from './camera.ts'
import type { Tally } from './counts.ts'
import type { Identity } from './identity.ts'
import type { Cab } from './orders.ts'
import type { Outbox } from './outbox.ts'
import type { Parameters } from './parameters.ts'
import type { Motion, Truck } from './truck.ts'

/** What all terminals of a fleet share. Times are milliseconds since the epoch. */
export type Surroundings = {
  readonly host: string
  readonly port: number
  readonly now: () => number
  readonly motion: Motion
  readonly tally: Tally
  readonly reportEveryMs: number
  readonly keptMax: number
  /** Between two tries to connect: first so long, then twice as long each time, up to the most. */
  readonly reconnectMs: { readonly first: number; readonly most: number }
  /** Share of the frames that are broken on their way, 0 to 1. */
  readonly brokenShare: number
  /** How often a driver calls for help, on average. */
  readonly sosPerDay: number
  readonly codeOf: (phone: string) => string | undefined
  readonly keepCode: (phone: string, code: string | null) => void
  readonly wakeAt: (id: number, atMs: number) => void
  /** Told of every report that a terminal makes, before it is sent. */
  readonly onReport: (identity: Identity, position: Position) => void
}

/** How far a connection is. */
export type Link = 'down' | 'connecting' | 'registering' | 'authenticating' | 'online'

/** A terminal from the inside. */
export type State = {
  readonly around: Surroundings
  readonly identity: Identity
  readonly parameters: Parameters
  readonly outbox: Outbox
  readonly readOptions: DecodeOptions
  readonly cab: Cab
  readonly pictures: Map<number, Picture>
  /** How far its clock was ahead when it was set last. */
  clock: { readonly setAtMs: number; readonly aheadMs: number }
  /** When it asks for the time again. */
  askTimeAtMs: number
  truck: Truck
  movedAtMs: number
  link: Link
  socket: Socket | null
  framer: Framer | null
  serial: number
  /** When it tries to connect again, or gives up waiting for an answer at the door. */
  linkDueMs: number
  failures: number
  reportAtMs: number
  reportedS: number
  spokeAtMs: number
  tracking: { readonly everyMs: number; readonly untilMs: number } | null
  isBlind: boolean
  isSos: boolean
  areDoorsLocked: boolean
  /** The orders for pictures that were obeyed over this connection: one that comes again is not obeyed again. */
  readonly shot: Map<number, readonly number[]>
  mediaId: number
  isClosed: boolean
}

/** What is due at no time. */
export const never = Number.POSITIVE_INFINITY
const answerDefaultS = 10
const retriesDefault = 3

/** How long it waits for an answer, and how often it sends again. */
export const answerMsOf = (parameters: Parameters): number => parameters.number('tcp_timeout_s', answerDefaultS) * 1_000
export const retriesOf = (parameters: Parameters): number => parameters.number('tcp_retries', retriesDefault)
