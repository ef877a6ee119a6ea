import { implement } from '@orpc/server'
import type { CommandReused } from '@tingzhou/db'
import { problem, requireActor, requireRole, unwrap, type ProblemTable, type RequestContext } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import { command, commonProblems, refuse, ruleReaders, rulingRoles } from './room.ts'
import { routingContract, type Rule } from './routing-contract.ts'
import {
  draftTable,
  findTable,
  listFaults,
  listTables,
  publishedTable,
  publishTable,
  setOffice,
  setRules,
  tryRoutes,
  type KnownFacts,
  type RoutingError,
  type StoredTable,
} from './routing-store.ts'
import { explainRoute } from './routing-text.ts'
import type { Fault, Place, Route } from './routing.ts'
import { officeOfArea, officeOfChain, readNames, readZoneMap, refOf } from './zone-map.ts'
import './texts.ts'

const problems = {
  ...commonProblems,
  rule_number_repeated: refuse(422, 'number'),
  rule_enterprise_and_tag: refuse(422, 'number'),
  rule_period_reversed: refuse(422, 'validFrom'),
  rule_party_unknown: refuse(422),
  routing_table_not_found: refuse(404, 'version'),
  not_a_draft: refuse(409, 'state'),
  routing_faults: refuse(422, 'categories'),
} satisfies ProblemTable<RoutingError | CommandReused>

const os = implement(routingContract).$context<RequestContext>()

export const routingHandlers = os.router({
  list: os.list.handler(async ({ context }) => {
    requireRole(requireActor(context), ...ruleReaders)
    const rows = await listTables(context.deps.db, context.deps.zoneId)
    return { rows, published: rows.find(({ state }) => state === 'published')?.version ?? null }
  }),
  get: os.get.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...ruleReaders)
    const table = await getTable(context, input.version)
    const { db, zoneId } = context.deps
    const faults = await listFaults(db, context.deps, table.rules)
    const names = await readNames(db, zoneId, [...idsOf(table.rules), ...faults.map(ownerOf)])
    return {
      ...table,
      rules: table.rules.length,
      rows: [...table.rules],
      names: Object.fromEntries(names),
      faults: faults.map((fault) => toFault(fault, names)),
    }
  }),
  draft: os.draft.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const drafted = await command(context, actor, 'draft_routing', input, (tx) =>
      draftTable(tx, context.deps, actor, input),
    )
    const table = unwrap(drafted, problems)
    return { ...table, skipped: [...table.skipped] }
  }),
  setRules: os.setRules.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const changed = await command(context, actor, 'set_routing_rules', input, (tx) =>
      setRules(tx, context.deps, actor, input),
    )
    return unwrap(changed, problems)
  }),
  dryRun: os.dryRun.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...ruleReaders)
    const table = await getTable(context, input.version)
    const { db, zoneId } = context.deps
    const [answer] = input.facts ? await tryRoutes(db, context.deps, table, [input.facts]) : []
    const published = await publishedTable(db, zoneId)
    const appeals = await latestAppeals(context, input.lastAppeals)
    const after = await tryRoutes(db, context.deps, table, appeals)
    const before = published ? await tryRoutes(db, context.deps, published, appeals) : []
    const names = await readNames(
      db,
      zoneId,
      appeals.map(({ ownerId }) => ownerId),
    )
    const changes = appeals.flatMap(({ id, no, title, category, ownerId }, i) => {
      const [was, now] = [before[i]?.owner ?? null, after[i]?.owner ?? null]
      if (was?.id === now?.id) return []
      const actual = ownerId === null ? null : refOf(names, ownerId)
      const ruleNumber = after[i]?.rule?.number ?? null
      return [{ appeal: { id, no, title, category }, before: was, after: now, ruleNumber, actual }]
    })
    return {
      answer: answer ? toAnswer(answer, context.lang) : null,
      compared: appeals.length,
      againstVersion: published?.version ?? null,
      changes,
    }
  }),
  publish: os.publish.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const published = await command(context, actor, 'publish_routing', input, (tx) =>
      publishTable(tx, context.deps, actor, input),
    )
    return unwrap(published, problems)
  }),
  offices: os.offices.handler(async ({ context }) => {
    requireRole(requireActor(context), ...ruleReaders)
    const map = await readZoneMap(context.deps.db, context.deps.zoneId)
    const chains = [...map.offices.keys()].filter((key) => key.startsWith('chain ')).map((key) => key.slice(6))
    return {
      areas: [...map.areas.values()].map((area) => ({
        area: { id: area.id, name: area.name },
        office: toPlace(officeOfArea(map, area.id)),
        assigned: map.offices.has(`area ${area.id}`),
      })),
      chains: [null, ...chains.filter((chain) => chain !== '')].map((chain) => ({
        chain,
        office: toPlace(officeOfChain(map, chain)),
        assigned: map.offices.has(`chain ${chain ?? ''}`),
      })),
    }
  }),
  setOffice: os.setOffice.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), ...rulingRoles)
    const { areaId, chain, departmentId } = input
    if (areaId !== null && chain !== null)
      throw problem({ kind: 'office_subject', status: 422, area: 'needs', field: 'chain', value: chain })
    const subject =
      areaId === null ? ({ kind: 'chain', key: chain ?? '' } as const) : ({ kind: 'area', key: areaId } as const)
    const office = await command(context, actor, 'set_routing_office', input, (tx) =>
      setOffice(tx, context.deps, actor, { ...subject, departmentId }),
    )
    return { office: unwrap(office, problems) }
  }),
})

