import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { at, type Db, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { noteDeed, type Keeper } from './trail.ts'
import { fixesOf, type Fix } from './fix.ts'
import {
  dayThatStays,
  defaultTrackRules,
  gapsOf,
  keptFixes,
  placedFixes,
  simplifyDay,
  trackLengths,
  type Span,
  type TrackDay,
  type TrackRules,
} from './kept-track.ts'
import { keptMax, packTrack, unpackTrack } from './kept-track-codec.ts'
import { fixKind, minuteMs } from './kind.ts'
import { readMinutes } from './stored.ts'
import type { Telemetry } from './telemetry.ts'

export type KeptTrackDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'store' | 'clock'>
}

/** What a track is kept for and who moved. */
export type TrackSubject = {
  /** The kind of a thing, such as `waybill`, and its id: the words of the module that owns it. */
  readonly subjectKind: string
  readonly subjectId: string
  readonly point: number
}

/** A track that is to be kept. */
export type TrackWish = TrackSubject &
  Span & { readonly [rule in keyof TrackRules]?: number | undefined } & {
    /** exact: its time and rules replace those of before · grow: never shorter nor coarser than before. */
    readonly mode: 'exact' | 'grow'
  }

/** What is known of a kept track without its fixes. */
export type KeptSummary = TrackSubject &
  TrackRules & {
    readonly from: EpochMs
    readonly to: EpochMs
    readonly fixes: number
    readonly kept: number
    readonly lengthM: number
    readonly gaps: number
    readonly firstAt: EpochMs | null
    readonly lastAt: EpochMs | null
    readonly sourceSha256: string
    readonly rev: number
    readonly madeAt: EpochMs
  }

export type KeptTrack = KeptSummary & { readonly days: readonly TrackDay[] }
export type KeptAnswer = KeptSummary & { readonly changed: boolean }

export type KeepError =
  | { readonly kind: 'window_empty'; readonly field: 'to'; readonly value: number; readonly rule: string }
  | { readonly kind: 'job_too_long'; readonly maxDays: number; readonly value: number; readonly rule: string }
  | { readonly kind: 'too_many_fixes'; readonly value: number; readonly rule: string }
  | { readonly kind: 'track_too_fine'; readonly value: number; readonly rule: string }
  | { readonly kind: 'too_many_tracks'; readonly value: number; readonly rule: string }
  | { readonly kind: 'kept_meanwhile' }

const dayMs = 86_400_000
/** A job that takes longer is more than one. Own. */
export const jobDaysMax = 62
// More than two a second all day long.
const fixesOfDayMax = 200_000
// By hand, of one mover in a day: what is kept stays, so nobody may fill the disk with it. Own.
const madeADayMax = 200

/** Made, and of which state of what was kept before. */
type Draft = { readonly track: KeptTrack; readonly before: number }

/** Runs what keeps a track in one transaction. */
type InTransaction<E> = (
  body: (tx: Tx) => Promise<Result<KeptAnswer, KeepError>>,
) => Promise<Result<KeptAnswer, KeepError | E>>

const attemptsMax = 3

/**
 * Keeps where something was during a job: simplified, in one row, for as long as the job is of interest, whatever becomes of the
 * fixes. Again for the same job: made anew of what is there by now, late fixes too, and the same again changes nothing. Days of
 * which fixes are gone stay as they were kept.
 * @param who  stands in the history
 * @param inTransaction  of the caller, where more belongs to it
 * @returns what is kept; `changed`: whether it was not kept so already
 * Source: network freight, article 18 and §4 (a waybill's track outlives the fixes). One statement, one a day that has fixes,
 *   three to keep; one day of fixes in memory at a time.
 */
export async function keepTrack<E = never>(
  deps: KeptTrackDeps,
  wish: TrackWish,
  who: Keeper,
  inTransaction: InTransaction<E> = (body) => deps.db.transaction().execute(body),
): Promise<Result<KeptAnswer, KeepError | E>> {
  for (let attempt = 1; ; attempt++) {
    const draft = await makeTrack(deps, wish)
    if (!draft.ok) return draft
    const kept = await inTransaction((tx) => saveTrack(tx, deps.zoneId, draft.value, wish.mode, who))
    if (kept.ok || !isMeanwhile(kept.error) || attempt >= attemptsMax) return kept
  }
}

