import { registerObjectKind } from '@tingzhou/access'

/**
 * Nobody in the zone reads referrals but the coordinator: not the administrator, not the auditor. The two institutions of
 * the moment reach an order through rows of reach; an offer that is over takes its row away. Whoever acts for an
 * institution, head or clerk, reads what lies in its pool.
 */
registerObjectKind('referral', { zoneWide: ['coordinator'] })
