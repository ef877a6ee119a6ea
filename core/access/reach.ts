import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import { jsonb, type Db, type Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { Actor, Role } from '@tingzhou/parties'
import type { Relation } from './tables.ts'

/** One party that has to do with one object. */
export type ReachRow = {
  readonly objectKind: string
  readonly objectId: string
  readonly partyId: string
  readonly relation: Relation
}

/**
 * Who reads every object of a kind: `zoneWide` roles when held for the whole zone, `anyParty` roles also when held for one party,
 * such as officers of any department. `some` roles read those of its objects for which `rows` is true, such as what is to be
 * called back; with `anyParty` also when held for one party, such as what is offered to every carrier.
 */
export type ObjectKindRule = {
  readonly zoneWide: readonly Role[]
  readonly anyParty?: readonly Role[]
  readonly some?: {
    readonly roles: readonly Role[]
    readonly anyParty?: true
    readonly rows: (at: ObjectPlace, actor: Actor) => RawBuilder<SqlBool>
  }
}

/** Where the object's id stands in the query around it, text or uuid. */
export type ObjectPlace = { readonly zoneId: string; readonly objectId: Expression<unknown> }

const kinds = new Map<string, ObjectKindRule>()

/** Says who reads every object of a kind; each module does so once for its kinds. */
export function registerObjectKind(objectKind: string, rule: ObjectKindRule): void {
  assert(!kinds.has(objectKind), `the rule of ${objectKind} is registered once`)
  kinds.set(objectKind, rule)
}

// Which relations a role reads for its party. A head sees all that the department owns, an officer what nobody took yet and
// what is assigned to him; whoever holds any role for a department sees what it assists in.
const relationsOfRole: Readonly<Record<Role, readonly Relation[]>> = {
  admin: [],
  enterprise: ['enterprise', 'watcher'],
  area_lead: ['area', 'watcher'],
  dispatcher: ['watcher'],
  dept_head: ['owner', 'pool', 'assistant', 'watcher'],
  dept_officer: ['pool', 'assistant'],
  supervisor: ['watcher'],
  callback_agent: ['watcher'],
  guide: ['watcher'],
  window_officer: ['pool', 'assistant'],
  duty_officer: ['watcher'],
  visitor_officer: ['watcher'],
  leader: ['watcher'],
  auditor: [],
  finance: [],
  coordinator: ['watcher'],
  freight_dispatcher: [],
  freight_audit: [],
  overseas_keeper: [],
  weighbridge_clerk: [],
  chain_officer: ['watcher'],
  carrier: ['owner'],
  driver: [],
  machine: [],
}

/** The pairs of party and relation through which the actor reaches objects; the account itself is one of the parties. */
export function pairsOf(actor: Actor): readonly { readonly partyId: string; readonly relation: Relation }[] {
  const pairs = new Map<string, { partyId: string; relation: Relation }>()
  const add = (partyId: string, relation: Relation) => pairs.set(`${partyId} ${relation}`, { partyId, relation })
  for (const relation of ['person', 'watcher'] as const) add(actor.accountId, relation)
  for (const { role, partyId } of actor.memberships)
    if (partyId !== null) for (const relation of relationsOfRole[role]) add(partyId, relation)
  return [...pairs.values()]
}

/**
 * Whether the actor reads every object of the kind.
 * @throws Error when no module registered the kind
 */
export function reachesAll(actor: Actor, objectKind: string): boolean {
  const rule = kinds.get(objectKind)
  if (!rule) throw new Error(`object kind ${objectKind} is not registered`)
  const { zoneWide, anyParty = [] } = rule
  return actor.memberships.some(
    ({ role, partyId }) => anyParty.includes(role) || (partyId === null && zoneWide.includes(role)),
  )
}

/**
 * THE row predicate: true for the objects that the actor may read. Lists, counts, exports, files and search put it in their
 * `where`: `.where(reaches(actor, 'appeal', { zoneId, objectId: sql.ref('appeal.id') }))`.
 * @param at  objectId: the object's id in the query around it, text or uuid
 * @returns an expression that uses index reach_through (few objects) or reach_pkey (a page of many), as the planner's
 *   statistics say; give a table with uuid ids an index on `(id::text)`, so that it can be entered from there
 * Source: own. One semi-join.
 */
export function reaches(actor: Actor, objectKind: string, at: ObjectPlace): RawBuilder<SqlBool> {
  if (reachesAll(actor, objectKind)) return sql<SqlBool>`true`
  const through = pairsOf(actor).map(({ partyId, relation }) => `${partyId} ${relation}`)
  const own = sql<SqlBool>`exists (
    select from reach
    where reach.zone_id = ${at.zoneId} and reach.object_kind = ${objectKind} and reach.object_id = (${at.objectId})::text
      and (reach.party_id || ' ' || reach.relation) = any(${through}::text[]))`
  const some = kinds.get(objectKind)?.some
  const holds = actor.memberships.some(
    ({ role, partyId }) => some?.roles.includes(role) && (partyId === null || some.anyParty),
  )
  return some && holds ? sql<SqlBool>`(${own} or ${some.rows(at, actor)})` : own
}

/** Whether the actor may read this one object. One statement, none for a zone-wide reader. */
export async function mayReach(
  tx: Tx | Db,
  actor: Actor,
  zoneId: string,
  objectKind: string,
  objectId: string,
): Promise<boolean> {
  if (reachesAll(actor, objectKind)) return true
  const answer = await sql<{
    may: boolean
  }>`select ${reaches(actor, objectKind, { zoneId, objectId: sql`${objectId}::text` })} as may`.execute(tx)
  return answer.rows[0]?.may ?? false
}

/** Lets parties reach objects; what stands already stays. One statement a 5,000 rows. */
export async function grantReach(tx: Tx | Db, zoneId: string, rows: readonly ReachRow[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 5_000) await reachInsert(zoneId, rows.slice(i, i + 5_000)).execute(tx)
}

/** The same grant as a part of a larger statement (`WriteBatch.writes`). */
export const reachInsert = (zoneId: string, rows: readonly ReachRow[]): RawBuilder<unknown> =>
  sql`insert into reach (zone_id, object_kind, object_id, party_id, relation)
    select ${zoneId}, r."objectKind", r."objectId", r."partyId", r.relation
    from jsonb_to_recordset(${jsonb(rows)}::jsonb)
      as r("objectKind" text, "objectId" text, "partyId" text, relation text)
    on conflict do nothing`

/** Takes exactly these rows away. One statement a 5,000 rows. */
export async function revokeReach(tx: Tx | Db, zoneId: string, rows: ReachRow | readonly ReachRow[]): Promise<void> {
  const all = 'objectKind' in rows ? [rows] : rows
  for (let i = 0; i < all.length; i += 5_000) {
    const some = all.slice(i, i + 5_000)
    await sql`delete from reach using unnest(
        ${some.map((row) => row.objectKind)}::text[], ${some.map((row) => row.objectId)}::text[],
        ${some.map((row) => row.partyId)}::text[], ${some.map((row) => row.relation)}::text[]
      ) as gone (object_kind, object_id, party_id, relation)
      where reach.zone_id = ${zoneId} and reach.object_kind = gone.object_kind and reach.object_id = gone.object_id
        and reach.party_id = gone.party_id and reach.relation = gone.relation`.execute(tx)
  }
}

/** Takes every party's reach of one object away. */
export async function clearReach(tx: Tx | Db, zoneId: string, objectKind: string, objectId: string): Promise<void> {
  await tx
    .deleteFrom('reach')
    .where('zone_id', '=', zoneId)
    .where('object_kind', '=', objectKind)
    .where('object_id', '=', objectId)
    .execute()
}

/** Parties that reach the object, such as whom an event concerns. */
export async function partiesThatReach(
  tx: Tx | Db,
  zoneId: string,
  objectKind: string,
  objectId: string,
): Promise<readonly { readonly partyId: string; readonly relation: Relation }[]> {
  const rows = await tx
    .selectFrom('reach')
    .select(['party_id', 'relation'])
    .where('zone_id', '=', zoneId)
    .where('object_kind', '=', objectKind)
    .where('object_id', '=', objectId)
    .limit(200)
    .execute()
  return rows.map((row) => ({ partyId: row.party_id, relation: row.relation }))
}
