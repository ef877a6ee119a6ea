import { expect, it } from 'vitest'
import { pause } from './pause.ts'

it('waits no longer when a pause is called off', async () => {
  const stop = new AbortController()
  const paused = pause(60_000, stop.signal)

  stop.abort()

  await expect(paused).resolves.toBe(undefined)
})