const isMeanwhile = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'kind' in error && error.kind === 'kept_meanwhile'

async function makeTrack(deps: KeptTrackDeps, wish: TrackWish): Promise<Result<Draft, KeepError>> {
  const before = await findKeptTrack(deps.db, deps.zoneId, wish)
  const { subjectKind, subjectId, point } = wish
  const span = spanOf(wish, before)
  const rules = rulesOf(wish, before)
  if (wish.to <= wish.from) return err({ kind: 'window_empty', field: 'to', value: wish.to, rule: '> from' })
  if (span.to - span.from > jobDaysMax * dayMs)
    return err({ kind: 'job_too_long', maxDays: jobDaysMax, value: span.to, rule: `<= ${jobDaysMax} d` })
  const made = await makeDays(deps, point, span, before, rules)
  if (!made.ok) return made
  const days = made.value
  const kept = keptFixes(days)
  if (kept.length > keptMax)
    return err({ kind: 'track_too_fine', value: rules.toleranceM, rule: `<= ${keptMax} fixes` })
  const whole = withStayed(span, days, before)
  const [first, last] = [kept[0], kept.at(-1)]
  const track: KeptTrack = {
    subjectKind,
    subjectId,
    point,
    ...rules,
    from: epochMs(whole.from),
    to: epochMs(whole.to),
    fixes: days.reduce((sum, { fixes }) => sum + fixes, 0),
    kept: kept.length,
    lengthM: trackLengths(days).lengthM,
    gaps: gapsOf(days, whole, rules.gapS).length,
    firstAt: first ? epochMs(first.at) : null,
    lastAt: last ? epochMs(last.at) : null,
    sourceSha256: hashTrack(point, whole, rules, days),
    rev: (before?.rev ?? 0) + 1,
    madeAt: deps.telemetry.clock(),
    days,
  }
  return ok({ track, before: before?.rev ?? 0 })
}

const spanOf = ({ from, to, mode }: TrackWish, before: KeptTrack | null): Span =>
  mode === 'grow' && before ? { from: Math.min(from, before.from), to: Math.max(to, before.to) } : { from, to }

function rulesOf({ toleranceM, gapS, mode }: TrackWish, before: KeptTrack | null): TrackRules {
  const rules = { toleranceM: toleranceM ?? defaultTrackRules.toleranceM, gapS: gapS ?? defaultTrackRules.gapS }
  if (mode === 'exact' || !before) return rules
  return {
    toleranceM: Math.min(toleranceM ?? before.toleranceM, before.toleranceM),
    gapS: Math.min(gapS ?? before.gapS, before.gapS),
  }
}

/** The days of a track, each made of its fixes or, where those are gone, as it was kept before. */
async function makeDays(
  deps: KeptTrackDeps,
  point: number,
  span: Span,
  before: KeptTrack | null,
  rules: TrackRules,
): Promise<Result<readonly TrackDay[], KeepError>> {
  const known = new Map((before?.days ?? []).map((day) => [day.day, day]))
  const counts = await countFixes(deps, point, before ? [span, before] : [span])
  const days: TrackDay[] = []
  for (const day of [...new Set([...known.keys(), ...counts.keys()])].toSorted((a, b) => a - b)) {
    const count = counts.get(day) ?? 0
    if (count > fixesOfDayMax) return err({ kind: 'too_many_fixes', value: count, rule: `<= ${fixesOfDayMax} a day` })
    const here = ofDay(span, day)
    const earlier = before ? ofDay(before, day) : null
    const fixes = count > 0 ? await readPlaced(deps, point, around(here, earlier)) : []
    const own = fixes.filter(isIn(here))
    const there = new Set(earlier ? fixes.filter(isIn(earlier)).map((fix) => fix.at) : [])
    const now = own.length > 0 ? simplifyDay(day, own, hashFixes(own), rules) : undefined
    const stays = dayThatStays({ before: known.get(day), now, there })
    if (stays) days.push(stays)
  }
  return ok(days)
}

