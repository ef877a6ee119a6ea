import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  emptyState,
  explore,
  inputFor,
  readDefinition,
  step,
  type Choice,
  type Definition,
  type Path,
} from '@tingzhou/bpmn'
import { instantOf } from '@tingzhou/calendar'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs, localDate } from '@tingzhou/kernel'
import { loadInstance, readDrawing, type ProcessHost, type Vars } from '@tingzhou/process'
import { deployed, fed, orphansIn, started, testHost, testRuntime } from '@tingzhou/process/testing'

const hour = 3_600_000
const start = instantOf(localDate('2025-09-29'), '10:30')

/** Variables that moves and handlers bring, as far as they decide the way. */
type Case = { readonly start: readonly Vars[]; readonly choices: Readonly<Record<string, readonly Vars[]>> }

const cases: Readonly<Record<string, Case>> = {
  onething: {
    start: [
      {
        checkDueAt: start + 40 * hour,
        items: [],
        tolerant: false,
        deliverBy: 'online',
        rateUntil: null,
        requests: [{ id: 'r1', dueAt: start + hour }],
      },
    ],
    choices: {
      accept: [
        { items: ['a', 'b'], applicationId: 'x', tolerant: true },
        { items: ['a'], applicationId: 'x', tolerant: false },
      ],
      corrected: [{ checkDueAt: start + 80 * hour }],
      promise: [{ promiseState: 'kept' }],
      conclude: [{ deliverBy: 'online' }, { deliverBy: 'window' }],
      deliver: [{ rateUntil: start + 200 * hour }],
      deliver_online: [{ rateUntil: start + 200 * hour }],
    },
  },
  'item-case': {
    start: [{ item: 'a', applicationId: 'x' }],
    choices: {
      open: [
        { waiting: 0, specials: [], promisedDueAt: null, supplementDueAt: null, auto: null, outcome: null },
        { waiting: 1, specials: [], promisedDueAt: null, supplementDueAt: null, auto: null, outcome: null },
      ],
      met: [{ waiting: 0 }],
      failed: [{ blame: 'b' }],
      decide: [{ auto: 'approve' }, { auto: 'manual', promisedDueAt: start + 100 * hour }],
      review: [
        { outcome: 'pass', specials: [] },
        { outcome: 'pass', specials: [{ kind: 'survey', dueAt: start + 50 * hour }], promisedDueAt: null },
        { outcome: 'supplement', supplementDueAt: start + 30 * hour, promisedDueAt: null },
      ],
      pause: [{ promisedDueAt: null }],
      resume: [{ specials: [], supplementDueAt: null, promisedDueAt: start + 120 * hour }],
      specials_done: [{ specials: [], promisedDueAt: start + 130 * hour }],
    },
  },
  promise: {
    start: [{ applicationId: 'x' }],
    choices: {
      open: [
        {
          remind50At: start + 10 * hour,
          remindLastAt: start + 20 * hour,
          deadlineAt: start + 40 * hour,
          decided: [],
          cause: 'promise_broken',
        },
      ],
      verify: [{ outcome: 'kept' }, { outcome: 'rejected', remind50At: null, remindLastAt: null }],
      break: [{ decided: [] }, { decided: ['a', 'b'] }],
    },
  },
  revocation: { start: [{ itemCaseId: 'a' }], choices: { open: [{ hearingUntil: start + 24 * hour }] } },
  'joint-place': {
    start: [{ answerDueAt: null, supplementDueAt: null }],
    choices: {
      pack: [{ answerDueAt: start + 8 * hour }],
      answer: [{ outcome: 'accepted' }, { outcome: 'correction', supplementDueAt: start + 40 * hour }],
    },
  },
  crossregion: { start: [{ answerDueAt: null }], choices: { pack: [{ answerDueAt: start + 8 * hour }] } },
}

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

