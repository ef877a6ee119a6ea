import type { Device, DeviceOrder, Devices, Protocol } from '@tingzhou/telemetry'
import { noteHeard, type Edge } from './edge.ts'

/** A device on its connection, once it has shown who it is. */
export type Link = {
  /** Null for one that was retired meanwhile. */
  readonly device: () => Device | null
  /** Sends an order. */
  readonly order: (order: DeviceOrder) => void
  readonly hasOrder: (id: string) => boolean
  /** Whether it takes orders now; absent: always. */
  readonly takesOrders?: () => boolean
  /** Whether it was heard since, on a clock that never goes back. */
  readonly heardSince: (ms: number) => boolean
  readonly address: string
  /**
   * Another connection speaks for the device from now on.
   * @param isElsewhere  at another process: what the device said there may be older than what is said here now
   */
  readonly supersede: (isElsewhere: boolean) => void
}

/** A port that devices call. */
export type Port = { readonly port: number; readonly close: () => Promise<void> }

/** All that a gateway does with one protocol. */
export type Speaker = {
  readonly protocol: Protocol
  readonly devices: Devices
  /** The connection of each device, by identity. */
  readonly links: ReadonlyMap<string, Link>
  /** Opens a port. */
  readonly listen: { readonly [name: string]: (port: number, host: string) => Promise<Port> }
  /** What is due, once a second. */
  readonly tick?: () => void
  /** Waits for what is under way, once the ports are closed. */
  readonly settle?: () => Promise<void>
}

/** The newest connection of a device is the one that counts. */
export function takeLink<L extends Link>(
  platform: Edge & { readonly protocol: Protocol; readonly links: Map<string, L> },
  { id, identity }: Device,
  link: L,
): void {
  const { protocol, links } = platform
  const other = links.get(identity)
  if (other === link) return
  links.set(identity, link)
  noteHeard(platform, id, link.address, other ? 1 : 0)
  if (!other) return
  platform.counters.add(`${protocol}.superseded`)
  other.supersede(false)
}
