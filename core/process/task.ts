import { sql, type Expression, type SqlBool } from 'kysely'
import type { Actor } from '@tingzhou/parties'
import './tables.ts'

/**
 * Whether an open task of the business object waits for the actor: one of the task's roles held for the task's party
 * (or for the whole zone), and nobody else has taken it; or somebody handed it to this very person.
 * @param businessId  the column that holds the business object's id
 * Source: own. One look-up by the index process_task_business a row.
 */
export function waitsFor(zoneId: string, actor: Actor, businessId: Expression<string>): Expression<SqlBool> {
  const held = JSON.stringify(actor.memberships.map(({ role, partyId }) => ({ role, party: partyId })))
  return sql<SqlBool>`exists (
    select from process_task t
    where t.zone_id = ${zoneId} and t.business_id = ${businessId} and t.state = 'open'
      and (t.assignee_id = ${actor.accountId} and t.claimed_at is not null
        or (t.assignee_id is null or t.assignee_id = ${actor.accountId}) and exists (
          select from jsonb_to_recordset(${held}::jsonb) as h(role text, party text)
          where h.role = any (t.roles) and (t.party_id is null or h.party is null or t.party_id = h.party))))`
}
