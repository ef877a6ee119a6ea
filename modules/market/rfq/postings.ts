import { grantReach } from '@tingzhou/access'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { chainCatalogue, firmsById } from '@tingzhou/chains'
import { at, jsonb, newId, type Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps } from '@tingzhou/records'
import { isOpenOn, leftOf, lockPostings, type Posting } from '../deal/pair.ts'
import { readIndex } from '../posting/read-index.ts'
import { readText, resolutionOf } from '../posting/reading.ts'
import { validDays } from '../posting/words.ts'
import { drawNumbers, noteAll } from '../record.ts'
import '../tables.ts'
import type { PostingKind } from '../words.ts'
import type { Wanted } from './award.ts'
import type { Rfq } from './rfq.ts'

/** The postings behind awards. */
export type Behind = {
  /** Locked, by their ids. */
  readonly all: ReadonlyMap<string, Posting>
  /** One a wanted award, in its order. */
  readonly pairs: readonly { readonly needId: string; readonly offerId: string }[]
  /** The need of each line that was awarded now. */
  readonly needs: ReadonlyMap<number, string>
}

/** A posting that is to be made, seen by the two firms alone. */
type NewPosting = {
  readonly id: string
  readonly kind: PostingKind
  readonly firmId: string
  readonly isOutside: boolean
  readonly of: Wanted
}

/**
 * The need behind each line and the offer behind each answer: those that are there, else new ones. An offer stands behind an answer when it
 * is open to everybody, of the same goods with the same specification, and has as much left. Ten statements at most, and one a line that had
 * no need. All that are there already are locked together before one is chosen, in the order of their ids.
 */
export async function postingsBehind(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  rfq: Rfq,
  wanted: readonly Wanted[],
): Promise<Behind> {
  if (wanted.length === 0) return { all: new Map(), pairs: [], needs: new Map() }
  const made: NewPosting[] = []
  const needs = new Map<number, string>()
  for (const one of wanted) {
    const { line } = one
    const known = needs.get(line.line) ?? line.need_id
    if (known === null) made.push({ id: newId(), kind: 'need', firmId: rfq.asker_id, isOutside: false, of: one })
    needs.set(line.line, known ?? made.at(-1)?.id ?? '')
  }
  const candidates = await openOffers(tx, deps, wanted)
  const known = wanted.flatMap(({ line }) => line.need_id ?? [])
  const locked = await lockPostings(tx, deps.zoneId, [...new Set([...known, ...candidates])])
  const today = localDateOf(deps.clock())
  const open = candidates.flatMap((id) => {
    const offer = locked.get(id)
    return offer && isOnOffer(offer, today) ? [offer] : []
  })
  const free = new Map(open.map((offer) => [offer.id, leftOf(offer) ?? Infinity]))
  const pairs = wanted.map((one) => {
    const { line, answer } = one
    const quantity = one.quantity ?? answer.quantity ?? 0
    const offer = open.find(
      (held) =>
        held.firm_id === answer.firm_id &&
        isOfLine(held, line) &&
        (held.min_quantity ?? 0) <= quantity &&
        (free.get(held.id) ?? 0) >= quantity,
    )
    const needId = needs.get(line.line) ?? ''
    if (offer) {
      free.set(offer.id, (free.get(offer.id) ?? 0) - quantity)
      return { needId, offerId: offer.id }
    }
    const id = newId()
    made.push({ id, kind: 'offer', firmId: answer.firm_id, isOutside: answer.is_outside, of: one })
    return { needId, offerId: id }
  })
  await insertPostings(tx, deps, actor, rfq, made)
  for (const { id, kind, of } of made)
    if (kind === 'need')
      await tx
        .updateTable('market_rfq_line')
        .set({ need_id: id })
        .where('zone_id', '=', deps.zoneId)
        .where('rfq_id', '=', rfq.id)
        .where('line', '=', of.line.line)
        .execute()
  // Nobody else sees the new ones yet.
  const added = await lockPostings(
    tx,
    deps.zoneId,
    made.map(({ id }) => id),
  )
  return { all: new Map([...locked, ...added]), pairs, needs }
}

const isOnOffer = (posting: Posting, today: string): boolean =>
  posting.kind === 'offer' && posting.subject === 'goods' && posting.visibility === 'zone' && isOpenOn(posting, today)

