import { sql } from 'kysely'
import { jsonb, type Json, type Tx } from '@tingzhou/db'
import { findParty, type Actor } from '@tingzhou/parties'
import { onEnterpriseMerged, resolveEnterpriseId, type MergeScene } from '@tingzhou/registry'
import { noteAll, type ChainKind } from '../record.ts'
import '../tables.ts'

/** A row of the table as it stood, column by column. */
type Stood = Readonly<Record<string, Json>>
type ReachStood = {
  readonly object_kind: string
  readonly object_id: string
  readonly party_id: string
  readonly relation: string
}

/** What went over to the receiving firm, and what was kept aside because it had its own. */
type Moved = {
  readonly positions: readonly string[]
  readonly sold: readonly string[]
  readonly bought: readonly string[]
  readonly leaders: readonly string[]
  /** Rows of the receiving firm that became main because the main one was kept aside. */
  readonly madeMain: readonly string[]
  readonly aside: {
    readonly positions: readonly Stood[]
    readonly links: readonly Stood[]
    readonly leaders: readonly Stood[]
    readonly reach: readonly ReachStood[]
  }
}

/**
 * Positions, links and leads of an enterprise go over with it when two entries of the register become one. Where the receiving firm has its
 * own claim on the same — a position of the same product, year and role; a link with the same firm, product and year; a lead of the same
 * chain — its row stays and the other is kept aside, as is a link by which the firm would supply itself. The undo puts back exactly what
 * was moved and kept aside.
 */
export const registerMergeHook = (): void =>
  onEnterpriseMerged({
    name: 'chains',
    // Made of texts, numbers and truth values only.
    move: async (tx, scene) => (await move(tx, scene)) as unknown as Json,
    restore: (tx, scene, moved) => restore(tx, scene, moved as unknown as Moved),
  })

async function move(tx: Tx, scene: MergeScene): Promise<Moved> {
  const asidePositions = await takePositions(tx, scene)
  const asideLinks = await takeLinks(tx, scene)
  const { leaders: asideLeaders, madeMain } = await takeLeaders(tx, scene)
  const { zoneId, fromId, intoId } = scene
  const go = async (table: string, column: string): Promise<readonly string[]> => {
    const rows = await sql<{ id: string }>`update ${sql.table(table)} set ${sql.ref(column)} = ${intoId}
      where zone_id = ${zoneId} and ${sql.ref(column)} = ${fromId} returning id`.execute(tx)
    return rows.rows.map(({ id }) => id).toSorted()
  }
  const moved = {
    positions: await go('chain_position', 'firm_id'),
    sold: await go('chain_link', 'seller_id'),
    bought: await go('chain_link', 'buyer_id'),
    leaders: await go('chain_leader', 'firm_id'),
    madeMain,
    aside: {
      positions: asidePositions,
      links: asideLinks,
      leaders: asideLeaders,
      reach: await takeReach(tx, zoneId, [...asidePositions, ...asideLinks]),
    },
  }
  await tell(tx, scene, moved, { moved: 'firm_merged', aside: 'set_aside' })
  return moved
}

type StoodRow = { readonly row: Stood }

async function takePositions(tx: Tx, { zoneId, fromId, intoId }: MergeScene): Promise<readonly Stood[]> {
  const taken = await sql<StoodRow>`
    delete from chain_position f using chain_position i
    where f.zone_id = ${zoneId} and f.firm_id = ${fromId} and i.zone_id = f.zone_id and i.firm_id = ${intoId}
      and i.year = f.year and i.product_code = f.product_code and i.role = f.role
    returning to_jsonb(f) as row`.execute(tx)
  return taken.rows.map(({ row }) => row)
}

async function takeLinks(tx: Tx, { zoneId, fromId, intoId }: MergeScene): Promise<readonly Stood[]> {
  const own = sql`f.zone_id = ${zoneId}`
  const same = sql`i.zone_id = f.zone_id and i.year = f.year and i.product_code = f.product_code`
  const taken = await sql<StoodRow>`
    delete from chain_link f where ${own} and (
      (f.seller_id = ${fromId} and (f.buyer_id = ${intoId} or exists (
        select from chain_link i where ${same} and i.buyer_id = f.buyer_id and i.seller_id = ${intoId})))
      or (f.buyer_id = ${fromId} and (f.seller_id = ${intoId} or exists (
        select from chain_link i where ${same} and i.seller_id = f.seller_id and i.buyer_id = ${intoId}))))
    returning to_jsonb(f) as row`.execute(tx)
  return taken.rows.map(({ row }) => row)
}

/** A chain keeps its main lead firm: the receiving row takes that place. */
async function takeLeaders(tx: Tx, { zoneId, fromId, intoId }: MergeScene) {
  const taken = await sql<StoodRow & { readonly into: string; readonly isMain: boolean }>`
    delete from chain_leader f using chain_leader i
    where f.zone_id = ${zoneId} and f.firm_id = ${fromId} and f.valid_to is null
      and i.zone_id = f.zone_id and i.chain_code = f.chain_code and i.firm_id = ${intoId} and i.valid_to is null
    returning to_jsonb(f) as row, i.id as into, f.is_main as "isMain"`.execute(tx)
  const madeMain = taken.rows.flatMap(({ into, isMain }) => (isMain ? [into] : []))
  if (madeMain.length > 0)
    await sql`update chain_leader set is_main = true where zone_id = ${zoneId} and id = any(${madeMain}::uuid[])`.execute(
      tx,
    )
  return { leaders: taken.rows.map(({ row }) => row), madeMain }
}

