import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FromConnector, Reading, SpoolOptions } from './message.ts'
import { backlogPace, batchMax, createOutbox, lateMs, waitingMax, type Outbox } from './outbox.ts'
import { readRecord, walk } from './record.ts'
import { openSpool } from './spool.ts'
import { createMemory, createTestClock, openMemoryDisk, type Memory } from './testing.ts'

const roomy: SpoolOptions = { folder: 'spool', keepMs: 7 * 86_400_000, deviceBytesMax: 1 << 24, totalBytesMax: 1 << 26 }
const ownerOf = (device: string) => ({ device, node: `node of ${device}` })
const reading = (value: number): Reading => ({ point: 'I', at: 1_000 + value, value, quality: 'good' })
const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => reading(from + index))

type Batch = Extract<FromConnector, { kind: 'readings' }> & { readonly sentAt: number }
type Of<K extends FromConnector['kind']> = Extract<FromConnector, { kind: K }>

/** A connector that can be killed, and a gateway that keeps, refuses or says nothing. */
function stage(options: SpoolOptions | null = roomy, memory: Memory = createMemory()) {
  const clock = createTestClock(1_700_000_000_000)
  const kept = new Map<string, Set<number>>()
  const batches: Batch[] = []
  const said: FromConnector[] = []
  /** Batches of the present process that have no answer yet. */
  let open: Batch[] = []
  let isAnswering: 'keeps' | 'refuses' | 'is silent' = 'keeps'
  let run = 0
  let outbox: Outbox
  let stop = (): void => {}

  let own = { isOver: false }
  const answer = (batch: Batch): void => {
    if (isAnswering === 'is silent') return void open.push(batch)
    const isKept = isAnswering === 'keeps'
    const values = kept.get(batch.device) ?? new Set()
    if (isKept) for (const { value } of batch.readings) values.add(value)
    kept.set(batch.device, values)
    const [to, process] = [outbox, own]
    // The answer takes its way, and may find nobody there.
    clock.later(5, () => (process.isOver ? undefined : to.settle(batch.batch, isKept)))
  }
  const begin = (): void => {
    run++
    const process = { isOver: false }
    own = process
    const ticker = {
      now: clock.now,
      later: (ms: number, work: () => void) => clock.later(ms, () => (process.isOver ? undefined : work())),
    }
    outbox = createOutbox((message) => {
      said.push(message)
      if (message.kind !== 'readings') return
      const batch = { ...message, sentAt: clock.now() }
      batches.push(batch)
      clock.later(0, () => (process.isOver ? undefined : answer(batch)))
    }, ticker)
    if (options) outbox.useSpool(openSpool(openMemoryDisk(memory, clock.now, `w${run}`), options, clock.now))
    const tick = (): void => {
      outbox.tick()
      ticker.later(1_000, tick)
    }
    tick()
    stop = () => {
      process.isOver = true
      open = []
    }
  }
  begin()
  return {
    memory,
    kept: (device: string): readonly number[] => [...(kept.get(device) ?? [])].toSorted((a, b) => a - b),
    batches: batches as readonly Batch[],
    of: <K extends FromConnector['kind']>(kind: K): readonly Of<K>[] =>
      said.filter((message): message is Of<K> => message.kind === kind),
    now: clock.now,
    pass: clock.pass,
    say: (device: string, readings: readonly Reading[]) => outbox.add(ownerOf(device), readings),
    letGo: (device: string) => outbox.letGo(ownerOf(device)),
    gateway: (does: typeof isAnswering) => {
      isAnswering = does
      if (does !== 'is silent') for (const batch of open.splice(0)) answer(batch)
    },
    kill: (between: () => void = () => {}) => {
      stop()
      between()
      begin()
    },
    end: () => {
      outbox.close()
      stop()
    },
    begin,
  }
}

/** Says a reading every so often for a while. */
function live(on: ReturnType<typeof stage>, device: string, from: number, count: number, everyMs: number): void {
  for (let index = 0; index < count; index++) {
    on.say(device, [reading(from + index)])
    on.pass(everyMs)
  }
}
const valuesIn = (memory: Memory): ReadonlySet<number> =>
  new Set(
    [...memory.files.values()].flatMap(({ bytes }) =>
      walk(bytes).places.flatMap(({ offset, length }) =>
        (readRecord(bytes.slice(offset, offset + length))?.readings ?? []).map(({ value }) => value),
      ),
    ),
  )

