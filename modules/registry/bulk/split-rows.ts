import type { CommandDeps, Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import { isIdentifying, readCode } from '../enterprise.ts'
import { findMatching, lockStored } from '../enterprise-rows.ts'
import type { By } from '../record.ts'
import { splitEnterprise, undoSplit, type SplitError } from '../split.ts'
import { oneOf } from '../one-of.ts'
import { partsMax } from '../split-hooks.ts'
import { readParts } from '../split-parts.ts'
import { findSides } from './find-sides.ts'
import type { PairRecord, StoredPair } from './pair-row.ts'
import { planSplits, type AskedSplit, type NamedPart } from './split-plan.ts'
import type { ReadSplits } from './split-sheet.ts'

/** What each row of a workbook of splits would do, or why it may not. */
export async function splitRecords(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  { good, bad }: ReadSplits,
): Promise<readonly PairRecord[]> {
  const find = await findSides(
    tx,
    deps,
    good.map(({ firm }) => firm),
  )
  const firms = [...new Set(good.flatMap(({ firm }) => find(firm).map(({ id }) => id)))]
  const { parts, more } = await findParts(tx, deps, actor, firms)
  const holders = await findHolders(tx, deps, good)
  const closed = await closedAreas(
    tx,
    deps,
    new Set(good.flatMap(({ firm }) => find(firm).map(({ facts }) => facts.areaId))),
  )
  const planned = planSplits(good, {
    find,
    partsOf: (id) => parts.get(id) ?? [],
    hasMore: (id) => more.has(id),
    isClosedArea: (id) => closed.has(id),
    holderOf: (code) => holders.get(code) ?? null,
  })
  const textsOf = ({ row, firm, name, uscc, takes, why }: AskedSplit) => ({
    row,
    from_text: firm,
    into_text: name,
    why,
    uscc_text: uscc,
    takes_text: takes,
  })
  return [
    ...planned.map(({ entry, fault, chosen, turn, ...asked }) => ({
      ...textsOf(asked),
      from_id: entry?.id,
      from_name: entry?.facts.name,
      turn,
      takes: chosen ?? undefined,
      state: fault ? ('refused' as const) : ('ready' as const),
      rule: fault?.rule,
      rule_value: fault?.value,
    })),
    ...bad.map(({ rule, value, ...asked }) => ({
      ...textsOf(asked),
      state: 'refused' as const,
      rule,
      rule_value: value,
    })),
  ]
}

const languages: readonly Lang[] = ['zh-CN', 'en']

/**
 * What the entries have, by what it is called in each language: a workbook may be written in either.
 * @returns also the entries of which a module has more than is read
 */
async function findParts(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  ids: readonly string[],
): Promise<{ readonly parts: ReadonlyMap<string, readonly NamedPart[]>; readonly more: ReadonlySet<string> }> {
  const found = new Map<string, Map<string, NamedPart>>()
  const more = new Set<string>()
  if (ids.length === 0) return { parts: new Map(), more }
  for (const lang of languages)
    for (const { module, parts } of await readParts(tx, deps.zoneId, { actor, lang }, ids)) {
      const counts = new Map<string, number>()
      for (const { enterpriseId, id, label } of parts) {
        const own = found.get(enterpriseId) ?? new Map<string, NamedPart>()
        const labels = own.get(`${module} ${id}`)?.labels ?? []
        own.set(`${module} ${id}`, { module, id, labels: [...labels, label] })
        found.set(enterpriseId, own)
        const count = (counts.get(enterpriseId) ?? 0) + 1
        counts.set(enterpriseId, count)
        if (count >= partsMax) more.add(enterpriseId)
      }
    }
  return { parts: new Map([...found].map(([id, own]) => [id, [...own.values()]])), more }
}

/** The entries that have the codes of the rows already. One statement. */
async function findHolders(
  tx: Tx,
  deps: CommandDeps,
  rows: readonly AskedSplit[],
): Promise<ReadonlyMap<string, string>> {
  const codes = rows.flatMap(({ uscc }) => {
    const read = readCode(uscc)
    return read.uscc !== null && isIdentifying(read.usccStatus) ? [read.uscc] : []
  })
  const found = await findMatching(tx, deps.zoneId, { codes: [...new Set(codes)], names: [], lock: false })
  return new Map(found.flatMap(({ id, facts: { uscc } }) => (uscc === null ? [] : [[uscc, id] as const])))
}

/** Those of the areas that are closed. One statement. */
async function closedAreas(tx: Tx, deps: CommandDeps, ids: ReadonlySet<string | null>): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('area')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', oneOf([...ids].filter((id) => id !== null)))
    .where('state', '=', 'closed')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Splits the entry of a row as it stands now. */
export async function splitRow(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  { from_id: fromId, into_text: name, uscc_text: uscc, takes, why }: StoredPair,
): Promise<Result<{ readonly split_id: string; readonly into_id: string; readonly into_name: string }, SplitError>> {
  // The table's check: a row that is not refused names its entry and what goes.
  const id = fromId ?? ''
  const entry = (await lockStored(tx, deps.zoneId, [id])).get(id)
  if (!entry || !takes) return err({ kind: 'not_found' })
  const split = await splitEnterprise(tx, deps, actor, { id, rev: entry.rev, name, uscc, takes, why })
  return split.ok ? ok({ split_id: split.value.id, into_id: split.value.enterpriseId, into_name: name }) : split
}

export const undoSplitRow = (tx: Tx, deps: CommandDeps, by: By, { split_id: id }: StoredPair, why: string) =>
  undoSplit(tx, deps, by, { id: id ?? '', why })
