import type { Reader } from '../room.ts'
import '../tables.ts'
import type { Shipment } from './case.ts'
import { standOn, type Facts } from './finding.ts'

type Names = ReadonlyMap<string, string>

const filesOf = (ids: readonly string[], names: Names) => ids.map((id) => ({ id, name: names.get(id) ?? id }))

/** Every kind of document that the class of goods knows, and how it stands on a day; and those that were replaced. One statement. */
export async function papersOf(
  { deps: { db, zoneId } }: Reader,
  row: Pick<Shipment, 'id'>,
  facts: Facts,
  today: string,
  names: Names,
) {
  const rows = await db
    .selectFrom('export_document')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('shipment_id', '=', row.id)
    .orderBy('put_at', 'desc')
    .orderBy('id')
    .limit(200)
    .execute()
  const current = rows.filter(({ state }) => state !== 'replaced')
  const unruled = current.filter(({ kind }) => !facts.documentRules.some((rule) => rule.kind === kind))
  const kinds = [
    ...facts.documentRules,
    ...unruled.map(({ kind }) => ({ kind, step: null, required: false, dated: false, counted: false })),
  ]
  const documents = kinds.map(({ kind, step, required, dated, counted }) => {
    const paper = current.find((one) => one.kind === kind)
    const judged = facts.documents.find((one) => one.kind === kind)
    return {
      kind,
      step,
      required,
      dated,
      counted,
      stand: standOn(judged, dated, today),
      id: paper?.id ?? null,
      number: paper?.number ?? '',
      issuer: paper?.issuer ?? '',
      validFrom: paper?.valid_from ?? null,
      validTo: paper?.valid_to ?? null,
      pieces: paper?.pieces ?? null,
      files: filesOf(paper?.file_ids ?? [], names),
      putBy: paper?.put_by_name ?? '',
      putAt: paper?.put_at ?? null,
      checkedBy: paper?.checked_by_name ?? '',
      checkedAt: paper?.checked_at ?? null,
      words: paper?.words ?? '',
    }
  })
  const olderDocuments = rows
    .filter(({ state }) => state === 'replaced')
    .slice(0, 100)
    .map(({ id, kind, number, state, put_by_name: putBy, put_at: putAt }) => ({
      id,
      kind,
      number,
      state,
      putBy,
      putAt,
    }))
  return { documents, olderDocuments }
}

/** The lots of a shipment with where they grew. One statement. */
export async function lotsOf({ deps: { db, zoneId } }: Reader, id: string) {
  const rows = await db
    .selectFrom('export_shipment_lot as x')
    .innerJoin('export_lot as l', (join) => join.onRef('l.zone_id', '=', 'x.zone_id').onRef('l.id', '=', 'x.lot_id'))
    .leftJoin('export_plot as p', (join) => join.onRef('p.zone_id', '=', 'l.zone_id').onRef('p.id', '=', 'l.plot_id'))
    .leftJoin('export_nursery as n', (join) =>
      join.onRef('n.zone_id', '=', 'l.zone_id').onRef('n.id', '=', 'l.nursery_id'),
    )
    .select(['l.id', 'l.number', 'l.goods', 'x.pieces', 'l.inspection', 'l.certificate', 'l.plot_id', 'p.code as plot'])
    .select(['l.nursery_id', 'n.name as nursery', 'n.registration', 'n.valid_to'])
    .where('x.zone_id', '=', zoneId)
    .where('x.shipment_id', '=', id)
    .orderBy('l.number')
    .limit(100)
    .execute()
  return rows.map(({ plot_id, plot, nursery_id, nursery, registration, valid_to, ...lot }) => ({
    ...lot,
    plot: plot_id === null ? null : { id: plot_id, name: plot ?? '' },
    nursery:
      nursery_id === null
        ? null
        : { id: nursery_id, name: nursery ?? '', registration: registration ?? '', validTo: valid_to ?? '' },
  }))
}

/** Seals and hand-overs of a shipment in their order. Two statements. */
export async function proofsOf({ deps: { db, zoneId } }: Reader, id: string, names: Names) {
  const seals = await db
    .selectFrom('export_seal')
    .select(['id', 'number', 'applied_at as appliedAt', 'applied_by as appliedBy'])
    .select(['removed_at as removedAt', 'removed_by as removedBy', 'why'])
    .where('zone_id', '=', zoneId)
    .where('shipment_id', '=', id)
    .orderBy('applied_at')
    .orderBy('number')
    .limit(200)
    .execute()
  const rows = await db
    .selectFrom('export_hand_over')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('shipment_id', '=', id)
    .orderBy('at')
    .orderBy('id')
    .limit(100)
    .execute()
  const handOvers = rows.map((row) => ({
    id: row.id,
    point: row.point,
    at: row.at,
    place: row.place,
    lonDeg: row.lon_deg,
    latDeg: row.lat_deg,
    by: row.by_name,
    carrier: row.carrier,
    vehicle: row.vehicle,
    driver: row.driver,
    sealsDue: row.seals_due,
    sealsSeen: row.seals_seen,
    differs: row.differs,
    photos: filesOf(row.photo_ids, names),
  }))
  return { seals, handOvers }
}

/** The chain of legs. One statement. */
export async function legsOf({ deps: { db, zoneId } }: Reader, id: string) {
  const rows = await db
    .selectFrom('export_leg')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('shipment_id', '=', id)
    .orderBy('seq')
    .limit(9)
    .execute()
  return rows.map((row) => ({
    seq: row.seq,
    kind: row.kind,
    from: { name: row.from_name, lonDeg: row.from_lon_deg, latDeg: row.from_lat_deg },
    to: { name: row.to_name, lonDeg: row.to_lon_deg, latDeg: row.to_lat_deg },
    carrier: row.carrier,
    vehicle: row.vehicle,
    driver: row.driver,
    beganAt: row.began_at,
    endedAt: row.ended_at,
  }))
}
