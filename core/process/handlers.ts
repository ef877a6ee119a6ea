import { implement } from '@orpc/server'
import type { CommandReused } from '@tingzhou/db'
import {
  commandProblems,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type Deps,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { err, type Result } from '@tingzhou/kernel'
import type { AdminAnswer, AdminError, AdminVerb } from './admin-verb.ts'
import { makeAdminVerb } from './admin.ts'
import { processContract } from './contract.ts'
import { findDefinition, listDefinitions } from './definition-list.ts'
import { listInstances } from './instance-list.ts'
import { findInstance } from './instance-view.ts'
import { previewMigration, type MigrateRefusal } from './migrate.ts'
import { loadInstance } from './rows.ts'
import './texts.ts'
import type { VerbError } from './verb.ts'
import { makeVerb, type VerbDeps } from './verbs.ts'

const area = 'process'
const problems = {
  ...commandProblems,
  no_such_task: { status: 404, area },
  no_such_instance: { status: 404, area },
  no_such_version: { status: 422, area, field: 'toVersion', valueIn: 'version', rule: 'a deployed version' },
  same_version: { status: 422, area, field: 'toVersion', valueIn: 'version', rule: 'another version' },
  verb_not_allowed: { status: 403, area },
  not_your_task: { status: 403, area },
  task_over: { status: 409, area },
  task_taken: { status: 409, area },
  task_not_taken: { status: 409, area },
  task_waits: { status: 409, area },
  target_lacks_role: { status: 422, area, field: 'act.to', valueIn: 'to' },
  no_such_sign: { status: 422, area, field: 'act.signId', valueIn: 'signId' },
  last_sign: { status: 409, area },
  node_not_visited: { status: 422, area, field: 'act.toNodeId', valueIn: 'nodeId' },
  not_on_way: { status: 422, area, field: 'act.toNodeId', valueIn: 'nodeId' },
  join_would_wait: { status: 422, area },
  cannot_take_back: { status: 409, area },
  not_running: { status: 409, area },
  not_stuck: { status: 409, area },
  step_refused: { status: 409, area },
  node_missing: { status: 422, area, field: 'nodeMap', valueIn: 'nodeId', rule: 'a node of the target' },
  node_differs: { status: 422, area, field: 'nodeMap', valueIn: 'nodeId', rule: 'the same kind of node' },
  level_differs: { status: 422, area, field: 'nodeMap', valueIn: 'nodeId', rule: 'the same sub-process' },
  flow_missing: { status: 422, area, field: 'nodeMap', valueIn: 'nodeId', rule: 'the flow of a token that waits' },
} satisfies ProblemTable<VerbError | AdminError | MigrateRefusal | CommandReused>

const os = implement(processContract).$context<RequestContext>()

/**
 * The routes of running processes.
 * @param deps  what verbs work with, given a server's ports
 */
export function processRouter(deps: (ports: Deps) => VerbDeps) {
  const reader = (context: RequestContext) => requireRole(requireActor(context), 'admin', 'auditor')
  const administer = async (context: RequestContext, id: string, commandId: string, verb: AdminVerb) => {
    const actor = requireRole(requireActor(context), 'admin')
    return answered(await makeAdminVerb(deps(context.deps), actor, commandId, id, verb))
  }
  return os.router({
    list: os.list.handler(({ context, input }) => {
      reader(context)
      return listDefinitions(context.deps.db, context.deps.zoneId, input)
    }),
    get: os.get.handler(async ({ context, input }) => {
      reader(context)
      const found = await findDefinition(context.deps.db, context.deps.zoneId, input.key, input.version)
      if (found) return found
      throw problem({ kind: 'not_found', status: 404 })
    }),
    instances: os.instances.handler(({ context, input }) => {
      reader(context)
      return listInstances(context.deps.db, context.deps.zoneId, input)
    }),
    instance: os.instance.handler(async ({ context, input }) => {
      reader(context)
      const found = await findInstance(context.deps.db, context.deps.zoneId, input.id)
      if (found) return { ...found, visited: { ...found.visited } }
      throw problem({ kind: 'not_found', status: 404 })
    }),
    retry: os.retry.handler(({ context, input: { id, commandId, ...rest } }) =>
      administer(context, id, commandId, { verb: 'retry', ...rest }),
    ),
    skip: os.skip.handler(({ context, input: { id, commandId, ...rest } }) =>
      administer(context, id, commandId, { verb: 'skip', ...rest }),
    ),
    suspend: os.suspend.handler(({ context, input: { id, commandId, reason } }) =>
      administer(context, id, commandId, { verb: 'suspend', reason }),
    ),
    resume: os.resume.handler(({ context, input: { id, commandId, reason } }) =>
      administer(context, id, commandId, { verb: 'resume', reason }),
    ),
    terminate: os.terminate.handler(({ context, input: { id, commandId, reason } }) =>
      administer(context, id, commandId, { verb: 'terminate', reason }),
    ),
    migrate: os.migrate.handler(({ context, input: { id, commandId, ...rest } }) =>
      administer(context, id, commandId, { verb: 'migrate', ...rest }),
    ),
    previewMigration: os.previewMigration.handler(async ({ context, input: { id, ...wish } }) => {
      requireRole(requireActor(context), 'admin')
      const { db, runtime } = deps(context.deps)
      const open = await loadInstance(db, context.deps.zoneId, id)
      if (!open) throw problem({ kind: 'no_such_instance', status: 404, area })
      const previewed = await previewMigration(db, runtime, open, wish)
      const about = { verb: 'migrate', instanceId: id } as const
      const preview = unwrap(worded(previewed.ok ? previewed : err({ ...previewed.error, ...about })), problems)
      return {
        ...preview,
        tokens: [...preview.tokens],
        armed: [...preview.armed],
        dropped: [...preview.dropped],
      }
    }),
    casework: os.casework.handler(async ({ context, input: { id, commandId, act } }) => {
      const actor = requireActor(context)
      const made = await makeVerb(deps(context.deps), actor, commandId, { ...act, taskId: id })
      const answer = unwrap(worded(made), problems)
      return { ...answer, cancelled: [...answer.cancelled] }
    }),
  })
}

function answered(result: Result<AdminAnswer, AdminError | CommandReused>) {
  const answer = unwrap(worded(result), problems)
  return { ...answer, nodes: [...answer.nodes], cancelled: [...answer.cancelled] }
}

/** The same refusal with the words that its text fills in: those of this package, which no other package's words replace. */
function worded<T, E extends VerbError | AdminError | CommandReused>(result: Result<T, E>): Result<T, E> {
  if (result.ok) return result
  const { error } = result
  const extra = {
    ...('verb' in error ? { caseVerb: error.verb } : {}),
    ...('status' in error ? { caseStands: error.status } : {}),
    ...('state' in error ? { caseStands: error.state } : {}),
    ...('block' in error ? { caseBlock: error.block } : {}),
  }
  return { ok: false, error: { ...error, ...extra } }
}
