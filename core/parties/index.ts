export {
  clockwork,
  hasRole,
  partiesOf,
  roles,
  type Actor,
  type ActorMembership,
  type Lang,
  type Role,
} from './actor.ts'
export {
  accountsWithRole,
  endMemberships,
  grantRoles,
  listMemberships,
  setRoles,
  type Membership,
  type RoleGrant,
} from './membership.ts'
export {
  changeParty,
  createParties,
  createParty,
  findParties,
  findParty,
  listParties,
  type NewParty,
  type Party,
} from './party.ts'
export { partyKinds, type PartyKind } from './tables.ts'
