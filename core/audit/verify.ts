import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'

/** A place where the history is not what was written. */
export type HistoryFault =
  | { readonly kind: 'hash_mismatch'; readonly objectId: string; readonly seq: number }
  | { readonly kind: 'chain_broken'; readonly objectId: string; readonly seq: number }
  | { readonly kind: 'seq_missing'; readonly objectId: string; readonly seq: number }
  | { readonly kind: 'head_mismatch'; readonly objectId: string; readonly seq: number }
  | { readonly kind: 'head_missing'; readonly objectId: string; readonly seq: number }
  | { readonly kind: 'seal_hash_mismatch'; readonly seal: number }
  | { readonly kind: 'seal_missing'; readonly seal: number }
  | { readonly kind: 'sealed_entry_missing'; readonly seal: number; readonly objectId: string; readonly seq: number }

/** What was looked at, and what was found. The last seal is worth noting outside: it stands for everything before it. */
export type HistoryReport = {
  readonly entries: number
  readonly objects: number
  readonly seals: number
  readonly lastSeal: { readonly seq: number; readonly hash: string } | null
  /** One a broken chain, in key order; at most `faultsMax`. */
  readonly faults: readonly HistoryFault[]
}

export type HistoryProgress = { readonly entries: number; readonly seals: number }

const entriesPerPage = 2_000
const sealsPerPage = 20
const faultsMax = 100
const genesis = '0'.repeat(64)

/**
 * Recomputes every hash of a zone's history outside the database and compares: entries, chain ends, seals.
 * @param onProgress  told after every page
 * @returns the report; no faults means that no entry was changed, removed or added past the chain
 * Source: own. O(entries), pages by key, bounded memory.
 */
export async function verifyHistory(
  db: Db | Tx,
  zoneId: string,
  onProgress: (progress: HistoryProgress) => void = () => {},
): Promise<HistoryReport> {
  const faults: HistoryFault[] = []
  const note = (found: readonly HistoryFault[]) => faults.push(...found.slice(0, faultsMax - faults.length))
  const chains = await verifyChains(db, zoneId, note, (entries) => onProgress({ entries, seals: 0 }))
  note(await findHeadsWithoutEnd(db, zoneId))
  const seals = await verifySeals(db, zoneId, note, (count) => onProgress({ entries: chains.entries, seals: count }))
  return { ...chains, ...seals, faults }
}

type Entry = {
  object_kind: string
  object_id: string
  seq: number
  at: string
  verb: string
  actor_id: string
  actor_name: string
  on_behalf_of: string | null
  node: string | null
  public: boolean
  reason: string | null
  data: string
  prev_hash: string
  hash: string
  head_kind: string | null
  head_seq: number | null
  head_hash: string | null
}

type Note = (found: readonly HistoryFault[]) => void

async function verifyChains(db: Db | Tx, zoneId: string, note: Note, onProgress: (entries: number) => void) {
  let last: Entry | null = null
  let broken: string | null = null
  let objects = 0
  for (let entries = 0; ;) {
    const page: readonly Entry[] = await readEntries(db, zoneId, last)
    for (const entry of page) {
      const before: Entry | null = last?.object_id === entry.object_id ? last : null
      if (!before) objects++
      const fault = checkEntry(zoneId, entry, before)
      // The first fault of a chain says it all: what follows hangs on it.
      if (fault && broken !== entry.object_id) note([fault])
      if (fault) broken = entry.object_id
      last = entry
    }
    entries += page.length
    onProgress(entries)
    if (page.length < entriesPerPage) return { entries, objects }
  }
}

async function readEntries(db: Db | Tx, zoneId: string, after: Entry | null): Promise<readonly Entry[]> {
  const answer = await sql<Entry>`
    select h.object_kind, h.object_id, h.seq, to_char(h.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
      h.verb, h.actor_id, h.actor_name, h.on_behalf_of, h.node, h.public, h.reason, h.data::text as data,
      h.prev_hash, h.hash, head.object_kind as head_kind, head.seq as head_seq, head.hash as head_hash
    from history h
    left join history_head head on head.zone_id = h.zone_id and head.object_id = h.object_id
    where h.zone_id = ${zoneId} and (h.object_id, h.seq) > (${after?.object_id ?? ''}, ${after?.seq ?? 0}::bigint)
    order by h.object_id, h.seq limit ${entriesPerPage}`.execute(db)
  return answer.rows
}