describe('after a break', () => {
  it('what is new goes first, the rest follows from the oldest on, with the times and qualities that it had', () => {
    const on = stage()
    live(on, 'a', 0, 60, 1_000)
    on.gateway('refuses')
    on.say('a', [{ point: '温度', at: 12_345.5, value: -0.25, quality: 'uncertain' }])
    live(on, 'a', 60, 600, 1_000)
    on.gateway('keeps')
    const before = on.batches.length
    live(on, 'a', 660, 300, 1_000)

    const after = on.batches.slice(before)
    const late = after.filter(({ isLate }) => isLate)
    expect(on.kept('a')).toEqual([-0.25, ...Array.from({ length: 960 }, (_, index) => index)])
    expect(after[0]?.isLate).toBe(false)
    expect(late[0]?.readings[0]).toEqual({ point: '温度', at: 12_345.5, value: -0.25, quality: 'uncertain' })
    const values = late.flatMap(({ readings }) => readings.map(({ value }) => value))
    expect(values).toEqual(values.toSorted((a, b) => a - b))
    // Nothing new waited for anything old.
    for (const { isLate, readings, sentAt } of after)
      if (!isLate) expect(readings.some(({ value }) => value >= 655) && sentAt > 0).toBe(true)
    expect(on.memory.files.size).toBe(0)
  })

  it.each([
    { everyMs: 100, perSecond: 10 },
    { everyMs: 1_000, perSecond: 1 },
    { everyMs: 20_000, perSecond: backlogPace.perSecondMin },
  ])('it is sent at most five times as fast as $perSecond readings a second', ({ everyMs, perSecond }) => {
    const on = stage()
    const breakMs = 400_000
    on.gateway('refuses')
    live(on, 'a', 0, breakMs / everyMs, everyMs)
    on.gateway('keeps')
    const from = on.now()
    live(on, 'a', breakMs / everyMs, 300_000 / everyMs, everyMs)

    const late = on.batches.filter(({ isLate, sentAt }) => isLate && sentAt >= from)
    const count = late.reduce((sum, { readings }) => sum + readings.length, 0)
    const largest = Math.max(...late.map(({ readings }) => readings.length))
    const spentS = ((late.at(-1)?.sentAt ?? from) - from) / 1_000
    expect(count).toBeGreaterThan((breakMs / everyMs) * 0.9)
    expect(count).toBeLessThanOrEqual(1.05 * backlogPace.times * perSecond * spentS + largest)
    // And not much more slowly either.
    expect(count).toBeGreaterThan(0.5 * Math.min(breakMs / everyMs, backlogPace.times * perSecond * spentS))
  })

  it('it waits for a newer reading to be kept, or until nobody takes it for one of now', () => {
    const on = stage()
    on.gateway('refuses')
    live(on, 'a', 0, 5, 1_000)
    on.pass(20_000)
    on.gateway('keeps')
    on.pass(lateMs - 30_000)
    expect(on.kept('a')).toEqual([])

    on.pass(60_000)
    expect(on.kept('a')).toEqual([0, 1, 2, 3, 4])
  })

  it('a machine that is called no more is not forgotten, nor where it belonged', () => {
    const on = stage()
    on.gateway('refuses')
    live(on, 'a', 0, 10, 1_000)
    on.letGo('a')
    on.pass(60_000)
    on.kill()
    on.gateway('keeps')
    on.pass(lateMs)

    expect(on.kept('a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(new Set(on.batches.map(({ node }) => node))).toEqual(new Set(['node of a']))
    expect(on.memory.files.size).toBe(0)
    expect(on.of('backlog').at(-1)).toEqual({ kind: 'backlog', ...ownerOf('a'), readings: 0, since: null })
  })
})

describe('room', () => {
  it('in memory that does not suffice is made on disk, at once', () => {
    const on = stage()
    on.gateway('is silent')
    on.say('a', many(0, waitingMax + 10_000))
    expect(on.memory.files.size).toBeGreaterThan(0)

    on.gateway('keeps')
    for (let value = 50_000; value < 50_060; value++) {
      on.say('a', [reading(value)])
      on.pass(1_000)
    }
    expect(Math.max(...on.of('readings').map(({ readings }) => readings.length))).toBe(batchMax)
    expect(on.of('readings').reduce((sum, { lost }) => sum + lost, 0)).toBe(0)
    expect(on.kept('a').length).toBeGreaterThan(waitingMax)
  })

  it('on disk is bounded for a device and for all; the oldest goes and is counted', () => {
    const options = { ...roomy, deviceBytesMax: 16_000, totalBytesMax: 24_000 }
    const on = stage(options)
    on.gateway('refuses')
    for (let round = 0; round < 300; round++) {
      on.say('a', many(round * 10, 10))
      on.say('b', many(round * 10, 10))
      on.pass(1_000)
      const bytes = [...on.memory.files.values()].reduce((sum, file) => sum + file.bytes.length, 0)
      expect(bytes).toBeLessThanOrEqual(options.totalBytesMax)
    }
    const dropped = on.of('spool').reduce((sum, message) => sum + message.dropped, 0)
    const written = on.of('spool').reduce((sum, message) => sum + message.written, 0)
    on.gateway('keeps')
    live(on, 'a', 10_000, 200, 1_000)
    live(on, 'b', 10_000, 200, 1_000)

    const left = [...on.kept('a'), ...on.kept('b')].filter((value) => value < 10_000).length
    expect(dropped).toBeGreaterThan(4_000)
    expect(written - dropped).toBeGreaterThan(0)
    expect(left).toBe(6_000 - dropped)
    expect(on.kept('a').filter((value) => value < 10_000)[0]).toBeGreaterThan(1_000)
  })

  it('is given back by what has waited for too long, which is counted', () => {
    const on = stage({ ...roomy, keepMs: 3_600_000 })
    on.gateway('refuses')
    live(on, 'a', 0, 10, 1_000)
    on.pass(3_000_000)
    expect(on.of('spool').every(({ expired }) => expired === 0)).toBe(true)
    on.pass(700_000)

    expect(on.of('spool').reduce((sum, { expired }) => sum + expired, 0)).toBe(10)
    expect(on.memory.files.size).toBe(0)
  })

  it.each([{ isCareless: false }, { isCareless: true }])(
    'that a full disk does not give is waited for in memory, and said (careless: $isCareless)',
    ({ isCareless }) => {
      const memory = createMemory()
      memory.isCareless = isCareless
      const on = stage(roomy, memory)
      on.gateway('refuses')
      live(on, 'a', 0, 30, 1_000)
      memory.bytesMax = 0
      live(on, 'a', 30, 60, 1_000)
      expect(on.of('spool').at(-1)).toMatchObject({ fault: 'ENOSPC: no space left on device' })
      memory.bytesMax = Infinity
      live(on, 'a', 90, 30, 1_000)
      expect(on.of('spool').at(-1)).toMatchObject({ fault: null })
      on.gateway('keeps')
      live(on, 'a', 120, 120, 1_000)

      expect(on.kept('a')).toEqual(Array.from({ length: 240 }, (_, index) => index))
    },
  )

  it.each([{ what: 'cannot be read' }, { what: 'was full a moment ago' }])(
    'on a disk that $what is used by one that ends',
    ({ what }) => {
      const on = stage()
      on.gateway('refuses')
      live(on, 'a', 0, 30, 1_000)
      if (what === 'cannot be read') on.memory.files.clear()
      else on.memory.bytesMax = 0
      on.gateway(what === 'cannot be read' ? 'keeps' : 'refuses')
      live(on, 'a', 30, 4, 1_000)
      expect(on.of('spool').at(-1)?.fault).toMatch(/^EN/u)
      on.gateway('is silent')
      on.memory.bytesMax = Infinity
      on.say('a', [reading(34)])
      on.end()

      expect(valuesIn(on.memory)).toContain(34)
    },
  )

  it('on a disk that cannot be read now is read later', () => {
    const on = stage()
    on.gateway('refuses')
    live(on, 'a', 0, 30, 1_000)
    on.gateway('keeps')
    on.memory.isUnreadable = true
    live(on, 'a', 30, 30, 1_000)
    expect(on.of('spool').at(-1)).toMatchObject({ fault: 'EIO: i/o error, read' })
    expect(on.kept('a')).not.toContain(0)
    on.memory.isUnreadable = false
    live(on, 'a', 60, 90, 1_000)

    expect(on.kept('a')).toEqual(Array.from({ length: 150 }, (_, index) => index))
    expect(on.of('spool').at(-1)).toMatchObject({ fault: null, damagedBytes: 0, segments: 0 })
  })

  it('without a disk is that of memory: the oldest are lost, and told', () => {
    const on = stage(null)
    on.gateway('refuses')
    on.say('a', many(0, waitingMax))
    on.pass(10_000)
    on.say('a', many(waitingMax, 50))
    on.gateway('keeps')
    on.pass(60_000)

    expect(on.of('readings').reduce((sum, { lost }) => sum + lost, 0)).toBe(50)
    expect(on.kept('a')).toHaveLength(waitingMax)
    expect(on.kept('a')[0]).toBe(50)
  })
})

type Step =
  | { readonly kind: 'say'; readonly device: 'a' | 'b'; readonly count: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'gateway'; readonly does: 'keeps' | 'refuses' | 'is silent' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'end' }
  | { readonly kind: 'damage'; readonly file: number; readonly byte: number; readonly isCut: boolean }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('say'),
      device: fc.constantFrom('a', 'b'),
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 1, max: 9_000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('gateway'), does: fc.constantFrom('keeps', 'refuses', 'is silent') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end') }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('damage'), file: fc.nat(50), byte: fc.nat(5_000), isCut: fc.boolean() }),
  },
)

