import { expect, it } from 'vitest'
import { within } from './wait.ts'

it('gives up what takes too long', async () => {
  await expect(within(10, 'the answer', new Promise(() => {}))).rejects.toThrow('the answer took longer than 0.01 s')
})
