import { sql } from 'kysely'
import { at, type Db, type Json } from '@tingzhou/db'
import { keysetPage, type Page } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { dayMs, keptDays, type Lifespan } from './kept-frame.ts'
import { minuteMs } from './kind.ts'
import type { LastSample } from './last-values.ts'
import type { OpenMinute } from './open-minutes.ts'
import type { Protocol } from './protocol.ts'
import type { Rows } from './rows.ts'
import { qualityIn, type Quality } from './sample.ts'
import { keyOf, readPlaces } from './stored.ts'

/** One value of a record that came again. */
export type Change = {
  readonly point: number
  /** The time of the record, milliseconds since the epoch. */
  readonly at: number
  /** Null where it is not known any more. */
  readonly before: Said | null
  readonly after: Said
}
type Said = { readonly value: number; readonly quality: Quality }

/** A record that came again with other values: what was kept before, and what takes its place. */
export type Revision = {
  /** The same for the same frame: a device that was not answered sends it again. */
  readonly id: string
  readonly protocol: Protocol
  readonly identity: string
  /** Which message; of HJ 212 the command. */
  readonly kind: string
  readonly changes: readonly Change[]
  /** The frame that brought them, as it came, but for codes. */
  readonly body: Uint8Array
}

/**
 * Notes a revision before its values take the place of those before; one that is there already stays.
 * Source: own. One statement.
 */
export async function keepRevision(db: Db, zoneId: string, revision: Revision, now: EpochMs): Promise<void> {
  const { id, protocol, identity, kind, changes, body } = revision
  await db
    .insertInto('telemetry_frame')
    .values({
      zone_id: zoneId,
      id,
      protocol,
      identity,
      why: 'revised',
      received_at: at(now),
      keep_until: at(epochMs(now + keptDays('revised') * dayMs)),
      body,
      revision: JSON.stringify({ kind, changes }),
    })
    .onConflict((conflict) => conflict.columns(['zone_id', 'id']).doNothing())
    .execute()
}

export type KeptRevision = Pick<Revision, 'id' | 'kind' | 'changes'> & { readonly receivedAt: EpochMs }

/** The revisions of a device, the newest first. One statement by the index of revisions. */
export async function listRevisions(
  db: Db,
  zoneId: string,
  { protocol, identity }: Pick<Revision, 'protocol' | 'identity'>,
  { from, to }: Lifespan,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<KeptRevision>> {
  const query = db
    .selectFrom('telemetry_frame')
    .select(['id', 'received_at as receivedAt', 'revision'])
    .where('zone_id', '=', zoneId)
    .where('protocol', '=', protocol)
    .where('identity', '=', identity)
    .where('revision', 'is not', null)
    .where(sql<boolean>`received_at >= ${at(epochMs(from))}::timestamptz`)
    .$if(to !== Infinity, (some) => some.where(sql<boolean>`received_at <= ${at(epochMs(to))}::timestamptz`))
  const sort = [
    {
      ref: sql.ref('received_at'),
      order: 'desc',
      kind: 'instant',
      read: (row: { receivedAt: EpochMs }) => row.receivedAt,
    },
    { ref: sql`id::text`, order: 'desc', kind: 'string', read: (row: { id: string }) => row.id },
  ] as const
  const { rows, next } = await keysetPage(query, sort, page)
  return { rows: rows.map(({ revision, ...row }) => ({ ...row, ...saidIn(revision) })), next }
}

// The column holds what is written above.
const saidIn = (revision: Json) => revision as unknown as Pick<Revision, 'kind' | 'changes'>

/** A sample that is asked for. */
export type Asked = { readonly point: number; readonly at: number }

/**
 * What is kept of points at times, in the order in which it is asked for; null where there is nothing.
 * @param asked  at most those of one message
 * @param open  minutes that are in no row yet, as the store of this process gives them
 * @throws CorruptBytes when a row cannot be read
 * Source: own. One statement by the key of the table, one more where minutes are old.
 */
export async function keptSamples(
  db: Db,
  zoneId: string,
  asked: readonly Asked[],
  open: Iterable<OpenMinute> = [],
): Promise<readonly (LastSample | null)[]> {
  if (asked.length === 0) return []
  const places = new Map(
    asked.map((one) => [keyOf(one.point, minuteOf(one)), { point: one.point, minute: minuteOf(one) }]),
  )
  const rows = await readPlaces(db, zoneId, [...places.values()], open)
  return asked.map((one) => sampleAt(rows.get(keyOf(one.point, minuteOf(one))), one.at))
}

const minuteOf = ({ at: time }: Asked): number => Math.floor(time / minuteMs)

function sampleAt(rows: Rows | undefined, time: number): LastSample | null {
  if (!rows) return null
  const within = time % minuteMs
  for (let index = 0, place = 0; index < rows.count; index++, place += 3) {
    if (rows.data[place] !== within) continue
    // A row holds its width of numbers.
    return { at: time, steps: rows.data[place + 1] as number, quality: qualityIn(rows.data[place + 2] as number) }
  }
  return null
}
