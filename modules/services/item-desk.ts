import type { Definition, Task } from '@tingzhou/bpmn'
import type { Db, Tx } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { ItemCase, ServicesDeps } from './dossier.ts'

/** What keeps a task from being answered: a signature 加签 asked for before or after it, or whoever it was delegated to 委派. */
export type DeskHold = 'before' | 'after' | 'delegated'

/** An open task of an item case as its reviewers see it. */
export type DeskTask = {
  readonly id: string
  readonly nodeId: string
  readonly name: string
  /** The state that the drawing marks at its node: review, special, approval. */
  readonly state: string | null
  readonly form: string | null
  readonly outcomes: readonly string[]
  readonly policy: readonly string[]
  readonly roles: readonly string[]
  readonly partyId: string | null
  readonly assignee: { readonly id: string; readonly name: string } | null
  readonly delegatedBy: string | null
  readonly openedAt: EpochMs
  readonly dueAt: EpochMs | null
  /** Answered already; the signatures after it have their turn. */
  readonly held: boolean
  readonly holds: readonly DeskHold[]
  readonly signs: readonly DeskSign[]
}

/** A signature that somebody was asked for beside a task. */
export type DeskSign = {
  readonly id: string
  readonly by: { readonly id: string; readonly name: string }
  readonly when: 'before' | 'after'
  readonly held: boolean
}

/** The last task that somebody answered: what they may take back. */
export type DeskLast = {
  readonly taskId: string
  readonly nodeId: string
  readonly by: string | null
  readonly policy: readonly string[]
  /** Why it cannot be taken back, whoever asks; null: nothing that followed is touched. */
  readonly block: string | null
}

/** Where the process of an item case stands, as far as people work on it. */
export type ItemDesk = {
  readonly instanceId: string
  readonly status: 'active' | 'suspended' | 'completed' | 'terminated' | 'failed'
  readonly tasks: readonly DeskTask[]
  /** Nodes with tasks that were answered, by name: what a task can be returned to. */
  readonly passed: readonly { readonly nodeId: string; readonly name: string }[]
  readonly last: DeskLast | null
}

/** The task that a move of a state answers; of several the one that is named. Pure. O(tasks). */
export const taskFor = (desk: ItemDesk | null, state: string, nodeId?: string): DeskTask | null =>
  desk?.tasks.find((task) => task.state === state && (nodeId === undefined || task.nodeId === nodeId)) ?? null

/** Reads the desk of an item case; null before its process runs. Two statements, the drawing is known. */
export async function itemDeskOf(
  tx: Tx | Db,
  { zoneId, definitions }: Pick<ServicesDeps, 'zoneId' | 'definitions'>,
  { id }: Pick<ItemCase, 'id'>,
): Promise<ItemDesk | null> {
  const instance = await tx
    .selectFrom('process_instance')
    .select(['id', 'key', 'version', 'status', 'marking', 'visited'])
    .where('zone_id', '=', zoneId)
    .where('business_kind', '=', 'item_case')
    .where('business_id', '=', id)
    .executeTakeFirst()
  if (!instance) return null
  const rows = await taskRows(tx, zoneId, instance.id)
  const definition = await definitions.get(tx, instance.key, instance.version)
  const holds = instance.marking.holds ?? []
  const isOpen = ({ state }: TaskRow) => state === 'open' || state === 'held'
  const tasks = rows
    .filter((row) => isOpen(row) && row.main === null)
    .map((row): DeskTask => ({
      ...factsOf(row.data),
      ...place(row),
      state: definition.nodes[row.nodeId]?.state ?? null,
      held: row.state === 'held',
      holds: holds.flatMap(({ taskId, kind }) => (taskId === row.id ? [kind] : [])),
      signs: rows.filter((sign) => sign.main === row.id && isOpen(sign)).map(signOf),
    }))
  return {
    instanceId: instance.id,
    status: instance.status,
    tasks,
    passed: passedNodes(definition, rows),
    last: lastOf(rows, instance.marking.tokens),
  }
}

type TaskRow = Awaited<ReturnType<typeof taskRows>>[number]

const taskRows = (tx: Tx | Db, zoneId: string, instanceId: string) =>
  tx
    .selectFrom('process_task as t')
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 't.zone_id').onRef('p.id', '=', 't.assignee_id'))
    .select([
      't.id',
      't.node_id as nodeId',
      't.state',
      't.roles',
      't.party_id as partyId',
      't.assignee_id as assigneeId',
      'p.name as assigneeName',
      't.delegated_by as delegatedBy',
      't.main_task_id as main',
      't.sign',
      't.opened_at as openedAt',
      't.closed_at as closedAt',
      't.closed_by as closedBy',
      't.claimed_at as claimedAt',
      't.due_at as dueAt',
      't.led_to as ledTo',
      't.data',
    ])
    .where('t.zone_id', '=', zoneId)
    .where('t.instance_id', '=', instanceId)
    .orderBy('t.opened_at')
    .orderBy('t.id')
    .limit(500)
    .execute()

const factsOf = ({ name, form, outcomes, policy }: Omit<Task, 'state'>) => ({ name, form, outcomes, policy })

const personOf = ({ assigneeId, assigneeName }: TaskRow) =>
  assigneeId === null ? null : { id: assigneeId, name: assigneeName ?? '' }

const place = (row: TaskRow) => ({
  id: row.id,
  nodeId: row.nodeId,
  roles: row.roles,
  partyId: row.partyId,
  assignee: personOf(row),
  delegatedBy: row.delegatedBy,
  openedAt: row.openedAt,
  dueAt: row.dueAt,
})

function signOf(row: TaskRow): DeskSign {
  const by = personOf(row)
  assert(by && row.sign, 'a signature is asked of somebody, before or after')
  return { id: row.id, by, when: row.sign, held: row.state === 'held' }
}

function passedNodes({ nodes }: Definition, rows: readonly TaskRow[]): ItemDesk['passed'] {
  const done = rows.filter(({ state, main }) => state === 'done' && main === null).map(({ nodeId }) => nodeId)
  return [...new Set(done)].map((nodeId) => ({ nodeId, name: nodes[nodeId]?.name ?? nodeId }))
}

/** The newest answer, and whether what it led to is untouched: the rules of `take_back` in `@tingzhou/process`. */
function lastOf(rows: readonly TaskRow[], tokens: readonly { id: string; nodeId: string }[]): DeskLast | null {
  const [last] = rows
    .filter(({ state, main }) => state === 'done' && main === null)
    // Ids grow with time: of two that were answered in one instant the later one.
    .toSorted((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0) || (b.id < a.id ? -1 : 1))
  if (!last) return null
  const closedAt = last.closedAt ?? last.openedAt
  const touched = rows.some(
    (row) => row.id !== last.id && row.openedAt >= closedAt && (row.claimedAt !== null || row.state === 'done'),
  )
  const stands = last.ledTo?.tokens.every(({ id, nodeId }) =>
    tokens.some((one) => one.id === id && one.nodeId === nodeId),
  )
  const block = !last.ledTo ? 'unknown' : (last.ledTo.blocked ?? (!stands ? 'moved_on' : touched ? 'touched' : null))
  return { taskId: last.id, nodeId: last.nodeId, by: last.closedBy, policy: last.data.policy, block }
}
