import { sql, type RawBuilder } from 'kysely'
import { reaches } from '@tingzhou/access'
import { hasRole, type Actor } from '@tingzhou/parties'
import '../reach.ts'
import { readingRoles } from '../roles.ts'
import type { Reader } from '../room.ts'
import './tables.ts'

/** What is asked of a list. */
export type Wish = { readonly q?: string | undefined; readonly cursor?: string | undefined; readonly limit: number }

/** Whether the reader reads every day, with who comes and what came of it. O(memberships). */
export const isStaff = (actor: Actor): boolean => hasRole(actor, ...readingRoles)

/** The days within reach, each with how many come, were invited, meet and are left out. */
export const eventRows = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('market_event as e')
    .where('e.zone_id', '=', zoneId)
    .where(reaches(actor, 'market_event', { zoneId, objectId: sql.ref('e.id') }))
    .selectAll('e')
    .select([
      counted('market_event_firm', sql`x.state = 'registered'`).as('registered'),
      counted('market_event_firm', sql`x.state = 'invited'`).as('invited'),
      counted('market_event_meeting', sql`x.slot is not null`).as('planned'),
      counted('market_event_meeting', sql`x.slot is null`).as('left'),
    ])

const counted = (table: 'market_event_firm' | 'market_event_meeting', where: RawBuilder<unknown>) =>
  sql<number>`(select count(*)::integer from ${sql.table(table)} x where x.zone_id = e.zone_id and x.event_id = e.id and ${where})`

export type EventRow = Awaited<ReturnType<ReturnType<typeof eventRows>['execute']>>[number]
