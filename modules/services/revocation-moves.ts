import type { Db, Tx } from '@tingzhou/db'
import { ok } from '@tingzhou/kernel'
import { partiesOf, type Actor } from '@tingzhou/parties'
import { isApplicant } from './application-stand.ts'
import { change, say, type Revocation, type ServicesDeps } from './dossier.ts'
import { only, type Movable, type MoveSpec, type MoveTable } from './move.ts'
import type { RevocationMove } from './revocation-contract.ts'
import { revocationHost } from './revocation-host.ts'

export type RevocationStand = { readonly accountId: string; readonly applicant: boolean; readonly head: boolean }

type Spec<N extends RevocationMove['move']> = MoveSpec<
  'revocation',
  RevocationStand,
  Extract<RevocationMove, { move: N }>
>

const applicantOnly = ({ applicant }: RevocationStand) => only(applicant, 'applicant_only')
const headOnly = ({ head }: RevocationStand) => only(head, 'head_only')

const askHearing: Spec<'ask_hearing'> = {
  from: ['notice'],
  node: 'notice',
  may: applicantOnly,
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'ask_hearing', reason: input.words || null })
    return ok({ kind: 'complete', node: 'notice', vars: { outcome: 'ask' } })
  },
}

const waiveHearing: Spec<'waive_hearing'> = {
  from: ['notice'],
  node: 'notice',
  may: applicantOnly,
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'waive_hearing', reason: input.words || null })
    return ok({ kind: 'complete', node: 'notice', vars: { outcome: 'waive' } })
  },
}

const holdHearing: Spec<'hold_hearing'> = {
  from: ['hearing'],
  node: 'hearing',
  may: headOnly,
  run: async ({ dossier, input }) => {
    change(dossier, { hearing_minutes: input.minutes })
    say(dossier, { verb: 'hold_hearing', reason: input.minutes })
    return ok({ kind: 'complete', node: 'hearing', vars: {} })
  },
}

const decideTo = (outcome: 'revoke' | 'uphold'): Spec<'revoke'> & Spec<'uphold'> => ({
  from: ['decide'],
  node: 'decide',
  may: headOnly,
  run: async ({ dossier, stand, input }) => {
    change(dossier, { reason: input.reason, decided_at: dossier.now, decided_by: stand.accountId })
    say(dossier, { verb: outcome, reason: input.reason })
    return ok({ kind: 'complete', node: 'decide', vars: { outcome } })
  },
})

const moves: MoveTable<'revocation', RevocationStand, RevocationMove> = {
  ask_hearing: askHearing,
  waive_hearing: waiveHearing,
  hold_hearing: holdHearing,
  revoke: decideTo('revoke'),
  uphold: decideTo('uphold'),
}

/** How people move a revocation. */
export const revocationMovable: Movable<'revocation', RevocationStand, RevocationMove> = {
  table: 'revocation',
  moves,
  host: revocationHost,
  standIn: standOnRevocation,
}

/** One statement. */
export async function standOnRevocation(
  tx: Tx | Db,
  deps: ServicesDeps,
  actor: Actor,
  row: Revocation,
): Promise<RevocationStand> {
  const application = await tx
    .selectFrom('service_application')
    .select(['enterprise_id', 'applicant_account', 'raised_by'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.application_id)
    .executeTakeFirstOrThrow()
  return {
    accountId: actor.accountId,
    applicant: isApplicant(actor, application),
    head: row.department_id !== null && partiesOf(actor, 'dept_head').includes(row.department_id),
  }
}
