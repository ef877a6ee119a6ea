import { sql, type RawBuilder } from 'kysely'
import { registerObjectKind } from '@tingzhou/access'
import type { Actor, Role } from '@tingzhou/parties'
import { hasRole } from '@tingzhou/parties'
import { reachesNode } from '@tingzhou/telemetry'

const office: readonly Role[] = ['admin', 'machine', 'dispatcher', 'supervisor', 'duty_officer', 'leader', 'auditor']
registerObjectKind('alarm', { zoneWide: office })
registerObjectKind('alarm_case', { zoneWide: office })

/** Whoever watches alarms for the zone: acknowledges, shelves, answers for what was done. */
export const watchRoles: readonly Role[] = ['admin', 'machine', 'dispatcher', 'duty_officer', 'supervisor']
/** Whoever decides what is an alarm. */
export const ruleRoles: readonly Role[] = ['admin', 'machine', 'supervisor', 'dispatcher']

/** The alarms that somebody may see: staff all, others those of what their enterprise owns. O(memberships). */
export const reachesAlarm = (actor: Actor): RawBuilder<boolean> => reachesNode(actor, sql`alarm.party_id`)

/** Whether somebody may act on what a party owns. O(memberships). */
export const watches = (actor: Actor, partyId: string | null): boolean =>
  hasRole(actor, ...watchRoles) ||
  (partyId !== null && actor.memberships.some((held) => held.role === 'enterprise' && held.partyId === partyId))
