import { reachesAll } from '@tingzhou/access'
import { offerMoves } from '@tingzhou/casework'
import { listFiles } from '@tingzhou/files'
import type { Lang } from '@tingzhou/parties'
import type * as z from 'zod'
import { slotsOf } from '../dock/slot-view.ts'
import type { Waybill } from './case.ts'
import { shownAudit } from './findings.ts'
import { waybillMovable } from './moves.ts'
import { isParty, standOf } from './stand.ts'
import { endText } from './texts.ts'
import { stepTimes } from './times.ts'
import { findRow, moneySides, readable, type Reader } from './view.ts'
import type { WaybillDetail } from './waybill-contract.ts'

type Detail = z.infer<typeof WaybillDetail>

/** One waybill with its places, slips, disputes, files and what the reader may do, reasons in the reader's language; null when it is out of reach. Eight statements, three more while its truck waits at docks. */
export async function findWaybill(reader: Reader, lang: Lang, id: string): Promise<Detail | null> {
  const shown = await findRow(reader, id)
  if (!shown) return null
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const row = await db
    .selectFrom('freight_waybill')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const stand = standOf(actor, row)
  const sides = moneySides(actor, row)
  const places = await placesOf(reader, [row.from_id, row.to_id])
  const files = await listFiles(db, zoneId, [id])
  const signed = row.signed_at !== null
  return {
    ...shown,
    loadNumber: row.agreement.loadNumber,
    consignee: row.agreement.consignee,
    fromPlace: placeIn(places, row.from_id),
    toPlace: placeIn(places, row.to_id),
    times: [...stepTimes(row)],
    offerUntil: row.offer_until,
    distanceM: row.distance_m,
    carrierMilliFen: sides.due ? row.carrier_milli_fen : null,
    shipperMilliFen: sides.bill ? row.shipper_milli_fen : null,
    agreement: sides.due ? row.agreement : null,
    agreementSha256: row.agreement_sha256,
    insurance: row.agreement.insurance ?? null,
    signCode: !signed && (stand.consignee || stand.shipper || stand.dispatcher) ? row.sign_code : null,
    signer: row.signer,
    signedBy: row.signed_by,
    hasSignLink: row.sign_link_sha256 !== null && !signed,
    settlementVersion: row.settlement_version,
    endReason: endText(lang, row.end_reason),
    slips: await slipsOf(reader, id),
    disputes: await disputesOf(reader, id),
    legs: await legsOf(reader, row),
    slots: (await slotsOf(deps, [row])).get(id) ?? [],
    // Not for parties, nor for one that is both of them: it tells of other waybills, and of limits.
    audit: reachesAll(actor, 'freight_waybill') ? auditOf(row) : null,
    files: (files.get(id) ?? []).map(({ id: fileId, name, mediaType, sizeBytes, sha256 }) => ({
      id: fileId,
      name,
      mediaType,
      sizeBytes,
      sha256,
    })),
    moves: isParty(stand) ? offerMoves(waybillMovable, stand, row) : [],
  }
}

const auditOf = ({ audit }: Waybill): Detail['audit'] => audit && shownAudit(audit)

type Place = Detail['fromPlace']

/** Places with all that a phone needs of them. One statement. */
export async function placesOf({ deps }: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Place>> {
  if (ids.length === 0) return new Map()
  const rows = await deps.db
    .selectFrom('freight_place')
    .select([
      'id',
      'name',
      'address',
      'division_code as divisionCode',
      'lon_deg as lonDeg',
      'lat_deg as latDeg',
      'fence_m as fenceM',
      'contact',
      'phone',
    ])
    .where('zone_id', '=', deps.zoneId)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** @throws Error when the place of a waybill is gone (a bug: a foreign key keeps it) */
export function placeIn(places: ReadonlyMap<string, Place>, id: string): Place {
  const place = places.get(id)
  if (!place) throw new Error(`the place ${id} of a waybill is there`)
  return place
}

function slipsOf({ deps }: Reader, id: string): Promise<Detail['slips']> {
  return deps.db
    .selectFrom('freight_slip')
    .select([
      'id',
      'place_end as end',
      'number',
      'gross_kg as grossKg',
      'tare_kg as tareKg',
      'net_kg as netKg',
      'source',
      'operator',
      'weighed_at as weighedAt',
      'photo_id as photoId',
      'voided_at as voidedAt',
      'void_why as voidWhy',
    ])
    .where('zone_id', '=', deps.zoneId)
    .where('waybill_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .limit(200)
    .execute()
}

function disputesOf({ deps }: Reader, id: string): Promise<Detail['disputes']> {
  return deps.db
    .selectFrom('freight_dispute')
    .select([
      'id',
      'kind',
      'opened_by_side as side',
      'words',
      'asked_fen as askedFen',
      'opened_at as openedAt',
      'opened_by as openedBy',
      'decided_at as decidedAt',
      'decided_by as decidedBy',
      'decision',
      'upheld_fen as upheldFen',
      'decision_words as decisionWords',
    ])
    .where('zone_id', '=', deps.zoneId)
    .where('waybill_id', '=', id)
    .orderBy('opened_at')
    .limit(200)
    .execute()
}

/** Legs of the same number that the reader reaches. */
const legsOf = (reader: Reader, { number, id }: Waybill): Promise<Detail['legs']> =>
  readable(reader)
    .select(['w.id', 'w.serial', 'w.state'])
    .where('w.number', '=', number)
    .where('w.id', '<>', id)
    .orderBy('w.serial')
    .limit(100)
    .execute()
