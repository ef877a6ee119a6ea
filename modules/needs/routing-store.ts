import { sql, type RawBuilder } from 'kysely'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import defaults from './data/routing-default.json' with { type: 'json' }
import { lockSubject, recordDeeds, type ZoneDeps } from './deed.ts'
import type { Rule } from './routing-contract.ts'
import {
  checkRules,
  fallbackOwner,
  findFaults,
  nothingKnown,
  route,
  rulesFromDefaults,
  type AppealFacts,
  type Fault,
  type Place,
  type Route,
  type RoutingTable,
  type RuleError,
} from './routing.ts'
import { listCategories } from './taxonomy.ts'
import { readEnterpriseFacts, readNames, readZoneMap, resolverOf, type ZoneMap } from './zone-map.ts'

/** A version of the routing table without its rules. */
export type TableHead = {
  readonly version: number
  readonly state: 'draft' | 'published' | 'retired'
  readonly note: string
  readonly rules: number
  readonly createdAt: number
  readonly createdBy: string
  readonly publishedAt: number | null
  readonly publishedBy: string | null
  readonly rev: number
}
export type StoredTable = Omit<TableHead, 'rules'> & { readonly rules: readonly Rule[] }

export type RoutingError =
  | RuleError
  | { readonly kind: 'routing_table_not_found'; readonly version: number }
  | { readonly kind: 'not_a_draft'; readonly version: number; readonly state: string }
  | { readonly kind: 'rule_party_unknown'; readonly number: number; readonly field: string; readonly value: string }
  | { readonly kind: 'routing_faults'; readonly faults: readonly Fault[]; readonly categories: readonly string[] }
  | StaleRevision

/** What the dispatcher's move knows of an appeal. */
export type KnownFacts = Pick<AppealFacts, 'category' | 'areaId' | 'enterpriseId' | 'nature' | 'severity'>

const versionsMax = 200

/** Every version, newest first. */
export async function listTables(tx: Tx | Db, zoneId: string): Promise<TableHead[]> {
  const rows = await selectTables(tx, zoneId).orderBy('version', 'desc').limit(versionsMax).execute()
  return rows.map(({ rules, ...row }) => ({ ...row, rules: rules.length }))
}

export async function findTable(tx: Tx | Db, zoneId: string, version: number): Promise<StoredTable | null> {
  return (await selectTables(tx, zoneId).where('version', '=', version).executeTakeFirst()) ?? null
}

let kept: { readonly key: string; readonly table: RoutingTable } | null = null

/** Which table is published, an expression inside a larger query: its version first; null when there is none. */
export const routingStamp = (zoneId: string): RawBuilder<string | null> =>
  sql<string | null>`(select concat_ws(' ', r.version, r.rev, extract(epoch from r.published_at)) from routing_table r
    where r.zone_id = ${zoneId} and r.state = 'published')`

/**
 * The published table, read again only when another was published; null when there is none.
 * One row read; none when the stamp was read along.
 */
export async function publishedTable(tx: Tx | Db, zoneId: string, known?: string | null): Promise<RoutingTable | null> {
  const stamp = known === undefined ? await findStamp(tx, zoneId) : known
  if (stamp === null) return null
  const key = `${zoneId} ${stamp}`
  if (kept?.key === key) return kept.table
  const stored = await findTable(tx, zoneId, Number.parseInt(stamp, 10))
  assert(stored, 'a published table has its row')
  kept = { key, table: { version: stored.version, rules: stored.rules } }
  return kept.table
}

async function findStamp(tx: Tx | Db, zoneId: string): Promise<string | null> {
  const { rows } = await sql<{ stamp: string | null }>`select ${routingStamp(zoneId)} as stamp`.execute(tx)
  return rows[0]?.stamp ?? null
}

/**
 * Who should get an appeal by the published table.
 * @param stamp  of the table, when it was read along
 * @returns null when no table is published; a route without a rule means the dispatcher's queue
 */
export async function proposeRoute(
  tx: Tx | Db,
  deps: ZoneDeps,
  known: KnownFacts,
  stamp?: string | null,
): Promise<Route | null> {
  const table = await publishedTable(tx, deps.zoneId, stamp)
  if (!table) return null
  const [answer] = await tryRoutes(tx, deps, table, [known])
  return answer ?? null
}

