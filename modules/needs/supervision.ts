import { at, type Tx } from '@tingzhou/db'
import { change, write, type Dossier } from './dossier.ts'

/** Ends the open supervision 督办 of an appeal that nobody works on any more. */
export function closeSupervisions(tx: Tx, dossier: Dossier, reason: string): void {
  const { deps, appeal, now } = dossier
  write(
    dossier,
    tx
      .updateTable('supervision')
      .set({ closed_at: at(now), closed_reason: reason })
      .where('zone_id', '=', deps.zoneId)
      .where('appeal_id', '=', appeal.id)
      .where('closed_at', 'is', null),
  )
  change(dossier, { supervision_level: 0 })
}
