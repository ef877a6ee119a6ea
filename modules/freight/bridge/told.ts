import type { Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { FreightDeps } from '../record.ts'

/** A record is complete and waits to be matched. */
export const weighingKept = 'freight.weighing_kept'
/** A record is another than screens show. */
export const weighingChanged = 'freight.weighing_changed'
/** Other trucks are at the place of a weighbridge, or on the way to it. */
export const yardChanged = 'freight.bridge_yard_changed'

/** A record, and whose people see it. */
type About = { readonly id: string; readonly owner_id: string | null }

/** Tells the screens of one record. One statement. */
export const tellWeighing = (tx: Tx, { zoneId, clock }: FreightDeps, { id, owner_id: owner }: About): Promise<void> =>
  addToOutbox(tx, zoneId, [
    {
      type: weighingChanged,
      objectKind: 'freight_weighing',
      objectId: id,
      to: owner === null ? [] : [owner],
      at: clock(),
    },
  ])

/** Tells the screens of weighbridges. One statement. */
export const tellYards = (tx: Tx, { zoneId, clock }: FreightDeps, bridges: readonly About[]): Promise<void> =>
  addToOutbox(
    tx,
    zoneId,
    bridges.map(({ id, owner_id: owner }) => ({
      type: yardChanged,
      objectKind: 'freight_bridge',
      objectId: id,
      to: owner === null ? [] : [owner],
      at: clock(),
    })),
  )
