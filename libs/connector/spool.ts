import { wordsOf } from './fault.ts'
import type { FromConnector, Owner, SpoolOptions } from './message.ts'
import { ownerOf, readRecord, walk, writeHead, writeRecord, type Place, type SpoolRecord } from './record.ts'

/** A folder of a disk. Every function throws when the disk does. */
export type Disk = {
  /** Names this process among all that ever wrote here: letters and digits. */
  readonly writer: string
  readonly list: () => readonly DiskFile[]
  /** Adds to the end of a file, which is made when it is not there: all of the bytes, or none where the disk lets. */
  readonly append: (name: string, bytes: Uint8Array) => void
  /** @returns fewer bytes than asked for at the end of the file */
  readonly read: (name: string, offset: number, length: number) => Uint8Array
  readonly remove: (name: string) => void
  /** Begins to write what was added through to the disk itself. */
  readonly sync: () => void
}

/** @property changedAt  milliseconds since the epoch */
export type DiskFile = { readonly name: string; readonly bytes: number; readonly changedAt: number }

/** Where a record stands, for as long as its segment does. */
export type Mark = { readonly backlog: Backlog; readonly segment: Segment; readonly place: Place }

/** What waits on disk of one owner. */
export type Backlog = {
  readonly owner: Owner
  readonly key: string
  /** Oldest first. */
  segments: Segment[]
  bytes: number
}

type Segment = {
  readonly name: string
  /** Milliseconds since the epoch: when it was begun. */
  readonly beganAt: number
  bytes: number
  /** Readings that wait in it; null: not counted yet. */
  readings: number | null
  /** Takes more records. */
  isOpen: boolean
  /** Whether what is damaged in it was told. */
  isRead: boolean
  /** Offsets of records that were kept. */
  readonly kept: Set<number>
  /** Its records, once its turn has come. */
  places: readonly Place[] | null
  next: number
}

/** Readings on disk, in files of one owner each: written at the end, read from the beginning, removed when all of theirs is kept. */
export type Spool = {
  /** Writes a record. @returns null while the disk takes nothing; for a moment after that it is not asked again */
  readonly write: (owner: Owner, record: SpoolRecord) => Mark | null
  /** The next write is tried whatever became of the last. */
  readonly retry: () => void
  /** The oldest record of an owner that waits. Until it is kept it stays the oldest. */
  readonly oldest: (key: string) => (Mark & { readonly record: SpoolRecord }) | null
  /** A record was kept, in its turn or before. */
  readonly keep: (mark: Mark) => void
  readonly backlogs: ReadonlyMap<string, Backlog>
  /** What is due, once a second: what waited too long goes, what is not counted is, what others left is taken over. */
  readonly tick: () => void
  /** What became of readings since this was asked last; null: nothing. */
  readonly news: () => Extract<FromConnector, { kind: 'spool' }> | null
}

/** Bytes of a segment, at most but for its last record; of a small spool an eighth of it. */
export const segmentBytesMax = 256 * 1_024
const segmentAgeMsMax = 3_600_000
const headBytesMax = 8_192
// A process that was killed may be followed by another one before its connector has written its last.
const strangerAgeMs = 10_000
const lookMs = 15_000
const refusedMs = 5_000
// What was said against a file long ago is no fault of now; one that stands is said again.
const faultMsMax = 60_000
const syncMs = 5_000
const countedATick = 32
const nameOf = /^(?<began>\d{15})-[a-z0-9]{1,40}-\d{6}\.spool$/

export const keyOf = ({ device, node }: Owner): string => `${node} ${device}`

/** How many readings of an owner wait, as far as they are counted, and since when. O(segments). */
export function waitingOf({ segments }: Backlog): { readonly readings: number; readonly since: number | null } {
  const readings = segments.reduce((sum, segment) => sum + (segment.readings ?? 0), 0)
  return { readings, since: segments[0]?.beganAt ?? null }
}

/**
 * Opens what a folder holds.
 * Source: own. A record costs its bytes; a look at the folder O(files).
 */
