import { sql, type Selectable } from 'kysely'
import { grantReach, reaches, revokeReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { chainCatalogue, noteUnknownWords, type ZoneCatalogue } from '@tingzhou/chains'
import { at, expectRevision, jsonb, newId, type Db, type Tables, type Tx } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import { findParties, findParty, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import { indexObjects } from '@tingzhou/search'
import { refused, type MarketError } from '../problems.ts'
import { actsFor } from '../reach.ts'
import { drawNumbers, note } from '../record.ts'
import '../tables.ts'
import { openEnterprises } from '../firm.ts'
import type { PostingKind, PostingState } from '../words.ts'
import type { PersonalKind } from './personal.ts'
import { readIndex } from './read-index.ts'
import { readText, resolutionOf } from './reading.ts'
import { dayFault, valuesOf, type PostingInput, type PostingValues } from './values.ts'
import { statesFor } from './words.ts'

export type PostingRow = Selectable<Tables['market_posting']>
/** What was written, and what of persons was starred out. */
type Written = Saved & { readonly masked: readonly PersonalKind[] }

const objectKind = 'market_posting'

/** Posts what a firm offers or needs, as a draft or open at once. The firm reaches it, and those who are asked. */
export async function enterPosting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: PostingInput & {
    readonly kind: PostingKind
    readonly firmId: string
    readonly open: boolean
    readonly fileIds: readonly string[]
    readonly synthetic: boolean
    /** The enterprise's need from which it comes. */
    readonly appealId?: string
  },
): Promise<Result<Written & { readonly number: string }, MarketError>> {
  const { kind, firmId, synthetic, appealId } = input
  if (!actsFor(actor, firmId)) return err({ kind: 'not_permitted' })
  const firm = await openFirm(tx, deps, 'firmId', firmId)
  if (!firm.ok) return firm
  const now = deps.clock()
  const today = localDateOf(now)
  const zone = await chainCatalogue(tx, deps.zoneId)
  const read = valuesOf(kind, { ...input, ...placeOf(input, firm.value) }, zone, today)
  if (!read.ok) return err({ kind: 'field_refused', ...read.error })
  const isConfirmed = input.productCode !== undefined || input.subject === 'talent'
  if (input.open && !isConfirmed) return refused('productCode', '', 'confirm_first')
  const id = newId()
  const [number = ''] = await drawNumbers(tx, 'GX', 1, now)
  const { values } = read.value
  const row = {
    ...values,
    number,
    kind,
    firm_id: firmId,
    firm_outside: firm.value.isOutside,
    state: input.open ? ('open' as const) : ('draft' as const),
    appeal_id: appealId ?? null,
    synthetic: synthetic || firm.value.synthetic,
  }
  const reading = readText(readIndex(zone), zone.catalogue, { ...input, text: values.text }, today)
  await tx
    .insertInto('market_posting')
    .values({
      zone_id: deps.zoneId,
      id,
      ...row,
      resolution: jsonb(resolutionOf(reading)),
      confirmed_at: isConfirmed ? at(now) : null,
      confirmed_by: isConfirmed ? actor.name : null,
      opened_at: input.open ? at(now) : null,
      ...writtenBy(actor, now),
    })
    .execute()
  if (!firm.value.isOutside)
    await grantReach(tx, deps.zoneId, [{ objectKind, objectId: id, partyId: firmId, relation: 'enterprise' }])
  const asked = await settleInvited(tx, deps, id, input)
  if (!asked.ok) return asked
  const files = await attach(tx, deps, actor, id, input.fileIds)
  if (!files.ok) return files
  await indexPosting(tx, deps, zone, { id, number, values, firmName: firm.value.name })
  if (input.open) await noteWords(tx, deps, reading.unknown, values.text)
  await note(tx, deps, actor, {
    objectKind,
    objectId: id,
    verb: input.open ? 'post' : 'draft',
    data: changesBetween({}, row),
    to: [firmId],
  })
  return ok({ id, number, rev: 1, masked: read.value.masked })
}

/** Where it is: as it says, else where the firm is. */
const placeOf = (input: PostingInput, { point, address }: OpenFirm) =>
  input.lonDeg === null && input.latDeg === null && input.place === '' && point
    ? { place: address, lonDeg: point.lon, latDeg: point.lat }
    : {}

type OpenFirm = {
  readonly name: string
  readonly isOutside: boolean
  readonly synthetic: boolean
  readonly point: { readonly lon: number; readonly lat: number } | null
  readonly address: string
}

/** A firm that may post: an enterprise of the register, or a firm outside. Two statements at most. */
async function openFirm(
  tx: Tx,
  { zoneId }: RecordDeps,
  field: string,
  firmId: string,
): Promise<Result<OpenFirm, MarketError>> {
  const party = await findParty(tx, zoneId, firmId)
  if (party?.kind === 'enterprise') {
    const firm = (await openEnterprises(tx, zoneId, [firmId])).get(firmId)
    return firm
      ? ok({ ...firm, isOutside: false })
      : err({ kind: 'not_open', field, value: party.name, rule: 'still_open' })
  }
  const outside = await tx
    .selectFrom('chain_outside')
    .select(['name', 'place', 'lon', 'lat', 'state', 'synthetic'])
    .where('zone_id', '=', zoneId)
    .where(sql<string>`id::text`, '=', firmId)
    .executeTakeFirst()
  if (!outside) return refused(field, firmId, 'within_reach')
  const { name, place, lon, lat, state, synthetic } = outside
  if (state === 'closed') return err({ kind: 'not_open', field, value: name, rule: 'still_open' })
  return ok({
    name,
    synthetic,
    isOutside: true,
    point: lon === null || lat === null ? null : { lon, lat },
    address: place,
  })
}

/** Lets exactly those reach it who are asked. Three statements at most. */
async function settleInvited(
  tx: Tx,
  { zoneId }: RecordDeps,
  objectId: string,
  { visibility, invitedIds }: Pick<PostingInput, 'visibility' | 'invitedIds'>,
): Promise<Result<void, MarketError>> {
  const wanted = visibility === 'invited' ? [...new Set(invitedIds)] : []
  const known = await findParties(tx, zoneId, wanted)
  const unknown = wanted.find((partyId) => !known.some(({ id, kind }) => id === partyId && kind === 'enterprise'))
  if (unknown !== undefined) return refused('invitedIds', unknown, 'within_reach')
  const held = await invitedTo(tx, zoneId, objectId)
  const rowOf = (partyId: string) => ({ objectKind, objectId, partyId, relation: 'watcher' as const })
  await revokeReach(tx, zoneId, held.filter((partyId) => !wanted.includes(partyId)).map(rowOf))
  await grantReach(tx, zoneId, wanted.map(rowOf))
  return ok(undefined)
}

/** The firms that a posting is for. One statement. */
export async function invitedTo(tx: Tx | Db, zoneId: string, objectId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('reach')
    .select('party_id')
    .where('zone_id', '=', zoneId)
    .where('object_kind', '=', objectKind)
    .where('object_id', '=', objectId)
    .where('relation', '=', 'watcher')
    .execute()
  return rows.map(({ party_id }) => party_id)
}

async function attach(tx: Tx, deps: RecordDeps, actor: Actor, objectId: string, fileIds: readonly string[]) {
  const { zoneId, clock } = deps
  const attached = await attachFiles(tx, zoneId, {
    objectKind,
    objectId,
    fileIds,
    actorId: actor.accountId,
    now: clock(),
  })
  return attached.ok ? ok(undefined) : refused('fileIds', attached.error.value, attached.error.kind)
}

type Indexed = {
  readonly id: string
  readonly number: string
  readonly values: PostingValues
  readonly firmName: string
}

/** Makes it findable by its number, its words and its product. One statement. */
function indexPosting(
  tx: Tx,
  deps: RecordDeps,
  { products }: ZoneCatalogue,
  { id, number, values, firmName }: Indexed,
) {
  const product = products.get(values.product_code ?? '')
  const words = product ? [product.zh, product.en] : []
  const title = values.text.replaceAll(/\s+/g, ' ').slice(0, 80)
  return indexObjects(tx, deps.zoneId, [
    { objectKind, objectId: id, title, subtitle: firmName, number, words, updatedAt: deps.clock() },
  ])
}

/** A posting of a firm for which the actor acts, locked, in one of the states. One statement. */
async function ownPosting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { id, rev }: { readonly id: string; readonly rev: number },
  states: readonly PostingState[],
): Promise<Result<PostingRow, MarketError>> {
  const row = await tx
    .selectFrom('market_posting')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where(reaches(actor, objectKind, { zoneId: deps.zoneId, objectId: sql.ref('market_posting.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  if (!actsFor(actor, row.firm_id)) return err({ kind: 'not_permitted' })
  const fresh = expectRevision(row.rev, rev)
  if (!fresh.ok) return fresh
  return states.includes(row.state)
    ? ok(row)
    : err({ kind: 'posting_state', field: 'id', value: row.state, rule: `only_in ${states.join(' ')}` })
}

/** Writes the columns, the next revision and the time, by which every server's index sees it. */
async function save(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  row: PostingRow,
  columns: Partial<Changed>,
): Promise<Saved> {
  const rev = row.rev + 1
  await tx
    .updateTable('market_posting')
    .set({ ...columns, rev, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.id)
    .execute()
  return { id: row.id, rev }
}
type Changed = PostingValues & {
  readonly state: PostingState
  readonly opened_at: Date
  readonly confirmed_at: Date | null
  readonly confirmed_by: string | null
  readonly resolution: string
  readonly warned_to: null
}

/** Changes what it says; what was confirmed is confirmed anew where it is open. */
export async function changePosting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: PostingInput & {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly fileIds: readonly string[]
  },
): Promise<Result<Written, MarketError>> {
  const own = await ownPosting(tx, deps, actor, input, statesFor.change)
  if (!own.ok) return own
  const row = own.value
  const now = deps.clock()
  const today = localDateOf(now)
  const zone = await chainCatalogue(tx, deps.zoneId)
  const wish = { ...input, validTo: input.validTo ?? (row.valid_to < today ? undefined : row.valid_to) }
  const read = valuesOf(row.kind, wish, zone, today)
  if (!read.ok) return err({ kind: 'field_refused', ...read.error })
  const { values } = read.value
  const isConfirmed = input.productCode !== undefined || input.subject === 'talent'
  if (row.state !== 'draft' && !isConfirmed) return refused('productCode', '', 'confirm_first')
  const changed = goodsFault(row, values)
  if (changed && row.reserved > 0) return err({ kind: 'field_refused', ...changed, rule: 'agreed_already' })
  if (changed && (await isProposed(tx, deps, row.id)))
    return err({ kind: 'field_refused', ...changed, rule: 'proposed_already' })
  if (values.quantity !== null && values.quantity < row.reserved)
    return refused('quantity', String(values.quantity), 'not_below_reserved')
  const asked = await settleInvited(tx, deps, row.id, input)
  if (!asked.ok) return asked
  const files = await attach(tx, deps, actor, row.id, input.fileIds)
  if (!files.ok) return files
  const reading = readText(readIndex(zone), zone.catalogue, { ...input, text: values.text, kind: row.kind }, today)
  const confirmed = { confirmed_at: isConfirmed ? at(now) : null, confirmed_by: isConfirmed ? actor.name : null }
  const saved = await save(tx, deps, actor, row, {
    ...values,
    ...confirmed,
    resolution: jsonb(resolutionOf(reading)),
    ...(values.valid_to === row.valid_to ? {} : { warned_to: null }),
  })
  const firm = await findParty(tx, deps.zoneId, row.firm_id)
  await indexPosting(tx, deps, zone, { id: row.id, number: row.number, values, firmName: firm?.name ?? '' })
  await note(tx, deps, actor, {
    objectKind,
    objectId: row.id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, values),
    to: [row.firm_id],
  })
  return ok({ ...saved, masked: read.value.masked })
}

// Deals were proposed or agreed on the product as it was.
function goodsFault(row: PostingRow, values: PostingValues) {
  for (const [column, field] of [
    ['product_code', 'productCode'],
    ['subject', 'subject'],
    ['dimension', 'quantity'],
    ['period', 'period'],
  ] as const)
    if ((row[column] ?? 'once') !== (values[column] ?? 'once')) return { field, value: values[column] ?? '' }
  return null
}

/** Whether a deal on a locked posting waits for an answer. One statement, by market_deal_need and market_deal_offer. */
async function isProposed(tx: Tx, { zoneId }: RecordDeps, id: string): Promise<boolean> {
  const deal = await tx
    .selectFrom('market_deal')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'proposed')
    .where((eb) => eb.or([eb('need_id', '=', id), eb('offer_id', '=', id)]))
    .executeTakeFirst()
  return deal !== undefined
}

type Step = { readonly id: string; readonly rev: number }

/** Words of what is opened that no list knows go to the review of names. One statement, none without such words. */
const noteWords = (tx: Tx, deps: RecordDeps, unknown: readonly string[], example: string): Promise<void> =>
  noteUnknownWords(
    tx,
    deps,
    unknown.map((word) => ({ word, example })),
  )

/** Opens a draft that a person has confirmed. */
export async function openPosting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: Step,
): Promise<Result<Saved, MarketError>> {
  const own = await ownPosting(tx, deps, actor, input, statesFor.open)
  if (!own.ok) return own
  const row = own.value
  if (row.confirmed_at === null) return refused('productCode', '', 'confirm_first')
  const firm = await openFirm(tx, deps, 'firmId', row.firm_id)
  if (!firm.ok) return firm
  const fault = dayFault(row.kind, { neededBy: row.needed_by, validTo: row.valid_to }, localDateOf(deps.clock()))
  if (fault) return err({ kind: 'field_refused', ...fault })
  // Written by resolutionOf.
  const { unknown } = row.resolution as unknown as ReturnType<typeof resolutionOf>
  await noteWords(tx, deps, unknown, row.text)
  return moved(tx, deps, actor, row, 'open', { state: 'open', opened_at: at(deps.clock()) })
}

/** Takes back what nothing was agreed on. */
export async function withdrawPosting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: Step & { readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const own = await ownPosting(tx, deps, actor, input, statesFor.withdraw)
  if (!own.ok) return own
  const row = own.value
  if (row.reserved > 0) return err({ kind: 'posting_state', field: 'id', value: row.state, rule: 'agreed_already' })
  return moved(tx, deps, actor, row, 'withdraw', { state: 'withdrawn' }, input.why)
}

/** Closes it: it is served, or no longer offered; what was agreed stands. */
export async function closePosting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: Step & { readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const own = await ownPosting(tx, deps, actor, input, statesFor.close)
  return own.ok ? moved(tx, deps, actor, own.value, 'close', { state: 'closed' }, input.why) : own
}

/** Makes it valid for longer; what has expired is what it was before. */
export async function prolongPosting(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: Step & { readonly validTo: string },
): Promise<Result<Saved, MarketError>> {
  const own = await ownPosting(tx, deps, actor, input, statesFor.prolong)
  if (!own.ok) return own
  const row = own.value
  const { validTo } = input
  const today = localDateOf(deps.clock())
  const neededBy = row.state === 'expired' ? row.needed_by : null
  const fault = dayFault(row.kind, { neededBy, validTo }, today)
  if (fault) return err({ kind: 'field_refused', ...fault })
  if (validTo <= row.valid_to) return refused('validTo', validTo, `later_than ${row.valid_to}`)
  const back = row.opened_at === null ? 'draft' : row.reserved > 0 ? 'matched' : 'open'
  const columns = { valid_to: validTo, warned_to: null, state: row.state === 'expired' ? back : row.state } as const
  return moved(tx, deps, actor, row, 'prolong', columns)
}

async function moved(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  row: PostingRow,
  verb: string,
  columns: Partial<Changed>,
  why = '',
): Promise<Result<Saved, MarketError>> {
  const saved = await save(tx, deps, actor, row, columns)
  const { opened_at: _, warned_to: __, ...told } = columns
  const data = changesBetween(row, told)
  await note(tx, deps, actor, {
    objectKind,
    objectId: row.id,
    verb,
    ...(why === '' ? {} : { why }),
    data,
    to: [row.firm_id],
  })
  return ok(saved)
}
