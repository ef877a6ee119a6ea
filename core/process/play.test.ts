import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { loadInstance } from './rows.ts'
import { chain, deployed, drawing, started, testHost, testRuntime } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const begun = epochMs(1_772_416_800_000)

describe('handlers called in one step', () => {
  it('whose token another of them took away have their answer dropped, and the step stands', async () => {
    const { zoneId, runtime } = testRuntime(begun)
    const asked: string[] = []
    const answer = (name: string) => async () => {
      asked.push(name)
      return { [name]: true }
    }
    const host = testHost(zoneId, 'both', { first: answer('first'), second: answer('second') })
    await deployed(
      test.db,
      runtime,
      drawing(
        'both',
        `<startEvent id="start"/><subProcess id="level"><startEvent id="in"/><parallelGateway id="fork"/>
           <serviceTask id="one" tz:handler="first"/><serviceTask id="two" tz:handler="second"/>
           <endEvent id="over"><terminateEventDefinition/></endEvent><endEvent id="out"/>
           ${chain('in', 'fork', 'one', 'over')}${chain('fork', 'two', 'out')}</subProcess>
         <userTask id="after" tz:roles="clerk"/><endEvent id="end"/>${chain('start', 'level', 'after', 'end')}`,
      ),
    )

    const { instanceId } = await started(test.db, runtime, host)

    expect(asked).toEqual(['first', 'second'])
    const open = await loadInstance(test.db, zoneId, instanceId)
    expect(open?.state).toMatchObject({ status: 'active', vars: { first: true } })
    expect(open?.state.vars).not.toHaveProperty('second')
    expect(open?.state.tasks.map(({ nodeId }) => nodeId)).toEqual(['after'])
  })
})
