import { runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { copiesOf, draftProblems, planOfApplication } from './application-check.ts'
import { change, dossierOf, grant, openDossier, say, tell, write, type Package, type ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { askFromPlace } from './joint-place.ts'
import { begin, only, type Movable, type Moved, type MoveSpec, type MoveTable } from './move.ts'
import { blankPackage, packageHost } from './package-host.ts'
import type { PackageMove } from './window-contract.ts'

/** The receiving window, and any other window, which answers for the deciding side. */
export type PackageStand = { readonly accountId: string; readonly receiver: boolean; readonly decider: boolean }

type Spec<N extends PackageMove['move']> = MoveSpec<
  'cross_region_package',
  PackageStand,
  Extract<PackageMove, { move: N }>
>

const receiverOnly = ({ receiver }: PackageStand) => only(receiver, 'receiving_window_only')
const deciderOnly = ({ decider }: PackageStand) => only(decider, 'deciding_side_only')

const pass: Spec<'pass'> = {
  from: ['receive'],
  node: 'receive',
  may: receiverOnly,
  run: async ({ tx, dossier, input }) => {
    // The receiving window looks at identity and form only.
    const incomplete = await formProblems(tx, dossier.deps, dossier.row)
    if (!incomplete.ok) return incomplete
    change(dossier, { identity_by: input.identityBy })
    say(dossier, { verb: 'pass', reason: input.words || null, data: { identityBy: input.identityBy } })
    return ok({ kind: 'complete', node: 'receive', vars: { outcome: 'pass' } })
  },
}

async function formProblems(
  tx: Tx,
  deps: ServicesDeps,
  { application_id }: Package,
): Promise<Result<void, ServiceError>> {
  const application = await tx
    .selectFrom('service_application')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', application_id)
    .executeTakeFirstOrThrow()
  const planned = await planOfApplication(tx, deps, application)
  const problems = draftProblems(planned, application, await copiesOf(tx, deps.zoneId, application_id))
  if (problems.length === 0) return ok(undefined)
  return err({
    kind: 'draft_incomplete',
    problems,
    rule: problems.map(({ field, rule }) => `${field}: ${rule}`).join('; '),
  })
}

const reject: Spec<'reject'> = {
  from: ['receive'],
  node: 'receive',
  may: receiverOnly,
  run: async ({ dossier, input }) => {
    change(dossier, { reason: input.reason })
    say(dossier, { verb: 'reject', reason: input.reason })
    return ok({ kind: 'complete', node: 'receive', vars: { outcome: 'reject' } })
  },
}

const accept: Spec<'accept'> = {
  from: ['answer'],
  node: 'answer',
  may: deciderOnly,
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'accept', reason: input.words || null })
    return ok({ kind: 'complete', node: 'answer', vars: { outcome: 'accepted' } })
  },
}

const askCorrection: Spec<'ask_correction'> = {
  from: ['answer'],
  node: 'answer',
  may: deciderOnly,
  run: async ({ tx, dossier, input }) => {
    const listed = dossier.row.place === '' ? ok(null) : await askFromPlace(tx, dossier, input.asks)
    if (!listed.ok) return listed
    change(dossier, { asks: input.asks, answer_due_at: null })
    say(dossier, { verb: 'ask_correction', data: { asks: input.asks.length } })
    if (dossier.row.place === '') return ok({ kind: 'complete', node: 'answer', vars: { outcome: 'correction' } })
    tell(dossier, 'supplement_asked', [], { applicationId: dossier.row.application_id })
    return ok({ kind: 'complete', node: 'answer', vars: { outcome: 'correction', supplementDueAt: listed.value } })
  },
}

const repair: Spec<'repair'> = {
  from: ['repair'],
  node: 'repair',
  may: receiverOnly,
  run: async ({ tx, dossier, input }) => {
    const incomplete = await formProblems(tx, dossier.deps, dossier.row)
    if (!incomplete.ok) return incomplete
    say(dossier, { verb: 'repair', reason: input.words || null })
    return ok({ kind: 'complete', node: 'repair', vars: {} })
  },
}

const deliver: Spec<'deliver'> = {
  from: ['deliver'],
  node: 'deliver',
  may: receiverOnly,
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'deliver', reason: input.words || null, data: { how: input.how } })
    return ok({ kind: 'complete', node: 'deliver', vars: {} })
  },
}

const moves: MoveTable<'cross_region_package', PackageStand, PackageMove> = {
  pass,
  reject,
  accept,
  ask_correction: askCorrection,
  repair,
  deliver,
}

/** How people move a package. */
export const packageMovable: Movable<'cross_region_package', PackageStand, PackageMove> = {
  table: 'cross_region_package',
  moves,
  host: packageHost,
  standIn: async (_tx, _deps, actor, row) => standOnPackage(actor, row),
}

/**
 * Who answers: of a package that a window took in any other window, of a place's package the people of its departments.
 * Pure. O(memberships).
 */
export function standOnPackage(actor: Actor, row: Package): PackageStand {
  if (row.place !== '') {
    const own = partiesOf(actor, 'dept_head', 'dept_officer', 'window_officer')
    return { accountId: actor.accountId, receiver: false, decider: row.department_ids.some((id) => own.includes(id)) }
  }
  const window = hasRole(actor, 'window_officer')
  const receiver = window && row.receiver_account === actor.accountId
  return { accountId: actor.accountId, receiver, decider: window && !receiver }
}

export type NewPackage = { readonly applicationId: string; readonly receiving: string; readonly deciding: string }

/** 代收: a window takes in a draft for another authority. */
export const openPackage = (
  deps: ServicesDeps,
  actor: Actor,
  commandId: string,
  input: NewPackage,
): Promise<Result<Moved, ServiceError>> =>
  runCommand(deps, { commandId, actorId: actor.accountId, name: 'services.open_package', input }, (tx, last) =>
    insertPackage(tx, last, deps, actor, input),
  )

async function insertPackage(
  tx: Tx,
  last: WriteBatch,
  deps: ServicesDeps,
  actor: Actor,
  input: NewPackage,
): Promise<Result<Moved, ServiceError>> {
  const cause = { by: 'actor', actor, verb: 'open_package' } as const
  if (!hasRole(actor, 'window_officer'))
    return err({ kind: 'not_allowed', move: 'open_package', reason: 'window_only' })
  const application = await openDossier(tx, deps, 'service_application', input.applicationId, cause)
  if (!application) return err({ kind: 'not_found' })
  const { state, mode, package_id } = application.row
  if (state !== 'draft' || mode !== 'cross_region')
    return err({ kind: 'not_in_state', move: 'open_package', state, rule: 'a cross-region draft', states: ['draft'] })
  if (package_id !== null)
    return err({
      kind: 'already_open',
      field: 'applicationId',
      value: input.applicationId,
      rule: 'one package an application',
    })
  const now = deps.clock()
  const row: Package = {
    ...blankPackage,
    zone_id: deps.zoneId,
    id: deps.newId(),
    application_id: input.applicationId,
    receiving: input.receiving,
    deciding: input.deciding,
    receiver_account: actor.accountId,
    created_at: now,
    updated_at: now,
  }
  const dossier = dossierOf(deps, 'cross_region_package', row, cause, { fresh: true, batch: last })
  grant(dossier, [{ partyId: actor.accountId, relation: 'person' }])
  write(
    dossier,
    tx
      .updateTable('service_application')
      .set({ package_id: row.id })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.applicationId),
  )
  say(dossier, { verb: 'open_package', data: { deciding: input.deciding } })
  return begin(tx, dossier, packageHost(deps), 'crossregion', { outcome: null, answerDueAt: null })
}
