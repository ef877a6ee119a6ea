import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'
import { addNotices } from '@tingzhou/notices'
import type { Role } from '@tingzhou/parties'
import type { FreightDeps } from '../record.ts'
import type { Load } from './take.ts'
import '../texts.ts'

/** Who is told: those who hold a role for a party, or (null) for the zone. */
type Listener = { readonly role: Role; readonly partyId: string | null }

/** A line to some people: the key of its text, and whether they must do something. */
type Line = { readonly text: string; readonly needsMe: boolean; readonly to: readonly Listener[] }

export const shipperOf = (load: Load): Listener => ({ role: 'enterprise', partyId: load.shipper_id })
export const dispatchers: Listener = { role: 'freight_dispatcher', partyId: null }
export const carriers = (ids: readonly string[]): readonly Listener[] =>
  ids.map((partyId) => ({ role: 'carrier', partyId }))

/** Tells people of a load, each account once a line. Two statements at most; by membership_of_party, membership_of_role. */
export async function tellPeople(tx: Tx, deps: FreightDeps, load: Load, lines: readonly Line[]): Promise<void> {
  const wanted = lines.flatMap(({ to }, line) => to.map((listener) => ({ line, ...listener })))
  if (wanted.length === 0) return
  const found = await sql<{ line: number; accountId: string }>`
    select distinct w.line, m.account_id as "accountId"
    from unnest(${wanted.map(({ line }) => line)}::int[], ${wanted.map(({ role }) => role)}::text[],
      ${wanted.map(({ partyId }) => partyId)}::text[]) as w(line, role, party_id)
    join membership m on m.zone_id = ${deps.zoneId} and m.until is null and m.role = w.role
      and m.party_id is not distinct from w.party_id`.execute(tx)
  await addNotices(
    tx,
    deps.zoneId,
    found.rows.flatMap(({ line, accountId }) => {
      const said = lines[line]
      return said
        ? [
            {
              accountId,
              kind: `freight.${said.text}`,
              needsMe: said.needsMe,
              titleKey: `freight:${said.text}`,
              params: { number: load.number, goods: load.goods },
              objectKind: 'freight_load',
              objectId: load.id,
              link: `/freight-loads/${load.id}`,
              at: deps.clock(),
            },
          ]
        : []
    }),
  )
}
