import { sql } from 'kysely'
import { at, jsonb, type Json, type Tx } from '@tingzhou/db'
import { onEnterpriseMerged, type MergeScene } from '@tingzhou/registry'
import '../tables.ts'

/** A row of the table as it stood, column by column. */
type Stood = Readonly<Record<string, Json>>

type Moved = {
  /** Requests that the firm asked. */
  readonly asked: readonly string[]
  /** Requests that it was asked. */
  readonly asks: readonly string[]
  readonly aside: { readonly asks: readonly Stood[]; readonly answers: readonly Stood[] }
}

/**
 * What an enterprise asks and was asked goes over with it when two entries of the register become one. Of a request that is not over, one
 * firm answers once and never itself: where both were asked, what was answered stays and the other is kept aside, and of two answers the
 * receiving firm's stays. What is over stays as it was. The undo puts back exactly what was moved and kept aside.
 */
export const keepRfqsMerged = (): void =>
  onEnterpriseMerged({
    name: 'market.rfqs',
    move: async (tx, scene) => {
      const asked = await handAsked(tx, scene, scene.fromId, scene.intoId, null)
      const aside = await setAside(tx, scene)
      const moved: Moved = { asked, aside, asks: await handAsks(tx, scene, scene.fromId, scene.intoId, null) }
      return moved
    },
    restore: async (tx, scene, kept) => {
      // What `move` gave.
      const { asked, asks, aside } = kept as unknown as Moved
      await handAsks(tx, scene, scene.intoId, scene.fromId, asks)
      await handAsked(tx, scene, scene.intoId, scene.fromId, asked)
      await sql`insert into market_rfq_ask select * from jsonb_populate_recordset(null::market_rfq_ask, ${jsonb(aside.asks.map(knownAsNow))}::jsonb)
        on conflict do nothing`.execute(tx)
      await sql`insert into market_rfq_answer
        select * from jsonb_populate_recordset(null::market_rfq_answer, ${jsonb(aside.answers)}::jsonb)
        on conflict do nothing`.execute(tx)
    },
  })

/** Rows that were kept aside before migration 0006_known_by may have words that the table no longer takes: mapped as there. Pure. */
function knownAsNow({ known_by: words, ...row }: Stood): Stood {
  const known = Array.isArray(words)
    ? words.map((word) => (word === 'offer' || word === 'named' ? word : 'chains'))
    : []
  return { ...row, known_by: [...new Set(known)] }
}

/** Writes another asker, where `only` says. @returns the requests */
async function handAsked(
  tx: Tx,
  { zoneId, now }: MergeScene,
  from: string,
  into: string,
  only: readonly string[] | null,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    update market_rfq r set asker_id = ${into}, rev = rev + 1, updated_at = ${at(now)}
    where r.zone_id = ${zoneId} and r.asker_id = ${from} and ${among('r.id', only)} returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Takes out what a firm would be asked twice or by itself. Three statements at most. */
async function setAside(tx: Tx, { zoneId, fromId, intoId }: MergeScene): Promise<Moved['aside']> {
  const other = sql`case k.firm_id when ${fromId} then ${intoId} else ${fromId} end`
  const twice = await sql<{ rfqId: string; firmId: string }>`
    select k.rfq_id as "rfqId", k.firm_id as "firmId"
    from market_rfq r join market_rfq_ask k on k.zone_id = r.zone_id and k.rfq_id = r.id
    where r.zone_id = ${zoneId} and r.state in ('open', 'closed') and k.firm_id in (${fromId}, ${intoId}) and (
      r.asker_id = ${intoId} or exists (
        select from market_rfq_ask o where o.zone_id = k.zone_id and o.rfq_id = k.rfq_id and o.firm_id = ${other} and (
          (k.answered_at is null and o.answered_at is not null)
          or (k.firm_id = ${fromId} and (k.answered_at is null) = (o.answered_at is null)))))
    for update`.execute(tx)
  if (twice.rows.length === 0) return { asks: [], answers: [] }
  const those = sql`(select "rfqId", "firmId" from jsonb_to_recordset(${jsonb(twice.rows)}::jsonb) as t("rfqId" uuid, "firmId" text))`
  const answers = await sql<{ row: Stood }>`delete from market_rfq_answer a
    where a.zone_id = ${zoneId} and (a.rfq_id, a.firm_id) in ${those} returning to_jsonb(a) as row`.execute(tx)
  const asks = await sql<{ row: Stood }>`delete from market_rfq_ask k
    where k.zone_id = ${zoneId} and (k.rfq_id, k.firm_id) in ${those} returning to_jsonb(k) as row`.execute(tx)
  return { asks: asks.rows.map(({ row }) => row), answers: answers.rows.map(({ row }) => row) }
}

/** Hands over what a firm was asked, with its answers, where the other was not asked itself. @returns the requests */
async function handAsks(
  tx: Tx,
  { zoneId }: MergeScene,
  from: string,
  into: string,
  only: readonly string[] | null,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into market_rfq_ask (zone_id, rfq_id, firm_id, is_outside, known_by, answered_at, answered_by, remark, rev)
    select zone_id, rfq_id, ${into}, is_outside, known_by, answered_at, answered_by, remark, rev + 1 from market_rfq_ask k
    where k.zone_id = ${zoneId} and k.firm_id = ${from} and ${among('k.rfq_id', only)}
    on conflict do nothing returning rfq_id as id`.execute(tx)
  const ids = rows.map(({ id }) => id)
  await tx
    .updateTable('market_rfq_answer')
    .set({ firm_id: into })
    .where('zone_id', '=', zoneId)
    .where('firm_id', '=', from)
    .where('rfq_id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  await tx
    .deleteFrom('market_rfq_ask')
    .where('zone_id', '=', zoneId)
    .where('firm_id', '=', from)
    .where('rfq_id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  return ids
}

const among = (column: string, only: readonly string[] | null) =>
  only === null ? sql`true` : sql`${sql.ref(column)} = any(${[...only]}::uuid[])`
