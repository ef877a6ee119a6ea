import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert } from '@tingzhou/kernel'
import type { Acknowledged } from './books.ts'
import { inspect, type Violations } from './checks.ts'
import { doCommand, lookAt, type Command, type Play } from './commands.ts'
import { seeded } from './hosts.ts'
import { clockSince, deployAll, makePeople, people, playersOf, readKinds, zoneId } from './world.ts'

let test: TestDatabase
let play: Play
const acknowledged: Acknowledged[] = []

beforeAll(async () => {
  test = await testDatabase()
  const clock = clockSince(Date.now())
  const { db } = test
  await makePeople(db, clock())
  await deployAll(db, clock)
  play = { db, ...playersOf(await readKinds(), clock, seeded(1)) }
})
afterAll(() => test.database.close())

const accountId = people[0] ?? ''

async function done(command: Command): Promise<unknown> {
  const answer = await doCommand(play, command)
  assert(answer.ok, `${command.op} is done: ${JSON.stringify(answer)}`)
  acknowledged.push({ command, answer: { status: 200, body: answer.value } })
  return answer.value
}

/** A case past its plan, at its fork. */
async function aCase(): Promise<string> {
  const vars = { loud: true, dueAt: null, lateAt: null }
  const started = await done({ op: 'start', commandId: newId(), accountId, key: 'soak-gates', vars })
  const { instanceId } = started as { instanceId: string }
  const sight = await lookAt(play, instanceId)
  const task = sight?.tasks.find(({ nodeId }) => nodeId === 'plan')
  assert(sight && task, 'the plan waits')
  await done({ op: 'verb', commandId: newId(), accountId, verb: { verb: 'claim', taskId: task.id } })
  const input = { kind: 'complete', taskId: task.id, vars: { outcome: 'go' } } as const
  await done({ op: 'feed', commandId: newId(), accountId, instanceId, rev: sight.rev + 1, input })
  return instanceId
}

const found = async () => {
  const violations = Object.entries(await inspect(test.db, acknowledged)) as [keyof Violations, readonly string[]][]
  return violations.flatMap(([name, words]) => (words.length > 0 ? [name] : []))
}

/** What the checks find after damage, which is then undone. */
async function after(...damage: readonly ReturnType<typeof sql>[]): Promise<readonly string[]> {
  const undone = new Error('undo')
  let names: readonly string[] = []
  await test.db
    .transaction()
    .execute(async (tx) => {
      for (const part of damage) await part.execute(tx)
      const violations = await inspect(tx, acknowledged)
      names = Object.entries(violations).flatMap(([name, words]) => (words.length > 0 ? [name] : []))
      throw undone
    })
    .catch((error: unknown) => assert(error === undone, String(error)))
  return names
}

describe('the checks of the soak', () => {
  it('find nothing in cases that were played', async () => {
    await aCase()
    await aCase()

    expect(await found()).toEqual([])
  })

  it('find each kind of damage', async () => {
    const id = await aCase()
    const one = acknowledged.at(-1)?.command.commandId ?? ''
    const where = sql`where zone_id = ${zoneId} and id = ${id}`
    const set = (columns: string) => sql`update process_instance set ${sql.raw(columns)} ${where}`

    expect(await after(sql`delete from command where id::text = ${one}`)).toEqual(['lost', 'doubled'])
    expect(await after(set('rev = rev + 1'))).toEqual(['stands'])
    expect(await after(set(`vars = (vars::jsonb || '{"loud": false}')::json`))).toEqual(['stands'])
    expect(await after(set(`visited = (visited::jsonb || '{"join": 2}')::json`))).toEqual(['stands', 'joins'])
    expect(await after(set(`visited = (visited::jsonb || '{"merge": 2}')::json`))).toEqual(['stands', 'joins'])
    expect(await after(sql`delete from process_task where instance_id = ${id} and state = 'open'`)).toEqual([
      'stands',
      'orphans',
    ])
    expect(await after(sql`delete from process_subscription where instance_id = ${id}`)).toEqual(['orphans'])
    expect(await after(set(`status = 'completed'`))).toEqual(['stands', 'orphans', 'ended'])
    expect(await after(set(`parent_instance_id = id, parent_token_id = id`))).toEqual(['calls'])
    expect(await after(set(`marking = (marking::jsonb || '{"tokens": []}')::json`))).toContain('orphans')
    // Somebody who may change the table itself.
    const unlocked = sql`alter table history disable trigger history_append_only`
    const changed = sql`update history set reason = 'another' where zone_id = ${zoneId} and seq = 1`
    expect(await after(unlocked, changed)).toEqual(['chains'])
  })

  it('find nothing where an answer was taken back that had passed the only way into a join, and was given again', async () => {
    const id = await aCase()
    const answer = async () => {
      const sight = await lookAt(play, id)
      const task = sight?.tasks.find(({ nodeId, state }) => nodeId === 'i1' && state === 'open')
      assert(sight && task, 'i1 waits')
      const isFresh = task.assigneeId === null
      if (isFresh) await done({ op: 'verb', commandId: newId(), accountId, verb: { verb: 'claim', taskId: task.id } })
      const input = { kind: 'complete', taskId: task.id, vars: {} } as const
      await done({
        op: 'feed',
        commandId: newId(),
        accountId,
        instanceId: id,
        rev: sight.rev + (isFresh ? 1 : 0),
        input,
      })
      return task.id
    }
    const reason = '答错了'
    const taskId = await answer()
    await done({ op: 'verb', commandId: newId(), accountId, verb: { verb: 'take_back', taskId, reason } })
    await answer()

    const { visited } = await test.db
      .selectFrom('process_instance')
      .select('visited')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect([visited['split'], visited['merge']]).toEqual([1, 2])
    expect(await found()).toEqual([])
  })

  it('find a caller that waits for nobody', async () => {
    const vars = { dueAt: null, lateAt: null, callLateAt: null }
    const started = await done({ op: 'start', commandId: newId(), accountId, key: 'soak-caller', vars })
    const { instanceId } = started as { instanceId: string }
    const sight = await lookAt(play, instanceId)
    const task = sight?.tasks[0]
    assert(sight && task, 'a task waits')
    const input = { kind: 'complete', taskId: task.id, vars: {} } as const
    await done({ op: 'feed', commandId: newId(), accountId, instanceId, rev: sight.rev, input })

    // Its two calls are still on their way.
    expect((await inspect(test.db, acknowledged)).calls).toEqual([
      expect.stringContaining('never began'),
      expect.stringContaining('never began'),
    ])
  })
})