/** What of a time lies in a UTC day; may be empty. */
const ofDay = ({ from, to }: Span, day: number): Span => ({
  from: Math.max(from, day * dayMs),
  to: Math.min(to, (day + 1) * dayMs),
})
const isIn =
  ({ from, to }: Span) =>
  ({ at: time }: Fix): boolean =>
    time >= from && time < to
const around = (one: Span, other: Span | null): Span => {
  const spans = [one, ...(other ? [other] : [])].filter(({ from, to }) => to > from)
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) }
}

/** How many fixes there are by day, so that days without any cost nothing; open minutes count as one. */
async function countFixes(
  { db, zoneId, telemetry }: KeptTrackDeps,
  point: number,
  spans: readonly Span[],
): Promise<ReadonlyMap<number, number>> {
  const within = spans.map(({ from, to }) => {
    const [first, end] = [Math.floor(from / minuteMs) * minuteMs, to]
    return sql`(minute >= ${at(epochMs(first))}::timestamptz and minute < ${at(epochMs(end))}::timestamptz)`
  })
  const { rows } = await sql<{ day: number; fixes: number }>`
    select floor(extract(epoch from minute) / 86400)::integer as day, sum(n)::integer as fixes from track_minute
    where zone_id = ${zoneId} and point_id = ${point} and (${sql.join(within, sql` or `)})
    group by 1 limit ${3 * jobDaysMax}`.execute(db)
  const counts = new Map(rows.map(({ day, fixes }) => [day, fixes]))
  for (const { kind, minute } of telemetry.store.openMinutes()) {
    const time = minute * minuteMs
    const isAsked = spans.some(({ from, to }) => time + minuteMs > from && time < to)
    const day = Math.floor(time / dayMs)
    if (kind === fixKind && isAsked && !counts.has(day)) counts.set(day, 1)
  }
  return counts
}

async function readPlaced(
  { db, zoneId, telemetry }: KeptTrackDeps,
  point: number,
  span: Span,
): Promise<readonly Fix[]> {
  const { from, to } = span
  const minutes = await readMinutes(db, zoneId, fixKind, point, from, to, telemetry.store.openMinutes())
  const fixes = minutes.flatMap(({ minute, rows }) => fixesOf(rows, minute))
  return placedFixes(fixes.filter(isIn(span)))
}

/** SHA-256 of fixes: every number of each. */
function hashFixes(fixes: readonly Fix[]): string {
  const hash = createHash('sha256')
  for (const { at: time, lonDeg, latDeg, altitudeM, speedKmh, headingDeg, status, alarm, odometerKm, flags } of fixes)
    hash.update(
      `${[time, lonDeg, latDeg, altitudeM, speedKmh, headingDeg, status, alarm, odometerKm ?? '', flags].join(' ')}\n`,
    )
  return hash.digest('hex')
}

function hashTrack(
  point: number,
  { from, to }: Span,
  { toleranceM, gapS }: TrackRules,
  days: readonly TrackDay[],
): string {
  const hash = createHash('sha256').update([point, from, to, toleranceM, gapS].join(' '))
  for (const { day, sha256 } of days) hash.update(`\n${day} ${sha256}`)
  return hash.digest('hex')
}

/** The time of a track with the days that stay from before, which it may no longer ask for. */
function withStayed(span: Span, days: readonly TrackDay[], before: KeptTrack | null): Span {
  const ends = days.flatMap(({ day, kept }) => {
    const [first, last] = [kept[0], kept.at(-1)]
    if (!before || !first || !last || (first.at >= span.from && last.at < span.to)) return []
    return [ofDay(before, day)]
  })
  return {
    from: Math.min(span.from, ...ends.map(({ from }) => from)),
    to: Math.max(span.to, ...ends.map(({ to }) => to)),
  }
}

