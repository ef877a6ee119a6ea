import { wordsOf } from './fault.ts'
import type { ConnectorDevice, FromConnector, Reading, ToConnector } from './message.ts'

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
  /** Values that were read. What cannot be kept now is kept later, oldest first, up to a bound. */
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

/** The clock and the timers of the process. */
export type Ticker = {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** @returns takes it back */
  readonly later: (ms: number, work: () => void) => () => void
}

/** What is said of a value that nobody wants any more. */
export const tooLate = 'its time was over'

const aliveMs = 5_000
const againMs = 1_000
// A connection that does not end is left alone after this.
const closeMs = 5_000
/** Batches of a device that the gateway has and has not kept yet. */
export const underWayMax = 4
/** Readings of a batch. */
export const batchMax = 1_000
/** Readings of a device that wait for the gateway; beyond that the oldest go. */
export const waitingMax = 20_000
/** Frames that have not left this process yet; beyond that they are not told. */
export const framesMax = 200
// A log holds the last thirty frames of a device: more than this would pass through it unread.
const framesPerSecondMax = 20

type Machine = {
  readonly written: string
  connection: Connection | null
  waiting: Reading[]
  lost: number
  readonly underWay: Map<number, readonly Reading[]>
  /** Frames told in the second that began then. */
  frames: { since: number; count: number }
  /** Takes back that readings are offered again; null when none are to be. */
  again: (() => void) | null
  isClosed: boolean
}

/**
 * Serves the gateway over its channel: calls the machines that it names, passes on what they say, and sets what it asks for.
 * A machine whose source changed is called anew, once the old connection is closed; one that is named no longer is let go.
 * @returns lets all machines go
 * Source: own. O(1) a reading.
 */
export function serve(
  channel: Channel,
  connect: Connect,
  { now, later }: Ticker,
): { readonly close: () => Promise<void> } {
  const machines = new Map<string, Machine>()
  /** Connections that are being closed, by identity. */
  const closing = new Map<string, Promise<void>>()
  let wanted: ReadonlyMap<string, ConnectorDevice> = new Map()
  let batches = 0
  let framesLeaving = 0

  const give = (device: string, machine: Machine): void => {
    while (!machine.isClosed && machine.waiting.length > 0 && machine.underWay.size < underWayMax) {
      const readings = machine.waiting.splice(0, batchMax)
      const { lost } = machine
      machine.lost = 0
      const batch = ++batches
      machine.underWay.set(batch, readings)
      channel.send({ kind: 'readings', batch, device, readings, lost })
    }
  }
  const wait = (machine: Machine, readings: Reading[]): void => {
    const excess = Math.max(0, readings.length - waitingMax)
    machine.lost += excess
    machine.waiting = excess > 0 ? readings.slice(excess) : readings
  }
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
      if (machine.isClosed) return
      wait(machine, [...machine.waiting, ...readings])
      // What could not be kept is not offered again at once, and nothing newer before it.
      if (!machine.again) give(device, machine)
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
  const open = ({ identity, source }: ConnectorDevice): void => {
    const machine: Machine = {
      written: JSON.stringify(source),
      connection: null,
      waiting: [],
      lost: 0,
      underWay: new Map(),
      frames: { since: 0, count: 0 },
      again: null,
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
    machine.again?.()
    machines.delete(identity)
    // What is wrong with a connection that nobody wants any more is told to nobody.
    const closed = (machine.connection?.close() ?? Promise.resolve()).catch(() => {})
    const tooLong = new Promise<void>((resolve) => void later(closeMs, resolve))
    closing.set(identity, Promise.race([closed, tooLong]))
    await closing.get(identity)
    closing.delete(identity)
  }
  const settle = (batch: number, isKept: boolean): void => {
    for (const [device, machine] of machines) {
      const readings = machine.underWay.get(batch)
      if (!readings) continue
      machine.underWay.delete(batch)
      if (!isKept) {
        wait(machine, [...readings, ...machine.waiting])
        machine.again ??= later(againMs, () => {
          machine.again = null
          give(device, machine)
        })
      } else if (!machine.again) give(device, machine)
      return
    }
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
    for (const [identity, machine] of machines)
      if (JSON.stringify(wanted.get(identity)?.source) !== machine.written)
        void letGo(identity, machine).then(callWanted)
    // Many machines take one caller at a time: the old connection goes first.
    for (const device of wanted.values())
      if (!machines.has(device.identity) && !closing.has(device.identity)) open(device)
  }
  channel.onMessage((message) => {
    switch (message.kind) {
      case 'devices':
        wanted = new Map(message.devices.map((device) => [device.identity, device]))
        return callWanted()
      case 'kept':
        return settle(message.batch, message.isKept)
      case 'write':
        return void write(message)
    }
  })
  let stopAlive: () => void
  const sayAlive = (): void => {
    channel.send({ kind: 'alive' })
    stopAlive = later(aliveMs, sayAlive)
  }
  sayAlive()
  return {
    close: async () => {
      stopAlive()
      wanted = new Map()
      callWanted()
      await Promise.all(closing.values())
    },
  }
}
