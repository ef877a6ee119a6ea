import type { Actor } from '@tingzhou/parties'

/** Who does what a timer does: whoever reads the history sees that nobody did it. */
export const clockwork: Actor = {
  accountId: 'system',
  name: 'Tingzhou',
  kind: 'machine',
  lang: 'zh-CN',
  memberships: [{ role: 'machine', partyId: null }],
}
