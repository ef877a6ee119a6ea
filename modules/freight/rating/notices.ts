import { caseNotices, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { accountsWithRole } from '@tingzhou/parties'
import { ratingsOf } from './rating.ts'
import { ratingArea } from './texts.ts'
import type { RatingSide } from './words.ts'

/** Tells the other side that it was rated, not how; and whoever was first that both ratings are there. */
export const ratingNotices = ({ zoneId }: CaseDeps): EventHandler =>
  caseNotices({
    module: ratingArea,
    zoneId,
    types: ['freight.rating_changed'],
    about: (tx, event) => aboutRating(tx, zoneId, event),
    lines: async (tx, { row, side, first }) => [
      {
        key: first ? 'given' : 'shown',
        needsMe: false,
        to: await accountsOf(tx, zoneId, side === 'shipper' ? 'carrier' : 'shipper', row),
      },
    ],
  })

async function aboutRating(tx: Tx, zoneId: string, event: PlacedEvent) {
  const row = await tx
    .selectFrom('freight_rating as r')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'r.zone_id').onRef('w.id', '=', 'r.waybill_id'),
    )
    .select(['w.id', 'w.number', 'w.shipper_id', 'w.carrier_id', 'w.driver_account_id', 'r.side', 'r.given_at'])
    .where('r.zone_id', '=', zoneId)
    .where('r.id', '=', event.objectId)
    .executeTakeFirst()
  // A change of a rating is nobody else's matter.
  if (!row || row.given_at !== event.at) return null
  const all = await ratingsOf(tx, zoneId, row.id)
  const first = !all.some((one) => one.side !== row.side && one.given_at <= row.given_at)
  return { row, side: row.side, first, link: `/freight-waybills/${row.id}`, params: { number: row.number } }
}

type Concerned = NonNullable<Awaited<ReturnType<typeof aboutRating>>>['row']

async function accountsOf(
  tx: Tx,
  zoneId: string,
  side: RatingSide,
  row: Concerned,
): Promise<readonly (string | null)[]> {
  if (side === 'shipper') return accountsWithRole(tx, zoneId, ['enterprise'], row.shipper_id)
  return [row.driver_account_id, ...(await accountsWithRole(tx, zoneId, ['carrier'], row.carrier_id))]
}
