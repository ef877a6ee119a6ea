import type { Db } from '@tingzhou/db'
import { epochMs, type Clock } from '@tingzhou/kernel'
import { quality, type Telemetry } from '@tingzhou/telemetry'
import { repeat } from '@tingzhou/timers'
import { earOf } from './ear.ts'
import { createFitting, slotsOf } from './fitting.ts'
import type { RuleBook } from './place.ts'
import { restore } from './restore.ts'
import { ensureRules } from './rule-rows.ts'
import { createSignalQueue } from './signal-queue.ts'
import { createSilence } from './silence.ts'
import type { Place, Slot } from './slot.ts'
import { writeTurn, type Signal } from './turn.ts'
import { createUnknown } from './unknown.ts'
import { createWatch, type Watch } from './watch.ts'

export type EngineDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'clock' | 'hear' | 'hearPoints' | 'last' | 'store'>
  readonly log: { readonly error: (fields: Record<string, unknown>, message: string) => void }
  /** Told of what was committed. */
  readonly onWritten?: (signals: readonly Signal[]) => void
}

/** Watches the values of the zone, in memory, at once; what it sees becomes rows a turn at a time. */
export type AlarmEngine = {
  /** The clock that alarms are dated by: that of devices. */
  readonly clock: Clock
  readonly book: Pick<RuleBook, 'at' | 'rowAt'>
  /** Lets time pass: delays that are over, points that fell silent. */
  readonly tick: () => Promise<void>
  /** Reads rules and points that changed. */
  readonly refresh: () => Promise<void>
  /** Whether the machine stands, so that the rule says nothing new. */
  readonly isSuppressed: (point: number, key: string) => boolean
  /** Resolves when everything that was heard is in rows. */
  readonly settle: () => Promise<void>
  readonly counts: () => { readonly queued: number; readonly dropped: number }
  /** Stops looking at the time; what is heard is still written. */
  readonly stop: () => Promise<void>
}

const tickMs = 1_000
const refreshMs = 5_000

/**
 * Opens the engine of a zone: reads rules, what stands, and what came while it was away; from then on hears every reading.
 * @param background  whether delays, silent points and changed rules are looked after by themselves
 * Source: plant telemetry §2 and §4, ISA-18.2. O(1) a value and rule.
 */
export async function openAlarmEngine(deps: EngineDeps, background = true): Promise<AlarmEngine> {
  const { db, zoneId, telemetry, log } = deps
  const clock: Clock = () => epochMs(Math.round(telemetry.clock()))
  const ear = earOf(telemetry)
  let isReplaying = true
  const onError = (error: unknown) => log.error({ err: error }, 'the alarm engine could not go on')
  const queue = createSignalQueue({
    write: (signals) => writeTurn({ db, zoneId, clock }, signals),
    onWritten: deps.onWritten ?? (() => {}),
    onError: (error, waiting) => log.error({ err: error, waiting }, 'alarms could not be written'),
  })
  const fitting = createFitting({ db, zoneId, telemetry, watch: () => watch })
  const unknown = createUnknown(
    async (ids) => {
      await fitting.load({ ids })
      for (const id of ids) watch.places[id] ??= null
    },
    (kind, data, row) => watch.noteOne(kind, data, row),
    onError,
  )
  const watch = createWatch({
    clock,
    push: queue.push,
    standsBy: fitting.standsBy,
    isReplaying: () => isReplaying,
    onUnknown: (kind, data, row) => {
      unknown.keep(kind, data, row)
      if (!isReplaying) unknown.ask()
    },
  })
  const lookForSilence = createSilence({ db, zoneId, telemetry, watch, watched: fitting.watched })
  const settle = async (): Promise<void> => {
    await unknown.settled()
    await queue.settle()
  }

  // Before they are read: none changes unseen.
  const hearNoMore = telemetry.hearPoints(({ id }) => fitting.notePoint(id))
  try {
    await ensureRules(db, zoneId)
    await fitting.loadAll()
    await restore({
      db,
      zoneId,
      telemetry,
      journal: ear.journal,
      places: watch.places,
      slotFor: (place, key) => slotIn(watch, place, key),
      signal: queue.push,
      note: watch.note,
      noteLast: (place) => noteLast(telemetry, watch, place),
    })
  } catch (error) {
    ear.close()
    hearNoMore()
    throw error
  }
  isReplaying = false
  queue.open()
  ear.take(watch.note, settle)
  unknown.ask()

  const tick = async (): Promise<void> => {
    watch.letPass(clock())
    await lookForSilence()
  }
  const stops = background ? [repeat(tickMs, tick, onError), repeat(refreshMs, fitting.refresh, onError)] : []
  return {
    clock,
    book: fitting.book,
    tick,
    refresh: fitting.refresh,
    isSuppressed: (point, key) => {
      const place = watch.places[point]
      return place ? slotsOf(place).some(({ rule, suppressed }) => rule.key === key && suppressed) : false
    },
    settle,
    counts: () => ({ queued: queue.length(), dropped: unknown.dropped() }),
    stop: async () => {
      hearNoMore()
      for (const stop of stops) await stop()
      await settle()
    },
  }
}

/** The slot of a rule; that of a bit is made when it is asked for. O(rules). */
function slotIn(watch: Watch, place: Place, key: string): Slot | null {
  const bit = place.bitRules.findIndex((rule) => rule?.key === key)
  return bit >= 0 ? watch.bitSlot(place, bit) : (slotsOf(place).find(({ rule }) => rule.key === key) ?? null)
}

/** What a point said last counts as if it came now: nobody knows whether it was taken before. */
function noteLast({ last }: Pick<Telemetry, 'last'>, watch: Watch, place: Place): void {
  const { id, kind } = place.point
  const fix = kind === 'position' ? last.fix(id) : undefined
  const sample = last.sample(id)
  if (fix) watch.noteFix(place, fix.at, fix.status, fix.alarm)
  else if (sample) watch.noteValue(place, sample.at, sample.steps, sample.quality < quality.bad)
}
