import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Choice, Path } from '@tingzhou/bpmn'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import { loanPlay, loanTables } from './testing-loan.ts'
import { loanZone } from './testing-loan-zone.ts'
import { cleanWalk, dueAtOf, nameOfChoice, shippedDefinition, walkPaths } from './testing.ts'
import { messageCase } from './told.ts'

const start = epochMs(1_772_416_800_000)
const dueAt = start + 5 * 86_400_000

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec(loanTables)
})
afterAll(() => test.database.close())

async function begin(_path: Path) {
  const zone = await loanZone(test.database, start)
  return { zone, zoneId: zone.zoneId, objectKind: 'loan', objectId: await zone.ask() }
}
type Walker = Awaited<ReturnType<typeof begin>>

async function act(walker: Walker, choice: Choice): Promise<void> {
  const { zone, objectId: id } = walker
  const { people, deps } = zone
  if (choice.kind === 'timer') {
    const due = await dueAtOf(test.db, walker, choice.nodeId)
    assert(due, 'the timer is armed')
    return zone.moveTo(due)
  }
  switch (nameOfChoice(choice)) {
    case 'complete answer lend':
      await zone.move(id, people.lender, { move: 'lend', days: 5 })
      return
    case 'complete answer decline':
      await zone.move(id, people.lender, { move: 'decline', words: 'in use' })
      return
    case 'complete give_back':
      await zone.move(id, people.firm, { move: 'give_back' })
      return
    case 'message lost':
      await test.db
        .transaction()
        .execute((tx) => messageCase(tx, deps, loanPlay, id, { name: 'lost', from: 'lending.tool_lost' }))
      return
    default:
      assert(false, `somebody does ${nameOfChoice(choice)}`)
  }
}

const walk = async (acts: typeof act) =>
  walkPaths(test.db, {
    definition: await shippedDefinition('core/casework/testing-loan.bpmn'),
    now: start,
    start: [{ outcome: null, dueAt: null }],
    choices: { answer: [{ dueAt }] },
    begin,
    act: acts,
  })

describe('walking every path of a drawing', () => {
  it('finds nothing to complain about when moves do what the drawing says', async () => {
    expect(await walk(act)).toEqual(cleanWalk)
  }, 180_000)

  it('tells which way a case took instead, what it left, and what no path takes', async () => {
    const report = await walk(async (walker, choice) => {
      if (nameOfChoice(choice) !== 'complete answer decline') await act(walker, choice)
    })

    expect(report).toMatchObject({ missed: [], refused: [], untaken: ['to_declined'] })
    expect(report.otherWays.map(({ expected }) => Object.keys(expected))).toEqual([
      ['to_answer', 'to_answered', 'to_declined'],
    ])
    expect(report.left.length).toBeGreaterThan(0)
    expect(report.ended.toSorted()).toEqual(['active', 'completed'])
  }, 180_000)
})
