import { wordsOf } from './fault.ts'
import type { ConnectorDevice, FromConnector, Owner, Reading, SpoolOptions, ToConnector } from './message.ts'
import { createOutbox } from './outbox.ts'
import { openSpool, type Disk } from './spool.ts'
import type { Ticker } from './ticker.ts'

/** What a machine is told and asked through. */
export type Connection = {
  /**
   * Sets a point. Rejects with what the machine says against it.
   * @param isWanted  asked before it is set, which may be a while later: whether anybody still wants it
   * @returns the value that the machine holds now, read back; null where it cannot be read
   */
  readonly write: (point: string, value: number, isWanted?: () => boolean) => Promise<number | null>
  /** Lets the machine go; nothing is told of it afterwards. */
  readonly close: () => Promise<void>
}

/** What a connection tells of its machine. */
export type Line = {
  /** Values that were read. What cannot be kept now waits, in memory and then on disk, and is kept later. */
  readonly readings: (readings: readonly Reading[]) => void
  /**
   * How it stands with the machine, whenever that has changed.
   * @param address  where it answers; null: it does not
   * @param reason  why it does not, or what is wrong all the same; null: nothing
   */
  readonly state: (address: string | null, reason: string | null) => void
  /** Bytes as they went over the wire. */
  readonly frame: (direction: 'up' | 'down', bytes: Uint8Array, fault: string | null) => void
}

/** Calls a machine and goes on doing so until it is closed. What is wrong is told as a state. */
export type Connect = (source: unknown, line: Line) => Connection

/** The other end of the gateway's channel: a process that was forked. */
export type Channel = {
  /** @param sent  called when the message has left this process */
  readonly send: (message: FromConnector, sent?: () => void) => void
  readonly onMessage: (hear: (message: ToConnector) => void) => void
}

/** What is said of a value that nobody wants any more. */
export const tooLate = 'its time was over'

const aliveMs = 5_000
const tickMs = 1_000
// A connection that does not end is left alone after this.
const closeMs = 5_000
const openAgainMs = 10_000
const nothingSpooled = {
  kind: 'spool',
  written: 0,
  expired: 0,
  dropped: 0,
  damagedPlaces: 0,
  damagedBytes: 0,
  segments: 0,
} as const
/** Frames that have not left this process yet; beyond that they are not told. */
export const framesMax = 200
// A log holds the last thirty frames of a device: more than this would pass through it unread.
const framesPerSecondMax = 20

type Machine = {
  readonly owner: Owner
  readonly written: string
  connection: Connection | null
  /** Frames told in the second that began then. */
  frames: { since: number; count: number }
  isClosed: boolean
}

/**
 * Serves the gateway over its channel: calls the machines that it names, passes on what they say, and sets what it asks for.
 * A machine whose source or equipment changed is called anew, once the old connection is closed; one that is named no longer is
 * let go. What a machine said is offered until it is kept, also when it is called no more.
 * @param openDisk  a folder for readings that wait; throws while it cannot be used
 * @returns lets all machines go, once what they said is on disk
 * Source: own. O(1) a reading.
 */
