import type { EpochMs } from '@tingzhou/kernel'
import type { Db } from '@tingzhou/db'
import { createSuggestIndex, suggestByHints, type SuggestIndex, type Suggested } from './suggest.ts'
import { listCategories, unclassified } from './taxonomy.ts'
import { tokensOf } from './tokens.ts'

type Memory = {
  readonly index: SuggestIndex
  /** The last closed appeal that was read. */
  after: { readonly closedAt: EpochMs; readonly id: string } | null
  hints: ReadonlyMap<string, ReadonlySet<string>>
  readAt: EpochMs
  reading: Promise<void> | null
}

// About 50 MB of words, measured; older appeals say little about how people write today.
const appealsMax = 20_000
const batch = 500
const refreshMs = 30_000
const memories = new WeakMap<Db, Memory>()

/**
 * The categories that words point to, learnt from the latest closed appeals; from names and hints while there are too few.
 * Reads what was closed since it last looked, at most every half minute; the first call reads up to 20,000.
 */
export async function suggestCategories(db: Db, zoneId: string, words: string, now: EpochMs): Promise<Suggested> {
  const memory = memories.get(db) ?? startMemory(db)
  await refresh(db, zoneId, memory, now)
  const tokens = tokensOf(words)
  const learnt = memory.index.suggest(tokens)
  return learnt.categories.length > 0 ? learnt : suggestByHints(memory.hints, tokens)
}

function startMemory(db: Db): Memory {
  const memory = {
    index: createSuggestIndex(appealsMax),
    after: null,
    hints: new Map(),
    readAt: 0 as EpochMs,
    reading: null,
  }
  memories.set(db, memory)
  return memory
}

async function refresh(db: Db, zoneId: string, memory: Memory, now: EpochMs): Promise<void> {
  if (memory.readAt > 0 && now - memory.readAt < refreshMs) return
  memory.reading ??= read(db, zoneId, memory, now).finally(() => {
    memory.reading = null
  })
  // Whoever comes while a filled index is being brought up to date need not wait.
  if (memory.readAt === 0) await memory.reading
  else memory.reading.catch(() => {})
}

async function read(db: Db, zoneId: string, memory: Memory, now: EpochMs): Promise<void> {
  const categories = await listCategories(db, zoneId)
  memory.hints = new Map(
    categories
      .filter((one) => one.parent !== null && !one.retired && one.code !== unclassified)
      .map((one) => [one.code, new Set(tokensOf(`${one.nameZh} ${one.nameEn} ${one.hint}`))]),
  )
  memory.after ??= await startOf(db, zoneId)
  for (;;) {
    const rows = await closedAfter(db, zoneId, memory.after)
    for (const row of rows) memory.index.add(row.id, row.category ?? unclassified, tokensOf(`${row.title} ${row.body}`))
    const last = rows.at(-1)
    if (last?.closedAt) memory.after = { closedAt: last.closedAt, id: last.id }
    if (rows.length < batch) break
  }
  memory.readAt = now
}

/** The end of what is too old to be read; null: everything is read. */
async function startOf(db: Db, zoneId: string): Promise<Memory['after']> {
  const row = await db
    .selectFrom('appeal')
    .select(['id', 'closed_at as closedAt'])
    .where('zone_id', '=', zoneId)
    .where('closed_at', 'is not', null)
    .orderBy('closed_at', 'desc')
    .orderBy('id', 'desc')
    .offset(appealsMax)
    .limit(1)
    .executeTakeFirst()
  return row?.closedAt ? { closedAt: row.closedAt, id: row.id } : null
}

function closedAfter(db: Db, zoneId: string, after: Memory['after']) {
  let query = db
    .selectFrom('appeal')
    .select(['id', 'category', 'title', 'body', 'closed_at as closedAt'])
    .where('zone_id', '=', zoneId)
    .where('closed_at', 'is not', null)
    .where('state', 'in', ['closed', 'archived'])
    .where('category', '<>', unclassified)
    .orderBy('closed_at')
    .orderBy('id')
    .limit(batch)
  if (after) {
    const closedAt = new Date(after.closedAt)
    query = query.where((eb) =>
      eb.or([
        eb('closed_at', '>', closedAt as never),
        eb.and([eb('closed_at', '=', closedAt as never), eb('id', '>', after.id)]),
      ]),
    )
  }
  return query.execute()
}