function checkEntry(zoneId: string, entry: Entry, before: Entry | null): HistoryFault | null {
  const place = { objectId: entry.object_id, seq: entry.seq }
  const expectedSeq = (before?.seq ?? 0) + 1
  if (entry.seq !== expectedSeq) return { kind: 'seq_missing', objectId: entry.object_id, seq: expectedSeq }
  if (entry.prev_hash !== (before?.hash ?? genesis)) return { kind: 'chain_broken', ...place }
  if (entry.hash !== hashEntry(zoneId, entry)) return { kind: 'hash_mismatch', ...place }
  if (entry.head_seq === null) return { kind: 'head_missing', ...place }
  if (entry.seq > entry.head_seq) return { kind: 'head_mismatch', ...place }
  if (entry.seq === entry.head_seq && entry.hash !== entry.head_hash) return { kind: 'head_mismatch', ...place }
  if (entry.head_kind !== entry.object_kind) return { kind: 'head_mismatch', ...place }
  return null
}

/** The same bytes that the database's `append_history` hashes: a JSON array as jsonb writes it. */
function hashEntry(zoneId: string, entry: Entry): string {
  const fields = [zoneId, entry.object_kind, entry.object_id, entry.seq, entry.at, entry.verb, entry.actor_id]
  const rest = [entry.actor_name, entry.on_behalf_of, entry.node, entry.public, entry.reason]
  return sha256(
    `[${[...fields, ...rest].map((field) => JSON.stringify(field)).join(', ')}, ${entry.data}, "${entry.prev_hash}"]`,
  )
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** Heads whose last entry is gone: a tail, or a whole chain, was removed. */
async function findHeadsWithoutEnd(db: Db | Tx, zoneId: string): Promise<readonly HistoryFault[]> {
  const answer = await sql<{ objectId: string; seq: number }>`
    select head.object_id as "objectId", head.seq from history_head head
    where head.zone_id = ${zoneId} and head.seq > 0 and not exists (
      select from history h where h.zone_id = head.zone_id and h.object_id = head.object_id and h.seq = head.seq)
    order by head.object_id limit ${faultsMax}`.execute(db)
  return answer.rows.map((row) => ({ kind: 'seq_missing', ...row }))
}

type Seal = { seq: number; at: string; heads: string; prev_hash: string; hash: string }

async function verifySeals(db: Db | Tx, zoneId: string, note: Note, onProgress: (seals: number) => void) {
  let last: Seal | null = null
  for (let seals = 0; ;) {
    const page: readonly Seal[] = await readSeals(db, zoneId, last?.seq ?? 0)
    for (const seal of page) {
      note(checkSeal(zoneId, seal, last))
      note(await findLostSealed(db, zoneId, seal.seq))
      last = seal
    }
    seals += page.length
    onProgress(seals)
    if (page.length < sealsPerPage) return { seals, lastSeal: last && { seq: last.seq, hash: last.hash } }
  }
}

async function readSeals(db: Db | Tx, zoneId: string, after: number): Promise<readonly Seal[]> {
  const answer = await sql<Seal>`
    select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, heads::text as heads, prev_hash, hash
    from history_seal where zone_id = ${zoneId} and seq > ${after}::bigint order by seq limit ${sealsPerPage}`.execute(
    db,
  )
  return answer.rows
}

function checkSeal(zoneId: string, seal: Seal, before: Seal | null): readonly HistoryFault[] {
  const expectedSeq = (before?.seq ?? 0) + 1
  if (seal.seq !== expectedSeq) return [{ kind: 'seal_missing', seal: expectedSeq }]
  const text = `[${JSON.stringify(zoneId)}, ${seal.seq}, "${seal.at}", ${seal.heads}, "${seal.prev_hash}"]`
  const whole = seal.prev_hash === (before?.hash ?? genesis) && seal.hash === sha256(text)
  return whole ? [] : [{ kind: 'seal_hash_mismatch', seal: seal.seq }]
}

/** Entries that a seal names and that are gone or other now. */
async function findLostSealed(db: Db | Tx, zoneId: string, seal: number): Promise<readonly HistoryFault[]> {
  const answer = await sql<{ objectId: string; seq: number }>`
    select head ->> 0 as "objectId", (head ->> 1)::bigint as seq
    from history_seal s cross join lateral jsonb_array_elements(s.heads) head
    where s.zone_id = ${zoneId} and s.seq = ${seal}::bigint and not exists (
      select from history h where h.zone_id = s.zone_id and h.object_id = head ->> 0
        and h.seq = (head ->> 1)::bigint and h.hash = head ->> 2)
    order by 1 limit ${faultsMax}`.execute(db)
  return answer.rows.map((row) => ({ kind: 'sealed_entry_missing', seal, ...row }))
}
