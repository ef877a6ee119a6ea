import { createHash } from 'node:crypto'
import { printSegment, type Message } from '@tingzhou/hj212'
import type { Device } from '@tingzhou/telemetry'
import type { Flow } from '../flow.ts'
import type { MonitorLink } from './link.ts'
import type { Platform } from './platform.ts'

/** What a device uploads, and over which connection. */
export type Upload = {
  readonly platform: Platform
  readonly flow: Flow
  readonly link: MonitorLink
  readonly device: Device
  readonly message: Message
  /** The bytes of its segment. */
  readonly segment: Uint8Array
}

/** How a message stands to those before it over the same connection: nothing was said of the same, the same was, something else was. */
export type Said = 'new' | 'again' | 'otherwise'

/** What a message says, whatever its number: as short as it can be told apart. */
export const digestOf = ({ segment }: Message): string =>
  createHash('sha256')
    .update(printSegment({ ...segment, qn: null, pw: null }))
    .digest('base64url')
    .slice(0, 22)
