import type { CommandDeps, Tx } from '@tingzhou/db'
import { isIdentifying } from '../enterprise.ts'
import { findMatching, findStored, type StoredEnterprise } from '../enterprise-rows.ts'
import { oneOf, planForLists } from '../one-of.ts'
import '../tables.ts'
import { readSide, type PairEntry } from './merge-plan.ts'

/** What the texts of the rows mean: three statements, by id, by code and by name. */
export async function findSides(tx: Tx, deps: CommandDeps, texts: readonly string[]) {
  await planForLists(tx)
  const sides = texts.map(readSide)
  const keysOf = (kind: string) => [...new Set(sides.filter((side) => side.kind === kind).map(({ key }) => key))]
  const wanted = { codes: keysOf('code'), names: keysOf('name'), lock: false }
  const gone = await findGone(tx, deps, wanted)
  const byId = await findStored(tx, deps.zoneId, [...keysOf('id'), ...gone])
  const found = new Map([
    ...byId,
    ...(await findMatching(tx, deps.zoneId, wanted)).map((one) => [one.id, one] as const),
  ])
  const meant = new Map<string, PairEntry[]>()
  const put = (key: string, one: StoredEnterprise) => meant.set(key, [...(meant.get(key) ?? []), one])
  for (const one of found.values()) {
    put(`id ${one.id}`, one)
    put(`name ${one.facts.name}`, one)
    if (one.facts.uscc !== null && isIdentifying(one.usccStatus)) put(`code ${one.facts.uscc}`, one)
  }
  return (text: string): readonly PairEntry[] => {
    const { kind, key } = readSide(text)
    return meant.get(`${kind} ${key}`) ?? []
  }
}

/** Entries of these names and codes that were merged away, so that a row can say into whom. Index enterprise_merged. */
async function findGone(
  tx: Tx,
  deps: CommandDeps,
  { codes, names }: { readonly codes: readonly string[]; readonly names: readonly string[] },
): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('enterprise')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('merged_into', 'is not', null)
    .where((eb) => eb.or([eb('uscc', '=', oneOf(codes)), eb('name', '=', oneOf(names))]))
    .limit(2_000)
    .execute()
  return rows.map(({ id }) => id)
}