export function openSpool(disk: Disk, options: SpoolOptions, now: () => number): Spool {
  const { keepMs, deviceBytesMax, totalBytesMax } = options
  const segmentBytes = Math.min(segmentBytesMax, Math.ceil(Math.min(deviceBytesMax, totalBytesMax) / 8))
  const backlogs = new Map<string, Backlog>()
  /** Names of files that wait, and of those that cannot be removed. */
  const known = new Set<string>()
  const none = { written: 0, expired: 0, dropped: 0, damagedPlaces: 0, damagedBytes: 0 }
  let happened = { ...none }
  let told: { readonly segments: number; readonly fault: string | null } = { segments: -1, fault: null }
  let segments = 0
  let strangers = 0
  let bytesOfAll = 0
  let fault: string | null = null
  let [faultAt, refusedAt, lookedAt, syncedAt, lastBegan, serial] = [-Infinity, -Infinity, now(), now(), 0, 0]

  /** Does something with the disk. @returns null when it fails, which is told */
  const tried = <T>(work: () => T): T | null => {
    try {
      return work()
    } catch (error) {
      fault = wordsOf(error)
      faultAt = now()
      return null
    }
  }
  const backlogOf = (owner: Owner): Backlog => {
    const key = keyOf(owner)
    const backlog = backlogs.get(key) ?? { owner, key, segments: [], bytes: 0 }
    backlogs.set(key, backlog)
    return backlog
  }
  const add = (backlog: Backlog, segment: Segment): void => {
    backlog.segments.push(segment)
    backlog.bytes += segment.bytes
    bytesOfAll += segment.bytes
    segments++
    known.add(segment.name)
  }
  /** Forgets a segment, its file stays as it is. */
  const leave = (backlog: Backlog, segment: Segment): void => {
    const place = backlog.segments.indexOf(segment)
    if (place < 0) return
    backlog.segments.splice(place, 1)
    backlog.bytes -= segment.bytes
    bytesOfAll -= segment.bytes
    segments--
    if (backlog.segments.length === 0) backlogs.delete(backlog.key)
    // The next look finds it again.
    known.delete(segment.name)
  }
  /** Removes a file. One that cannot be removed is not read again by this process. */
  const remove = (name: string): void => {
    if (!tried(() => (disk.remove(name), true))) known.add(name)
  }
  const forget = (backlog: Backlog, segment: Segment): void => {
    leave(backlog, segment)
    remove(segment.name)
  }
  /** Reads where the records of a segment stand. @returns whether that could be done; one that cannot be read is left for later */
  const survey = (backlog: Backlog, segment: Segment): boolean => {
    if (segment.places) return true
    const bytes = tried(() => disk.read(segment.name, 0, segment.bytes))
    if (!bytes) {
      leave(backlog, segment)
      return false
    }
    const found = walk(bytes)
    segment.places = found.places.filter(({ offset }) => !segment.kept.has(offset))
    if (!segment.isRead) damage(found.damagedPlaces, found.damagedBytes + segment.bytes - bytes.length)
    segment.isRead = true
    segment.readings = segment.places.reduce((sum, { readings }) => sum + readings, 0)
    return true
  }
  const damage = (places: number, bytes: number): void => {
    happened.damagedPlaces += bytes > 0 ? Math.max(1, places) : 0
    happened.damagedBytes += bytes
  }
  /** Counts a segment whose turn has not come. */
  const count = (backlog: Backlog, segment: Segment): void => {
    if (segment.readings !== null || !survey(backlog, segment)) return
    segment.places = null
  }
  const drop = (backlog: Backlog, segment: Segment, why: 'expired' | 'dropped'): void => {
    count(backlog, segment)
    happened[why] += segment.readings ?? 0
    forget(backlog, segment)
  }
  /** Takes over a file of a process that wrote here before. */
  const adopt = ({ name, bytes }: DiskFile): void => {
    const beganAt = Number(nameOf.exec(name)?.groups?.['began'])
    const head = tried(() => disk.read(name, 0, headBytesMax))
    if (!head) return
    const owner = ownerOf(head)
    if (!owner) {
      // Whose they were cannot be told any more.
      damage(1, Math.max(1, bytes))
      return remove(name)
    }
    add(backlogOf(owner), { ...newSegment(name, beganAt), bytes, readings: null, isOpen: false })
  }
  const look = (): void => {
    lookedAt = now()
    const files = tried(() => disk.list())
    const strange = files?.filter(({ name }) => nameOf.test(name) && !known.has(name)) ?? []
    const settled = strange.filter(({ changedAt }) => Math.abs(lookedAt - changedAt) >= strangerAgeMs)
    strangers = strange.length - settled.length
    for (const file of settled) adopt(file)
    for (const { segments: all } of backlogs.values()) all.sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const oldestOfAll = (): Pick<Mark, 'backlog' | 'segment'> | null => {
    let oldest: Pick<Mark, 'backlog' | 'segment'> | null = null
    for (const backlog of backlogs.values()) {
      const [segment] = backlog.segments
      if (segment && (!oldest || segment.name < oldest.segment.name)) oldest = { backlog, segment }
    }
    return oldest
  }
  const makeRoom = (backlog: Backlog | undefined, bytes: number): void => {
    for (let [first] = backlog?.segments ?? []; backlog && first; [first] = backlog.segments) {
      if (backlog.bytes + bytes <= deviceBytesMax) break
      drop(backlog, first, 'dropped')
    }
    for (let oldest = oldestOfAll(); oldest && bytesOfAll + bytes > totalBytesMax; oldest = oldestOfAll())
      drop(oldest.backlog, oldest.segment, 'dropped')
  }
  const begin = (): Segment => {
    // Names are in the order in which they were begun, whatever the clock does.
    lastBegan = Math.max(lastBegan, Math.floor(now()))
    const name = `${String(lastBegan).padStart(15, '0')}-${disk.writer}-${String(serial++).padStart(6, '0')}.spool`
    return newSegment(name, lastBegan)
  }

  look()
  return {
    backlogs,
    write: (owner, record) => {
      if (now() - refusedAt < refusedMs && now() >= refusedAt) return null
      const bytes = writeRecord(record)
      makeRoom(backlogs.get(keyOf(owner)), bytes.length)
      const last = backlogs.get(keyOf(owner))?.segments.at(-1)
      const fits = last?.isOpen && last.bytes < segmentBytes && now() - last.beganAt < segmentAgeMsMax
      const segment = fits ? last : begin()
      if (last && !fits) last.isOpen = false
      const head = fits ? new Uint8Array(0) : writeHead(owner)
      const whole = new Uint8Array(head.length + bytes.length)
      whole.set(head)
      whole.set(bytes, head.length)
      if (!tried(() => (disk.append(segment.name, whole), true))) {
        // What a part of it left behind is not written on.
        segment.isOpen = false
        refusedAt = now()
        return null
      }
      fault = null
      const backlog = backlogOf(owner)
      if (!fits) add(backlog, segment)
      const place = { offset: segment.bytes + head.length, length: bytes.length, readings: record.readings.length }
      segment.bytes += whole.length
      backlog.bytes += whole.length
      bytesOfAll += whole.length
      segment.readings = (segment.readings ?? 0) + place.readings
      happened.written += place.readings
      return { backlog, segment, place }
    },
    retry: () => {
      refusedAt = -Infinity
    },
    oldest: (key) => {
      // What another process may still be writing is older than what this one wrote.
      const backlog = strangers > 0 ? undefined : backlogs.get(key)
      for (let [segment] = backlog?.segments ?? []; backlog && segment; [segment] = backlog.segments) {
        segment.isOpen = false
        if (!survey(backlog, segment)) continue
        const place = segment.places?.[segment.next]
        if (!place) forget(backlog, segment)
        else if (segment.kept.has(place.offset)) segment.next++
        else {
          const { name } = segment
          const bytes = tried(() => disk.read(name, place.offset, place.length))
          if (!bytes) leave(backlog, segment)
          const record = bytes && readRecord(bytes)
          if (record) return { backlog, segment, place, record }
          if (bytes) damage(1, place.length)
          segment.readings = (segment.readings ?? 0) - place.readings
          segment.next++
        }
      }
      return null
    },
    keep: ({ backlog, segment, place }) => {
      if (!backlog.segments.includes(segment) || segment.kept.has(place.offset)) return
      segment.kept.add(place.offset)
      segment.readings = (segment.readings ?? 0) - place.readings
      if (segment.readings === 0) forget(backlog, segment)
    },
    tick: () => {
      if (now() - lookedAt >= lookMs || now() < lookedAt) look()
      if (now() - syncedAt >= syncMs || now() < syncedAt) {
        syncedAt = now()
        tried(() => disk.sync())
      }
      if (now() - faultAt >= faultMsMax) fault = null
      let left = countedATick
      for (const backlog of backlogs.values())
        for (const segment of backlog.segments.slice()) {
          if (now() - segment.beganAt > keepMs) drop(backlog, segment, 'expired')
          else if (segment.readings === null && left-- > 0) count(backlog, segment)
        }
    },
    news: () => {
      const standing = { segments: segments + strangers, fault }
      const isQuiet = Object.values(happened).every((count) => count === 0)
      if (isQuiet && standing.segments === told.segments && standing.fault === told.fault) return null
      told = standing
      const said = { kind: 'spool' as const, ...happened, ...standing }
      happened = { ...none }
      return said
    },
  }
}

const newSegment = (name: string, beganAt: number): Segment => ({
  name,
  beganAt,
  bytes: 0,
  readings: 0,
  isOpen: true,
  isRead: false,
  kept: new Set(),
  places: null,
  next: 0,
})
