import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { isLight } from './light.ts'
import { listPaperKinds } from './paper-kind.ts'
import { paperState, requiredOf, type PaperFacts } from './paper-rule.ts'
import { subjects, type BlockerReason, type CarrierKind, type State, type Subject } from './words.ts'

/** Who would carry. */
export type Trio = { readonly carrier: string; readonly driver: string; readonly vehicle: string }
export type Blocker = {
  readonly subject: Subject
  readonly id: string
  readonly reason: BlockerReason
  readonly paperKind: string | null
  readonly validTo: string | null
}

type Party = {
  readonly subject: Subject
  readonly state: State
  readonly carrierKind: CarrierKind | null
  readonly grossKg: number | null
  /** Whether the driver drives, or the vehicle is there, for the carrier. */
  readonly belongs: boolean
}

/**
 * Why a carrier, a driver and a vehicle may not be dispatched on a day: somebody unknown or closed, a required paper missing,
 * expired or not yet valid, a driver who does not drive for the carrier or not with this vehicle, a vehicle of another carrier.
 * @param onDay  `YYYY-MM-DD` of the zone
 * @returns none: they may
 * Source: own. Three statements; by primary keys, freight_driving_driver and freight_paper_subject.
 */
export async function blockers(db: Db | Tx, zoneId: string, trio: Trio, onDay: string): Promise<readonly Blocker[]> {
  const parties = await findParties(db, zoneId, trio, onDay)
  const kinds = await listPaperKinds(db, zoneId)
  const papers = await keptPapers(db, zoneId, Object.values(trio))
  const grossKg = parties.find(({ subject }) => subject === 'vehicle')?.grossKg ?? null
  const light = grossKg !== null && isLight(grossKg)

  return subjects.flatMap((subject): Blocker[] => {
    const id = trio[subject]
    const plain = { subject, id, paperKind: null, validTo: null }
    const party = parties.find((one) => one.subject === subject)
    if (!party) return [{ ...plain, reason: 'unknown' }]
    const own = papers.filter((paper) => paper.subjectId === id)
    const needed = requiredOf(kinds, { subject, light, carrierKind: party.carrierKind })
    return [
      ...(party.state === 'closed' ? [{ ...plain, reason: 'closed' } as const] : []),
      ...(party.belongs ? [] : [{ ...plain, reason: strangers[subject] }]),
      ...needed.flatMap(({ code }) => {
        const lack = lackOf(
          own.filter(({ kind }) => kind === code),
          onDay,
        )
        return lack ? [{ subject, id, paperKind: code, ...lack }] : []
      }),
    ]
  })
}

const strangers = {
  carrier: 'not_of_carrier',
  driver: 'not_driving_for',
  vehicle: 'not_of_carrier',
} as const satisfies Record<Subject, BlockerReason>

/** What is wrong with the papers of one kind on a day, or null when one of them covers it. @param papers  the last to end first */
function lackOf(papers: readonly PaperFacts[], onDay: string): Pick<Blocker, 'reason' | 'validTo'> | null {
  const [last] = papers
  if (!last) return { reason: 'missing', validTo: null }
  const states = papers.map((paper) => paperState(paper, onDay, 0))
  if (states.includes('valid') || states.includes('ends_soon')) return null
  return { reason: states[0] === 'not_yet' ? 'not_yet_valid' : 'expired', validTo: last.validTo }
}

async function findParties(
  db: Db | Tx,
  zoneId: string,
  { carrier, driver, vehicle }: Trio,
  onDay: string,
): Promise<readonly Party[]> {
  const answer = await sql<Party>`
    select 'carrier' as subject, c.state, c.kind as "carrierKind", null::int as "grossKg", true as belongs
    from freight_carrier c where c.zone_id = ${zoneId} and c.id = ${carrier}
    union all
    select 'driver', d.state, null, null, exists (
      select from freight_driving g
      where g.zone_id = d.zone_id and g.driver_id = d.id and g.carrier_id = ${carrier}
        and (g.vehicle_id is null or g.vehicle_id = ${vehicle})
        and g.valid_from <= ${onDay}::date and (g.valid_to is null or g.valid_to >= ${onDay}::date))
    from freight_driver d where d.zone_id = ${zoneId} and d.id = ${driver}
    union all
    select 'vehicle', v.state, null, v.gross_kg, v.carrier_id = ${carrier}
    from freight_vehicle v where v.zone_id = ${zoneId} and v.id = ${vehicle}`.execute(db)
  return answer.rows
}

/** What holders have, the last to end first: a paper that still covers a day is never behind the limit for older ones. */
const keptPapers = (db: Db | Tx, zoneId: string, holders: readonly string[]) =>
  db
    .selectFrom('freight_paper')
    .select(['subject_id as subjectId', 'kind', 'valid_from as validFrom', 'valid_to as validTo', 'state'])
    .where('zone_id', '=', zoneId)
    .where('subject_id', 'in', [...holders])
    .where('state', '=', 'kept')
    .orderBy('valid_to', 'desc')
    .limit(1_000)
    .execute()
