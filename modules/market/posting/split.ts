import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { at, type Tx } from '@tingzhou/db'
import type { Actor, Lang } from '@tingzhou/parties'
import { onEnterpriseSplit, splitPartsMax, type SplitPart, type SplitScene } from '@tingzhou/registry'
import { followPostings } from '../deal/merged.ts'
import '../reach.ts'
import '../tables.ts'
import { textsOf } from '../texts.ts'
import type { PostingKind } from '../words.ts'

/**
 * Postings that are not over can go over to an enterprise that is split off, and their deals with them, as they do in the undo of a merge.
 * Not one that stands behind a line of a request that is not over: it is its asker's, who stays. The undo is a merge.
 */
export const offerPostingsToSplits = (): void =>
  onEnterpriseSplit({
    name: 'market',
    title: (lang) => textsOf(lang).split.title,
    parts: async (db, zoneId, { actor, lang }, ids) => {
      const { kind: kinds, state: states } = words(lang)
      const { rows } = await sql<Row>`
        select e.id as firm, p.id::text, p.number, p.kind, p.state, left(p.text, 80) as text
        from unnest(${ids}::text[]) as e(id) cross join lateral (
          select id, number, kind, state, text from market_posting p
          where p.zone_id = ${zoneId} and p.firm_id = e.id and ${isLive} and ${standsAlone(zoneId)} and ${read(zoneId, actor)}
          order by p.created_at desc, p.id limit ${splitPartsMax}) p`.execute(db)
      return rows.map(({ firm, id, number, kind, state, text }): SplitPart => ({
        enterpriseId: firm,
        id,
        label: number,
        detail: [kinds[kind], states[state] ?? state, text.replaceAll(/\s+/g, ' ')].join(' · '),
      }))
    },
    move,
  })

type Row = {
  readonly firm: string
  readonly id: string
  readonly number: string
  readonly kind: PostingKind
  readonly state: string
  readonly text: string
}

const words = (
  lang: Lang,
): { readonly kind: Readonly<Record<PostingKind, string>>; readonly state: Readonly<Record<string, string>> } => {
  const { split, state } = textsOf(lang)
  return { kind: split.kind, state }
}

/** Index market_posting_firm, once a firm. */
const isLive = sql`p.state in ('draft', 'open', 'matched')`
/** Requests that are not over are few: their lines are read once a statement. */
const standsAlone = (zoneId: string) => sql`p.id not in (
  select l.need_id from market_rfq r join market_rfq_line l on l.zone_id = r.zone_id and l.rfq_id = r.id
  where r.zone_id = ${zoneId} and r.state in ('open', 'closed') and l.need_id is not null)`

const read = (zoneId: string, actor: Actor) => reaches(actor, 'market_posting', { zoneId, objectId: sql.ref('p.id') })

async function move(tx: Tx, scene: SplitScene, ids: readonly string[]): Promise<readonly string[]> {
  const { zoneId, fromId, intoId, actor, now } = scene
  // Deals are locked before postings, as by whoever answers one.
  await sql`select from market_deal d where d.zone_id = ${zoneId} and (d.need_id::text = any(${ids}::text[])
    or d.offer_id::text = any(${ids}::text[])) and ${fromId} in (d.buyer_id, d.seller_id) order by d.id for update`.execute(
    tx,
  )
  const { rows } = await sql<{
    id: string
  }>`update market_posting p set firm_id = ${intoId}, rev = p.rev + 1, updated_at = ${at(now)}
    where p.zone_id = ${zoneId} and p.firm_id = ${fromId} and p.id::text = any(${ids}::text[]) and ${isLive} and ${standsAlone(zoneId)}
      and ${read(zoneId, actor)}
    returning p.id::text`.execute(tx)
  const moved = rows.map(({ id }) => id).toSorted()
  await sql`update reach set party_id = ${intoId} where zone_id = ${zoneId} and party_id = ${fromId}
    and object_kind = 'market_posting' and relation = 'enterprise' and object_id = any(${moved}::text[])`.execute(tx)
  await followPostings(tx, { ...scene, fromId: intoId, intoId: fromId }, [])
  return moved
}
