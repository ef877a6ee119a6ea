import type { Telemetry } from './telemetry.ts'

/** One frame as it went over the wire. */
export type LoggedFrame = {
  readonly at: number
  readonly direction: 'up' | 'down'
  readonly bytes: Uint8Array
  /** What was wrong with it; null when nothing was. */
  readonly fault: string | null
}

/** The edge of the zone as screens see it: which devices are connected to it, and what they said last. */
export type FieldGateway = {
  readonly port: number | null
  readonly online: () => readonly string[]
  readonly frames: (identity: string) => readonly LoggedFrame[]
  readonly counts: () => Readonly<Record<string, number>>
}

declare module '@tingzhou/http' {
  interface Deps {
    readonly telemetry: Telemetry
    /** Null where devices are heard by another process; set once, before the server listens. */
    fieldGateway: FieldGateway | null
  }
}
