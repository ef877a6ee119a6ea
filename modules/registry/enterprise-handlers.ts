import { implement } from '@orpc/server'
import type { CommandReused } from '@tingzhou/db'
import { requireActor, requireRole, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changeContact, createContact, readContacts, shownContact, type ContactError } from './contact.ts'
import { decideDuplicate, findHints } from './duplicate.ts'
import { countDuplicates, describeHints, listDuplicates } from './duplicate-list.ts'
import type { NotLegacy } from './enterprise.ts'
import {
  changeEnterprise,
  confirmEnterpriseCode,
  createEnterprise,
  type ChangeError,
  type Redirected,
} from './enterprise-command.ts'
import { contactContract, duplicateContract, enterpriseContract, mergeContract } from './enterprise-contract.ts'
import { exportEnterprises } from './enterprise-export.ts'
import { listCounted } from './enterprise-list.ts'
import type { StoredEnterprise } from './enterprise-rows.ts'
import { findReached, viewEnterprise } from './enterprise-view.ts'
import { readTrail } from './history.ts'
import { listMerges, mergeEnterprises, undoMerge } from './merge.ts'
import type { MergeError, UndoError } from './merge-rules.ts'
import { editingRoles, mayEditContacts, seesPhones, type NotYourEnterprise } from './rights.ts'
import { splitContract } from './split-contract.ts'
import { listParts } from './split-parts.ts'
import type { SplitUndoError } from './split-rules.ts'
import { listSplits, splitEnterprise, undoSplit, type SplitError } from './split.ts'
import { command, commonProblems, missing, refuse, withNewRoles } from './room.ts'

const problems = {
  ...commonProblems,
  enterprise_merged: refuse(409, 'enterpriseId'),
  uscc_taken: refuse(409),
  unknown_area: refuse(422),
  area_closed: refuse(422),
  unknown_industry: refuse(422),
  unknown_account: refuse(422),
  not_your_area: refuse(403),
  not_your_enterprise: refuse(403),
  not_legacy: refuse(409, 'usccStatus'),
  merge_with_itself: refuse(422, 'into'),
  merge_undone: refuse(409, 'undoneAt'),
  undo_too_late: refuse(409, 'undoUntil'),
  merged_again: refuse(409, 'mergedInto'),
  entry_area_closed: refuse(422),
  own_name: refuse(422),
  unknown_alias: refuse(422),
  unknown_contact: refuse(422),
  unknown_figure: refuse(422),
  unknown_part: refuse(422),
  split_undone: refuse(409, 'undoneAt'),
  merged_since: refuse(409, 'mergedInto'),
} satisfies ProblemTable<
  | ChangeError
  | NotLegacy
  | Redirected
  | ContactError
  | NotYourEnterprise
  | MergeError
  | UndoError
  | SplitError
  | SplitUndoError
  | CommandReused
>

/** The enterprise within the actor's reach. */
async function getReached(context: RequestContext, actor: Actor, id: string): Promise<StoredEnterprise> {
  const { db, zoneId } = context.deps
  const stored = await findReached(db, zoneId, actor, id)
  if (!stored) throw missing(id)
  return stored
}

const firmOf = ({ id, facts }: StoredEnterprise) => ({
  id,
  areaId: facts.areaId,
  guideAccountId: facts.guideAccountId,
})

const enterprises = implement(enterpriseContract).$context<RequestContext>()
export const enterpriseHandlers = enterprises.router({
  list: enterprises.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId } = context.deps
    const { rows, ...page } = await listCounted(db, zoneId, actor, input)
    return { rows: [...rows], ...page }
  }),
  get: enterprises.get.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const enterprise = await viewEnterprise(context.deps.db, context.deps.zoneId, actor, input.id)
    if (!enterprise) throw missing(input.id)
    return enterprise
  }),
  create: enterprises.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles, 'area_lead')
    const { commandId: _commandId, ...entered } = input
    const created = command(context, actor, 'create_enterprise', input, (tx) =>
      createEnterprise(tx, context.deps, actor, entered),
    )
    return unwrap(await created, problems)
  }),
  change: enterprises.change.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    // Out of reach reads as not there, before any right is looked at.
    if (!(await findReached(context.deps.db, context.deps.zoneId, actor, input.id))) throw missing(input.id)
    const { commandId: _commandId, ...entered } = input
    const changed = command(context, actor, 'change_enterprise', input, (tx) =>
      changeEnterprise(tx, context.deps, actor, entered),
    )
    return unwrap(await changed, problems)
  }),
  confirmUscc: enterprises.confirmUscc.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    await getReached(context, actor, input.id)
    const { commandId: _commandId, ...entered } = input
    const confirmed = command(context, actor, 'confirm_uscc', input, (tx) =>
      confirmEnterpriseCode(tx, context.deps, actor, entered),
    )
    return unwrap(await confirmed, problems)
  }),
  history: enterprises.history.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { id } = await getReached(context, actor, input.id)
    return readTrail(context.deps.db, context.deps.zoneId, id, input)
  }),
  exportXlsx: enterprises.exportXlsx.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    return exportEnterprises(context.deps, actor, context.lang, input)
  }),
})