describe.each(Object.entries(cases))('every path of %s that the explorer finds', (key, { start: vars, choices }) => {
  it('is run on rows and leaves nothing behind', async () => {
    const xml = await readDrawing(`modules/services/processes/${key}.bpmn`)
    const read = await readDefinition(xml)
    assert(read.ok, `the shipped drawing is good: ${JSON.stringify(read)}`)
    const definition = read.value
    const found = explore(definition, { now: start, start: vars, choices })
    expect({ missed: found.missed, refused: found.refused }).toEqual({ missed: [], refused: [] })
    const taken = new Set<string>()

    for (const path of found.paths) {
      const { passed, zoneId } = await walk(definition, key, xml, path)
      expect(passed).toEqual(passedInMemory(definition, key, path))
      for (const flow of Object.keys(passed)) taken.add(flow)
      expect(await orphansIn(test.db, zoneId)).toEqual([])
    }

    expect(Object.keys(definition.flows).filter((flow) => !taken.has(flow))).toEqual([])
  }, 120_000)
})

/** Plays a path on rows; handlers answer what the path says. @returns how often each flow was taken */
async function walk(definition: Definition, key: string, xml: string, path: Path) {
  const { zoneId, runtime, moveTo } = testRuntime(start)
  await deployed(test.db, runtime, xml)
  const answers: Choice[] = []
  const names = Object.values(definition.nodes).flatMap((node) =>
    'handler' in node && node.handler ? [node.handler] : [],
  )
  const handlers: ProcessHost<Parameters<typeof fed>[2] extends ProcessHost<infer L> ? L : never>['handlers'] =
    Object.fromEntries(
      names.map((name) => [
        name,
        async (_tx: unknown, _log: unknown, { node }: Vars) => {
          const answer = answers.shift()
          assert(
            answer?.kind === 'handled' && answer.nodeId === node,
            `${String(node)} answers next, not ${JSON.stringify(answer)}`,
          )
          return answer.vars
        },
      ]),
    )
  const host = testHost(zoneId, key, handlers)
  const [first] = path
  assert(first?.kind === 'start', 'a path begins with the start')
  answers.push(...handledAfter(path, 0))
  const one = await started(test.db, runtime, host, first.vars)
  for (const [index, choice] of path.entries()) {
    if (index === 0 || choice.kind === 'handled') continue
    answers.push(...handledAfter(path, index))
    if (choice.kind === 'timer') moveTo(await dueOf(zoneId, one.instanceId, choice.nodeId))
    const played = await fed(test.db, runtime, host, one.id, one.instanceId, (state) =>
      inputFor(definition, state, choice),
    )
    assert(played.ok && played.value, `${key} takes ${JSON.stringify(choice)}: ${JSON.stringify(played)}`)
    expect(answers).toEqual([])
  }
  const ended = await loadInstance(test.db, zoneId, one.instanceId)
  expect(ended?.state).toMatchObject({ scopes: [], tokens: [], tasks: [], timers: [], subscriptions: [] })
  return { passed: onlyFlows(definition, ended?.visited ?? {}), zoneId }
}

/** What handlers answer between a move and the next. */
function handledAfter(path: Path, index: number): readonly Choice[] {
  const rest = path.slice(index + 1)
  const end = rest.findIndex(({ kind }) => kind !== 'handled')
  return end < 0 ? rest : rest.slice(0, end)
}

async function dueOf(zoneId: string, instanceId: string, nodeId: string): Promise<number> {
  const open = await loadInstance(test.db, zoneId, instanceId)
  const due = open?.state.timers.filter((timer) => timer.nodeId === nodeId).map(({ dueAt }) => dueAt ?? 0) ?? []
  return Math.max(...due)
}

const onlyFlows = (definition: Definition, visited: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(visited).filter(([name]) => name in definition.flows))

function passedInMemory(definition: Definition, key: string, path: Path): Record<string, number> {
  let ids = 0
  let now: number = start
  let state = emptyState('path', key, 1)
  const passed: Record<string, number> = {}
  for (const choice of path) {
    const input = inputFor(definition, state, choice)
    assert(input, `the path goes on with ${JSON.stringify(choice)}`)
    const timer = state.timers.find((candidate) => input.kind === 'timer' && candidate.id === input.timerId)
    now = Math.max(now, timer?.dueAt ?? 0)
    const result = step(definition, state, input, { now: epochMs(now), newId: () => `${ids++}` })
    assert(result.ok, `the engine takes ${JSON.stringify(choice)}`)
    state = result.value.state
    for (const effect of result.value.effects)
      if (effect.kind === 'taken') passed[effect.flowId] = (passed[effect.flowId] ?? 0) + 1
  }
  return passed
}
