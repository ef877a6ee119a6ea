import { holdsRole, type Me, type Role } from '@tingzhou/ui'

/** Who may raise a need in the console; the server decides, this only words the button. */
export const raisers: readonly Role[] = [
  'enterprise',
  'guide',
  'visitor_officer',
  'duty_officer',
  'area_lead',
  'dispatcher',
  'window_officer',
]
export const rulers: readonly Role[] = ['admin', 'supervisor']
export const visitors: readonly Role[] = [
  'area_lead',
  'visitor_officer',
  'duty_officer',
  'dispatcher',
  'supervisor',
  'leader',
  'admin',
]

export const mayRaise = (me: Me | null): boolean => holdsRole(me, raisers)
export const mayRule = (me: Me | null): boolean => holdsRole(me, rulers)
export const mayKeepKnowledge = (me: Me | null): boolean =>
  holdsRole(me, ['admin', 'dispatcher', 'supervisor', 'dept_head'])
export const mayVisit = (me: Me | null): boolean => holdsRole(me, visitors)
export const mayCampaign = (me: Me | null): boolean => holdsRole(me, ['admin', 'supervisor', 'dispatcher', 'leader'])
export const mayMeet = (me: Me | null): boolean =>
  holdsRole(me, ['admin', 'supervisor', 'area_lead', 'dispatcher', 'leader', 'duty_officer'])
export const mayOffer = (me: Me | null): boolean => holdsRole(me, ['guide', 'enterprise', 'area_lead', 'admin'])
