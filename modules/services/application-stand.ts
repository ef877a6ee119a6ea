import type { Db, Tx } from '@tingzhou/db'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { departmentsByCode } from './department.ts'
import type { Application, ServicesDeps } from './dossier.ts'
import { oneThingOf } from './one-thing-store.ts'

/** What somebody is to one application. */
export type ApplicationStand = {
  readonly accountId: string
  /** The firm's contact, the person, or the window for whoever came without an account. */
  readonly applicant: boolean
  readonly window: boolean
  /** Head of the department that leads the one-thing. */
  readonly leadHead: boolean
  readonly official: boolean
}

type Owner = Pick<Application, 'enterprise_id' | 'applicant_account' | 'raised_by'>

/** Pure. O(memberships). */
export const isApplicant = (actor: Actor, owner: Owner): boolean =>
  (owner.enterprise_id !== null && partiesOf(actor, 'enterprise').includes(owner.enterprise_id)) ||
  owner.applicant_account === actor.accountId ||
  // Somebody without an account came to a window: the officer who took it in acts for them.
  (owner.enterprise_id === null && owner.applicant_account === null && owner.raised_by === actor.accountId)

const officials = [
  'window_officer',
  'dept_head',
  'dept_officer',
  'dispatcher',
  'supervisor',
  'auditor',
  'admin',
  'leader',
] as const
export const isOfficial = (actor: Actor): boolean => hasRole(actor, ...officials)

/** At most one statement, none for who heads no department. */
export async function standOnApplication(
  tx: Tx | Db,
  deps: ServicesDeps,
  actor: Actor,
  row: Application,
): Promise<ApplicationStand> {
  const heads = partiesOf(actor, 'dept_head')
  return {
    accountId: actor.accountId,
    applicant: isApplicant(actor, row),
    window: hasRole(actor, 'window_officer'),
    leadHead: heads.length > 0 && heads.includes((await leadOf(tx, deps, row)) ?? ''),
    official: isOfficial(actor),
  }
}

/** The department of the zone that leads an application's one-thing. */
export async function leadOf(
  tx: Tx | Db,
  deps: Pick<ServicesDeps, 'zoneId'>,
  { one_thing_id }: Pick<Application, 'one_thing_id'>,
): Promise<string | null> {
  const { body } = await oneThingOf(tx, deps, one_thing_id)
  return (await departmentsByCode(tx, deps.zoneId, [body.lead])).get(body.lead)?.id ?? null
}
