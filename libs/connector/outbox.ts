import type { FromConnector, Owner, Reading } from './message.ts'
import { createRate, type Rate } from './rate.ts'
import { keyOf, waitingOf, type Mark, type Spool } from './spool.ts'
import type { Ticker } from './ticker.ts'

/** Readings on their way to the gateway: in memory for a moment, then on disk until it keeps them. */
export type Outbox = {
  /** Takes what a machine said. */
  readonly add: (owner: Owner, readings: readonly Reading[]) => void
  /** Whether the gateway keeps a batch. */
  readonly settle: (batch: number, isKept: boolean) => void
  /** The machine is called no longer; what it said is still offered. */
  readonly letGo: (owner: Owner) => void
  /** Readings wait on disk from now on. */
  readonly useSpool: (spool: Spool) => void
  /** What is due, once a second. */
  readonly tick: () => void
  /** Writes what is not kept to disk, at once; nothing is taken or sent afterwards. */
  readonly close: () => void
}

/** Batches of a device that the gateway has and has not kept yet. */
export const underWayMax = 4
/** Readings of a batch. */
export const batchMax = 1_000
/** Readings of a device that wait in memory; beyond that the oldest go to disk, or are lost where there is none. */
export const waitingMax = 20_000
/** How much faster than live readings those on disk are sent, and the rate of a device that says less, readings a second. */
export const backlogPace = { times: 5, perSecondMin: 1 }
/** How long a reading waits in memory. */
export const promptMs = 2_000
/** Until then what is on disk waits for a newer reading to be kept: it is not taken for what is now. */
export const lateMs = 300_000
const againMs = 1_000
const backlogAgainMs = 5_000
const tellMs = 5_000

/** @property serial  in the order in which they were heard */
type Waiting = { readonly reading: Reading; readonly heardAt: number; readonly serial: number }

type Queue = {
  readonly owner: Owner
  readonly key: string
  isCalled: boolean
  waiting: Waiting[]
  lost: number
  /** Batches of what did not wait on disk. */
  underWay: number
  /** Takes back that readings are offered again; null when none are to be. */
  again: (() => void) | null
  readonly rate: Rate
  /** When the newest reading was heard that was kept. */
  keptTo: number
  readonly late: Late
}

/** How what waits on disk is sent. */
type Late = {
  isUnderWay: boolean
  /** Readings that were sent before their time, and as of when that was reckoned. */
  ahead: number
  at: number
  notBefore: number
  /** Takes back that the next is offered. */
  next: (() => void) | null
  told: string
  toldAt: number
}

type Batch = {
  readonly queue: Queue
  readonly waiting: readonly Waiting[]
  /** Where it stands on disk; null: it does not. */
  mark: Mark | null
  readonly isLate: boolean
}

/**
 * Makes the way of readings to the gateway. What is new goes first; what is on disk follows, one record at a time.
 * Source: own. O(1) a reading; a tick O(owners).
 */
