import { describe, expect, it } from 'vitest'
import { parseLiLim } from './lilim.ts'

const lines = [
  '25\t200\t1',
  '0\t40\t50\t0\t0\t1236\t0\t0\t0',
  '1\t43\t54\t10\t65\t146\t90\t0\t2',
  '2\t40\t47\t-10\t10\t825\t90\t1\t0',
]
const change = (line: number, text: string): string => lines.toSpliced(line - 1, 1, text).join('\n')

describe('parseLiLim', () => {
  it('reads depot, pairs and ways', () => {
    const read = parseLiLim(`${lines.join('\r\n')}\r\n\r\n`)

    expect(read).toMatchObject({
      ok: true,
      value: {
        siteCount: 3,
        requests: [
          {
            id: '1',
            massKg: 10,
            pickup: { site: 1, readyS: 65, dueS: 146, serviceS: 90 },
            delivery: { site: 2, readyS: 10, dueS: 825, serviceS: 90 },
          },
        ],
        vehicleTypes: [{ startSite: 0, endSite: 0, shiftStartS: 0, shiftEndS: 1_236, capacityKg: 200, count: 25 }],
      },
    })
    if (!read.ok) return
    expect([...read.value.distanceM]).toEqual([0, 5, 3, 5, 0, Math.sqrt(58), 3, Math.sqrt(58), 0])
    expect(read.value.durationS).toBe(read.value.distanceM)
  })

  it('drives as fast as the file says', () => {
    const read = parseLiLim(change(1, '25 200 2'))

    expect(read.ok && read.value.durationS[1]).toBe(2.5)
  })

  it.each<[string, string, number, string]>([
    ['an empty file', '', 1, 'vehicles'],
    ['a head without capacity', change(1, '25'), 1, 'capacity'],
    ['no vehicles', change(1, '0 200 1'), 1, 'vehicles'],
    ['half a vehicle', change(1, '1.5 200 1'), 1, 'vehicles'],
    ['a negative speed', change(1, '25 200 -1'), 1, 'speed'],
    ['a head alone', lines[0] ?? '', 2, 'id'],
    ['a depot alone', lines.slice(0, 2).join('\n'), 3, 'id'],
    ['a depot with a demand', change(2, '0 40 50 1 0 1236 0 0 0'), 2, 'demand'],
    ['a word for a number', change(3, '1 43 x 10 65 146 90 0 2'), 3, 'y'],
    ['NaN', change(3, '1 43 NaN 10 65 146 90 0 2'), 3, 'y'],
    ['a missing column', change(3, '1 43 54 10 65 146 90 0'), 3, 'delivery'],
    ['a column too many', change(3, '1 43 54 10 65 146 90 0 2 7'), 3, 'line'],
    ['an empty line within', lines.toSpliced(3, 0, '').join('\n'), 4, 'id'],
    ['a gap in the numbers', change(4, '3 40 47 -10 10 825 90 1 0'), 4, 'id'],
    ['a window that ends early', change(3, '1 43 54 10 147 146 90 0 2'), 3, 'due'],
    ['a negative time', change(3, '1 43 54 10 -1 146 90 0 2'), 3, 'ready'],
    ['a negative service', change(3, '1 43 54 10 65 146 -90 0 2'), 3, 'service'],
    ['a number beyond reckoning', change(3, '1 43 54 10 65 99999999999 90 0 2'), 3, 'due'],
    ['a pair that is none', change(4, '2 40 47 -10 10 825 90 2 0'), 3, 'delivery'],
    ['a mate that does not exist', change(3, '1 43 54 10 65 146 90 0 9'), 3, 'delivery'],
    ['a node of its own', change(3, '1 43 54 10 65 146 90 0 1'), 3, 'delivery'],
    ['pickup and delivery at once', change(4, '2 40 47 -10 10 825 90 1 1'), 3, 'delivery'],
    ['a negative pickup', change(3, '1 43 54 -10 65 146 90 0 2'), 3, 'demand'],
    ['a delivery of another mass', change(4, '2 40 47 -11 10 825 90 1 0'), 3, 'demand'],
    ['more nodes than can be planned', Array.from({ length: 4_003 }, () => '1 1 1').join('\n'), 4_003, 'id'],
  ])('refuses %s', (_claim, text, line, field) => {
    expect(parseLiLim(text)).toMatchObject({ ok: false, error: { line, field } })
  })
})
