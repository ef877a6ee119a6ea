import { createServer } from 'node:net'
import * as fc from 'fast-check'
import * as library from 'jsmodbus'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection, Line, Reading } from '@tingzhou/connector'
import { openTestMachine, type TestMachine } from '@tingzhou/gateway/testing'
import { ModbusPoint, ModbusSource, widthOf } from '@tingzhou/telemetry/source'
import { connectModbus } from './machine.ts'
import { halvesOf, planOf, type Ask } from './plan.ts'
import { readValue, writeValue } from './value.ts'

type Place = Partial<ModbusPoint>
const point = (key: string, place: Place): ModbusPoint =>
  ModbusPoint.parse({ key, table: 'holding', register: 0, as: 'uint16', ...place })
const range = { low: -1e9, high: 1e9 }

describe('values', () => {
  // 1.5 is 3FC00000 in single and 3FF8000000000000 in double precision, IEEE 754.
  it.each([
    [{ as: 'int16' }, 'FFFE', -2],
    [{ as: 'uint16' }, 'FFFE', 65_534],
    [{ as: 'int32' }, 'FFFFFFFE', -2],
    [{ as: 'int32', words: 'little' }, 'FFFEFFFF', -2],
    [{ as: 'uint32' }, '00010002', 65_538],
    [{ as: 'uint32', words: 'little' }, '00020001', 65_538],
    [{ as: 'float32' }, '3FC00000', 1.5],
    [{ as: 'float32', words: 'little' }, '00003FC0', 1.5],
    [{ as: 'float64' }, '3FF8000000000000', 1.5],
    [{ as: 'float64', words: 'little' }, '0000000000003FF8', 1.5],
    [{ as: 'int16', scale: 0.1, offset: -40 }, '00FA', -15],
  ] satisfies [Place, string, number][])('%o is written %s and read as %d', (place, hex, value) => {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'))

    expect(readValue(point('A', place), bytes, 0)).toBe(value)
    expect(writeValue(point('A', { ...place, write: range }), value)).toEqual({ bytes })
  })

  it('reads each bit of a register, and of a table of bits', () => {
    const register = Uint8Array.from([0x80, 0x01])
    const set = ModbusPoint.shape.as.options
      .filter((as) => /^bit\d/.test(as))
      .filter((as) => readValue(point('A', { as }), register, 0))
    expect(set).toEqual(['bit0', 'bit15'])
    // Coils 20 to 27 of the standard's example (clause 6.1) are CD: 1 0 1 1 0 0 1 1.
    const bits = Array.from({ length: 8 }, (_, at) =>
      readValue(point('A', { table: 'coil', as: 'bit', register: 19 + at }), Uint8Array.from([0xcd]), 19),
    )
    expect(bits).toEqual([1, 0, 1, 1, 0, 0, 1, 1])
  })

  it('has no value where there is no number, and writes none that does not fit', () => {
    expect(readValue(point('A', { as: 'float32' }), Uint8Array.from([0x7f, 0xc0, 0, 0]), 0)).toBeNull()
    const refused = ([as, value]: [ModbusPoint['as'], number]) => writeValue(point('A', { as }), value)
    for (const [as, value] of [
      ['uint16', -1],
      ['uint16', 65_536],
      ['int16', 32_768],
      ['int32', 2 ** 31],
      ['uint32', 2 ** 32],
      ['float32', 1e39],
      ['uint16', NaN],
      ['bit3', 1],
    ] as const)
      expect(refused([as, value])).toHaveProperty('fault')
    expect(writeValue(point('A', { table: 'coil', as: 'bit' }), 0.5)).toEqual({ fault: '0.5 is neither on nor off' })
  })

  it('reads back what it wrote, whatever form and order', () => {
    const whole = { int16: 15, uint16: 16, int32: 31, uint32: 32 } as const
    fc.assert(
      fc.property(
        fc.constantFrom('int16', 'uint16', 'int32', 'uint32', 'float32', 'float64'),
        fc.constantFrom('big', 'little'),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }),
        (as, words, share) => {
          const raw =
            as === 'float64'
              ? share
              : as === 'float32'
                ? Math.fround(share)
                : Math.round((as.startsWith('u') ? Math.abs(share) : share) * (2 ** whole[as] - 1))
          const own = point('A', { as, words })
          const written = writeValue(own, raw)
          expect('bytes' in written && readValue(own, written.bytes, 0)).toBe(raw === 0 ? raw + 0 : raw)
        },
      ),
    )
  })
})

