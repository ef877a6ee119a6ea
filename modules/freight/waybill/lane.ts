import { noteLaneTrip, type LaneEnd } from '@tingzhou/geography'
import { trackLengthM } from '@tingzhou/geo'
import type { Tx } from '@tingzhou/db'
import type { AuditFacts } from './audit-rules.ts'
import type { Finding } from './audited.ts'
import { tripOf, type Spot, type WaybillDossier } from './case.ts'
import { within } from './audit-track-rules.ts'

/** What a lane may be told, metres. */
const laneMaxM = 20_000_000

/**
 * Tells the lane how far the truck drove, once a waybill: only of a whole trip that a track covers (R4) and that was at both ends
 * (R5). One statement at most.
 */
export async function noteLane(
  tx: Tx,
  dossier: WaybillDossier,
  { track, way, whole }: AuditFacts,
  findings: readonly Finding[],
): Promise<void> {
  const seen = ['R4', 'R5'].every((rule) => findings.some((one) => one.rule === rule && one.result === 'pass'))
  if (!track || !way || !seen || !whole) return
  const distanceM = Math.round(trackLengthM(within(track.fixes, way)))
  if (distanceM < 1 || distanceM > laneMaxM) return
  const { from, to } = tripOf(dossier)
  const { row, deps, now } = dossier
  const ends = { from: endOf(from), to: endOf(to) }
  await noteLaneTrip(tx, deps.zoneId, { tripId: row.id, ...ends, distanceM, drivenAt: row.departed_at ?? now })
}

const endOf = ({ lonDeg, latDeg }: Spot): LaneEnd => ({ place: { lon: lonDeg, lat: latDeg } })
