import { sql } from 'kysely'
import { at, expectRevision, jsonb, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import { normalise } from '@tingzhou/text'
import type { ChainsError } from '../problems.ts'
import { note } from '../record.ts'
import '../tables.ts'
import type { NameLang, WordDecision } from '../words.ts'
import { insertAlias } from './alias.ts'
import { holdCatalogue } from './hold.ts'
import { othersCalled } from './names.ts'
import type { Named } from './product.ts'
import { chainCatalogue } from './store.ts'

/** Words of one posting that are kept, letters of a word, and of the posting that shows how it was used. */
const [wordsMax, exampleMax] = [20, 300]
const [lettersMin, lettersMax] = [2, 60]

/**
 * Keeps words that no list knows for review, and counts how often they were met; what was decided stays decided.
 * @param words  each with the posting it comes from; the first 20 of 2 to 60 characters with a letter are kept
 * One statement, none without words.
 */
export async function noteUnknownWords(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  words: readonly { readonly word: string; readonly example: string }[],
): Promise<void> {
  const fit = new Map(words.map(({ word, example }) => [normalise(word), example] as const))
  const rows = [...fit]
    .filter(([word]) => word.length >= lettersMin && word.length <= lettersMax && /\p{L}/u.test(word))
    .slice(0, wordsMax)
    // Two postings at once lock the words that both have in one order.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, example]) => ({ id: newId(), word, example: [...example].slice(0, exampleMax).join('') }))
  if (rows.length === 0) return
  const when = at(clock())
  await sql`insert into chain_word (zone_id, id, word, example, first_at, last_at)
    select ${zoneId}, r.id, r.word, r.example, ${when}::timestamptz, ${when}::timestamptz
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as r(id uuid, word text, example text)
    on conflict (zone_id, word) do update set seen = chain_word.seen + 1, last_at = excluded.last_at`.execute(tx)
}

/** Decides what becomes of a word: another name of a product, or nothing. What was ignored may still become a name. */
export async function decideWord(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly rev: number
    readonly decision: WordDecision
    readonly productCode: string | null
    readonly lang: NameLang
  },
): Promise<Result<Named, ChainsError>> {
  const zone = await chainCatalogue(tx, deps.zoneId)
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { id, decision, productCode, lang } = input
  const row = await tx
    .selectFrom('chain_word')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const { word } = row
  if (row.state === 'alias') return err({ kind: 'not_open', field: 'id', value: word, rule: 'decided_already' })
  if ((decision === 'alias') !== (productCode !== null))
    return err({ kind: 'field_refused', field: 'productCode', value: productCode ?? '', rule: 'product_of_alias' })
  if (productCode !== null) {
    const added = await insertAlias(tx, deps, actor, { productCode, lang, alias: word, basis: 'zone' })
    if (!added.ok) return added
  }
  await tx
    .updateTable('chain_word')
    .set({
      state: decision,
      product_code: productCode,
      decided_at: at(deps.clock()),
      decided_by: actor.name,
      rev: row.rev + 1,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'chain_word',
    objectId: id,
    verb: decision,
    data: { word, productCode },
  })
  return ok({
    id,
    rev: row.rev + 1,
    warnings: productCode === null ? [] : othersCalled(zone, productCode, [word]),
  })
}