describe('requests', () => {
  const shown = (points: readonly ModbusPoint[]) =>
    planOf(points).map(({ table, register, count, points: own }) => [table, register, count, own.length])

  it('join what touches or overlaps in one table, and nothing else', () => {
    const points = [
      point('D', { register: 7 }),
      point('A', { register: 0, as: 'float32' }),
      point('B', { register: 2 }),
      point('B3', { register: 2, as: 'bit3' }),
      point('C', { register: 4 }),
      point('E', { table: 'input', register: 3 }),
      point('F', { table: 'coil', register: 3, as: 'bit' }),
    ]
    expect(shown(points)).toEqual([
      ['coil', 3, 1, 1],
      ['holding', 0, 3, 3],
      ['holding', 4, 1, 1],
      ['holding', 7, 1, 1],
      ['input', 3, 1, 1],
    ])
  })

  it('ask for at most 125 registers or 2000 bits at once, and cut no value in two', () => {
    const registers = Array.from({ length: 126 }, (_, at) => point(`R${at}`, { register: at * 2, as: 'uint32' }))
    expect(shown(registers)).toEqual([
      ['holding', 0, 124, 62],
      ['holding', 124, 124, 62],
      ['holding', 248, 4, 2],
    ])
    const bits = Array.from({ length: 2_001 }, (_, at) =>
      point(`C${at}`, { table: 'discrete', register: at, as: 'bit' }),
    )
    expect(shown(bits)).toEqual([
      ['discrete', 0, 2_000, 2_000],
      ['discrete', 2_000, 1, 1],
    ])
  })
})

describe('a request that is refused', () => {
  const halvesIn = (points: readonly ModbusPoint[]) => {
    const [whole] = planOf(points)
    return whole && halvesOf(whole)?.map(({ register, count, points: own }) => [register, count, own.length])
  }

  it('is made in halves, and cuts neither a value nor the bits of a register apart', () => {
    const points = [
      point('A', { register: 0 }),
      point('B', { register: 1, as: 'float32' }),
      point('B0', { register: 3, as: 'bit0' }),
      point('B1', { register: 3, as: 'bit1' }),
    ]
    expect(halvesIn(points)).toEqual([
      [0, 3, 2],
      [3, 1, 2],
    ])
    expect(planOf(points.slice(2)).map(halvesOf)).toEqual([null])
  })

  it('comes to single places in the end, and loses no point', () => {
    const placesIn = ({ points }: { readonly points: readonly ModbusPoint[] }) =>
      new Set(points.map(({ register, as }) => `${register} ${widthOf(as)}`)).size
    const ends = (ask: Ask): readonly Ask[] => halvesOf(ask)?.flatMap(ends) ?? [ask]
    fc.assert(
      fc.property(
        fc.array(fc.record({ register: fc.nat(20), as: fc.constantFrom('uint16', 'float32', 'float64', 'bit3') }), {
          minLength: 1,
          maxLength: 30,
        }),
        (places) => {
          const points = places.map((place, index) => point(`P${index}`, place))
          const single = planOf(points).flatMap(ends)

          expect(single.map(placesIn).filter((count) => count !== 1)).toEqual([])
          expect(single.flatMap(({ points: own }) => own.map(({ key }) => key)).toSorted()).toEqual(
            points.map(({ key }) => key).toSorted(),
          )
        },
      ),
    )
  })
})

