import type { EpochMs } from '@tingzhou/kernel'
import type { IngestBatch } from './ingest-contract.ts'
import type { GatewayRow } from './gateway-row.ts'
import type { Protocol } from './protocol.ts'
import type { Telemetry } from './telemetry.ts'

/** One frame as it went over the wire. */
export type LoggedFrame = {
  readonly at: number
  readonly direction: 'up' | 'down'
  readonly bytes: Uint8Array
  /** What was wrong with it; null when nothing was. */
  readonly fault: string | null
}

/** How it stands with a machine that is called. */
export type MachineState = {
  /** Where it answers; null: it does not. */
  readonly address: string | null
  /** Why it does not, or what is wrong with what it says. */
  readonly reason: string | null
  /** Since when. */
  readonly since: EpochMs
  /** Readings of it that wait on disk until they can be kept, and since when; null: none do. */
  readonly backlog: { readonly readings: number; readonly since: EpochMs } | null
}

/** The edge of the zone as screens see it: which devices are connected to it, in whichever process, and what they said last. */
export type FieldGateway = {
  /** Where devices of a protocol call; null: nowhere. */
  readonly ports: { readonly [P in Protocol]?: number | null }
  /** Ids of the devices that are connected. */
  readonly online: () => readonly string[]
  /** The last frames of a device, oldest first, whichever process it speaks to. */
  readonly frames: (protocol: Protocol, identity: string) => Promise<readonly LoggedFrame[]>
  /** Null for one that no process calls. */
  readonly machine: (protocol: Protocol, identity: string) => Promise<MachineState | null>
  /** Gateways in processes of their own, by name. */
  readonly gateways: () => readonly Omit<GatewayRow, 'id'>[]
  /** What this process has counted. */
  readonly counts: () => Readonly<Record<string, number>>
  /** Takes a batch that a device posted; answers when it is durable. */
  readonly ingest: (request: IngestRequest) => Promise<IngestAnswer>
}

/** A batch of readings that a device posts, and who it says it is. */
export type IngestRequest = {
  readonly identity: string
  readonly key: string
  readonly address: string
  readonly batch: IngestBatch
}

/** What became of a batch. Refused: who sent it is not known, or showed a wrong key. */
export type IngestAnswer =
  | { readonly kind: 'refused' | 'batch_reused' | 'no_room' | 'not_kept' }
  | { readonly kind: 'too_many'; readonly waitMs: number }
  | {
      readonly kind: 'kept'
      readonly refused: number
      readonly faults: readonly { readonly field: string; readonly value: string; readonly rule: string }[]
    }

declare module '@tingzhou/http' {
  interface Deps {
    readonly telemetry: Telemetry
    /** Null where devices are heard by another process; set once, before the server listens. */
    fieldGateway: FieldGateway | null
  }
}