/** Whether an offer is of just what a line asks for. Pure. */
const isOfLine = ({ product_code, dimension, period, spec }: Posting, line: Wanted['line']): boolean =>
  product_code === line.product_code &&
  dimension === line.dimension &&
  (period ?? 'once') === 'once' &&
  specKey(spec) === specKey([line.spec])

/** A specification whatever the order and case of its values: a line has them in one text. Pure. */
const specKey = (values: readonly string[]): string =>
  [...new Set(values.flatMap((value) => value.toLowerCase().split(/[\s,，、;；·]+/u)))]
    .filter((value) => value !== '')
    .toSorted()
    .join(' ')

/** Ids of open offers of the firms and products; what they are is looked at once they are locked. One statement. */
async function openOffers(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  wanted: readonly Wanted[],
): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('market_posting')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('kind', '=', 'offer')
    .where('subject', '=', 'goods')
    .where('visibility', '=', 'zone')
    .where('firm_id', 'in', [...new Set(wanted.map(({ answer }) => answer.firm_id))])
    .where('product_code', 'in', [...new Set(wanted.map(({ line }) => line.product_code))])
    .where('state', 'in', ['open', 'matched'])
    .where('valid_to', '>=', localDateOf(clock()))
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map(({ id }) => id)
}

async function insertPostings(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  rfq: Rfq,
  made: readonly NewPosting[],
): Promise<void> {
  if (made.length === 0) return
  const { zoneId, clock } = deps
  const now = clock()
  const today = localDateOf(now)
  const zone = await chainCatalogue(tx, zoneId)
  const numbers = await drawNumbers(tx, 'GX', made.length, now)
  const firms = await firmsById(
    tx,
    zoneId,
    made.map(({ firmId }) => firmId),
  )
  const rows = made.map(({ id, kind, firmId, isOutside, of: { line, answer } }, place) => {
    const product = zone.products.get(line.product_code)
    const text = [product?.zh ?? line.product_code, line.spec, rfq.title, rfq.number]
      .filter((part) => part !== '')
      .join(' · ')
    const reading = readText(readIndex(zone), zone.catalogue, { text, kind, subject: 'goods' }, today)
    const firm = firms.get(firmId)
    const spot =
      kind === 'need' && rfq.lon !== null ? rfq : { lon: firm?.lon ?? null, lat: firm?.lat ?? null, place: '' }
    return {
      id,
      number: numbers[place] ?? '', // one a posting
      kind,
      subject: 'goods' as const,
      firm_id: firmId,
      firm_outside: isOutside,
      text,
      resolution: jsonb(resolutionOf(reading)),
      product_code: line.product_code,
      confirmed_at: at(now),
      confirmed_by: actor.name,
      spec: line.spec === '' ? [] : [line.spec],
      unit: line.unit,
      dimension: line.dimension,
      period: null,
      quantity: kind === 'need' ? line.quantity : (answer.quantity ?? line.quantity),
      min_quantity: null,
      price_milli_fen: kind === 'need' ? null : answer.price_milli_fen,
      price_high_milli_fen: null,
      price_per: kind === 'need' ? null : line.unit,
      place: spot.place,
      lon: spot.lon,
      lat: spot.lat,
      lead_days: kind === 'need' ? null : answer.lead_days,
      needed_by: kind === 'need' ? line.needed_by : null,
      valid_to: addDays(today, validDays),
      visibility: 'invited' as const,
      state: 'open' as const,
      appeal_id: null,
      opened_at: at(now),
      synthetic: rfq.synthetic,
      ...writtenBy(actor, now),
    }
  })
  await tx
    .insertInto('market_posting')
    .values(rows.map((row) => ({ zone_id: zoneId, ...row })))
    .execute()
  await grantReach(
    tx,
    zoneId,
    rows
      .filter(({ firm_outside }) => !firm_outside)
      .map(({ id, firm_id }) => ({
        objectKind: 'market_posting',
        objectId: id,
        partyId: firm_id,
        relation: 'enterprise' as const,
      })),
  )
  await noteAll(
    tx,
    deps,
    actor,
    rows.map(({ id, firm_id, number, kind }) => ({
      objectKind: 'market_posting' as const,
      objectId: id,
      verb: 'post',
      data: changesBetween({}, { number, kind, rfq: rfq.number }),
      to: [firm_id],
    })),
  )
}