it('loses nothing that was on disk, whatever breaks, in whatever order', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 5, maxLength: 80 }), (steps) => {
      const on = stage()
      const said = new Map<number, { readonly device: string; readonly at: number }>()
      const lost = new Set<number>()
      let last = 0
      const say = (device: string, count: number): void => {
        for (let index = 0; index < count; index++) said.set(last + index, { device, at: on.now() })
        on.say(device, many(last, count))
        last += count
      }
      for (const step of steps)
        switch (step.kind) {
          case 'say':
            say(step.device, step.count)
            break
          case 'pass':
            on.pass(step.ms)
            break
          case 'gateway':
            on.gateway(step.does)
            break
          case 'kill':
            // What was heard within two seconds, and a second until somebody looked.
            for (const [value, { at }] of said) if (on.now() - at <= 3_000) lost.add(value)
            on.kill()
            break
          case 'end':
            on.end()
            on.begin()
            break
          case 'damage':
            on.end()
            damage(on.memory, step, lost)
            on.begin()
            break
        }
      on.gateway('keeps')
      for (let second = 0; second < 600; second++) {
        for (const device of ['a', 'b']) say(device, 2)
        on.pass(1_000)
      }
      // Nothing is heard any more: what was on disk without anything newer is sent as soon as it is old.
      on.pass(lateMs + 60_000)

      const kept = new Set([...on.kept('a'), ...on.kept('b')])
      const missing = [...said.keys()].filter((value) => !kept.has(value) && !lost.has(value))
      expect(missing).toEqual([])
      expect(on.kept('a').every((value) => said.get(value)?.device === 'a')).toBe(true)
      expect(on.memory.files.size).toBe(0)
      expect(on.of('readings').every(({ readings, lost: count }) => readings.length <= batchMax && count === 0)).toBe(
        true,
      )
    }),
    { numRuns: 300 },
  )
})

/** Cuts a file, or changes a byte of it, and notes what cannot be read any more. */
function damage(memory: Memory, step: Extract<Step, { kind: 'damage' }>, lost: Set<number>): void {
  const names = [...memory.files.keys()]
  const name = names[step.file % Math.max(1, names.length)]
  const file = name === undefined ? undefined : memory.files.get(name)
  if (!name || !file) return
  const before = valuesIn(memory)
  const place = step.byte % file.bytes.length
  const bytes = step.isCut ? file.bytes.slice(0, place) : file.bytes.with(place, (file.bytes[place] ?? 0) ^ 0xff)
  memory.files.set(name, { ...file, bytes })
  const isHeadless = walk(bytes).owner === null
  const after = valuesIn(memory)
  const inIt = valuesIn({ ...memory, files: new Map([[name, { ...file, bytes }]]) })
  for (const value of before) if (!after.has(value) || (isHeadless && inIt.has(value))) lost.add(value)
}
