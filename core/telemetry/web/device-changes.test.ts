import { describe, expect, it } from 'vitest'
import { changedOf } from './device-changes.ts'

const point = { key: 'SP', table: 'holding', register: 10, as: 'uint16', write: { low: 0, high: 80 } }

describe('what was changed about a device', () => {
  it('is what differs, as it is called in the record', () => {
    expect(changedOf({ name: 'A', isLenient: false }, { name: 'B', isLenient: false })).toEqual({
      from: 'name A',
      to: 'name B',
    })
    expect(changedOf({ name: 'A' }, { name: 'A' })).toEqual({ from: null, to: null })
  })

  it('of a machine is its address, and of its points what differs in those that stay', () => {
    const before = {
      source: { host: '10.0.0.1', port: 502, points: [point, { key: 'I', table: 'input', register: 0 }] },
    }
    const after = {
      source: {
        host: '10.0.0.2',
        port: 502,
        points: [
          { ...point, write: { low: 0, high: 60 } },
          { key: 'T', nodeId: 'i=7' },
        ],
      },
    }

    expect(changedOf(before, after)).toEqual({
      from: 'host 10.0.0.1 · SP.write 0…80 · I input 0',
      to: 'host 10.0.0.2 · SP.write 0…60 · T i=7',
    })
  })
})
