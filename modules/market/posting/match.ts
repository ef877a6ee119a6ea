import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { chainCatalogue, type ZoneCatalogue } from '@tingzhou/chains'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Candidate, Explanation } from '@tingzhou/text'
import type { MarketError } from '../problems.ts'
import { actsFor, readsOwn } from '../reach.ts'
import { readingRoles } from '../roles.ts'
import type { PostingKind, Subject, Visibility } from '../words.ts'
import { marketOf, postingOf, type Market, type Matchable, type MarketDeps, type MarketReader } from './market-index.ts'
import { invitedTo } from './posting.ts'
import { postingsById, reachedPosting, type PostingView } from './posting-view.ts'
import { valuesOf, type PostingInput } from './values.ts'

/** A posting by its id, or what somebody may yet post. */
export type Asked =
  | { readonly postingId: string }
  | { readonly reading: PostingInput & { readonly kind: PostingKind; readonly firmId?: string | undefined } }

/** One of those who come next, and in what they have fewer points. */
type NextBest = Candidate['next'][number] & { readonly number: string; readonly firmName: string }

type Match = {
  readonly posting: PostingView
  readonly score: number
  readonly explanation: Explanation
  readonly next: readonly NextBest[]
}

/** What a need or an offer is held against, by whoever asks. */
type Matches = {
  readonly asked: { readonly id: string | null; readonly kind: PostingKind }
  /** False: of another firm; only the reader's own postings are held against it. */
  readonly isOwn: boolean
  readonly candidates: readonly Match[]
}

/**
 * What a posting is held against: the best open offers for a need, or the needs that an offer could serve, with reasons. Of the same subject
 * and of other firms only; what is for those asked, only for them; what cannot be shown decides nothing, not even the best price. Somebody
 * else's posting is held against the reader's own alone.
 * @param limit  1 to 50
 * @param kind  refused when it is of the other
 * @returns refusals: `not_found` within the reader's reach, `field_refused` by field
 * Six statements at most, beside what changed since the last question.
 */
export async function matchesOf(
  reader: MarketReader,
  asked: Asked,
  limit: number,
  kind?: PostingKind,
): Promise<Result<Matches, MarketError>> {
  const read = await askedOf(reader, asked)
  if (!read.ok) return read
  const one = read.value
  if (kind !== undefined && one.kind !== kind)
    return err({ kind: 'field_refused', field: 'id', value: one.kind, rule: kind === 'need' ? 'a_need' : 'an_offer' })
  const market = await marketOf(reader.deps)
  const isWanted = await wantedBy(reader, market, one)
  const ask = one.kind === 'need' ? market.index.match : market.index.needsFor
  const found = ask(postingOf(market, one.row, one.isConfirmed), limit, isWanted)
  if (!found.ok) return err({ kind: 'field_refused', ...found.error })
  const shown = new Set(found.value.flatMap(({ id, next }) => [id, ...next.map((other) => other.id)]))
  const views = await postingsById(reader, market.zone, [...shown])
  return ok({
    asked: { id: one.id, kind: one.kind },
    isOwn: one.isOwn,
    candidates: found.value.flatMap((candidate) => {
      const posting = views.get(candidate.id)
      return posting ? [{ ...candidate, posting, next: nextOf(candidate, views) }] : []
    }),
  })
}

const nextOf = ({ next }: Candidate, views: ReadonlyMap<string, PostingView>): readonly NextBest[] =>
  next.flatMap((other) => {
    const view = views.get(other.id)
    return view ? [{ ...other, number: view.number, firmName: view.firm.name }] : []
  })

type One = {
  readonly id: string | null
  readonly kind: PostingKind
  readonly subject: Subject
  readonly firmIds: readonly string[]
  readonly row: Matchable
  readonly isConfirmed: boolean
  readonly isOwn: boolean
  /** The firms that it is for; null: everybody. */
  readonly invited: readonly string[] | null
}

async function askedOf(reader: MarketReader, asked: Asked): Promise<Result<One, MarketError>> {
  const { deps, actor } = reader
  if ('reading' in asked) {
    const zone = await chainCatalogue(deps.db, deps.zoneId)
    return readingOf(deps, actor, zone, asked.reading)
  }
  const row = await reachedPosting(reader, asked.postingId)
  if (!row) return err({ kind: 'not_found' })
  const invited = row.visibility === 'invited' ? await invitedTo(deps.db, deps.zoneId, row.id) : null
  const isOwn = readsOwn(actor, row.firm_id)
  const { id, kind, subject, firm_id: firmId } = row
  return ok({ id, kind, subject, firmIds: [firmId], row, isConfirmed: row.confirmed_at !== null, isOwn, invited })
}

function readingOf(
  { clock }: MarketDeps,
  actor: Actor,
  zone: ZoneCatalogue,
  reading: Extract<Asked, { reading: unknown }>['reading'],
): Result<One, MarketError> {
  const { kind, subject, firmId, visibility, invitedIds } = reading
  if (firmId !== undefined && !actsFor(actor, firmId)) return err({ kind: 'not_permitted' })
  const read = valuesOf(kind, reading, zone, localDateOf(clock()))
  if (!read.ok) return err({ kind: 'field_refused', ...read.error })
  const firmIds = firmId === undefined ? partiesOf(actor, 'enterprise') : [firmId]
  return ok({
    id: null,
    kind,
    subject,
    firmIds,
    // An officer may ask for nobody in particular; whoever is of no firm sees no market.
    isOwn: firmIds.length > 0 || hasRole(actor, ...readingRoles),
    row: { ...read.value.values, id: '', reserved: 0 },
    isConfirmed: reading.productCode !== undefined || subject === 'talent',
    invited: visibility === 'invited' ? invitedIds : null,
  })
}

/** Which postings of the other side may be held against it. One statement, none where nothing is for those asked only. */
async function wantedBy({ deps, actor }: MarketReader, { kept }: Market, one: One): Promise<(id: string) => boolean> {
  const own = new Set(one.firmIds)
  const readers = one.isOwn ? null : new Set(partiesOf(actor, 'enterprise'))
  const isFor = one.invited && new Set(one.invited)
  const shown = await invitationsOf(
    deps,
    one.firmIds,
    [...kept.values()].some(({ visibility }) => visibility === 'invited'),
  )
  return (id) => {
    const other = kept.get(id)
    if (!other || other.subject !== one.subject || own.has(other.firmId)) return false
    if (readers && !readers.has(other.firmId)) return false
    if (isFor && !isFor.has(other.firmId)) return false
    return other.visibility === ('zone' satisfies Visibility) || shown.has(id)
  }
}

/** What is for these firms among those who are asked. By the index reach_through. */
async function invitationsOf(
  { db, zoneId }: MarketDeps,
  firmIds: readonly string[],
  areThereAny: boolean,
): Promise<ReadonlySet<string>> {
  if (!areThereAny || firmIds.length === 0) return new Set()
  const pairs = firmIds.map((firmId) => `${firmId} watcher`)
  const { rows } = await sql<{ id: string }>`select object_id as id from reach where zone_id = ${zoneId}
    and object_kind = 'market_posting' and (party_id || ' ' || relation) = any(${pairs}::text[])`.execute(db)
  return new Set(rows.map(({ id }) => id))
}
