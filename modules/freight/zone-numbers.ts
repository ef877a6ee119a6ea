import type { Tx } from '@tingzhou/db'
import { err, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { setNumbers as setZoneNumbers, type NumbersError, type ZoneNumbers } from '@tingzhou/records'
import { note, type FreightDeps, type FreightKind } from './record.ts'
import { keepingRoles } from './roles.ts'

/** Numbers of freight that a zone keeps for itself. */
export const freightNumbers = <N extends string>(
  kept: Omit<ZoneNumbers<N, FreightKind>, 'note'>,
): ZoneNumbers<N, FreightKind> => ({ ...kept, note })

/** Sets them, by whoever keeps the register. As `setNumbers` of the records. */
export const setNumbers = async <N extends string>(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  kept: ZoneNumbers<N, FreightKind>,
  input: Parameters<typeof setZoneNumbers<N, FreightKind>>[4],
): Promise<Result<{ rev: number }, NumbersError | { readonly kind: 'not_allowed' }>> =>
  hasRole(actor, ...keepingRoles) ? setZoneNumbers(tx, deps, actor, kept, input) : err({ kind: 'not_allowed' })