export function createOutbox(send: (message: FromConnector) => void, { now, later }: Ticker): Outbox {
  const queues = new Map<string, Queue>()
  const batches = new Map<number, Batch>()
  let spool: Spool | null = null
  let [lastBatch, lastSerial] = [0, 0]
  let isClosed = false

  const queueOf = (owner: Owner): Queue => {
    const key = keyOf(owner)
    const queue = queues.get(key) ?? newQueue(owner, key, now())
    queues.set(key, queue)
    return queue
  }
  const sendBatch = (batch: Batch, readings: readonly Reading[], lost: number): void => {
    const number = ++lastBatch
    batches.set(number, batch)
    const { device, node } = batch.queue.owner
    send({ kind: 'readings', batch: number, device, node, isLate: batch.isLate, readings, lost })
  }
  const give = (queue: Queue): void => {
    while (!queue.again && queue.waiting.length > 0 && queue.underWay < underWayMax) {
      const waiting = queue.waiting.splice(0, batchMax)
      const { lost } = queue
      queue.lost = 0
      queue.underWay++
      const readings = waiting.map(({ reading }) => reading)
      sendBatch({ queue, waiting, mark: null, isLate: false }, readings, lost)
    }
  }
  /** @returns null where the disk takes nothing, or there is none */
  const write = ({ owner }: Queue, waiting: readonly Waiting[]): Mark | null => {
    const [first] = waiting
    if (!spool || !first) return null
    return spool.write(owner, { heardAt: first.heardAt, readings: waiting.map(({ reading }) => reading) })
  }
  /** Moves to disk what has waited in memory, oldest first. @returns whether the disk took it */
  const spill = (queue: Queue, count: number): boolean => {
    for (let left = count; left > 0;) {
      const part = queue.waiting.slice(0, Math.min(left, batchMax))
      if (!write(queue, part)) return false
      queue.waiting = queue.waiting.slice(part.length)
      left -= part.length
    }
    return true
  }
  const wait = (queue: Queue, waiting: Waiting[]): void => {
    queue.waiting = waiting
    if (waiting.length <= waitingMax) return
    spill(queue, waiting.length - waitingMax)
    const excess = Math.max(0, queue.waiting.length - waitingMax)
    queue.lost += excess
    if (excess > 0) queue.waiting = queue.waiting.slice(excess)
  }
  const offerAgain = (queue: Queue): void => {
    queue.again ??= later(againMs, () => {
      queue.again = null
      give(queue)
      offerLate(queue)
    })
  }

  /** Lets time pass for what was sent from disk. @returns readings a second that may be */
  const reckon = ({ late, rate }: Queue): number => {
    const at = now()
    const perSecond = backlogPace.times * Math.max(backlogPace.perSecondMin, rate.perSecond(at))
    late.ahead = Math.max(0, late.ahead - (perSecond * Math.max(0, at - late.at)) / 1_000)
    late.at = at
    return perSecond
  }
  /** Offers the oldest record on disk, when nothing newer waits and it is its time. */
  const offerLate = (queue: Queue): void => {
    const { late } = queue
    if (isClosed || !spool || late.isUnderWay || queue.again || queue.waiting.length > 0) return
    const perSecond = reckon(queue)
    if (now() < late.notBefore) return
    if (late.ahead > 0) {
      const waitMs = Math.ceil((late.ahead / perSecond) * 1_000)
      // The rate may be another one by then: the next tick looks again.
      if (waitMs < 1_000)
        late.next ??= later(waitMs, () => {
          late.next = null
          offerLate(queue)
        })
      return
    }
    const oldest = spool.oldest(queue.key)
    if (!oldest) return
    const { heardAt, readings } = oldest.record
    if (heardAt >= queue.keptTo && now() - heardAt < lateMs && now() >= heardAt) return
    late.isUnderWay = true
    late.ahead += readings.length
    sendBatch({ queue, waiting: [], mark: oldest, isLate: true }, readings, 0)
  }
  const settleLate = ({ queue, mark }: Batch, isKept: boolean): void => {
    queue.late.isUnderWay = false
    if (isKept && mark) spool?.keep(mark)
    if (!isKept) queue.late.notBefore = now() + backlogAgainMs
    offerLate(queue)
  }
  const settleLive = ({ queue, waiting, mark }: Batch, isKept: boolean): void => {
    queue.underWay--
    if (isKept) {
      if (mark) spool?.keep(mark)
      queue.keptTo = Math.max(queue.keptTo, waiting.at(-1)?.heardAt ?? 0)
      give(queue)
      offerLate(queue)
      return
    }
    // Of several batches that are not kept the first may be told last.
    if (!mark)
      wait(
        queue,
        [...waiting, ...queue.waiting].toSorted((a, b) => a.serial - b.serial),
      )
    offerAgain(queue)
  }
  const tellBacklog = ({ owner, key, late }: Queue, { backlogs }: Spool): void => {
    const backlog = backlogs.get(key)
    const standing = backlog ? waitingOf(backlog) : { readings: 0, since: null }
    const words = JSON.stringify(standing)
    if (words === late.told || (now() - late.toldAt < tellMs && now() >= late.toldAt && backlog)) return
    late.told = words
    late.toldAt = now()
    send({ kind: 'backlog', ...owner, ...standing })
  }
  /** Writes to disk what has waited since. */
  const spillOlder = (than: number): void => {
    for (const batch of batches.values()) {
      const first = batch.waiting[0]
      if (!batch.isLate && !batch.mark && first && first.heardAt <= than) batch.mark = write(batch.queue, batch.waiting)
    }
    for (const queue of queues.values()) {
      const newer = queue.waiting.findIndex(({ heardAt }) => heardAt > than)
      spill(queue, newer < 0 ? queue.waiting.length : newer)
    }
  }
  return {
    add: (owner, readings) => {
      if (isClosed || readings.length === 0) return
      const queue = queueOf(owner)
      const heardAt = now()
      queue.isCalled = true
      queue.rate.note(readings.length, heardAt)
      wait(queue, [...queue.waiting, ...readings.map((reading) => ({ reading, heardAt, serial: ++lastSerial }))])
      // What could not be kept is not offered again at once, and nothing newer before it.
      give(queue)
    },
    settle: (number, isKept) => {
      const batch = batches.get(number)
      if (!batch || isClosed) return
      batches.delete(number)
      if (batch.isLate) settleLate(batch, isKept)
      else settleLive(batch, isKept)
    },
    letGo: (owner) => {
      const queue = queues.get(keyOf(owner))
      if (queue) queue.isCalled = false
    },
    useSpool: (opened) => {
      spool = opened
    },
    tick: () => {
      if (isClosed) return
      spool?.tick()
      if (spool) spillOlder(now() - promptMs)
      for (const { owner } of spool?.backlogs.values() ?? []) queueOf(owner)
      for (const queue of queues.values()) {
        offerLate(queue)
        if (spool) tellBacklog(queue, spool)
        const isEmpty = queue.waiting.length + queue.underWay === 0 && !queue.late.isUnderWay && !queue.again
        if (isEmpty && !queue.isCalled && !spool?.backlogs.has(queue.key)) queues.delete(queue.key)
      }
      const news = spool?.news()
      if (news) send(news)
    },
    close: () => {
      if (isClosed) return
      // What is not written now is lost.
      spool?.retry()
      if (spool) spillOlder(Infinity)
      isClosed = true
      for (const { again, late } of queues.values()) {
        again?.()
        late.next?.()
      }
    },
  }
}

const newQueue = (owner: Owner, key: string, at: number): Queue => ({
  owner,
  key,
  isCalled: false,
  waiting: [],
  lost: 0,
  underWay: 0,
  again: null,
  rate: createRate(at),
  keptTo: -Infinity,
  late: { isUnderWay: false, ahead: 0, at, notBefore: -Infinity, next: null, told: '', toldAt: -Infinity },
})