/** Whether an order may say that it was dispatched by this rule: a rule that assigns, of a version that exists. */
export async function checkRule(
  tx: Tx | Db,
  zoneId: string,
  { ruleNumber, ruleVersion }: { readonly ruleNumber: number | null; readonly ruleVersion: number | null },
): Promise<
  Result<void, { readonly kind: 'unknown_rule'; readonly field: string; readonly value: number; readonly rule: string }>
> {
  if (!ruleNumber || !ruleVersion) return ok(undefined)
  const published = await publishedTable(tx, zoneId)
  const table = published?.version === ruleVersion ? published : await findTable(tx, zoneId, ruleVersion)
  const known = table?.rules.some((rule) => rule.number === ruleNumber && rule.effect === 'assign')
  return known
    ? ok(undefined)
    : err({ kind: 'unknown_rule', field: 'ruleNumber', value: ruleNumber, rule: `a rule of table ${ruleVersion}` })
}

/** Who takes an order that nobody owns 兜底: the office of the appeal's area; null when there is none. */
export async function findFallbackOwner(tx: Tx | Db, zoneId: string, areaId: string | null): Promise<Place | null> {
  return fallbackOwner({ areaId }, resolverOf(await readZoneMap(tx, zoneId), true, new Map()))
}

/** Where a table would lead appeals, in their order. A fixed number of statements. */
export async function tryRoutes(
  tx: Tx | Db,
  deps: ZoneDeps,
  table: RoutingTable,
  known: readonly (KnownFacts & { readonly tags?: readonly string[] })[],
): Promise<Route[]> {
  const enterprises = await readEnterpriseFacts(tx, deps.zoneId, [
    ...new Set(known.flatMap(({ enterpriseId }) => enterpriseId ?? [])),
  ])
  const people = await readNames(
    tx,
    deps.zoneId,
    [...enterprises.values()].map(({ leaderId }) => leaderId),
  )
  const resolver = resolverOf(await readZoneMap(tx, deps.zoneId), true, people)
  const today = localDateOf(deps.clock())
  return known.map((one) => {
    const firm = one.enterpriseId === null ? undefined : enterprises.get(one.enterpriseId)
    const facts = {
      ...nothingKnown,
      ...one,
      areaId: one.areaId ?? firm?.areaId ?? null,
      tags: [...(firm?.tags ?? []), ...(one.tags ?? [])],
      chains: firm?.chains ?? [],
      leaderId: firm?.leaderId ?? null,
    }
    return route(table, facts, resolver, today)
  })
}

/** What would keep the rules from being published now. */
export async function listFaults(tx: Tx | Db, deps: ZoneDeps, rules: readonly Rule[]): Promise<readonly Fault[]> {
  const map = await readZoneMap(tx, deps.zoneId)
  const categories = await listCategories(tx, deps.zoneId)
  const terrain = {
    categories: categories.filter((one) => one.parent !== null && !one.retired).map(({ code }) => code),
    knownCategories: categories.map(({ code }) => code),
    areas: [...map.areas.values()].filter(({ open }) => open).map(({ id, name }) => ({ id, name })),
    departmentState: (id: string) => stateOf(map, id),
    resolver: resolverOf(map, false, new Map()),
  }
  return findFaults(rules, terrain, localDateOf(deps.clock()))
}

function stateOf(map: ZoneMap, id: string): 'open' | 'closed' | 'missing' {
  const department = map.departments.get(id)
  if (!department) return 'missing'
  return department.open ? 'open' : 'closed'
}

export type Skipped = { readonly number: number; readonly department: string }

