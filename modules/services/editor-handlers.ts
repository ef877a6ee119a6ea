import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { departmentOf, departmentsByCode } from './department.ts'
import type { ServicesDeps } from './dossier.ts'
import { explored } from './drawing-check.ts'
import { drawingsOf } from './drawing-store.ts'
import { dryRun } from './dry-run.ts'
import { editorContract } from './editor-contract.ts'
import {
  beginDraft,
  complaintsOf,
  diffOf,
  publishDraft,
  removeDraft,
  retireVersion,
  saveDraft,
  saveItemDrawing,
} from './editor.ts'
import { servicesHosts } from './hosts.ts'
import { OneThing } from './one-thing.ts'
import { serviceProblems } from './problems.ts'
import { outOfReach } from './reader.ts'
import { servicesDeps } from './runtime.ts'

const os = implement(editorContract).$context<RequestContext>()

/** Who makes and publishes one-things. */
function editing(context: RequestContext) {
  return { actor: requireRole(requireActor(context), 'admin', 'dispatcher'), deps: servicesDeps(context.deps) }
}

const versionsOf = ({ db, zoneId }: ServicesDeps) =>
  db
    .selectFrom('one_thing as v')
    .selectAll('v')
    .select(
      sql<number>`(select count(*)::int from service_application a where a.zone_id = v.zone_id and a.one_thing_id = v.id
        and a.state in ('draft', 'check', 'correction', 'running', 'concluded', 'delivered'))`.as('running'),
    )
    .select([nameOf('edited_by').as('editor'), nameOf('published_by').as('publisher')])
    .where('v.zone_id', '=', zoneId)

/** The name of an account; what has none, such as the platform itself, stays as it is. */
const nameOf = (column: 'edited_by' | 'published_by') =>
  sql<
    string | null
  >`coalesce((select p.name from party p where p.zone_id = v.zone_id and p.id = ${sql.ref(`v.${column}`)}), ${sql.ref(`v.${column}`)})`

type Row = Awaited<ReturnType<ReturnType<typeof versionsOf>['executeTakeFirstOrThrow']>>

/** A draft may be unfinished: its name is shown as far as it is there. */
function rowView(row: Row) {
  const name = OneThing.shape.name.safeParse(
    typeof row.body === 'object' && row.body !== null && 'name' in row.body ? row.body.name : null,
  )
  return {
    id: row.id,
    code: row.code,
    version: row.version ?? 0,
    name: name.success ? name.data : { zh: row.code, en: row.code },
    state: row.state,
    processKey: row.process_key,
    sha256: row.sha256,
    editedAt: row.edited_at,
    editedBy: row.editor ?? row.edited_by,
    publishedAt: row.published_at,
    publishedBy: row.publisher,
    why: row.why,
    applications: row.running,
    rev: row.rev,
  }
}

async function versionOf(deps: ServicesDeps, id: string): Promise<Row> {
  return (await versionsOf(deps).where('v.id', '=', id).executeTakeFirst()) ?? outOfReach(id)
}

export const editorHandlers = os.router({
  versions: os.versions.handler(async ({ context, input }) => {
    const { deps } = editing(context)
    const query = input.code === undefined ? versionsOf(deps) : versionsOf(deps).where('v.code', '=', input.code)
    const rows = await query
      .orderBy('v.code')
      .orderBy(sql`v.version desc nulls first`)
      .limit(500)
      .execute()
    return rows.map(rowView)
  }),
  version: os.version.handler(async ({ context, input }) => {
    const row = await versionOf(editing(context).deps, input.id)
    return { ...rowView(row), body: row.body, xml: row.xml }
  }),
  draft: os.draft.handler(async ({ context, input }) => {
    const { deps, actor } = editing(context)
    return unwrap(await beginDraft(deps, actor, input), serviceProblems)
  }),
  save: os.save.handler(async ({ context, input }) => {
    const { deps, actor } = editing(context)
    return unwrap(await saveDraft(deps, actor, input), serviceProblems)
  }),
  drawings: os.drawings.handler(async ({ context, input }) => {
    const { deps } = editing(context)
    const row = await versionOf(deps, input.id)
    const body = OneThing.safeParse(row.body)
    const items = body.success ? body.data.items : []
    return (await drawingsOf(deps.db, deps, row.id)).map((drawing) => ({
      ...drawing,
      items: items.filter(({ process }) => process.key === drawing.key).map(({ code }) => code),
    }))
  }),
  saveDrawing: os.saveDrawing.handler(async ({ context, input }) => {
    const { deps, actor } = editing(context)
    return unwrap(await saveItemDrawing(deps, actor, input), serviceProblems)
  }),
  check: os.check.handler(async ({ context, input }) => {
    const { deps } = editing(context)
    return [...(await complaintsOf(deps.db, deps, await versionOf(deps, input.id)))]
  }),
  dryRun: os.dryRun.handler(async ({ context, input }) => {
    const { deps } = editing(context)
    const row = await versionOf(deps, input.id)
    const complaints = [...(await complaintsOf(deps.db, deps, row))]
    const body = OneThing.safeParse(row.body)
    // A department that the zone lacks keeps a version from being published, not from being tried.
    if (!body.success || complaints.some(({ part }) => part !== 'department'))
      return { complaints, problems: [], items: [], clock: null, drawings: [], trace: [], ended: false }
    const known = await departmentsByCode(
      deps.db,
      deps.zoneId,
      body.data.items.map(({ department }) => department),
    )
    const drawings = await drawingsOf(deps.db, deps, row.id)
    const run = await dryRun({
      body: body.data,
      xml: row.xml,
      drawings,
      answers: input.answers,
      values: input.values,
      tolerant: input.tolerant,
      now: deps.clock(),
      departmentOf: (code) => departmentOf(known, code),
    })
    const walked = await explored(servicesHosts(deps), body.data, drawings)
    return {
      complaints,
      ...run,
      drawings: walked.map(({ paths, missed, refused, ...one }) => ({
        ...one,
        paths: paths.map(({ nodes, ended }) => ({ nodes: [...nodes], ended })),
        missed: [...missed],
        refused: [...refused],
      })),
    }
  }),
  diff: os.diff.handler(async ({ context, input }) => {
    const { deps } = editing(context)
    return diffOf(deps, await versionOf(deps, input.id))
  }),
  publish: os.publish.handler(async ({ context, input }) => {
    const { deps, actor } = editing(context)
    return unwrap(await publishDraft(deps, actor, input), serviceProblems)
  }),
  retire: os.retire.handler(async ({ context, input }) => {
    const { deps, actor } = editing(context)
    return unwrap(await retireVersion(deps, actor, input), serviceProblems)
  }),
  remove: os.remove.handler(async ({ context, input }) => {
    const { deps, actor } = editing(context)
    return unwrap(await removeDraft(deps, actor, input), serviceProblems)
  }),
})
