import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { escapeLike, jsonb, repoRoot, type Db, type Tx } from '@tingzhou/db'
import './tables.ts'
import type { Industry } from './zone-contract.ts'

/** Codes of GB/T 4754-2017 by what people write: `C1511`, `1511` or the exact name. */
export type IndustryIndex = {
  readonly has: (code: string) => boolean
  /** The code a text means, or null. */
  readonly resolve: (text: string) => string | null
}

type Node = { readonly code: string; readonly level: number; readonly parent: string | null; readonly name: string }

const levels = 4

/**
 * Loads the classification into its table; does nothing when it is there.
 * @returns how many rows were added
 */
export async function loadIndustries(db: Db | Tx): Promise<number> {
  const there = await db
    .selectFrom('industry')
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow()
  const nodes = readIndustries()
  if (there.n >= nodes.length) return 0
  const added = await sql`insert into industry (code, level, parent, name)
    select code, level, parent, name from jsonb_to_recordset(${jsonb(nodes)}::jsonb)
      as n(code text, level smallint, parent text, name text)
    order by level on conflict do nothing`.execute(db)
  return Number(added.numAffectedRows ?? 0)
}

/** The classification as the file beside this module has it. */
export function readIndustries(): readonly Node[] {
  const text = readFileSync(join(repoRoot(), 'modules/registry/data/gbt4754-2017.tsv'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [level = '', code = '', parent = '', name = ''] = line.split('\t')
      return { level: Number(level), code, parent: parent || null, name }
    })
}

/** Makes the index that reads what people write. */
export function indexIndustries(nodes: readonly Node[]): IndustryIndex {
  const codes = new Set(nodes.map((node) => node.code))
  // The digits of a code are unique below the sections, so registers often leave the letter out.
  const byDigits = new Map(nodes.filter((node) => node.level > 1).map((node) => [node.code.slice(1), node.code]))
  const byName = new Map(nodes.toSorted((a, b) => a.level - b.level).map((node) => [node.name, node.code]))
  const resolve = (text: string): string | null => {
    const plain = text.normalize('NFKC').trim()
    const code = plain.toUpperCase()
    return codes.has(code) ? code : (byDigits.get(code) ?? byName.get(plain) ?? null)
  }
  return { has: (code) => codes.has(code), resolve }
}

/** Children of a node, or what a search finds; at most 200, with the way from the top. */
export async function listIndustries(
  db: Db | Tx,
  wish: { readonly parent?: string | undefined; readonly q?: string | undefined; readonly code?: string | undefined },
): Promise<readonly Industry[]> {
  let query = db
    .selectFrom('industry as i')
    .select([
      'i.code',
      'i.level',
      'i.parent',
      'i.name',
      sql<number>`(select count(*) from industry c where c.parent = i.code)`.as('children'),
    ])
  if (wish.code) query = query.where('i.code', '=', wish.code)
  else if (wish.q) {
    const text = escapeLike(wish.q.trim())
    query = query.where((eb) =>
      eb.or([eb('i.name', 'like', `%${text}%`), eb('i.code', 'like', `%${text.toUpperCase()}%`)]),
    )
  } else query = query.where('i.parent', wish.parent ? '=' : 'is', wish.parent ?? null)
  const rows = await query.orderBy('i.code').limit(200).execute()
  const names = await namesOf(
    db,
    rows.flatMap((row) => ancestorCodes(row.code)),
  )
  return rows.map((row) => ({
    ...row,
    path: ancestorCodes(row.code).map((code) => ({ code, name: names.get(code) ?? code })),
  }))
}

/** Codes above a code, top first: `C1511` → C, C15, C151. */
export const ancestorCodes = (code: string): readonly string[] =>
  Array.from({ length: levels }, (_, i) => (i === 0 ? 1 : i + 2))
    .filter((length) => length < code.length)
    .map((length) => code.slice(0, length))

async function namesOf(db: Db | Tx, codes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (codes.length === 0) return new Map()
  const rows = await db
    .selectFrom('industry')
    .select(['code', 'name'])
    .where('code', 'in', [...new Set(codes)])
    .execute()
  return new Map(rows.map((row) => [row.code, row.name]))
}
