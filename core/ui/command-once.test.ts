import { describe, expect, it } from 'vitest'
import { createOnce, doubleClickMs } from './command-once.ts'

function stage(answers: readonly boolean[]) {
  const sent: unknown[] = []
  let clock = 0
  const send = createOnce(
    async (input: unknown) => ({ ok: answers[sent.push(input) - 1] ?? true }),
    () => clock,
  )
  return { sent, send, wait: (ms: number) => void (clock += ms) }
}

describe('a double click', () => {
  it('sends once while the first is under way, and both get its answer', async () => {
    const { sent, send } = stage([])

    const both = await Promise.all([send({ number: 'L-1' }), send({ number: 'L-1' })])

    expect(sent).toHaveLength(1)
    expect(both[0]).toBe(both[1])
  })

  it('sends once also when the answer came between the clicks', async () => {
    const { sent, send, wait } = stage([])
    await send({ number: 'L-1' })
    wait(doubleClickMs - 1)

    await send({ number: 'L-1' })

    expect(sent).toHaveLength(1)
  })

  it('is none after a moment, nor with other content, nor after a refusal', async () => {
    const { sent, send, wait } = stage([true, true, true, false])
    await send({ number: 'L-1' })
    await send({ number: 'L-2' })
    wait(doubleClickMs)
    await send({ number: 'L-2' })
    await send({ number: 'L-3' })

    await send({ number: 'L-3' })

    expect(sent).toHaveLength(5)
  })
})
