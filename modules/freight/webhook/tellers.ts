import { caseDeps } from '@tingzhou/casework'
import type { Json, Tx } from '@tingzhou/db'
import type { PlacedEvent } from '@tingzhou/events'
import type { Deps } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'
import type { Tale, Teller } from '@tingzhou/webhooks'
import { findLoad } from '../load/load-view.ts'
import { findStatementHead } from '../money/statement-view.ts'
import '../tables.ts'
import { findRow } from '../waybill/view.ts'

/** What freight tells the systems of shippers: rows as their people see them in the lists, when they are told of. */
export const webhookTellers = (deps: Deps): readonly Teller[] => [
  {
    type: 'freight.waybill_moved',
    on: ['freight.waybill_moved'],
    tell: async (tx, event) => {
      const ports = { ...caseDeps(deps), db: tx }
      return toShipper(tx, deps, 'freight_waybill', event, async (actor) => {
        const waybill = await findRow({ deps: ports, actor }, event.objectId)
        return waybill && { ...movedIn(event), waybill }
      })
    },
  },
  {
    type: 'freight.load_changed',
    on: ['freight.load_changed'],
    tell: (tx, event) =>
      toShipper(tx, deps, 'freight_load', event, async (actor) => {
        const load = await findLoad({ deps: { ...deps, db: tx }, actor }, event.objectId)
        return load && { load }
      }),
  },
  {
    type: 'freight.statement_changed',
    on: ['freight.statement_changed'],
    tell: (tx, event) =>
      toShipper(tx, deps, 'freight_statement', event, async (actor) => {
        const statement = await findStatementHead({ deps: { ...deps, db: tx }, actor }, event.objectId)
        return statement && { statement }
      }),
  },
]

/** Tells the shipper of an object what its own people read of it, and no more. One statement beside the reading. */
async function toShipper(
  tx: Tx,
  { zoneId }: Pick<Deps, 'zoneId'>,
  table: 'freight_waybill' | 'freight_load' | 'freight_statement',
  { objectId }: PlacedEvent,
  read: (actor: Actor) => Promise<Json>,
): Promise<readonly Tale[]> {
  const row = await tx
    .selectFrom(table)
    .select('shipper_id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', objectId)
    .executeTakeFirst()
  if (!row) return []
  const data = await read(shipper(row.shipper_id))
  return data === null ? [] : [{ partyId: row.shipper_id, data }]
}

/** Somebody of the shipper who has no other rights. */
const shipper = (partyId: string): Actor => ({
  accountId: '',
  name: '',
  kind: 'machine',
  lang: 'zh-CN',
  memberships: [{ role: 'enterprise', partyId }],
})

/** From which state into which; the row may have moved on since. */
function movedIn({ data }: PlacedEvent): { readonly from: string | null; readonly to: string | null } {
  const said: Readonly<Record<string, unknown>> = typeof data === 'object' && data !== null ? { ...data } : {}
  const word = (value: unknown) => (typeof value === 'string' ? value : null)
  return { from: word(said.from), to: word(said.state) }
}
