import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Appeal, WorkOrder } from './dossier.ts'

/** What someone is to one appeal (casework.md §7). */
export type Stand = {
  readonly accountId: string
  readonly dispatcher: boolean
  readonly supervisor: boolean
  readonly areaLead: boolean
  readonly ownerHead: boolean
  /** An officer of the owner to whom the order is given, or who may take it because nobody has it. */
  readonly ownerOfficer: boolean
  readonly callbackAgent: boolean
  /** The enterprise's contact, the person who raised it, or a guide inside an active mandate. */
  readonly applicant: boolean
  /** Departments for which the actor may answer as assistant. */
  readonly departments: readonly string[]
  readonly registrar: boolean
}

/** Facts about an appeal that decide what someone is to it. */
export type StandFacts = {
  readonly appeal: Pick<Appeal, 'enterprise_id' | 'area_id' | 'owner_id' | 'raised_by'>
  readonly order: Pick<WorkOrder, 'owner_id' | 'assignee_id'> | null
  readonly assistantIds: readonly string[]
  /** Enterprises for which the actor holds an active mandate. */
  readonly mandateEnterprises: readonly string[]
}

/** Pure. O(memberships). */
export function standOf(actor: Actor, facts: StandFacts): Stand {
  const { appeal, order } = facts
  const owner = order?.owner_id ?? null
  const heads = partiesOf(actor, 'dept_head')
  const officers = partiesOf(actor, 'dept_officer')
  const departments = [...new Set([...heads, ...officers])]
  const involved = [owner, ...facts.assistantIds].some((id) => id !== null && departments.includes(id))
  const enterprise = appeal.enterprise_id
  const free = order?.assignee_id === null || order?.assignee_id === actor.accountId
  return {
    accountId: actor.accountId,
    dispatcher: hasRole(actor, 'dispatcher'),
    supervisor: hasRole(actor, 'supervisor'),
    areaLead: appeal.area_id !== null && partiesOf(actor, 'area_lead').includes(appeal.area_id),
    ownerHead: owner !== null && heads.includes(owner),
    ownerOfficer: owner !== null && officers.includes(owner) && free,
    // A callback is made by someone outside the departments that worked on it.
    callbackAgent: hasRole(actor, 'callback_agent') && !involved,
    applicant:
      (enterprise !== null && partiesOf(actor, 'enterprise').includes(enterprise)) ||
      (enterprise === null && appeal.raised_by === actor.accountId) ||
      (enterprise !== null && hasRole(actor, 'guide') && facts.mandateEnterprises.includes(enterprise)),
    departments,
    registrar: hasRole(actor, 'dispatcher', 'duty_officer', 'window_officer', 'visitor_officer', 'area_lead', 'guide'),
  }
}

/** Whoever works for the owner on this order. O(1). */
export const worksFor = (stand: Stand): boolean => stand.ownerHead || stand.ownerOfficer
