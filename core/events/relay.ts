import { drainHandler, idleLagMax, type EventHandler, type HandlerDeps } from './handler.ts'
import { createEventHub, type LocalHub } from './hub.ts'
import { lastPosition, placeEvents, readEvents, type PlacedEvent } from './outbox.ts'

/** Tells committed events to handlers and screens. One a process; several processes share the handlers' work. */
export type Relay = {
  readonly hub: LocalHub
  readonly handlers: readonly EventHandler[]
  /** Something was committed: look now instead of at the next second. */
  readonly wake: () => void
  readonly start: () => void
  /** Stops, and waits for what is under way. */
  readonly stop: () => Promise<void>
  /** Tells everything that is committed, what handlers add thereby too; for tests and commands. */
  readonly settle: () => Promise<void>
}

export type RelayDeps = HandlerDeps & {
  readonly log: { readonly error: (fields: Record<string, unknown>, message: string) => void }
}

const pollMs = 1_000
// Events of one moment are gathered, so that a busy zone is not looked at after every commit.
const gatherMs = 20
const eventsPerRead = 500

/** A handler's place in this process: whether something may be waiting for it, and up to where it has looked. */
type Seat = { readonly handler: EventHandler; due: boolean; drainedTo: number; work: Promise<void> | null }

/**
 * Makes the relay; it does nothing before `start`.
 * @param handlers  each with a name of its own
 * @throws Error when two handlers have one name
 * Source: own. One statement a second when idle.
 */
export function createRelay(deps: RelayDeps, handlers: readonly EventHandler[]): Relay {
  const names = new Set(handlers.map(({ name }) => name))
  if (names.size !== handlers.length) throw new Error('two event handlers have one name')
  const hub = createEventHub()
  const seats = handlers.map((handler): Seat => ({ handler, due: true, drainedTo: 0, work: null }))
  let seen: number | null = null
  let head = 0
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> = Promise.resolve()
  let waiting = false
  let running = false

  /** Places what was committed, tells the screens, and notes which handlers it concerns. */
  const advance = async (): Promise<void> => {
    seen ??= await lastPosition(deps.db, deps.zoneId)
    head = await placeEvents(deps.db, deps.zoneId)
    seen = await readThrough(deps, seen, head, (event) => {
      hub.publish(event)
      for (const seat of seats) if (seat.handler.types.includes(event.type)) seat.due = true
    })
  }
  const drain = async (seat: Seat): Promise<void> => {
    try {
      for (let handled = 0; seat.due || head - seat.drainedTo >= idleLagMax;) {
        seat.due = false
        seat.drainedTo = head
        const drained = await drainHandler(deps, seat.handler, head)
        handled += drained.handled
        if (!drained.complete) seat.due = true
        if (handled > 0) wake()
        if (!drained.complete) return
      }
    } catch (error) {
      seat.due = true
      deps.log.error({ err: error, handler: seat.handler.name }, 'an event handler could not go on')
    }
  }
  const drainAll = () => Promise.all(seats.map((seat) => (seat.work ??= drain(seat).finally(() => (seat.work = null)))))

  const look = (): Promise<void> => {
    looking = looking
      .then(advance)
      .then(() => void drainAll())
      .catch((error: unknown) => deps.log.error({ err: error }, 'the outbox could not be read'))
    return looking
  }
  const turn = async (): Promise<void> => {
    timer = null
    waiting = false
    await look()
    if (running) schedule(waiting ? gatherMs : pollMs)
  }
  const schedule = (afterMs: number): void => {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => void turn(), afterMs)
  }
  const wake = (): void => {
    waiting = true
    if (running && timer) schedule(gatherMs)
  }

  return {
    hub,
    handlers,
    wake,
    start: () => {
      running = true
      schedule(0)
    },
    stop: async () => {
      running = false
      if (timer) clearTimeout(timer)
      await looking
      for (const seat of seats) await seat.work
    },
    settle: async () => {
      for (let before = -1; head > before;) {
        before = head
        await look()
        await drainAll()
        await look()
      }
    },
  }
}

/** Reads what was placed after `after` up to `until`; gives the new place. */
async function readThrough(
  deps: RelayDeps,
  after: number,
  until: number,
  tell: (event: PlacedEvent) => void,
): Promise<number> {
  for (let position = after; position < until;) {
    const events = await readEvents(deps.db, deps.zoneId, { after: position, until, limit: eventsPerRead })
    for (const event of events) tell(event)
    if (events.length < eventsPerRead) return until
    position = events.at(-1)?.position ?? until
  }
  return until
}