/** Keeps a track unless another was kept since it was begun. */
async function saveTrack(
  tx: Tx,
  zoneId: string,
  { track, before }: Draft,
  mode: TrackWish['mode'],
  who: Keeper,
): Promise<Result<KeptAnswer, KeepError>> {
  const { days, ...summary } = track
  const found = await ofSubject(tx, zoneId, track)
    .select(['rev', 'source_sha256', 'made_at'])
    .forUpdate()
    .executeTakeFirst()
  if ((found?.rev ?? 0) !== before) return err({ kind: 'kept_meanwhile' })
  if (found?.source_sha256 === track.sourceSha256)
    return ok({ ...summary, rev: found.rev, madeAt: found.made_at, changed: false })
  if (!found && mode === 'grow') {
    const made = await madeSince(tx, zoneId, track.point, epochMs(track.madeAt - dayMs))
    if (made >= madeADayMax) return err({ kind: 'too_many_tracks', value: made, rule: `<= ${madeADayMax} a day` })
  }
  const values = {
    from_at: at(track.from),
    to_at: at(track.to),
    tolerance_m: track.toleranceM,
    gap_s: track.gapS,
    fixes: track.fixes,
    kept: track.kept,
    length_m: track.lengthM,
    gaps: track.gaps,
    first_at: track.firstAt === null ? null : at(track.firstAt),
    last_at: track.lastAt === null ? null : at(track.lastAt),
    source_sha256: track.sourceSha256,
    raw: packTrack(days),
    rev: track.rev,
    made_at: at(track.madeAt),
  }
  const { subjectKind, subjectId, point } = track
  const written = await tx
    .insertInto('kept_track')
    .values({ zone_id: zoneId, subject_kind: subjectKind, subject_id: subjectId, point_id: point, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'subject_kind', 'subject_id', 'point_id'])
        .doUpdateSet(values)
        // Two who keep the first one at once: the second sees no row to lock.
        .where('kept_track.rev', '=', before),
    )
    .executeTakeFirst()
  if (written.numInsertedOrUpdatedRows !== 1n) return err({ kind: 'kept_meanwhile' })
  const of = { kind: 'kept_track', id: `kept_track:${subjectKind}:${subjectId}:${point}` }
  const { from, to, fixes, kept, sourceSha256: sha256 } = track
  await noteDeed(tx, zoneId, of, who, track.madeAt, { verb: 'keep', data: { from, to, fixes, kept, sha256 } })
  return ok({ ...summary, changed: true })
}

const ofSubject = (db: Db | Tx, zoneId: string, { subjectKind, subjectId, point }: TrackSubject) =>
  db
    .selectFrom('kept_track')
    .where('zone_id', '=', zoneId)
    .where('subject_kind', '=', subjectKind)
    .where('subject_id', '=', subjectId)
    .where('point_id', '=', point)

async function madeSince(tx: Tx, zoneId: string, point: number, since: EpochMs): Promise<number> {
  const { rows } = await sql<{ made: number }>`
    select count(*)::integer as made from (select from kept_track where zone_id = ${zoneId} and point_id = ${point}
      and made_at > ${at(since)}::timestamptz limit ${madeADayMax}) s`.execute(tx)
  return rows[0]?.made ?? 0
}

/**
 * A kept track with its fixes; null when there is none.
 * @throws CorruptBytes when its row cannot be read
 * Source: own. One statement by the key of the table.
 */
export async function findKeptTrack(db: Db, zoneId: string, subject: TrackSubject): Promise<KeptTrack | null> {
  const row = await ofSubject(db, zoneId, subject).select(summaryColumns).select('raw').executeTakeFirst()
  if (!row) return null
  const { raw, ...summary } = row
  return { ...summary, days: unpackTrack(raw) }
}

/** The columns of a summary, by its names. */
export const summaryColumns = [
  'kept_track.subject_kind as subjectKind',
  'kept_track.subject_id as subjectId',
  'kept_track.point_id as point',
  'kept_track.from_at as from',
  'kept_track.to_at as to',
  'kept_track.tolerance_m as toleranceM',
  'kept_track.gap_s as gapS',
  'kept_track.fixes',
  'kept_track.kept',
  'kept_track.length_m as lengthM',
  'kept_track.gaps',
  'kept_track.first_at as firstAt',
  'kept_track.last_at as lastAt',
  'kept_track.source_sha256 as sourceSha256',
  'kept_track.rev',
  'kept_track.made_at as madeAt',
] as const
