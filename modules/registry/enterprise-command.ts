import { expectRevision, newId, at, type CommandDeps, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { findByCode, suggestDuplicates } from './duplicate.ts'
import {
  applyInput,
  blankFacts,
  changesOf,
  confirmCode,
  isIdentifying,
  readCode,
  type NotLegacy,
} from './enterprise.ts'
import type { EnterpriseFacts, EnterpriseChange, EnterpriseInput } from './enterprise-contract.ts'
import { saveChanged, saveNew, type NewEnterprise } from './enterprise-save.ts'
import { lockStored, type StoredEnterprise } from './enterprise-rows.ts'
import type { Changed } from './shared-contract.ts'
import { checkAccounts, type UnknownAccount } from './heads.ts'
import { coreOf } from './name-cores.ts'
import { oneOf } from './one-of.ts'
import { nameStoreOf } from './name-store.ts'
import { announce, recordChanges, type By, type Change } from './record.ts'
import { mayEdit, type NotYourArea } from './rights.ts'

type NotFound = { readonly kind: 'not_found' }
export type Redirected = {
  readonly kind: 'enterprise_merged'
  readonly enterpriseId: string
  readonly mergedInto: string
}
export type FactsError =
  | { readonly kind: 'uscc_taken'; readonly field: 'uscc'; readonly value: string; readonly enterpriseId: string }
  | { readonly kind: 'unknown_area'; readonly field: 'areaId'; readonly value: string }
  | { readonly kind: 'area_closed'; readonly field: 'areaId'; readonly value: string }
  | { readonly kind: 'unknown_industry'; readonly field: 'industry' | 'otherIndustries'; readonly value: string }
  | UnknownAccount
export type ChangeError = NotFound | StaleRevision | Redirected | FactsError | NotYourArea

/** Adds an enterprise. */
export async function createEnterprise(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: EnterpriseInput & { readonly synthetic?: boolean | undefined },
): Promise<Result<Changed, FactsError | NotYourArea>> {
  const { synthetic = false, ...entered } = input
  const facts = applyInput(blankFacts, entered)
  const may = mayEdit(actor, [facts.areaId])
  if (!may.ok) return may
  return addEnterprise(tx, deps, actor, { id: newId(), facts, synthetic }, 'created')
}

/** Adds an entry with all that hangs on it, if its code is free and what it points to is there. */
export async function addEnterprise(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  entry: NewEnterprise,
  verb: 'created' | 'split_off',
  why?: string,
): Promise<Result<Changed, FactsError>> {
  const { id, facts } = entry
  const checked = await checkFacts(tx, deps, id, blankFacts, facts)
  if (!checked.ok) return checked
  await saveNew(tx, deps, by, [entry], verb, why)
  await suggest(tx, deps, id, facts, true)
  await tell(
    tx,
    deps,
    { objectKind: 'enterprise', objectId: id, verb: 'created', changes: [] },
    'created',
    facts.areaId,
  )
  return ok({ id, rev: 1 })
}

async function suggest(tx: Tx, deps: CommandDeps, id: string, facts: EnterpriseFacts, isNew: boolean): Promise<void> {
  const names = await nameStoreOf(deps.db, tx, deps.zoneId)
  const entry = { id, core: coreOf(facts.name), usccStatus: readCode(facts.uscc).usccStatus }
  await suggestDuplicates(tx, deps, names, [entry], isNew)
}

/** Changes what is known about an enterprise. */
export async function changeEnterprise(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: EnterpriseChange & { readonly id: string; readonly rev: number; readonly why?: string | undefined },
): Promise<Result<Changed, ChangeError>> {
  const { id, rev, why, ...entered } = input
  const locked = await lockEditable(tx, deps, id, rev)
  if (!locked.ok) return locked
  const { facts: before, synthetic } = locked.value
  const after = applyInput(before, entered)
  const may = mayEdit(actor, [before.areaId, after.areaId])
  if (!may.ok) return may
  const changes = changesOf(before, after)
  if (changes.length === 0) return ok({ id, rev })
  const checked = await checkFacts(tx, deps, id, before, after)
  if (!checked.ok) return checked
  await saveChanged(tx, deps, actor, [{ id, before, after, synthetic }], 'changed', why)
  if (changes.some(({ field }) => ['name', 'uscc', 'areaId', 'address'].includes(field)))
    await suggest(tx, deps, id, after, false)
  await tell(tx, deps, { objectKind: 'enterprise', objectId: id, verb: 'changed', changes }, 'changed', after.areaId)
  return ok({ id, rev: rev + 1 })
}

/** Notes that a person looked at the licence and the early pilot code is right. */
export async function confirmEnterpriseCode(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why?: string | undefined },
): Promise<Result<Changed, NotFound | StaleRevision | Redirected | NotYourArea | NotLegacy>> {
  const { id, rev, why } = input
  const locked = await lockEditable(tx, deps, id, rev)
  if (!locked.ok) return locked
  const { facts, usccStatus } = locked.value
  const may = mayEdit(actor, [facts.areaId])
  if (!may.ok) return may
  const legacy = confirmCode(usccStatus)
  if (!legacy.ok) return legacy
  await tx
    .updateTable('enterprise')
    .set({
      uscc_confirmed_by: actor.accountId,
      uscc_confirmed_at: at(deps.clock()),
      rev: rev + 1,
      updated_at: at(deps.clock()),
      updated_by: actor.accountId,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const changes = [{ field: 'uscc', from: facts.uscc, to: facts.uscc }]
  await recordChanges(tx, deps, actor, [
    { objectKind: 'enterprise', objectId: id, verb: 'uscc_confirmed', changes, why },
  ])
  return ok({ id, rev: rev + 1 })
}

/** Locks an entry for a writer who saw revision `rev`. */
export async function lockEditable(
  tx: Tx,
  deps: CommandDeps,
  id: string,
  rev: number,
): Promise<Result<StoredEnterprise, NotFound | StaleRevision | Redirected>> {
  const stored = (await lockStored(tx, deps.zoneId, [id])).get(id)
  if (!stored) return err({ kind: 'not_found' })
  if (stored.mergedInto) return err({ kind: 'enterprise_merged', enterpriseId: id, mergedInto: stored.mergedInto })
  const fresh = expectRevision(stored.rev, rev)
  return fresh.ok ? ok(stored) : fresh
}

const tell = (tx: Tx, deps: CommandDeps, change: Change, verb: 'created' | 'changed', areaId: string | null) =>
  announce(tx, deps, change, `registry.enterprise_${verb}`, [change.objectId, areaId])

/** What rows elsewhere say about the facts that changed. */
export async function checkFacts(
  tx: Tx,
  deps: CommandDeps,
  id: string,
  before: EnterpriseFacts,
  after: EnterpriseFacts,
): Promise<Result<void, FactsError>> {
  const code = await checkCode(tx, deps, id, after.uscc)
  if (!code.ok) return code
  const area = before.areaId === after.areaId ? ok(undefined) : await checkArea(tx, deps, after.areaId)
  if (!area.ok) return area
  const industries = await checkIndustries(tx, after)
  if (!industries.ok) return industries
  return checkAccounts(tx, deps.zoneId, [
    ['leaderAccountId', after.leaderAccountId],
    ['guideAccountId', after.guideAccountId],
  ])
}

async function checkCode(
  tx: Tx,
  deps: CommandDeps,
  id: string,
  uscc: string | null,
): Promise<Result<void, FactsError>> {
  if (uscc === null || !isIdentifying(readCode(uscc).usccStatus)) return ok(undefined)
  const enterpriseId = await findByCode(tx, deps.zoneId, uscc)
  if (enterpriseId === null || enterpriseId === id) return ok(undefined)
  return err({ kind: 'uscc_taken', field: 'uscc', value: uscc, enterpriseId })
}

async function checkArea(tx: Tx, deps: CommandDeps, areaId: string | null): Promise<Result<void, FactsError>> {
  if (areaId === null) return ok(undefined)
  const area = await tx
    .selectFrom('area')
    .select('state')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', areaId)
    .executeTakeFirst()
  if (!area) return err({ kind: 'unknown_area', field: 'areaId', value: areaId })
  return area.state === 'open' ? ok(undefined) : err({ kind: 'area_closed', field: 'areaId', value: areaId })
}

async function checkIndustries(tx: Tx, facts: EnterpriseFacts): Promise<Result<void, FactsError>> {
  const codes = [...(facts.industry === null ? [] : [facts.industry]), ...facts.otherIndustries]
  if (codes.length === 0) return ok(undefined)
  const rows = await tx.selectFrom('industry').select('code').where('code', '=', oneOf(codes)).execute()
  const unknown = codes.find((code) => !rows.some((row) => row.code === code))
  if (unknown === undefined) return ok(undefined)
  const field = unknown === facts.industry ? 'industry' : 'otherIndustries'
  return err({ kind: 'unknown_industry', field, value: unknown })
}