/** Opens a draft: a copy of the published table, of another version, or the default rules turned to this zone's departments. */
export async function draftTable(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly from: 'published' | 'default' | number; readonly note: string },
): Promise<Result<TableHead & { readonly skipped: readonly Skipped[] }, RoutingError>> {
  await lockSubject(tx, deps.zoneId, 'needs.routing')
  const start = await startingRules(tx, deps.zoneId, input.from)
  if (!start.ok) return start
  const { rules, skipped } = start.value
  const newest = await tx
    .selectFrom('routing_table')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('zone_id', '=', deps.zoneId)
    .executeTakeFirst()
  const version = (newest?.version ?? 0) + 1
  const now = deps.clock()
  await tx
    .insertInto('routing_table')
    .values({
      zone_id: deps.zoneId,
      version,
      state: 'draft',
      note: input.note,
      rules: jsonb(rules),
      created_at: at(now),
      created_by: actor.name,
    })
    .execute()
  await recordDeeds(tx, deps, actor, [{ ...deedOf(version, 'draft'), data: { from: input.from, rules: rules.length } }])
  const head = {
    version,
    state: 'draft',
    note: input.note,
    rules: rules.length,
    createdAt: now,
    createdBy: actor.name,
    publishedAt: null,
    publishedBy: null,
    rev: 1,
  } as const
  return ok({ ...head, skipped })
}

async function startingRules(
  tx: Tx,
  zoneId: string,
  from: 'published' | 'default' | number,
): Promise<Result<{ rules: readonly Rule[]; skipped: readonly Skipped[] }, RoutingError>> {
  if (from === 'default') {
    const { departments } = await readZoneMap(tx, zoneId)
    return ok(rulesFromDefaults(defaults, new Map([...departments.values()].map(({ code, id }) => [code, id]))))
  }
  if (from === 'published') return ok({ rules: (await publishedTable(tx, zoneId))?.rules ?? [], skipped: [] })
  const table = await findTable(tx, zoneId, from)
  return table ? ok({ rules: table.rules, skipped: [] }) : err({ kind: 'routing_table_not_found', version: from })
}

