import type { Db } from '@tingzhou/db'
import { fromSteps, quality, type Telemetry } from '@tingzhou/telemetry'
import { followsRange } from './judge.ts'
import { isActive, phase } from './machine.ts'
import { codeOf, newRuleBook, readPlaces, type PlaceFilter, type PlacePoint, type RuleBook } from './place.ts'
import { readRules, type EffectiveRule, type RuleRow } from './rule-rows.ts'
import { namesOf, referenceOf, type AlarmRule, type Condition } from './rule.ts'
import { newPlace, newSlot, patienceOf, type Place, type Slot } from './slot.ts'
import type { Watch } from './watch.ts'

/** Gives points their rules, and again when rules or points change. */
export type Fitting = {
  readonly book: RuleBook
  /** Reads points and fits them. */
  readonly load: (filter: PlaceFilter) => Promise<void>
  /** Reads every rule and every point that has one. */
  readonly loadAll: () => Promise<void>
  /** Reads rules and points that changed and fits these points anew. */
  readonly refresh: () => Promise<void>
  /** A point has changed: it is read with the next refresh. */
  readonly notePoint: (id: number) => void
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
const perStatement = 5_000

/**
 * Makes the fitting of a zone.
 * Source: plant telemetry §1: a type gives rules, what a point says itself survives. O(points that changed, or whose rules did).
 */
export function createFitting({ db, zoneId, telemetry, watch }: FittingDeps): Fitting {
  const book = newRuleBook()
  const byCode = new Map<string, Place>()
  const watched = new Set<Slot>()
  /** Points that went out of use. */
  const idle = new Set<Place>()
  const revisions = new Map<string, number>()
  let readUntil = 0
  /** What changed and was not fitted yet. */
  const changedTypes = new Map<string, readonly [profileKey: string, template: string]>()
  const changedPoints = new Set<number>()

  const named = (place: Place, name: string): Place | null => byCode.get(codeOf(place.point, name)) ?? null
  const standsBy = (place: Place, { suppress }: AlarmRule): Place | null =>
    suppress === null ? null : named(place, suppress.point)

  /** A point as it is now. @returns as it was */
  const follow = (place: Place, point: PlacePoint): PlacePoint => {
    const before = place.point
    if (byCode.get(before.code) === place) byCode.delete(before.code)
    Object.assign(place, { point, ...patienceOf(point) })
    byCode.set(point.code, place)
    return before
  }
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
  /** A slot for a rule that is new or changed, or whose point did; an alarm that stands goes on. */
  const remake = (place: Place, rule: AlarmRule, old: Slot | undefined): Slot => {
    const from = referenceOf(rule)
    const slot = newSlot(place, rule, from === null ? null : named(place, from), standsBy(place, rule))
    if (!old) return slot
    forget(old)
    slot.doneUntil = old.doneUntil
    // The rule is the same: what waits for a delay goes on waiting.
    if (isSame(old.rule, rule)) {
      Object.assign(slot.machine, old.machine)
      watch().attend(slot)
    } else if (isActive(old.machine)) {
      slot.machine.phase = phase.active
      slot.machine.startedAt = old.machine.startedAt
    }
    return slot
  }
  /** @param was  the point as it was when it was fitted last */
  const fit = (place: Place, was: PlacePoint, rules: readonly EffectiveRule[]): void => {
    const before = new Map(slotsOf(place).map((slot) => [slot.rule.key, slot]))
    place.slots = []
    place.bits = new Map()
    place.noData = null
    const bits: (AlarmRule | undefined)[] = []
    const changed: Slot[] = []
    for (const { rule } of rules) {
      const { condition } = rule
      const old = before.get(rule.key)
      before.delete(rule.key)
      if (condition.kind === 'bit') {
        bits[condition.bit] = rule
        // Made when the bit is set for the first time.
        if (!old) continue
      }
      const goesOn = old && isSame(old.rule, rule) && !hangsOn(rule, was, place.point)
      const slot = goesOn ? old : remake(place, rule, old)
      if (slot !== old) changed.push(slot)
      if (condition.kind === 'bit') place.bits.set(condition.bit, slot)
      else if (condition.kind === 'no_data') {
        place.noData = slot
        watched.add(slot)
      } else place.slots.push(slot)
    }
    // What is open on record goes on where the rules are the same.
    if (changed.length + before.size > 0 || !isSameList(bits, place.bitRules)) place.lanes = []
    place.bitRules = bits
    for (const gone of before.values()) {
      forget(gone)
      // Nobody watches any more whether it is over.
      if (isActive(gone.machine)) watch().tell(gone, 'return', telemetry.clock())
    }
    // What came back into use begins with its next value.
    if (idle.delete(place)) {
      prime(place)
      watch().hush(place, telemetry.clock())
    } else if (place.lastAt > 0 && place.hasValue) judgeAnew(place, changed)
  }
  /** A new limit counts for the value that is there. */
  const judgeAnew = (place: Place, changed: readonly Slot[]): void => {
    const value = fromSteps(place.last, place.point.resolution)
    for (const slot of changed)
      if (slot.judge && !remembers.has(slot.rule.condition.kind))
        watch().feed(slot, Math.max(telemetry.clock(), place.lastAt), slot.judge(place.lastAt, value))
  }
  /** A point that is out of use: nothing is watched at it, and it says of no machine that it stands. */
  const drop = (place: Place): void => {
    if (byCode.get(place.point.code) === place) byCode.delete(place.point.code)
    fit(place, place.point, [])
    idle.add(place)
    place.hasValue = false
    watch().hush(place, telemetry.clock())
  }
  const loadNow = async ({ types = [], ids = [] }: PlaceFilter): Promise<void> => {
    const points = types.length === 0 ? [] : [...(await readPlaces(db, zoneId, { types }))]
    for (const some of parts(ids)) points.push(...(await readPlaces(db, zoneId, { ids: some })))
    const inUse = new Set(points.map(({ id }) => id))
    // Old codes go before new ones come: two points may have changed theirs.
    for (const id of ids) {
      const place = watch().places[id]
      if (place && !inUse.has(id)) drop(place)
    }
    const fresh = new Map<Place, PlacePoint>()
    for (const point of points) {
      const place = ensure(point, false)
      if (!place || fresh.has(place)) continue
      const isKnown = !idle.has(place) && isSamePoint(place.point, point)
      fresh.set(place, isKnown ? point : follow(place, point))
    }
    const wanted = new Set(
      [...fresh.keys()].flatMap(({ point }) =>
        book.at(point).flatMap(({ rule }) => namesOf(rule).map((name) => codeOf(point, name))),
      ),
    )
    for (const codes of parts([...wanted].filter((code) => !byCode.has(code))))
      for (const point of await readPlaces(db, zoneId, { codes })) ensure(point, true)
    for (const [place, was] of fresh) fit(place, was, book.at(place.point))
  }
  /** One after the other: what was read later is taken later. */
  let loading: Promise<void> = Promise.resolve()
  const load = (filter: PlaceFilter): Promise<void> => {
    const mine = loading.then(() => loadNow(filter))
    loading = mine.catch(() => {})
    return mine
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
      for (const { profileKey, template, pointId } of take(await readRules(db, zoneId, readUntil)))
        if (pointId !== null) changedPoints.add(pointId)
        else if (profileKey !== null && template !== null)
          changedTypes.set(`${profileKey} ${template}`, [profileKey, template])
      const [types, ids] = [[...changedTypes], [...changedPoints]]
      if (types.length + ids.length === 0) return
      changedTypes.clear()
      changedPoints.clear()
      try {
        await load({ types: types.map(([, type]) => type), ids })
      } catch (error) {
        for (const [key, type] of types) changedTypes.set(key, type)
        for (const id of ids) changedPoints.add(id)
        throw error
      }
    },
    notePoint: (id) => {
      // Nobody has looked at it yet: it is read with its first reading.
      if (watch().places[id] !== undefined) changedPoints.add(id)
    },
  }
}

function parts<T>(all: readonly T[]): readonly (readonly T[])[] {
  const found: (readonly T[])[] = []
  for (let start = 0; start < all.length; start += perStatement) found.push(all.slice(start, start + perStatement))
  return found
}

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

const isSamePoint = (a: PlacePoint, b: PlacePoint): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** Whether a rule means something else where its point has changed so: by its range, or by what the rule names. Pure. O(1). */
const hangsOn = (rule: AlarmRule, was: PlacePoint, is: PlacePoint): boolean =>
  (followsRange(rule) && (was.euLow !== is.euLow || was.euHigh !== is.euHigh)) ||
  (was.code !== is.code && namesOf(rule).length > 0)

const isSame = (a: AlarmRule, b: AlarmRule): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** Every slot of a place that was made. O(rules). */
export const slotsOf = ({ slots, bits, noData }: Place): Slot[] => [
  ...slots,
  ...bits.values(),
  ...(noData ? [noData] : []),
]
