import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db, Tx } from '@tingzhou/db'
import { onEnterpriseSplit, splitPartsMax, type SplitPart, type SplitReader, type SplitScene } from '@tingzhou/registry'
import { chainCatalogue } from '../catalogue/store.ts'
import '../reach.ts'
import type { ChainKind } from '../record.ts'
import '../tables.ts'
import { textsOf } from '../texts.ts'
import type { PositionRole } from '../words.ts'
import { tellMoved } from './merge.ts'
import { productOf } from './named.ts'

/**
 * Positions and leads of an enterprise can go over to one that is split off it. A position takes along the links of its firm, product and
 * year on its side: what is consumed is bought, everything else sold. The new entry has nothing yet, so nothing can clash; the undo is a merge.
 */
export const registerSplitHook = (): void =>
  onEnterpriseSplit({
    name: 'chains',
    title: (lang) => textsOf(lang).split.title,
    parts: async (db, zoneId, reader, ids) => [
      ...(await positionParts(db, zoneId, reader, ids)),
      ...(await leaderParts(db, zoneId, reader, ids)),
    ],
    move,
  })

const idOf = { position: (id: string) => `position:${id}`, leader: (id: string) => `leader:${id}` }
/** The rows of a kind among the parts. */
const rowsOf = (kind: keyof typeof idOf, ids: readonly string[]): readonly string[] =>
  ids.filter((id) => id.startsWith(`${kind}:`)).map((id) => id.slice(kind.length + 1))

type PositionRow = {
  readonly firm: string
  readonly id: string
  readonly product: string
  readonly role: PositionRole
  readonly year: number
  readonly output: number
}

/** Index chain_position_firm, once a firm. */
async function positionParts(
  db: Db | Tx,
  zoneId: string,
  { actor, lang }: SplitReader,
  ids: readonly string[],
): Promise<readonly SplitPart[]> {
  const { products } = await chainCatalogue(db, zoneId)
  const { role: roles } = textsOf(lang).economy
  const { rows } = await sql<PositionRow>`
    select e.id as firm, p.id::text, p.product_code as product, p.role, p.year, p.output
    from unnest(${ids}::text[]) as e(id) cross join lateral (
      select id, product_code, role, year, output from chain_position
      where zone_id = ${zoneId} and firm_id = e.id and ${reaches(actor, 'chain_position', { zoneId, objectId: sql.ref('chain_position.id') })}
      order by year desc, product_code, role limit ${splitPartsMax}) p`.execute(db)
  return rows.map(({ firm, id, product: code, role, year, output }) => {
    const product = productOf(products, code)
    const name = lang === 'en' ? product.en : product.zh
    return {
      enterpriseId: firm,
      id: idOf.position(id),
      label: `${name} ${roles[role]} ${year}`,
      detail: `${output} ${product.unit}`.trim(),
    }
  })
}

/** Leads that hold. Index chain_leader_firm, once a firm. */
async function leaderParts(
  db: Db | Tx,
  zoneId: string,
  { actor, lang }: SplitReader,
  ids: readonly string[],
): Promise<readonly SplitPart[]> {
  const { rows } = await sql<{ firm: string; id: string; zh: string; en: string; since: string }>`
    select e.id as firm, l.id::text, c.zh, c.en, l.valid_from::text as since
    from unnest(${ids}::text[]) as e(id) cross join lateral (
      select id, chain_code, valid_from from chain_leader
      where zone_id = ${zoneId} and firm_id = e.id and valid_to is null
        and ${reaches(actor, 'chain_leader', { zoneId, objectId: sql.ref('chain_leader.id') })}
      order by chain_code limit ${splitPartsMax}) l
    join chain c on c.zone_id = ${zoneId} and c.code = l.chain_code`.execute(db)
  return rows.map(({ firm, id, zh, en, since }) => ({
    enterpriseId: firm,
    id: idOf.leader(id),
    label: `${textsOf(lang).split.leader} ${lang === 'en' ? en : zh}`,
    detail: since,
  }))
}

async function move(tx: Tx, scene: SplitScene, ids: readonly string[]): Promise<readonly string[]> {
  const { zoneId, fromId, intoId } = scene
  const positions = await go(tx, 'chain_position', scene, rowsOf('position', ids))
  const leaders = await go(tx, 'chain_leader', scene, rowsOf('leader', ids))
  const side = async (column: 'seller_id' | 'buyer_id', roles: readonly PositionRole[]) => {
    const { rows } = await sql<{ id: string }>`
      update chain_link l set ${sql.ref(column)} = ${intoId} from chain_position p
      where l.zone_id = ${zoneId} and l.${sql.ref(column)} = ${fromId}
        and p.zone_id = l.zone_id and p.id = any(${positions}::uuid[]) and p.role = any(${roles}::text[])
        and l.product_code = p.product_code and l.year = p.year
      returning l.id::text`.execute(tx)
    return [...new Set(rows.map(({ id }) => id))].toSorted()
  }
  const sold = await side('seller_id', ['produce', 'serve'])
  const bought = await side('buyer_id', ['consume'])
  await sql`update reach set party_id = ${intoId}
    where zone_id = ${zoneId} and party_id = ${fromId} and relation = 'enterprise'
      and object_kind in ('chain_position', 'chain_link') and object_id = any(${[...positions, ...sold, ...bought]}::text[])`.execute(
    tx,
  )
  const told = (objectKind: ChainKind, of: readonly string[]) =>
    of.map((objectId) => ({ objectKind, objectId, verb: 'firm_split' }))
  await tellMoved(tx, scene, [
    ...told('chain_position', positions),
    ...told('chain_link', [...sold, ...bought]),
    ...told('chain_leader', leaders),
  ])
  return [...positions.map(idOf.position), ...leaders.map(idOf.leader)]
}

/** Rows that are the firm's and that the actor reads go over. @returns their ids */
async function go(
  tx: Tx,
  table: 'chain_position' | 'chain_leader',
  { zoneId, fromId, intoId, actor }: SplitScene,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`update ${sql.table(table)} set firm_id = ${intoId}
    where zone_id = ${zoneId} and firm_id = ${fromId} and id::text = any(${ids}::text[])
      and ${reaches(actor, table, { zoneId, objectId: sql.ref(`${table}.id`) })}
    returning id::text`.execute(tx)
  return rows.map(({ id }) => id).toSorted()
}