/** Replaces the rules of a draft. */
export async function setRules(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: {
    readonly version: number
    readonly rev: number
    readonly rules: readonly Rule[]
    readonly note?: string | undefined
  },
): Promise<Result<TableHead, RoutingError>> {
  const draft = await lockDraft(tx, deps.zoneId, input.version, input.rev)
  if (!draft.ok) return draft
  const written = checkRules(input.rules)
  if (!written.ok) return written
  const known = await checkParties(tx, deps.zoneId, input.rules)
  if (!known.ok) return known
  const note = input.note ?? draft.value.note
  const rules = input.rules.toSorted((a, b) => a.number - b.number)
  await tx
    .updateTable('routing_table')
    .set({ rules: jsonb(rules), note, rev: input.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('version', '=', input.version)
    .execute()
  await recordDeeds(tx, deps, actor, [
    { ...deedOf(input.version, 'change'), data: changesOf(draft.value.rules, rules) },
  ])
  return ok({ ...draft.value, note, rules: rules.length, rev: input.rev + 1 })
}

/** Publishes a draft as a whole; the table before it retires. Orders keep the number and version that they were dispatched by. */
export async function publishTable(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly version: number; readonly rev: number; readonly why: string },
): Promise<Result<TableHead, RoutingError>> {
  await lockSubject(tx, deps.zoneId, 'needs.routing')
  const draft = await lockDraft(tx, deps.zoneId, input.version, input.rev)
  if (!draft.ok) return draft
  const { rules } = draft.value
  const faults = await listFaults(tx, deps, rules)
  if (faults.length > 0)
    return err({ kind: 'routing_faults', faults, categories: [...new Set(faults.map(({ category }) => category))] })
  const now = deps.clock()
  const before = await publishedTable(tx, deps.zoneId)
  await tx
    .updateTable('routing_table')
    .set((eb) => ({ state: 'retired', rev: eb('rev', '+', 1) }))
    .where('zone_id', '=', deps.zoneId)
    .where('state', '=', 'published')
    .execute()
  await tx
    .updateTable('routing_table')
    .set({ state: 'published', published_at: at(now), published_by: actor.name, rev: input.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('version', '=', input.version)
    .execute()
  await recordDeeds(tx, deps, actor, [
    { ...deedOf(input.version, 'publish'), reason: input.why, data: changesOf(before?.rules ?? [], rules) },
  ])
  return ok({
    ...draft.value,
    state: 'published',
    publishedAt: now,
    publishedBy: actor.name,
    rules: rules.length,
    rev: input.rev + 1,
  })
}

async function lockDraft(
  tx: Tx,
  zoneId: string,
  version: number,
  rev: number,
): Promise<Result<StoredTable, RoutingError>> {
  const table = await selectTables(tx, zoneId).where('version', '=', version).forUpdate().executeTakeFirst()
  if (!table) return err({ kind: 'routing_table_not_found', version })
  if (table.state !== 'draft') return err({ kind: 'not_a_draft', version, state: table.state })
  const fresh = expectRevision(table.rev, rev)
  return fresh.ok ? ok(table) : fresh
}

async function checkParties(tx: Tx, zoneId: string, rules: readonly Rule[]): Promise<Result<void, RoutingError>> {
  const map = await readZoneMap(tx, zoneId)
  const firms = await readEnterpriseFacts(tx, zoneId, [...new Set(rules.flatMap((rule) => rule.enterpriseId ?? []))])
  for (const { number, areaId, enterpriseId, ...rule } of rules) {
    const unknown = (field: string, value: string) => err({ kind: 'rule_party_unknown', number, field, value } as const)
    if (areaId !== null && !map.areas.has(areaId)) return unknown('areaId', areaId)
    if (enterpriseId !== null && !firms.has(enterpriseId)) return unknown('enterpriseId', enterpriseId)
    const targets = rule.effect === 'assign' ? [rule.owner, ...rule.assistants, ...rule.watchers] : rule.watchers
    const stray = targets.find((target) => target.kind === 'department' && !map.departments.has(target.id))
    if (stray?.kind === 'department') return unknown('owner', stray.id)
  }
  return ok(undefined)
}

/** Names the office of an area or a chain; null takes it back. */
export async function setOffice(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly kind: 'area' | 'chain'; readonly key: string; readonly departmentId: string | null },
): Promise<Result<Place | null, RoutingError>> {
  const map = await readZoneMap(tx, deps.zoneId)
  const department = input.departmentId === null ? null : map.departments.get(input.departmentId)
  if (department === undefined)
    return err({ kind: 'rule_party_unknown', number: 0, field: 'departmentId', value: input.departmentId ?? '' })
  if (input.kind === 'area' && !map.areas.has(input.key))
    return err({ kind: 'rule_party_unknown', number: 0, field: 'areaId', value: input.key })
  const { zoneId } = deps
  const { kind, key } = input
  const set = { set_at: at(deps.clock()), set_by: actor.accountId }
  if (department === null)
    await tx
      .deleteFrom('routing_office')
      .where('zone_id', '=', zoneId)
      .where('kind', '=', kind)
      .where('key', '=', key)
      .execute()
  else
    await tx
      .insertInto('routing_office')
      .values({ zone_id: zoneId, kind, key, department_id: department.id, ...set })
      .onConflict((conflict) =>
        conflict.columns(['zone_id', 'kind', 'key']).doUpdateSet({ department_id: department.id, ...set }),
      )
      .execute()
  await recordDeeds(tx, deps, actor, [
    {
      objectKind: 'routing_office',
      objectId: `routing_office/${kind}/${key}`,
      verb: 'assign',
      event: 'routing_office_assigned',
      data: { before: map.offices.get(`${kind} ${key}`) ?? null, after: input.departmentId },
    },
  ])
  return ok(department === null ? null : { id: department.id, name: department.name })
}

const deedOf = (version: number, verb: 'draft' | 'change' | 'publish') =>
  ({
    objectKind: 'routing_table',
    objectId: `routing_table/${version}`,
    verb,
    event: verb === 'publish' ? 'routing_table_published' : 'routing_table_changed',
  }) as const

function changesOf(before: readonly Rule[], after: readonly Rule[]) {
  const old = new Map(before.map((rule) => [rule.number, JSON.stringify(rule)]))
  const fresh = new Map(after.map((rule) => [rule.number, JSON.stringify(rule)]))
  return {
    added: [...fresh.keys()].filter((number) => !old.has(number)),
    removed: [...old.keys()].filter((number) => !fresh.has(number)),
    changed: [...fresh]
      .filter(([number, text]) => old.has(number) && old.get(number) !== text)
      .map(([number]) => number),
  }
}

const selectTables = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('routing_table')
    .select([
      'version',
      'state',
      'note',
      'rules',
      'created_at as createdAt',
      'created_by as createdBy',
      'published_at as publishedAt',
      'published_by as publishedBy',
      'rev',
    ])
    .where('zone_id', '=', zoneId)