const contacts = implement(contactContract).$context<RequestContext>()
export const contactHandlers = contacts.router({
  list: contacts.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId } = context.deps
    const stored = await getReached(context, actor, input.enterpriseId)
    const open = await seesPhones(db, zoneId, actor, firmOf(stored))
    const rows = await readContacts(db, zoneId, [stored.id])
    return { rows: rows.map((contact) => shownContact(contact, open)) }
  }),
  create: contacts.create.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const stored = await getKept(context, actor, input.enterpriseId)
    const { commandId: _commandId, enterpriseId: _asked, ...entered } = input
    const created = command(context, actor, 'create_contact', input, (tx) =>
      createContact(tx, context.deps, actor, stored.id, entered),
    )
    return unwrap(await created, problems)
  }),
  change: contacts.change.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const stored = await getKept(context, actor, input.enterpriseId)
    const { commandId: _commandId, ...entered } = input
    const changed = command(context, actor, 'change_contact', input, (tx) =>
      changeContact(tx, context.deps, actor, { ...entered, enterpriseId: stored.id }),
    )
    return unwrap(await changed, problems)
  }),
})

/** The enterprise, if the actor keeps its contacts. */
async function getKept(context: RequestContext, actor: Actor, id: string): Promise<StoredEnterprise> {
  const stored = await getReached(context, actor, id)
  unwrap(mayEditContacts(actor, firmOf(stored)), problems)
  return stored
}

const duplicates = implement(duplicateContract).$context<RequestContext>()
export const duplicateHandlers = duplicates.router({
  list: duplicates.list.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles, 'area_lead', 'auditor', 'supervisor')
    const { db, zoneId } = context.deps
    const { rows, next } = await listDuplicates(db, zoneId, actor, input)
    return { rows: [...rows], next, total: await countDuplicates(db, zoneId, actor, input) }
  }),
  check: duplicates.check.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { db, zoneId } = context.deps
    const { name, uscc = null, areaId = null, address = '' } = input
    const hints = await findHints(db, context.deps, { name, uscc, areaId, address })
    return { rows: [...(await describeHints(db, zoneId, actor, hints))] }
  }),
  dismiss: duplicates.dismiss.handler(({ context, input }) => decide(context, input, 'dismissed')),
  restore: duplicates.restore.handler(({ context, input }) => decide(context, input, 'open')),
})

type Pair = {
  readonly id: string
  readonly otherId: string
  readonly commandId: string
  readonly why?: string | undefined
}

async function decide(context: RequestContext, input: Pair, state: 'open' | 'dismissed') {
  const actor = requireRole(requireActor(context), ...editingRoles, 'area_lead')
  for (const id of [input.id, input.otherId]) await getReached(context, actor, id)
  const decided = command(context, actor, `duplicate_${state}`, input, async (tx) => {
    const was = await decideDuplicate(tx, context.deps, actor, input, state)
    return was ? ok({ id: input.id, otherId: input.otherId }) : notThere
  })
  return unwrap(await decided, problems)
}

const notThere: Result<never, { readonly kind: 'not_found' }> = err({ kind: 'not_found' })

const merges = implement(mergeContract).$context<RequestContext>()
export const mergeHandlers = merges.router({
  list: merges.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { id } = await getReached(context, actor, input.id)
    return { rows: [...(await listMerges(context.deps.db, context.deps.zoneId, id))] }
  }),
  create: merges.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { commandId: _commandId, ...entered } = input
    const merged = command(context, actor, 'merge_enterprises', input, (tx) =>
      mergeEnterprises(tx, context.deps, actor, entered),
    )
    return withNewRoles(context, unwrap(await merged, problems))
  }),
  undo: merges.undo.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { commandId: _commandId, ...entered } = input
    const undone = command(context, actor, 'undo_merge', input, (tx) => undoMerge(tx, context.deps, actor, entered))
    return withNewRoles(context, unwrap(await undone, problems))
  }),
})

const splits = implement(splitContract).$context<RequestContext>()
export const splitHandlers = splits.router({
  list: splits.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const { id } = await getReached(context, actor, input.id)
    return { rows: [...(await listSplits(context.deps.db, context.deps.zoneId, id))] }
  }),
  parts: splits.parts.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { id } = await getReached(context, actor, input.id)
    const { deps, lang } = context
    return { groups: [...(await listParts(deps.db, deps.zoneId, { actor, lang }, id))] }
  }),
  create: splits.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { commandId: _commandId, ...entered } = input
    const split = command(context, actor, 'split_enterprise', input, (tx) =>
      splitEnterprise(tx, context.deps, actor, entered),
    )
    return unwrap(await split, problems)
  }),
  undo: splits.undo.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...editingRoles)
    const { commandId: _commandId, ...entered } = input
    const undone = command(context, actor, 'undo_split', input, (tx) => undoSplit(tx, context.deps, actor, entered))
    return withNewRoles(context, unwrap(await undone, problems))
  }),
})