export function serve(
  channel: Channel,
  connect: Connect,
  ticker: Ticker,
  openDisk: (folder: string) => Disk,
): { readonly close: () => Promise<void> } {
  const { now, later } = ticker
  const outbox = createOutbox(channel.send, ticker)
  const machines = new Map<string, Machine>()
  /** Connections that are being closed, by identity. */
  const closing = new Map<string, Promise<void>>()
  let wanted: ReadonlyMap<string, ConnectorDevice> = new Map()
  let framesLeaving = 0

  /** Whether a frame is told: faults always while there is room, others as many a second as anybody could read. */
  const hasRoom = ({ frames }: Machine, fault: string | null): boolean => {
    if (framesLeaving >= framesMax) return false
    const at = now()
    if (at - frames.since >= 1_000 || at < frames.since) {
      frames.since = at
      frames.count = 0
    }
    return ++frames.count <= framesPerSecondMax || fault !== null
  }
  const lineOf = (device: string, machine: Machine): Line => ({
    readings: (readings) => {
      if (!machine.isClosed) outbox.add(machine.owner, readings)
    },
    state: (address, reason) => {
      if (!machine.isClosed) channel.send({ kind: 'state', device, address, reason })
    },
    frame: (direction, bytes, fault) => {
      if (machine.isClosed || !hasRoom(machine, fault)) return
      framesLeaving++
      channel.send({ kind: 'frame', device, at: now(), direction, bytes, fault }, () => framesLeaving--)
    },
  })
  const open = (device: ConnectorDevice): void => {
    const { identity, node, source } = device
    const machine: Machine = {
      owner: { device: identity, node },
      written: writtenOf(device),
      connection: null,
      frames: { since: 0, count: 0 },
      isClosed: false,
    }
    machines.set(identity, machine)
    // A connection may tell something before it is returned.
    const line = lineOf(identity, machine)
    try {
      machine.connection = connect(source, line)
    } catch (error) {
      line.state(null, wordsOf(error))
    }
  }
  const letGo = async (identity: string, machine: Machine): Promise<void> => {
    machine.isClosed = true
    outbox.letGo(machine.owner)
    machines.delete(identity)
    // What is wrong with a connection that nobody wants any more is told to nobody.
    const closed = (machine.connection?.close() ?? Promise.resolve()).catch(() => {})
    const tooLong = new Promise<void>((resolve) => void later(closeMs, resolve))
    closing.set(identity, Promise.race([closed, tooLong]))
    await closing.get(identity)
    closing.delete(identity)
  }
  const write = async ({ order, device, point, value, expiresAt }: Extract<ToConnector, { kind: 'write' }>) => {
    const refuse = (fault: string) => channel.send({ kind: 'written', order, fault, value: null })
    const connection = machines.get(device)?.connection
    if (!connection) return refuse('the machine is not called')
    const isWanted = () => now() <= expiresAt
    if (!isWanted()) return refuse(tooLate)
    try {
      channel.send({ kind: 'written', order, fault: null, value: await connection.write(point, value, isWanted) })
    } catch (error) {
      refuse(wordsOf(error))
    }
  }
  const callWanted = (): void => {
    for (const [identity, machine] of machines) {
      const device = wanted.get(identity)
      if (!device || writtenOf(device) !== machine.written) void letGo(identity, machine).then(callWanted)
    }
    // Many machines take one caller at a time: the old connection goes first.
    for (const device of wanted.values())
      if (!machines.has(device.identity) && !closing.has(device.identity)) open(device)
  }
  let stopOpening = (): void => {}
  /** Opens the folder, now or as soon as it can be used. */
  const useSpool = (options: SpoolOptions, complaint: string | null = null): void => {
    try {
      outbox.useSpool(openSpool(openDisk(options.folder), options, now))
    } catch (error) {
      const fault = wordsOf(error)
      if (fault !== complaint) channel.send({ ...nothingSpooled, fault })
      stopOpening = later(openAgainMs, () => useSpool(options, fault))
    }
  }
  channel.onMessage((message) => {
    switch (message.kind) {
      case 'spool':
        return useSpool(message.spool)
      case 'devices':
        wanted = new Map(message.devices.map((device) => [device.identity, device]))
        return callWanted()
      case 'kept':
        return outbox.settle(message.batch, message.isKept)
      case 'write':
        return void write(message)
    }
  })
  let stopAlive: () => void
  const sayAlive = (): void => {
    channel.send({ kind: 'alive' })
    stopAlive = later(aliveMs, sayAlive)
  }
  let stopTick: () => void
  const tick = (): void => {
    outbox.tick()
    stopTick = later(tickMs, tick)
  }
  sayAlive()
  tick()
  return {
    close: async () => {
      stopAlive()
      stopTick()
      stopOpening()
      // Before anything else: another process may soon look at the folder.
      outbox.close()
      wanted = new Map()
      callWanted()
      await Promise.all(closing.values())
    },
  }
}

/** What a machine is called by. */
const writtenOf = ({ node, source }: ConnectorDevice): string => JSON.stringify([node, source])
