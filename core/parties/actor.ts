/** What someone may be in the zone. Roles are words here; what each may do is decided where it is done. */
export const roles = [
  'admin',
  'enterprise',
  'area_lead',
  'dispatcher',
  'dept_head',
  'dept_officer',
  'supervisor',
  'callback_agent',
  'guide',
  'window_officer',
  'duty_officer',
  'visitor_officer',
  'leader',
  'auditor',
  'finance',
  'coordinator',
  'freight_dispatcher',
  'freight_audit',
  'overseas_keeper',
  'weighbridge_clerk',
  'chain_officer',
  'carrier',
  'driver',
  'machine',
] as const
export type Role = (typeof roles)[number]

/** Languages the platform speaks. */
export type Lang = 'zh-CN' | 'en'

/** One role of an account; `partyId` null means the whole zone. */
export type ActorMembership = { readonly role: Role; readonly partyId: string | null }

/** Who acts: a signed-in person, or a machine with a key. */
export type Actor = {
  readonly accountId: string
  readonly name: string
  readonly kind: 'person' | 'machine'
  readonly lang: Lang
  readonly memberships: readonly ActorMembership[]
}

/** Who does what a timer does, or what another module tells: whoever reads the history sees that nobody here did it. */
export const clockwork: Actor = {
  accountId: 'system',
  name: 'Tingzhou',
  kind: 'machine',
  lang: 'zh-CN',
  memberships: [{ role: 'machine', partyId: null }],
}

/**
 * Whether the actor holds one of the roles, for any party.
 * Source: own. O(memberships × roles).
 */
export const hasRole = (actor: Actor, ...wanted: readonly Role[]): boolean =>
  actor.memberships.some((membership) => wanted.includes(membership.role))

/**
 * The parties for which the actor holds one of the roles.
 * @returns ids without repeats; zone-wide memberships give none
 * Source: own. O(memberships × roles).
 */
export const partiesOf = (actor: Actor, ...wanted: readonly Role[]): readonly string[] => [
  ...new Set(actor.memberships.flatMap((held) => (held.partyId && wanted.includes(held.role) ? [held.partyId] : []))),
]
