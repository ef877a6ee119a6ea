import type { CommandDeps, Db, Tx } from '@tingzhou/db'
import { localDateOf } from '@tingzhou/calendar'
import { insertContacts, updateContacts } from './contact.ts'
import { suggestDuplicates } from './duplicate.ts'
import { readCode } from './enterprise.ts'
import type { EnterpriseFacts } from './enterprise-contract.ts'
import { saveChanged, writesOfNew, type ChangedEnterprise, type NewEnterprise } from './enterprise-save.ts'
import { matchRows, type Matched, type RowEffect } from './import-match.ts'
import type { Plan, PlannedRow } from './import-plan.ts'
import type { RowOutcome, StoredFault } from './import-report.ts'
import { indexIndustries, readIndustries } from './industry.ts'
import { inTurn } from './in-turn.ts'
import { coreOf } from './name-cores.ts'
import { nameStoreOf, type NamedEntry, type NameStore } from './name-store.ts'
import { planForLists, planOnce } from './one-of.ts'
import { recordChanges, type By } from './record.ts'
import type { SheetScene } from './sheet-columns.ts'
import './tables.ts'

/** Rows a transaction: short enough for others to get their turn, long enough to be fast. */
const batchRows = 2_000
const attemptsMax = 4
// Unique violation, serialization failure, deadlock: another writer was there first; the batch looks again.
const retryable = new Set(['23505', '40001', '40P01'])

export type ImportOptions = { readonly synthetic: boolean; readonly fileName: string }
export type ImportResult = {
  readonly outcomes: Readonly<Record<RowOutcome, number>>
  /** What only the register could tell, such as two entries of one name. */
  readonly faults: readonly StoredFault[]
}

/** What readers of cells must know of the zone. */
export async function readScene(db: Db | Tx, deps: Pick<CommandDeps, 'zoneId' | 'clock'>): Promise<SheetScene> {
  const areas = await db
    .selectFrom('area')
    .select(['id', 'code', 'name'])
    .where('zone_id', '=', deps.zoneId)
    .orderBy('code')
    .limit(1_000)
    .execute()
  return {
    industries: indexIndustries(readIndustries()),
    areas: new Map(
      areas.flatMap(({ id, code, name }) => [[code.toLowerCase(), id] as const, [name.toLowerCase(), id] as const]),
    ),
    thisYear: Number(localDateOf(deps.clock()).slice(0, 4)),
  }
}

/**
 * Writes the good rows of a plan, batch by batch, each in a transaction of its own: what is done stays done when the process
 * dies, and running again adds nothing twice.
 * @param onBatch  called in the batch's transaction with the rows done so far
 */
export async function runImport(
  deps: CommandDeps,
  by: By,
  plan: Plan,
  options: ImportOptions,
  onBatch: (tx: Tx, done: number) => Promise<void>,
): Promise<ImportResult> {
  const outcomes: Record<RowOutcome, number> = { added: 0, updated: 0, unchanged: 0 }
  const faults: StoredFault[] = []
  const names = await nameStoreOf(deps.db, deps.db, deps.zoneId)
  for (let i = 0; i < plan.good.length; i += batchRows) {
    const batch = plan.good.slice(i, i + batchRows)
    const matched = await writeBatch(deps, by, batch, { ...options, names, nameHead: nameHeadOf(plan) }, (tx) =>
      onBatch(tx, Math.min(i + batchRows, plan.good.length)),
    )
    faults.push(...matched.faults)
    for (const { outcome } of matched.effects) outcomes[outcome]++
  }
  return { outcomes, faults }
}

/** What the good rows of a plan would do, batch by batch; writes nothing. */
export async function foreseeImport(deps: CommandDeps, plan: Plan, options: ImportOptions): Promise<Matched> {
  const effects: RowEffect[] = []
  const faults: StoredFault[] = []
  for (let i = 0; i < plan.good.length; i += batchRows) {
    const rows = plan.good.slice(i, i + batchRows)
    const matched = await deps.db.transaction().execute(async (tx) => {
      await planForLists(tx)
      return matchRows(tx, deps, rows, { ...options, lock: false, nameHead: nameHeadOf(plan) })
    })
    effects.push(...matched.effects)
    faults.push(...matched.faults)
  }
  return { effects, faults }
}

/** The head of the column of names, as the file has it. */
const nameHeadOf = (plan: Plan): string => plan.columns.find(({ field }) => field === 'name')?.head ?? ''

type BatchOptions = ImportOptions & { readonly names: NameStore; readonly nameHead: string }

async function writeBatch(
  deps: CommandDeps,
  by: By,
  rows: readonly PlannedRow[],
  options: BatchOptions,
  note: (tx: Tx) => Promise<void>,
): Promise<Matched> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await deps.db.transaction().execute(async (tx) => {
        await planForLists(tx)
        const matched = await matchRows(tx, deps, rows, { ...options, lock: true })
        await writeEffects(tx, deps, by, matched.effects, options)
        await note(tx)
        return matched
      })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (!retryable.has(code) || attempt >= attemptsMax) throw error
    }
  }
}

async function writeEffects(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  effects: readonly RowEffect[],
  { names, fileName }: BatchOptions,
): Promise<void> {
  const added = effects.flatMap(({ added }) => added ?? [])
  const changed = effects.flatMap(({ changed }) => changed ?? [])
  const contacts = effects.flatMap(({ newContact }) => newContact ?? [])
  await saveChanged(tx, deps, by, changed, 'imported', fileName)
  await updateContacts(
    tx,
    deps,
    by,
    effects.flatMap(({ changedContact }) => changedContact ?? []),
  )
  await recordBeside(tx, deps, by, effects, fileName)
  await planOnce(tx)
  await inTurn([
    ...writesOfNew(tx, deps, by, added, 'imported', fileName),
    async () => insertContacts(tx, deps, by, contacts),
    // Phones are compared too, so behind the contacts.
    async () => suggestFor(tx, deps, names, added, changed),
  ])
}

/** What only the contacts of entries changed. */
const recordBeside = (tx: Tx, deps: CommandDeps, by: By, effects: readonly RowEffect[], why: string): Promise<void> =>
  recordChanges(
    tx,
    deps,
    by,
    effects
      .flatMap(({ beside }) => beside ?? [])
      .map(({ enterpriseId, changes }) => ({
        objectKind: 'enterprise',
        objectId: enterpriseId,
        verb: 'imported',
        changes,
        why,
      })),
  )

async function suggestFor(
  tx: Tx,
  deps: CommandDeps,
  names: NameStore,
  added: readonly NewEnterprise[],
  changed: readonly ChangedEnterprise[],
): Promise<void> {
  const moved = changed.filter(({ before, after }) => before.name !== after.name || before.uscc !== after.uscc)
  const newNames = added.map(({ id, facts }) => namedOf(id, facts))
  const changedNames = moved.map(({ id, after }) => namedOf(id, after))
  for (const entry of [...newNames, ...changedNames]) names.add(entry)
  await suggestDuplicates(tx, deps, names, newNames, true)
  await suggestDuplicates(tx, deps, names, changedNames, false)
}

const namedOf = (id: string, { name, uscc }: EnterpriseFacts): NamedEntry => ({
  id,
  core: coreOf(name),
  usccStatus: readCode(uscc).usccStatus,
})
