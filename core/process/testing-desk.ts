import { newId, type Db } from '@tingzhou/db'
import { readHistory } from '@tingzhou/audit'
import { assert, epochMs } from '@tingzhou/kernel'
import { createParty, grantRoles, type Actor, type PartyKind, type Role } from '@tingzhou/parties'
import type { Handler, Vars } from './host.ts'
import { loadInstance } from './rows.ts'
import { deployed, fed, orphansIn, started, testHost, testRuntime, type Log } from './testing.ts'
import type { Verb } from './verb.ts'
import { makeVerb } from './verbs.ts'

type Asked = Verb extends infer V ? (V extends Verb ? Omit<V, 'taskId'> : never) : never

/** One running case of a drawing, people who hold the role of a clerk, and the verbs that they ask for. */
export async function testDesk(
  db: Db,
  xml: string,
  vars: Vars = {},
  handlers: Readonly<Record<string, Handler<Log>>> = {},
) {
  const { zoneId, runtime, now, moveTo } = testRuntime(epochMs(1_772_416_800_000))
  const host = testHost(zoneId, 'thing', handlers)
  const hosts = [host]
  await deployed(db, runtime, xml)
  const { id: businessId, instanceId } = await started(db, runtime, host, vars)
  const party = (name: string, kind: PartyKind = 'department', id = newId()) =>
    createParty(db, zoneId, { id, kind, name }, now())
  const person = async (name: string, role: Role = 'dept_officer', partyId: string | null = null): Promise<Actor> => {
    const accountId = await party(name, 'person')
    await grantRoles(db, zoneId, accountId, [{ role, partyId }], 'test', now())
    return { accountId, name, kind: 'person', lang: 'en', memberships: [{ role, partyId }] }
  }
  const tasks = () =>
    db
      .selectFrom('process_task')
      .select(['id', 'node_id as node', 'state', 'assignee_id as assignee', 'sign', 'data', 'closed_by as closedBy'])
      .where('instance_id', '=', instanceId)
      .orderBy('opened_at')
      .orderBy('id')
      .execute()
  const taskAt = async (
    node: string,
    state: 'open' | 'held' | 'done' = 'open',
    sign: 'before' | 'after' | null = null,
  ) => {
    const task = (await tasks()).filter((one) => one.node === node && one.state === state && one.sign === sign).at(-1)
    assert(task, `a task at ${node} is ${state}`)
    return task.id
  }
  /** Asks for a verb on a task; a new command unless an id is given. */
  const ask = (actor: Actor, taskId: string, asked: Asked, commandId: string = newId()) =>
    makeVerb({ db, runtime, hosts }, actor, commandId, { ...asked, taskId })
  const stateOf = async () => {
    const open = await loadInstance(db, zoneId, instanceId)
    assert(open, 'the instance is there')
    return open
  }
  const answer = (actor: Actor, taskId: string, given: Vars = {}) => {
    moveTo(now() + 1_000)
    return fed(db, runtime, host, businessId, instanceId, () => ({ kind: 'complete', taskId, vars: given }), {
      by: 'actor',
      actor,
      verb: 'answer',
    })
  }
  return {
    zoneId,
    runtime,
    host,
    hosts,
    businessId,
    instanceId,
    now,
    moveTo,
    party,
    person,
    tasks,
    taskAt,
    ask,
    answer,
    stateOf,
    /** Where its tokens stand. */
    nodes: async () => (await stateOf()).state.tokens.map(({ nodeId }) => nodeId).toSorted(),
    history: () => readHistory(db, zoneId, businessId),
    orphans: () => orphansIn(db, zoneId),
  }
}