describe('a machine', () => {
  let machine: TestMachine
  let readings: Reading[]
  let states: [string | null, string | null][]
  let frames: { direction: string; hex: string; fault: string | null }[]
  let open: Connection[]
  const line: Line = {
    readings: (some) => void readings.push(...some),
    state: (address, reason) => void states.push([address, reason]),
    frame: (direction, bytes, fault) => void frames.push({ direction, hex: Buffer.from(bytes).toString('hex'), fault }),
  }
  const connect = connectModbus(library)
  const call = (points: readonly ModbusPoint[], more: object = {}): Connection => {
    const connection = connect(
      ModbusSource.parse({ host: '127.0.0.1', port: machine.port, everyMs: 100, points, ...more }),
      line,
    )
    open.push(connection)
    return connection
  }
  const lastOf = (key: string) => readings.findLast((reading) => reading.point === key)
  const waiting = { timeout: 15_000, interval: 20 }

  beforeEach(async () => {
    machine = await openTestMachine()
    readings = []
    states = []
    frames = []
    open = []
  })
  afterEach(async () => {
    for (const connection of open) await connection.close()
    await machine.leave()
  })

  it('is asked once for what touches, unit and table as they are set, every so often', async () => {
    machine.holding.set([418, 0x3fc0, 0])
    machine.input[9] = 0xffff
    machine.discrete[5] = 1
    const begun = Date.now()
    call(
      [
        point('I', { register: 0, scale: 0.1 }),
        point('T', { register: 1, as: 'float32' }),
        point('N', { table: 'input', register: 9, as: 'int16' }),
        point('ON', { table: 'discrete', register: 5, as: 'bit' }),
      ],
      { unit: 17 },
    )

    await expect.poll(() => readings.length, waiting).toBeGreaterThanOrEqual(12)
    expect(['I', 'T', 'N', 'ON'].map((key) => lastOf(key)?.value)).toEqual([41.800000000000004, 1.5, -1, 1])
    expect(new Set(readings.map(({ quality }) => quality))).toEqual(new Set(['good']))
    expect(machine.asked.slice(0, 3)).toEqual([
      { code: 2, start: 5, count: 1, unit: 17 },
      { code: 3, start: 0, count: 3, unit: 17 },
      { code: 4, start: 9, count: 1, unit: 17 },
    ])
    expect(machine.connections()).toBe(1)
    expect(states).toEqual([[`127.0.0.1:${machine.port}`, null]])
    // Never more often than it was set to.
    const times = readings.filter(({ point: key }) => key === 'I').map(({ at }) => at)
    for (const [index, at] of times.entries()) expect(at - begun).toBeGreaterThanOrEqual(index * 95)
    expect(frames.slice(0, 2)).toEqual([
      { direction: 'down', hex: '000100000006110200050001', fault: null },
      { direction: 'up', hex: '00010000000411020101', fault: null },
    ])
  })

  it('that gives a range no more gives its points as bad, with their last value, and leaves the others', async () => {
    machine.holding.set([7, 8], 100)
    machine.holding[0] = 5
    call([point('A', { register: 0 }), point('B', { register: 100 }), point('C', { register: 101 })])
    await expect.poll(() => lastOf('C')?.quality, waiting).toBe('good')

    machine.refuses.set(101, 4)

    await expect.poll(() => lastOf('C')?.quality, waiting).toBe('bad')
    expect([lastOf('B'), lastOf('C')]).toMatchObject([
      { value: 7, quality: 'bad' },
      { value: 8, quality: 'bad' },
    ])
    expect(lastOf('A')).toMatchObject({ value: 5, quality: 'good' })
    expect(frames.findLast(({ fault }) => fault !== null)).toMatchObject({
      direction: 'up',
      fault: expect.stringMatching(/^exception 4 \(/),
    })
    expect(machine.connections()).toBe(1)

    machine.refuses.clear()

    await expect.poll(() => lastOf('C')?.quality, waiting).toBe('good')
  })

  it.each([2, 3])('that refuses one register with %d names its point, and the others beside it go on', async (code) => {
    machine.holding.set(
      Array.from({ length: 8 }, (_, at) => at + 1),
      100,
    )
    machine.refuses.set(105, code)
    call(Array.from({ length: 8 }, (_, at) => point(`R${at}`, { register: 100 + at })))

    const reason = new RegExp(`^1 of 8 points are not read: R5: exception ${code} \\(`)
    await expect.poll(() => states.at(-1)?.[1], waiting).toMatch(reason)
    expect(states).toEqual([
      [`127.0.0.1:${machine.port}`, null],
      [`127.0.0.1:${machine.port}`, expect.stringMatching(reason)],
    ])
    const told = new Map(readings.map(({ point: key, quality, value }) => [key, [quality, value]]))
    expect(told.get('R5')).toEqual(['bad', 0])
    told.delete('R5')
    expect([...told.values()]).toEqual([1, 2, 3, 4, 5, 7, 8].map((value) => ['good', value]))

    // It is remembered: nothing is asked for in vain again but the register itself.
    machine.asked.length = 0
    await expect.poll(() => machine.asked.length, waiting).toBeGreaterThanOrEqual(8)
    expect(new Set(machine.asked.map(({ start, count }) => `${start}+${count}`))).toEqual(
      new Set(['100+4', '104+1', '105+1', '106+2']),
    )
    expect(machine.connections()).toBe(1)

    machine.refuses.clear()

    await expect.poll(() => states.at(-1), waiting).toEqual([`127.0.0.1:${machine.port}`, null])
    expect(lastOf('R5')).toMatchObject({ value: 6, quality: 'good' })
  })

  it('that is away is called again and read on when it is back', async () => {
    await machine.leave()
    call([point('A', {})])
    await expect.poll(() => states.at(-1)?.[1], waiting).toMatch(/ECONNREFUSED/)

    await machine.comeBack()
    await expect.poll(() => lastOf('A')?.quality, waiting).toBe('good')
    await machine.leave()
    await expect.poll(() => states.at(-1)?.[0], waiting).toBeNull()
    const before = readings.length
    await machine.comeBack()

    await expect.poll(() => readings.length, waiting).toBeGreaterThan(before)
    expect(states.at(-1)).toEqual([`127.0.0.1:${machine.port}`, null])
  })

  const fill = (answer: Buffer, size: number) => Buffer.concat([answer, Buffer.alloc(size, 0x55)])
  it.each([
    ['garbage', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /no whole answer within 3000 ms/],
    ['half an answer', (answer: Buffer) => answer.subarray(0, 8), /no whole answer within 3000 ms/],
    ['nothing', () => null, /no whole answer within 3000 ms/],
    ['more than an answer holds', (answer: Buffer) => fill(answer.subarray(0, 7), 300), /more than an answer can hold/],
    [
      'the answer to another request',
      (answer: Buffer) => Buffer.concat([Buffer.from([0x7f, 0x7f]), answer.subarray(2)]),
      /belongs to another request/,
    ],
    [
      'another function',
      (answer: Buffer) => Buffer.concat([answer.subarray(0, 7), Buffer.from([4]), answer.subarray(8)]),
      /belongs to another request/,
    ],
    [
      'fewer registers than it was asked for',
      () => Buffer.from('000100000003010300', 'hex'),
      /0 bytes where 2 were asked for/,
    ],
  ])('that sends %s is hung up on, with the reason, and called anew', async (_name, answerWith, says) => {
    machine.holding[0] = 9
    machine.answerWith = answerWith
    call([point('A', {})])

    await expect.poll(() => states.at(-1)?.[1], waiting).toMatch(says)
    expect(readings).toEqual([])
    expect(frames.find(({ fault }) => fault !== null)?.fault).toMatch(says)
    machine.answerWith = null

    await expect.poll(() => lastOf('A'), waiting).toMatchObject({ value: 9, quality: 'good' })
    expect(machine.connections()).toBeGreaterThan(1)
  })

  it('that speaks unasked is hung up on', async () => {
    call([point('A', {})], { everyMs: 60_000 })
    await expect.poll(() => lastOf('A'), waiting).toBeDefined()

    machine.say(Buffer.from('hello'))

    await expect.poll(() => states, waiting).toContainEqual([null, 'the machine sent what nobody asked for'])
    await expect.poll(() => machine.connections(), waiting).toBe(2)
  })

  it('is set between two requests, and read back', async () => {
    const write = range
    const connection = call(
      [
        point('N', { register: 3, as: 'int16', scale: 0.1, write }),
        point('F', { register: 10, as: 'float32', words: 'little', write }),
        point('V', { table: 'coil', register: 8, as: 'bit', write: { low: 0, high: 1 } }),
      ],
      // It does not wait for the next round.
      { everyMs: 3_600_000 },
    )
    await expect.poll(() => lastOf('N'), waiting).toBeDefined()

    expect(await connection.write('N', -2.5)).toBe(-2.5)
    expect(await connection.write('F', 1.5)).toBe(1.5)
    expect(await connection.write('V', 1)).toBe(1)

    expect([machine.holding[3], machine.holding[10], machine.holding[11], machine.coil[8]]).toEqual([
      0xffe7, 0, 0x3fc0, 1,
    ])
    expect(machine.asked.map(({ code }) => code).filter((code) => code > 4)).toEqual([6, 16, 5])
    expect(frames.some(({ hex }) => hex.endsWith('060003ffe7'))).toBe(true)
  })

  it('that does not take a value says so; what may not be set is not sent', async () => {
    const connection = call([
      point('N', { register: 3, write: { low: 0, high: 100 } }),
      point('W', { register: 4, write: { low: 0, high: 100_000 } }),
      point('R', { register: 5 }),
      point('H', { register: 6, scale: 10, write: { low: 0, high: 25 } }),
    ])
    await expect.poll(() => lastOf('N'), waiting).toBeDefined()

    machine.refuses.set(3, 4)
    await expect(connection.write('N', 50)).rejects.toThrow(/exception 4/)
    machine.refuses.clear()
    machine.isStuck = true
    await expect(connection.write('N', 50)).rejects.toThrow('the machine holds 0 after it was set')
    const before = machine.asked.filter(({ code }) => code === 6).length
    await expect(connection.write('N', 101)).rejects.toThrow(/nothing that may be set/)
    await expect(connection.write('R', 1)).rejects.toThrow(/nothing that may be set/)
    await expect(connection.write('X', 1)).rejects.toThrow(/nothing that may be set/)
    await expect(connection.write('W', 70_000)).rejects.toThrow('70000 does not fit into uint16')
    await expect(connection.write('H', 25)).rejects.toThrow('the nearest to 25 that it can hold is 30')
    await expect(connection.write('N', 50, () => false)).rejects.toThrow('its time was over')

    expect(machine.asked.filter(({ code }) => code === 6)).toHaveLength(before)
    expect(machine.connections()).toBe(1)
  })

  it('that is a push-button has taken what it was given', async () => {
    const connection = call([point('V', { table: 'coil', register: 8, as: 'bit', write: { low: 0, high: 1 } })])
    await expect.poll(() => lastOf('V'), waiting).toBeDefined()

    machine.isStuck = true
    expect(await connection.write('V', 1)).toBe(0)
  })

  it('that is away is called after a second, then ever later, and not at once again', async () => {
    call([point('N', {})])
    await expect.poll(() => lastOf('N'), waiting).toBeDefined()
    await machine.leave()
    const calls: number[] = []
    const closing = createServer((socket) => {
      calls.push(performance.now())
      socket.destroy()
    })
    closing.listen(machine.port, '127.0.0.1')
    await new Promise((resolve) => setTimeout(resolve, 4_500))
    closing.close()

    // After 1 s and after 2 s more.
    expect(calls.length).toBeGreaterThanOrEqual(1)
    expect(calls.length).toBeLessThanOrEqual(3)
  })

  it('that is away takes no value, and nothing waits for it', async () => {
    const connection = call([point('N', { write: range })])
    await expect.poll(() => lastOf('N'), waiting).toBeDefined()
    await machine.leave()
    await expect.poll(() => states.at(-1)?.[0], waiting).toBeNull()

    await expect(connection.write('N', 1)).rejects.toThrow()
    machine.asked.length = 0
    await machine.comeBack()
    await expect.poll(() => states.at(-1)?.[1], waiting).toBeNull()

    expect(machine.asked.every(({ code }) => code === 3)).toBe(true)
  })

  it('that is let go hears and says nothing more', async () => {
    call([point('A', {})])
    await expect.poll(() => readings.length, waiting).toBeGreaterThan(0)
    await open.pop()?.close()
    const before = [readings.length, states.length]
    const asked = machine.asked.length
    await new Promise((resolve) => setTimeout(resolve, 300))

    expect([readings.length, states.length]).toEqual(before)
    expect(machine.asked.length - asked).toBeLessThanOrEqual(1)
  })

  it('whose source is none says so', () => {
    connect({ host: 'x' }, line)
    expect(states).toEqual([[null, expect.stringContaining('points')]])
  })
})