async function takeReach(tx: Tx, zoneId: string, rows: readonly Stood[]): Promise<readonly ReachStood[]> {
  const ids = rows.map(({ id }) => String(id))
  if (ids.length === 0) return []
  const taken = await sql<ReachStood>`
    delete from reach where zone_id = ${zoneId} and object_kind in ('chain_position', 'chain_link') and object_id = any(${ids}::text[])
    returning object_kind, object_id, party_id, relation`.execute(tx)
  return taken.rows
}

async function restore(tx: Tx, scene: MergeScene, moved: Moved): Promise<void> {
  const { zoneId, fromId, intoId } = scene
  const back = (table: string, column: string, ids: readonly string[]) =>
    sql`update ${sql.table(table)} set ${sql.ref(column)} = ${fromId}
      where zone_id = ${zoneId} and id = any(${ids}::uuid[]) and ${sql.ref(column)} = ${intoId}`.execute(tx)
  await back('chain_position', 'firm_id', moved.positions)
  await back('chain_link', 'seller_id', moved.sold)
  await back('chain_link', 'buyer_id', moved.bought)
  await back('chain_leader', 'firm_id', moved.leaders)
  await sql`update chain_leader set is_main = false
    where zone_id = ${zoneId} and id = any(${moved.madeMain}::uuid[]) and valid_to is null`.execute(tx)
  const { positions, leaders } = moved.aside
  const { links, reach } = await endsOfToday(tx, scene, moved.aside)
  await sql`insert into chain_position select * from jsonb_populate_recordset(null::chain_position, ${jsonb(positions)}::jsonb)
    on conflict do nothing`.execute(tx)
  await sql`insert into chain_link select * from jsonb_populate_recordset(null::chain_link, ${jsonb(links)}::jsonb)
    on conflict do nothing`.execute(tx)
  // Somebody else may have become the main lead firm since.
  const mains = await sql<{ code: string }>`select chain_code as code from chain_leader
    where zone_id = ${zoneId} and is_main and valid_to is null`.execute(tx)
  const led = new Set(mains.rows.map(({ code }) => code))
  const fitting = leaders.map((row) => (led.has(String(row.chain_code)) ? { ...row, is_main: false } : row))
  await sql`insert into chain_leader select * from jsonb_populate_recordset(null::chain_leader, ${jsonb(fitting)}::jsonb)
    on conflict do nothing`.execute(tx)
  await sql`insert into reach (zone_id, object_kind, object_id, party_id, relation)
    select ${zoneId}, r.object_kind, r.object_id, r.party_id, r.relation from jsonb_to_recordset(${jsonb(reach)}::jsonb)
      as r(object_kind text, object_id text, party_id text, relation text)
    on conflict do nothing`.execute(tx)
  await tell(tx, scene, moved, { moved: 'firm_unmerged', aside: 'put_back' })
}

/** Links that were kept aside, with the other side as it answers today: it may have been merged itself since. */
async function endsOfToday(tx: Tx, { zoneId, fromId }: MergeScene, { links, reach }: Moved['aside']) {
  // The entry that comes back still answers for the other until the undo is through.
  const named = links.flatMap((row) => [String(row.seller_id), String(row.buyer_id)])
  const ends = [...new Set(named)].filter((id) => id !== fromId)
  const gone = await tx
    .selectFrom('enterprise')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('merged_into', 'is not', null)
    .where('id', '=', sql<string>`any(${ends}::text[])`)
    .execute()
  const today = new Map<string, string>()
  // Third firms that were merged within the days of an undo are few.
  for (const { id } of gone) today.set(id, (await resolveEnterpriseId(tx, zoneId, id)) ?? id)
  const of = (id: Json | undefined): string => today.get(String(id)) ?? String(id)
  return {
    links: links
      .map((row) => ({ ...row, seller_id: of(row.seller_id), buyer_id: of(row.buyer_id) }))
      .filter((row) => row.seller_id !== row.buyer_id),
    reach: reach.map((row) => ({ ...row, party_id: of(row.party_id) })),
  }
}

/** Lines of history a statement. */
const toldRows = 2_000

/** What happened to each row, in its own history; figures of links are not told. */
async function tell(
  tx: Tx,
  scene: MergeScene,
  { positions, sold, bought, leaders, aside }: Moved,
  verbs: { readonly moved: string; readonly aside: string },
): Promise<void> {
  const of = (objectKind: ChainKind, verb: string, ids: readonly string[]) =>
    ids.map((objectId) => ({ objectKind, objectId, verb }))
  const idsOf = (rows: readonly Stood[]) => rows.map(({ id }) => String(id))
  await tellMoved(tx, scene, [
    ...of('chain_position', verbs.moved, positions),
    ...of('chain_link', verbs.moved, [...sold, ...bought]),
    ...of('chain_leader', verbs.moved, leaders),
    ...of('chain_position', verbs.aside, idsOf(aside.positions)),
    ...of('chain_link', verbs.aside, idsOf(aside.links)),
    ...of('chain_leader', verbs.aside, idsOf(aside.leaders)),
  ])
}

type Told = { readonly objectKind: ChainKind; readonly objectId: string; readonly verb: string }

/** Writes down what a merge or a split did to rows, for both firms to see. */
export async function tellMoved(
  tx: Tx,
  { zoneId, fromId, intoId, actorId, now }: MergeScene,
  told: readonly Told[],
): Promise<void> {
  const name = (await findParty(tx, zoneId, actorId))?.name ?? actorId
  const actor: Actor = { accountId: actorId, name, kind: 'person', lang: 'zh-CN', memberships: [] }
  const deeds = told.map((one) => ({ ...one, data: { fromId, intoId }, to: [fromId, intoId] }))
  for (let i = 0; i < deeds.length; i += toldRows)
    await noteAll(tx, { zoneId, clock: () => now }, actor, deeds.slice(i, i + toldRows))
}