async function getTable({ deps }: RequestContext, version: number): Promise<StoredTable> {
  const table = await findTable(deps.db, deps.zoneId, version)
  if (table) return table
  const meta = { version }
  throw problem({ kind: 'routing_table_not_found', status: 404, area: 'needs', field: 'version', value: version, meta })
}

type Latest = KnownFacts & { id: string; no: string | null; title: string; ownerId: string | null }

async function latestAppeals({ deps }: RequestContext, limit: number): Promise<Latest[]> {
  if (limit === 0) return []
  const rows = await deps.db
    .selectFrom('appeal')
    .select(['id', 'no', 'title', 'category', 'nature', 'class as severity'])
    .select(['area_id as areaId', 'enterprise_id as enterpriseId', 'owner_id as ownerId'])
    .where('zone_id', '=', deps.zoneId)
    .where('received_at', 'is not', null)
    .where('category', 'is not', null)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows
}

/** A route as people read it. */
export const toAnswer = (route: Route, lang: Lang) => ({
  ruleNumber: route.rule?.number ?? null,
  ruleVersion: route.version,
  owner: route.owner,
  assistants: [...route.assistants],
  watchers: [...route.watchers],
  class: route.class,
  specificity: route.why.specificity,
  why: explainRoute(route, lang),
})

const toPlace = (place: Place | null): Place | null => (place ? { id: place.id, name: place.name } : null)

const ownerOf = (fault: Fault): string | null => ('ownerId' in fault ? fault.ownerId : null)

function toFault(fault: Fault, names: ReadonlyMap<string, string>) {
  const owner = ownerOf(fault)
  return {
    kind: fault.kind,
    category: fault.category,
    area: fault.kind === 'no_owner' ? fault.area : null,
    ruleNumber: 'ruleNumber' in fault ? fault.ruleNumber : null,
    owner: owner === null ? null : refOf(names, owner),
  }
}

const idsOf = (rules: readonly Rule[]): readonly (string | null)[] =>
  rules.flatMap((rule) => {
    const targets = rule.effect === 'assign' ? [rule.owner, ...rule.assistants, ...rule.watchers] : rule.watchers
    return [
      rule.areaId,
      rule.enterpriseId,
      ...targets.map((target) => (target.kind === 'department' ? target.id : null)),
    ]
  })
