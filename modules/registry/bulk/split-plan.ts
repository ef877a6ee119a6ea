import { isIdentifying, readCode } from '../enterprise.ts'
import type { SplitTakes } from '../split-contract.ts'
import { splitFacts } from '../split-rules.ts'
import { know, type PairEntry, type RowFault } from './merge-plan.ts'

/** A row of the workbook: which entry is taken apart, what the new one is called, and what goes with it, in words. */
export type AskedSplit = {
  readonly row: number
  readonly firm: string
  readonly name: string
  readonly uscc: string | null
  readonly takes: string
  readonly why: string
}

/** A part of an entry, by what a row may call it. */
export type NamedPart = { readonly module: string; readonly id: string; readonly labels: readonly string[] }

export type PlannedSplit = AskedSplit & { readonly entry: PairEntry | null } & (
    | { readonly fault: RowFault; readonly chosen: null; readonly turn: null }
    | { readonly fault: null; readonly chosen: SplitTakes; readonly turn: number }
  )

/** What the planning has to look up. */
export type SplitFinder = {
  /** The entries that a text may mean, merged ones included. */
  readonly find: (text: string) => readonly PairEntry[]
  readonly partsOf: (enterpriseId: string) => readonly NamedPart[]
  /** Whether it has more parts than were read. */
  readonly hasMore: (enterpriseId: string) => boolean
  readonly isClosedArea: (areaId: string) => boolean
  /** The entry that has an identifying code, or null. */
  readonly holderOf: (code: string) => string | null
}

/**
 * Judges the rows of a workbook of splits, in the order of the sheet. A row is refused that names nobody, several or an entry that was merged
 * away, or stands in a closed area, as the new one would; that repeats a name or a code; that names what the entry does not have, what several of its parts are called, or what a row before
 * takes already. Figures of one indicator and period go together. Pure.
 * Source: own. O(rows · parts of an entry).
 */
export function planSplits(rows: readonly AskedSplit[], finder: SplitFinder): readonly PlannedSplit[] {
  const seen = new Map<string, number>()
  let turns = 0
  return rows.map((row): PlannedSplit => {
    const entry = know(row.firm, finder.find)
    if ('rule' in entry) return { ...row, entry: null, fault: entry, chosen: null, turn: null }
    const judged = judge(row, entry, finder, seen)
    if ('rule' in judged) return { ...row, entry, fault: judged, chosen: null, turn: null }
    for (const key of judged.keys) seen.set(key, row.row)
    return { ...row, entry, fault: null, chosen: judged.chosen, turn: ++turns }
  })
}

type Judged = { readonly chosen: SplitTakes; readonly keys: readonly string[] }

function judge(
  row: AskedSplit,
  entry: PairEntry,
  finder: SplitFinder,
  seen: ReadonlyMap<string, number>,
): Judged | RowFault {
  const { areaId } = entry.facts
  if (areaId !== null && finder.isClosedArea(areaId)) return { rule: 'entry_area_closed', value: areaId }
  const { uscc, usccStatus } = readCode(row.uscc)
  const code = isIdentifying(usccStatus) ? uscc : null
  if (code !== null && finder.holderOf(code) !== null) return { rule: 'uscc_taken', value: code }
  const named = namesOf(row.takes).map((name) => partsCalled(name, entry, finder))
  const wrong = named.find((one): one is RowFault => 'rule' in one)
  if (wrong) return wrong
  const parts = named.flatMap((one) => ('rule' in one ? [] : one))
  const aliases = parts.filter(({ module }) => module === 'alias').map(({ id }) => id)
  const facts = splitFacts(entry.facts, { name: row.name, uscc: row.uscc, aliases })
  if (!facts.ok) return { rule: facts.error.kind, value: facts.error.value }
  const keys: readonly (readonly [key: string, rule: string, value: string])[] = [
    [`name ${entry.id} ${facts.value.own.name}`, 'repeated_split', facts.value.own.name],
    ...(code === null ? [] : [[`code ${code}`, 'repeated_code', code] as const]),
    ...facts.value.taken.map((alias) => [`alias ${entry.id} ${alias}`, 'taken_already', alias] as const),
    ...parts
      .filter(({ module }) => module !== 'alias')
      .map(({ module, id, name }) => [`${module} ${id}`, 'taken_already', name] as const),
  ]
  for (const [key, rule, value] of keys) {
    const before = seen.get(key)
    if (before !== undefined) return { rule: `${rule} ${before}`, value }
  }
  const idsOf = (module: string) => parts.filter((part) => part.module === module).map(({ id }) => id)
  const others = parts.filter(({ module }) => !['alias', 'contacts', 'figures'].includes(module))
  return {
    keys: keys.map(([key]) => key),
    chosen: {
      aliases,
      contactIds: idsOf('contacts'),
      figureIds: idsOf('figures'),
      parts: others.map(({ module, id }) => ({ module, id })),
    },
  }
}

/** The names in a cell. */
const namesOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[；;\n]/)
      .map(plain)
      .filter(Boolean),
  ),
]
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

type Called = { readonly module: string; readonly id: string; readonly name: string }

/** What of an entry is called so: one part, or figures of one indicator and period. */
function partsCalled(
  name: string,
  { id: entryId, facts }: PairEntry,
  { partsOf, hasMore }: SplitFinder,
): readonly Called[] | RowFault {
  const called = [
    ...facts.aliases.filter((alias) => alias === name).map((alias) => ({ module: 'alias', id: alias, name })),
    ...partsOf(entryId)
      .filter(({ labels }) => labels.some((label) => plain(label) === name))
      .map((part) => ({ ...part, name })),
  ]
  if (called.length === 0) return { rule: hasMore(entryId) ? 'item_not_read' : 'unknown_item', value: name }
  const isOne = called.length === 1 || called.every(({ module }) => module === 'figures')
  return isOne ? called : { rule: `ambiguous_item ${called.length}`, value: name }
}
