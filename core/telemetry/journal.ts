import type { Clock } from '@tingzhou/kernel'
import { sql } from 'kysely'
import { at, type Db } from '@tingzhou/db'
import { packReadings, unpackReadings, type Readings } from './readings.ts'

/** Somebody else writes the same stream: two processes were given one name. */
export class StreamTaken extends Error {
  constructor(stream: string) {
    super(`another process writes the telemetry stream ${stream}; give each process a name of its own`)
    this.name = 'StreamTaken'
  }
}

export type JournalDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: Clock
  readonly stream: string
}

/** The entries of a stream, numbered without gaps for ever. One write at a time. */
export type Journal = {
  /**
   * Writes readings as the next entry.
   * @returns its number, when it is durable
   * @throws StreamTaken; what the database says: whether it was kept is then found out before the next write
   */
  readonly write: (batches: readonly Readings[]) => Promise<number>
  /** Forgets entries before this one. */
  readonly trim: (seq: number) => Promise<void>
  /** The number of the last entry. */
  readonly last: () => number
  /** How many entries are kept. */
  readonly length: () => number
}

const pageEntries = 32

/**
 * Opens a stream and gives what it holds from before to `take`, oldest first.
 * @throws CorruptBytes when an entry cannot be read
 * Source: own. One statement a page of 32 entries.
 */
export async function openJournal(
  deps: JournalDeps,
  take: (batches: readonly Readings[], seq: number) => void,
): Promise<Journal> {
  const trimmed = await trimmedTo(deps)
  let seq = await replay(deps, trimmed, take)
  // The first entry that is kept.
  let first = trimmed + 1
  // An entry whose fate is not known: the connection broke while it was written.
  let doubt: Uint8Array | null = null

  const settleDoubt = async (): Promise<void> => {
    if (!doubt) return
    const body = await entryAt(deps, seq + 1)
    if (body) {
      if (Buffer.compare(body, doubt) !== 0) throw new StreamTaken(deps.stream)
      seq++
      // It was refused to its sender, who sends it again; kept twice it is still one reading.
      take(unpackReadings(body), seq)
    }
    doubt = null
  }

  return {
    last: () => seq,
    length: () => seq + 1 - first,
    write: async (batches) => {
      await settleDoubt()
      const body = packReadings(batches)
      try {
        await insertEntry(deps, seq + 1, body)
      } catch (error) {
        if (codeOf(error) === uniqueViolation) throw new StreamTaken(deps.stream)
        doubt = body
        throw error
      }
      return ++seq
    },
    trim: async (before) => {
      if (before <= first) return
      await trimEntries(deps, before)
      first = before
    },
  }
}

const uniqueViolation = '23505'

/** The code of the database's error, if it is one. */
export const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

async function insertEntry({ db, zoneId, clock, stream }: JournalDeps, seq: number, body: Uint8Array): Promise<void> {
  const entry = { zone_id: zoneId, stream, seq, written_at: at(clock()), body: Buffer.from(body) }
  await db.insertInto('telemetry_journal').values(entry).execute()
}

async function entryAt({ db, zoneId, stream }: JournalDeps, seq: number): Promise<Uint8Array | null> {
  const found = await db
    .selectFrom('telemetry_journal')
    .select('body')
    .where('zone_id', '=', zoneId)
    .where('stream', '=', stream)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return found?.body ?? null
}

/** Forgets entries and remembers up to where, in one statement: numbers are never used again. */
async function trimEntries({ db, zoneId, stream }: JournalDeps, before: number): Promise<void> {
  await sql`
    with gone as (delete from telemetry_journal where zone_id = ${zoneId} and stream = ${stream} and seq < ${before})
    insert into telemetry_stream (zone_id, stream, trimmed) values (${zoneId}, ${stream}, ${before - 1})
    on conflict (zone_id, stream) do update set trimmed = greatest(telemetry_stream.trimmed, excluded.trimmed)`.execute(
    db,
  )
}

/** The last entry that was forgotten; 0 when none was. */
async function trimmedTo({ db, zoneId, stream }: JournalDeps): Promise<number> {
  const known = await db
    .selectFrom('telemetry_stream')
    .select('trimmed')
    .where('zone_id', '=', zoneId)
    .where('stream', '=', stream)
    .executeTakeFirst()
  return known?.trimmed ?? 0
}

/** @returns the number of the last entry */
async function replay(
  { db, zoneId, stream }: JournalDeps,
  after: number,
  take: (batches: readonly Readings[], seq: number) => void,
): Promise<number> {
  for (let seq = after; ;) {
    const entries = await db
      .selectFrom('telemetry_journal')
      .select(['seq', 'body'])
      .where('zone_id', '=', zoneId)
      .where('stream', '=', stream)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(pageEntries)
      .execute()
    for (const entry of entries) {
      take(unpackReadings(entry.body), entry.seq)
      seq = entry.seq
    }
    if (entries.length < pageEntries) return seq
  }
}
