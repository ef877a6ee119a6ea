import { expect, it } from 'vitest'
import { oneAtATime } from './turns.ts'

it('gives work its turn, and no failure holds up what comes after', async () => {
  const said: string[] = []
  const turn = oneAtATime()
  const work = (name: string, fails = false) =>
    turn(async () => {
      said.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (fails) throw new Error(name)
      said.push(`${name} ends`)
      return name
    })

  const answers = await Promise.allSettled([work('one'), work('two', true), work('three')])

  expect(said).toEqual(['one begins', 'one ends', 'two begins', 'three begins', 'three ends'])
  expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
    'one',
    'Error: two',
    'three',
  ])
})
