import type { CalendarStore } from '@tingzhou/calendar'
import { newId, type Db } from '@tingzhou/db'
import type { Deps } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import { processRuntime, type DefinitionStore } from '@tingzhou/process'

/** The ports of referral. */
export type ReferralDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: () => EpochMs
  readonly newId: () => string
  readonly calendar: CalendarStore
  readonly definitions: DefinitionStore
}

const made = new WeakMap<object, ReferralDeps>()

/** The ports of referral, made once a server. */
export function referralDeps(deps: Deps): ReferralDeps {
  const known = made.get(deps)
  if (known) return known
  const { db, zoneId, clock, calendar } = deps
  const ports: ReferralDeps = { db, zoneId, clock, newId, calendar, definitions: processRuntime(deps).definitions }
  made.set(deps, ports)
  return ports
}
