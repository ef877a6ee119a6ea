import type { Db } from '@tingzhou/db'
import { fromSteps, quality, type Telemetry } from '@tingzhou/telemetry'
import { isActive, phase } from './machine.ts'
import { codeOf, newRuleBook, readPlaces, type PlaceFilter, type PlacePoint, type RuleBook } from './place.ts'
import { readRules, type RuleRow } from './rule-rows.ts'
import { namesOf, referenceOf, type AlarmRule, type Condition } from './rule.ts'
import { newPlace, newSlot, type Place, type Slot } from './slot.ts'
import type { Watch } from './watch.ts'

/** Gives points their rules, and again when rules change. */
export type Fitting = {
  readonly book: RuleBook
  /** Reads points and fits them. */
  readonly load: (filter: PlaceFilter) => Promise<void>
  /** Reads every rule and every point that has one. */
  readonly loadAll: () => Promise<void>
  /** Reads rules that changed and fits their points anew. */
  readonly refresh: () => Promise<void>
  readonly standsBy: (place: Place, rule: AlarmRule) => Place | null
  /** Slots that wait for silence. */
  readonly watched: ReadonlySet<Slot>
}

export type FittingDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'clock' | 'last'>
  readonly watch: () => Watch
}

// What these say of a value depends on those before it.
const remembers: ReadonlySet<Condition['kind']> = new Set(['rate', 'forecast', 'stuck'])
const codesPerStatement = 5_000

/**
 * Makes the fitting of a zone.
 * Source: plant telemetry §1: a type gives rules, what a point says itself survives. O(points of the changed rules).
 */
export function createFitting({ db, zoneId, telemetry, watch }: FittingDeps): Fitting {
  const book = newRuleBook()
  const byCode = new Map<string, Place>()
  const watched = new Set<Slot>()
  const revisions = new Map<string, number>()
  let readUntil = 0

  const named = (place: Place, name: string): Place | null => byCode.get(codeOf(place.point, name)) ?? null
  const standsBy = (place: Place, { suppress }: AlarmRule): Place | null =>
    suppress === null ? null : named(place, suppress.point)

  const ensure = (point: PlacePoint, isNamed: boolean): Place | null => {
    const { places } = watch()
    const known = places[point.id]
    if (known) return known
    if (!isNamed && book.at(point).length === 0) {
      places[point.id] = null
      return null
    }
    const made = newPlace(point)
    places[point.id] = made
    byCode.set(point.code, made)
    prime(made)
    return made
  }
  /** What a point said before this process heard it tells whether its machine stands; its own rules begin with the next value. */
  const prime = (place: Place): void => {
    const { id, kind } = place.point
    const fix = kind === 'position' ? telemetry.last.fix(id) : undefined
    const sample = telemetry.last.sample(id)
    if (fix) {
      place.status = fix.status
      place.hasValue = true
    } else if (sample && sample.quality < quality.bad) {
      place.last = sample.steps
      place.hasValue = true
    }
  }
  const forget = (slot: Slot): void => {
    watched.delete(slot)
    watch().forget(slot)
  }
  /** A slot for a rule that is new or changed; an alarm that stands goes on. */
  const remake = (place: Place, rule: AlarmRule, old: Slot | undefined): Slot => {
    const from = referenceOf(rule)
    const slot = newSlot(place, rule, from === null ? null : named(place, from), standsBy(place, rule))
    if (!old) return slot
    forget(old)
    slot.doneUntil = old.doneUntil
    if (isActive(old.machine)) {
      slot.machine.phase = phase.active
      slot.machine.startedAt = old.machine.startedAt
    }
    return slot
  }
  const fit = (place: Place): void => {
    const before = new Map(slotsOf(place).map((slot) => [slot.rule.key, slot]))
    place.slots = []
    place.bits = new Map()
    place.noData = null
    place.late = null
    const bits: (AlarmRule | undefined)[] = []
    const changed: Slot[] = []
    for (const { rule } of book.at(place.point)) {
      const { condition } = rule
      const old = before.get(rule.key)
      before.delete(rule.key)
      if (condition.kind === 'bit') {
        bits[condition.bit] = rule
        // Made when the bit is set for the first time.
        if (!old) continue
      }
      const slot = old && isSame(old.rule, rule) ? old : remake(place, rule, old)
      if (slot !== old) changed.push(slot)
      if (condition.kind === 'bit') place.bits.set(condition.bit, slot)
      else if (condition.kind === 'no_data') {
        place.noData = slot
        watched.add(slot)
      } else place.slots.push(slot)
    }
    place.bitRules = bits
    for (const gone of before.values()) {
      forget(gone)
      // Nobody watches any more whether it is over.
      if (isActive(gone.machine)) watch().tell(gone, 'return', telemetry.clock())
    }
    if (place.lastAt > 0 && place.hasValue) judgeAnew(place, changed)
  }
  /** A new limit counts for the value that is there. */
  const judgeAnew = (place: Place, changed: readonly Slot[]): void => {
    const value = fromSteps(place.last, place.point.resolution)
    for (const slot of changed)
      if (slot.judge && !remembers.has(slot.rule.condition.kind))
        watch().feed(slot, Math.max(telemetry.clock(), place.lastAt), slot.judge(place.lastAt, value))
  }
  const load = async (filter: PlaceFilter): Promise<void> => {
    const fresh = (await readPlaces(db, zoneId, filter)).flatMap((point) => ensure(point, false) ?? [])
    const wanted = new Set(
      fresh.flatMap(({ point }) =>
        book.at(point).flatMap(({ rule }) => namesOf(rule).map((name) => codeOf(point, name))),
      ),
    )
    const codes = [...wanted].filter((code) => !byCode.has(code))
    for (let start = 0; start < codes.length; start += codesPerStatement) {
      const some = codes.slice(start, start + codesPerStatement)
      for (const point of await readPlaces(db, zoneId, { codes: some })) ensure(point, true)
    }
    for (const place of fresh) fit(place)
  }
  const take = (rows: readonly RuleRow[]): readonly RuleRow[] => {
    const changed = rows.filter(({ profileKey, template, pointId, key, rev }) => {
      const name = `${profileKey} ${template} ${pointId} ${key}`
      if ((revisions.get(name) ?? 0) >= rev) return false
      revisions.set(name, rev)
      return true
    })
    for (const row of changed) book.take(row)
    readUntil = Math.max(readUntil, rows.at(-1)?.changedAt ?? 0)
    return changed
  }
  return {
    book,
    load,
    standsBy,
    watched,
    loadAll: async () => {
      take(await readRules(db, zoneId))
      await load({ types: book.types(), ids: book.ownPoints() })
    },
    refresh: async () => {
      const changed = take(await readRules(db, zoneId, readUntil))
      if (changed.length === 0) return
      const types = changed.flatMap(({ profileKey, template }) =>
        profileKey !== null && template !== null ? [[profileKey, template] as const] : [],
      )
      const ids = changed.flatMap(({ pointId }) => (pointId === null ? [] : [pointId]))
      await load({ types, ids })
    },
  }
}

const isSame = (a: AlarmRule, b: AlarmRule): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** Every slot of a place that was made. O(rules). */
export const slotsOf = ({ slots, bits, noData }: Place): Slot[] => [
  ...slots,
  ...bits.values(),
  ...(noData ? [noData] : []),
]
