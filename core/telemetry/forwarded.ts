import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import { repeat } from '@tingzhou/timers'
import { forwardStream } from './forward.ts'
import { CorruptBytes } from './bytes.ts'
import { unpackReadings } from './readings.ts'
import type { Telemetry } from './telemetry.ts'

export type ForwardedDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'ingest'>
  readonly log: Pick<Log, 'error'>
}

// What is unpacked at once: 64 small entries, or few large ones, which are up to 4 MB and unpack to several times that.
const pageEntries = 64
const pageBytesMax = 4_000_000
const roundMs = 200

type Entry = { readonly stream: string; readonly seq: number; readonly body: Uint8Array }

/** Takes what gateways of other processes leave in the journal, again and again. @returns what ends it, once what is under way is done */
export const startTaking = (deps: ForwardedDeps): (() => Promise<void>) =>
  repeat(roundMs, createTaker(deps), (error) =>
    deps.log.error({ err: error }, 'what gateways left in the journal could not be taken'),
  )

/**
 * Takes entries of other gateways over: they leave the journal when their readings are durable under this process's own name.
 * Killed in between it takes them again, which changes nothing. One that cannot be read stays for a newer program, and holds no
 * others up.
 * @param bytesMax  taken at once; one entry is, however large
 * @returns takes all that are there, and says how many
 * Source: own. Two statements 64 entries or 4 MB, by the key of the journal.
 */
export function createTaker(
  { db, zoneId, telemetry, log }: ForwardedDeps,
  bytesMax = pageBytesMax,
): () => Promise<number> {
  const unreadable = new Set<string>()

  const take = async (entry: Entry): Promise<boolean> => {
    const { stream, seq, body } = entry
    const key = `${stream} ${seq}`
    if (unreadable.has(key)) return false
    try {
      await Promise.all(unpackReadings(body).map((readings) => telemetry.ingest(readings)))
      return true
    } catch (error) {
      // What could not be kept now is tried again in the next round.
      if (error instanceof CorruptBytes) unreadable.add(key)
      log.error({ err: error, stream, seq }, 'an entry of a gateway could not be taken')
      return false
    }
  }
  return async () => {
    let count = 0
    for (let after: Pick<Entry, 'stream' | 'seq'> = { stream: '', seq: 0 }; ;) {
      const rows = await entriesAfter(db, zoneId, after, bytesMax)
      const outcomes = await Promise.all(rows.map(take))
      const taken = rows.filter((_, index) => outcomes[index])
      await forget(db, zoneId, taken)
      count += taken.length
      const last = rows.at(-1)
      const bytes = rows.reduce((sum, { body }) => sum + body.length, 0)
      if (!last || (rows.length < pageEntries && bytes < bytesMax)) return count
      after = last
    }
  }
}

/** The next entries, up to the one that reaches the limit of bytes; the bodies of those behind it are not read. */
async function entriesAfter(
  db: Db,
  zoneId: string,
  { stream, seq }: Pick<Entry, 'stream' | 'seq'>,
  bytesMax: number,
): Promise<readonly Entry[]> {
  const { rows } = await sql<Entry>`
    select stream, seq::float8 as seq, body from (
      select stream, seq, body, sum(octet_length(body)) over (order by stream, seq) - octet_length(body) as before
      from (
        select stream, seq, body from telemetry_journal
        where zone_id = ${zoneId} and starts_with(stream, ${forwardStream('')})
          and (stream, seq) > (${stream}, ${seq}::bigint)
        order by stream, seq limit ${pageEntries}
      ) page
    ) sized
    where before < ${bytesMax} order by stream, seq`.execute(db)
  return rows
}

/** Takes entries away and remembers up to where, in one statement: numbers are never used again. */
async function forget(db: Db, zoneId: string, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return
  const streams = entries.map(({ stream }) => stream)
  const numbers = entries.map(({ seq }) => seq)
  await sql`
    with gone as (
      delete from telemetry_journal j using unnest(${streams}::text[], ${numbers}::bigint[]) as t (stream, seq)
      where j.zone_id = ${zoneId} and j.stream = t.stream and j.seq = t.seq returning j.stream, j.seq
    )
    insert into telemetry_stream (zone_id, stream, trimmed)
    select ${zoneId}, stream, max(seq) from gone group by stream
    on conflict (zone_id, stream) do update set trimmed = greatest(telemetry_stream.trimmed, excluded.trimmed)`.execute(
    db,
  )
}
