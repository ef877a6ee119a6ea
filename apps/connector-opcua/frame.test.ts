import { expect, it } from 'vitest'
import { frameOf, itemOf } from './frame.ts'

const item = (nodeId: string) => ({ nodeId, value: 1.5, status: 'Good', sourceTimestamp: '2026-07-03T11:00:00.000Z' })

it('a frame fits the log of the gateway, whole, and counts what it leaves out', () => {
  const items = Array.from({ length: 500 }, (_, index) => item(`ns=2;s=磨粉.B1-${index}`))
  const bytes = frameOf('publish', items, items.length)

  expect(bytes.length).toBeLessThanOrEqual(1_100)
  const { items: shown, more } = JSON.parse(Buffer.from(bytes).toString())
  expect(shown.length + more).toBe(500)
  expect(frameOf('write', [item('ns=2;s='.padEnd(5_000, '磨'))], 1).length).toBeLessThanOrEqual(1_100)
})

it('shows of what is no number a text, or what it is', () => {
  const shown = (dataType: number, value: unknown, arrayType = 0) =>
    itemOf('i=1', { value: { dataType, arrayType, value } }).value

  expect(shown(12, 'running')).toBe('running')
  expect(shown(11, [1, 2], 1)).toBe('(an array of Double)')
  expect(shown(0, null)).toBe(null)
})
