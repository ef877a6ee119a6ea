import { isIdentifying, readCode } from '../enterprise.ts'
import type { EnterpriseFacts } from '../enterprise-contract.ts'
import { conflictingCodes, conflictsOf, mergeFacts, type Conflict } from '../merge-rules.ts'

/** A row of the workbook: which entry goes over into which, each by id, code or exact name, and why. */
export type AskedPair = { readonly row: number; readonly from: string; readonly into: string; readonly why: string }

/** An entry that a text may mean. */
export type PairEntry = { readonly id: string; readonly mergedInto: string | null; readonly facts: EnterpriseFacts }

/** Why a row is refused; a rule is a key and, after a space, its limit. */
export type RowFault = { readonly rule: string; readonly value: string }

export type PlannedPair = AskedPair & { readonly fromEntry: PairEntry | null; readonly intoEntry: PairEntry | null } & (
    | { readonly fault: RowFault; readonly turn: null; readonly conflicts: readonly Conflict[] }
    | { readonly fault: null; readonly turn: number; readonly conflicts: readonly Conflict[] }
  )

type Known = AskedPair & { readonly fromEntry: PairEntry; readonly intoEntry: PairEntry }

/**
 * Judges the rows of a workbook of merges and puts the good ones in their order: an entry takes others in before it goes over itself, so
 * that a → b and b → c, in whatever order they are written, both run and can both be undone. Pure.
 * A row is refused that names nobody, several or an entry that was merged already; that is a circle or goes over twice; that would lose one
 * of two different valid codes, also when one of them only came in with a row before it.
 * @param find  the entries that a text may mean, merged ones included
 * Source: own. O(rows · fields).
 */
export function planMerges(
  rows: readonly AskedPair[],
  find: (text: string) => readonly PairEntry[],
): readonly PlannedPair[] {
  const refused = new Map<number, PlannedPair>()
  const refuse = (pair: AskedPair & Partial<Known>, fault: RowFault, conflicts: readonly Conflict[] = []) => {
    const { fromEntry = null, intoEntry = null } = pair
    refused.set(pair.row, { ...pair, fromEntry, intoEntry, fault, turn: null, conflicts })
  }
  const going = new Map<string, Known>()
  for (const pair of rows) {
    const known = knowSides(pair, find)
    if ('rule' in known) refuse(pair, known)
    else if (known.fromEntry.id === known.intoEntry.id) refuse(known, fault(pair.into, 'same_enterprise'))
    else {
      const before = going.get(known.fromEntry.id)
      if (before) refuse(known, fault(pair.from, `goes_already ${before.row}`))
      else going.set(known.fromEntry.id, known)
    }
  }
  for (const pair of circling(going)) {
    refuse(pair, fault(pair.into, 'circle'))
    going.delete(pair.fromEntry.id)
  }
  const facts = new Map<string, EnterpriseFacts>()
  const good = new Map<number, PlannedPair>()
  for (const pair of inTurn(going)) {
    const { fromEntry, intoEntry } = pair
    const [from, into] = [fromEntry, intoEntry].map(({ id, facts: own }) => facts.get(id) ?? own)
    if (!from || !into) continue
    const conflicts = conflictsOf(into, from)
    const codes = conflictingCodes(into, from)
    if (codes) refuse(pair, fault(codes.lost, `conflicting_codes ${codes.kept}`), conflicts)
    if (codes) continue
    facts.set(intoEntry.id, mergeFacts(into, from))
    good.set(pair.row, { ...pair, fault: null, turn: good.size + 1, conflicts })
  }
  return rows.flatMap(({ row }) => good.get(row) ?? refused.get(row) ?? [])
}

const fault = (value: string, rule: string): RowFault => ({ rule, value })

function knowSides(pair: AskedPair, find: (text: string) => readonly PairEntry[]): Known | RowFault {
  const [from, into] = [know(pair.from, find), know(pair.into, find)]
  if ('rule' in from) return from
  return 'rule' in into ? into : { ...pair, fromEntry: from, intoEntry: into }
}

/** The one entry that stands and that a text means, or why there is none. Pure. */
export function know(text: string, find: (text: string) => readonly PairEntry[]): PairEntry | RowFault {
  const found = find(text)
  const standing = found.filter(({ mergedInto }) => mergedInto === null)
  const [entry] = standing
  if (standing.length > 1) return fault(text, `ambiguous_name ${standing.length}`)
  if (entry) return entry
  const [gone] = found
  return gone ? fault(text, `merged_already ${gone.mergedInto}`) : fault(text, 'unknown_enterprise')
}

/** The rows that lie on a circle; each entry goes over once, so a walk from row to row either ends or turns. O(rows). */
function circling(going: ReadonlyMap<string, Known>): readonly Known[] {
  const done = new Set<string>()
  const circles: Known[] = []
  for (const start of going.keys()) {
    const way: Known[] = []
    const onWay = new Map<string, number>()
    for (let pair = going.get(start); pair && !done.has(pair.fromEntry.id); pair = going.get(pair.intoEntry.id)) {
      const met = onWay.get(pair.fromEntry.id)
      if (met !== undefined) {
        circles.push(...way.slice(met))
        break
      }
      onWay.set(pair.fromEntry.id, way.length)
      way.push(pair)
    }
    for (const { fromEntry } of way) done.add(fromEntry.id)
  }
  return circles
}

/** The rows, each behind those that go over into its own entry; among those that may, as they are written. O(rows). */
function inTurn(going: ReadonlyMap<string, Known>): readonly Known[] {
  const waiting = new Map<string, number>()
  for (const { intoEntry } of going.values()) waiting.set(intoEntry.id, (waiting.get(intoEntry.id) ?? 0) + 1)
  const free = [...going.values()].filter(({ fromEntry }) => !waiting.has(fromEntry.id))
  const order: Known[] = []
  for (let i = 0; i < free.length; i++) {
    const pair = free[i]
    if (!pair) break
    order.push(pair)
    const left = (waiting.get(pair.intoEntry.id) ?? 0) - 1
    waiting.set(pair.intoEntry.id, left)
    const next = left === 0 ? going.get(pair.intoEntry.id) : undefined
    if (next) free.push(next)
  }
  return order
}

/** What a text of the workbook is looked for as. Pure. */
export function readSide(text: string): { readonly kind: 'id' | 'code' | 'name'; readonly key: string } {
  const short = text.trim()
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(short)) return { kind: 'id', key: short.toLowerCase() }
  const { uscc, usccStatus } = readCode(short)
  if (uscc !== null && isIdentifying(usccStatus)) return { kind: 'code', key: uscc }
  return { kind: 'name', key: short.replace(/\s+/g, ' ') }
}
