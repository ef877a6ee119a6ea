import type { SpoolOptions } from '@tingzhou/connector'
import type { Device, DeviceOrder, Devices, MachineState } from '@tingzhou/telemetry'
import type { CalledProtocol } from '@tingzhou/telemetry/source'
import type { Edge } from '../edge.ts'
import type { PointMaker } from '../point-maker.ts'
import type { PointNames } from '../point-names.ts'
import type { Link } from '../speaker.ts'
import type { Child } from './child.ts'
import type { Logins } from './logins.ts'

/** A device whose machine is called. */
export type Machine = {
  device: Device
  readonly names: PointNames
  /** What the connector is told, and the same in writing. */
  readonly source: object
  readonly written: string
  state: Omit<MachineState, 'backlog'>
  /** What of its readings waits on disk. */
  backlog: MachineState['backlog']
  /** Whether the connector knows it so. */
  isTold: boolean
  /** What was wrong with its last readings; null when nothing was. */
  refusal: string | null
  /** On a clock that never goes back. */
  heardMs: number
  /** Orders that the connector has. */
  readonly orders: Map<string, DeviceOrder>
}

/** How the machines of a protocol are called. */
export type Calling = {
  /** Passwords of their users; null: none. */
  readonly logins: Logins | null
  /** Where readings wait that are not kept; null: in memory only. */
  readonly spool: SpoolOptions | null
  /** Whether machines are called; if not, only what waits of them is sent. */
  readonly isCalled: boolean
}

/** What the parts of a speaker share. */
export type Platform = Edge & {
  readonly protocol: CalledProtocol
  readonly devices: Devices
  readonly points: PointMaker
  readonly calling: Calling
  /** The points of equipment whose readings waited on disk, and that no machine is called for now. */
  readonly formerNames: Map<string, PointNames>
  readonly machines: Map<string, Machine>
  readonly links: Map<string, Link>
  /** Batches that are not kept yet. */
  readonly taking: Set<Promise<void>>
  /** What the connector is told. */
  readonly tell: (child: Pick<Child, 'send'>) => void
  child: Child | null
  /** Files with readings that wait; of a connector that is gone, what it left. */
  segments: number
  /** Why readings cannot wait on disk; null: they can. */
  spoolFault: string | null
  /** Which of the processes that followed each other it is: what one is answered the next does not know. */
  round: number
}

const wordsMax = 500

/** Words of a machine, as they can be kept and shown. */
export const plain = (words: string): string => words.replaceAll(/\p{Cc}|\p{Surrogate}/gu, ' ').slice(0, wordsMax)
