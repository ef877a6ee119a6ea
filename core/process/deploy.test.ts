import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { deploy } from './definitions.ts'
import { chain, deployed, drawing, fed, started, testHost, testRuntime } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const known = { handlers: ['tell'], roles: ['clerk'] }
const drawn = (task: string) =>
  drawing('thing', `<startEvent id="start"/>\n${task}\n<endEvent id="end"/>\n${chain('start', 'work', 'end')}`)
const good = drawn('<userTask id="work" tz:roles="clerk"/>')

const attempt = (xml: string, runtime: ReturnType<typeof testRuntime>['runtime']) =>
  test.db.transaction().execute((tx) => deploy(tx, runtime.deps, xml, 'test', known))

describe('deploy', () => {
  it.each([
    ['an element outside the subset', '<adHocSubProcess id="work"/>', 'work', 6],
    ['a role that nobody has', '<userTask id="work" tz:roles="wizard"/>', 'work', 6],
    ['a handler that does not exist', '<serviceTask id="work" tz:handler="fly"/>', 'work', 6],
    [
      'a way that ends nowhere',
      '<userTask id="work" tz:roles="clerk"/>\n<userTask id="lost" tz:roles="clerk"/>',
      'lost',
      7,
    ],
  ])('refuses %s, with its id and line, and keeps nothing', async (_what, task, elementId, line) => {
    const { zoneId, runtime } = testRuntime(epochMs(0))

    const refused = await attempt(drawn(task), runtime)

    expect(refused).toMatchObject({
      ok: false,
      error: {
        kind: 'model_refused',
        complaints: expect.arrayContaining([expect.objectContaining({ elementId, line })]),
      },
    })
    const rows = await test.db.selectFrom('process_definition').select('key').where('zone_id', '=', zoneId).execute()
    expect(rows).toEqual([])
  })

  it('keeps the version of the same text, and counts on for another', async () => {
    const { runtime } = testRuntime(epochMs(0))
    const versions = []
    for (const xml of [good, good, good.replace('name="thing"', 'name="other"')]) {
      const result = await attempt(xml, runtime)
      versions.push(result.ok ? result.value.version : 'refused')
    }

    expect(versions).toEqual([1, 1, 2])
  })

  it('lets a running instance finish on the version that it began with', async () => {
    const { zoneId, runtime } = testRuntime(epochMs(0))
    const host = testHost(zoneId, 'thing')
    await deployed(test.db, runtime, good)
    const old = await started(test.db, runtime, host)
    await deployed(
      test.db,
      runtime,
      drawing(
        'thing',
        `<startEvent id="start"/><userTask id="other" tz:roles="clerk"/><endEvent id="end"/>${chain('start', 'other', 'end')}`,
      ),
    )
    const fresh = await started(test.db, runtime, host)

    expect(old.played.openTasks.map(({ nodeId }) => nodeId)).toEqual(['work'])
    expect(fresh.played.openTasks.map(({ nodeId }) => nodeId)).toEqual(['other'])
    const ended = await fed(test.db, runtime, host, old.id, old.instanceId, (state) => {
      const task = state.tasks.find((candidate) => candidate.nodeId === 'work')
      return task ? { kind: 'complete', taskId: task.id, vars: {} } : null
    })
    expect(ended).toMatchObject({ ok: true, value: { ended: true } })
  })
})
