import { expect, it } from 'vitest'
import type { FromConnector, Reading, ToConnector } from './message.ts'
import { batchMax, underWayMax, waitingMax } from './outbox.ts'
import { framesMax, serve, type Connect, type Line } from './serve.ts'
import { createMemory, openMemoryDisk } from './testing.ts'

type Called = { readonly source: unknown; readonly line: Line; isClosed: boolean; readonly writes: [string, number][] }

/** A connector whose gateway and clock are the test's. */
function open(
  connect: (called: Called) => void = () => {},
  close: () => Promise<void> = () => Promise.resolve(),
  memory = createMemory(),
) {
  const sent: FromConnector[] = []
  const leaving: (() => void)[] = []
  const timers: { at: number; work: () => void }[] = []
  const called: Called[] = []
  let nowMs = 1_000
  let tell: (message: ToConnector) => void = () => {}
  const channel = {
    send: (message: FromConnector, left?: () => void) => {
      sent.push(message)
      if (left) leaving.push(left)
    },
    onMessage: (hear: (message: ToConnector) => void) => {
      tell = hear
    },
  }
  const call: Connect = (source, line) => {
    const one: Called = { source, line, isClosed: false, writes: [] }
    called.push(one)
    connect(one)
    return {
      write: async (point, value) => {
        if (value < 0) throw new Error('the machine says no')
        one.writes.push([point, value])
        return value
      },
      close: async () => {
        one.isClosed = true
        await close()
      },
    }
  }
  const ticker = {
    now: () => nowMs,
    later: (ms: number, work: () => void) => {
      const timer = { at: nowMs + ms, work }
      timers.push(timer)
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1))
    },
  }
  let folderIsThere = true
  const served = serve(channel, call, ticker, () => {
    if (!folderIsThere) throw new Error('EACCES: the folder cannot be made')
    return openMemoryDisk(memory, () => nowMs, 'w1')
  })
  return {
    called,
    leaving,
    served,
    memory,
    folder: (isThere: boolean) => {
      folderIsThere = isThere
    },
    spool: () =>
      tell({
        kind: 'spool',
        spool: { folder: 'spool', keepMs: 7 * 86_400_000, deviceBytesMax: 1 << 20, totalBytesMax: 1 << 24 },
      }),
    tell: (message: ToConnector) => tell(message),
    devices: (...devices: [string, unknown][]) =>
      tell({
        kind: 'devices',
        devices: devices.map(([identity, source]) => ({ identity, node: `node of ${identity}`, source })),
      }),
    of: <K extends FromConnector['kind']>(kind: K) =>
      sent.filter((message): message is Extract<FromConnector, { kind: K }> => message.kind === kind),
    pass: async (ms: number) => {
      const until = nowMs + ms
      for (;;) {
        const next = timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        timers.splice(timers.indexOf(next), 1)
        nowMs = next.at
        next.work()
      }
      nowMs = until
      await settled()
    },
  }
}
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve))
const reading = (value: number): Reading => ({ point: 'I', at: value, value, quality: 'good' })
const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => reading(from + index))

it('calls the machines that are named, anew when their source changes, and lets go those that are not', async () => {
  const { called, devices } = open()
  devices(['a', { port: 1 }], ['b', { port: 2 }])
  devices(['a', { port: 1 }], ['b', { port: 3 }])
  await settled()

  expect(called.map(({ source, isClosed }) => [source, isClosed])).toEqual([
    [{ port: 1 }, false],
    [{ port: 2 }, true],
    [{ port: 3 }, false],
  ])
  devices(['a', { port: 1 }])
  expect(called.map(({ isClosed }) => isClosed)).toEqual([false, true, true])
})

it('calls a machine anew only when the old connection has ended, with the source that counts by then', async () => {
  let end = (): void => {}
  const { called, devices } = open(undefined, () => new Promise((resolve) => (end = resolve)))
  devices(['a', 1])
  devices(['a', 2])
  devices(['a', 3])
  await settled()
  expect(called.map(({ source }) => source)).toEqual([1])

  end()
  await settled()

  expect(called.map(({ source }) => source)).toEqual([1, 3])
})

it('does not wait for a connection that does not end', async () => {
  const { called, devices, pass } = open(undefined, () => new Promise(() => {}))
  devices(['a', 1])
  devices(['a', 2])
  await pass(5_000)

  expect(called.map(({ source }) => source)).toEqual([1, 2])
})

it('passes on what a connection tells before it is returned, and says why one cannot be made', () => {
  const { devices, of } = open(({ source, line }) => {
    if (source === 'bad') throw new Error('no such machine')
    line.state('here', null)
    line.readings([reading(1)])
  })
  devices(['a', 'good'], ['b', 'bad'])

  expect(of('state').map(({ device, address, reason }) => [device, address, reason])).toEqual([
    ['a', 'here', null],
    ['b', null, 'no such machine'],
  ])
  expect(of('readings')).toHaveLength(1)
})

it('has a few batches under way, and gives the next as they are kept', () => {
  const { called, devices, tell, of } = open()
  devices(['a', 1])
  called[0]?.line.readings(many(0, batchMax * (underWayMax + 2)))
  expect(of('readings').map(({ readings }) => readings.length)).toEqual(Array(underWayMax).fill(batchMax))

  tell({ kind: 'kept', batch: 1, isKept: true })

  expect(of('readings')).toHaveLength(underWayMax + 1)
  expect(of('readings').at(-1)?.readings[0]).toEqual(reading(underWayMax * batchMax))
})

it('offers what was not kept again after a second, before what is newer, once', async () => {
  const { called, devices, tell, of, pass } = open()
  devices(['a', 1])
  const { line } = called[0] ?? { line: null }
  line?.readings([reading(1)])
  tell({ kind: 'kept', batch: 1, isKept: false })
  line?.readings([reading(2)])
  await pass(999)
  expect(of('readings')).toHaveLength(1)

  await pass(1)
  expect(of('readings').map(({ readings }) => readings.map(({ value }) => value))).toEqual([[1], [1, 2]])

  tell({ kind: 'kept', batch: 2, isKept: true })
  tell({ kind: 'kept', batch: 2, isKept: false })
  await pass(5_000)
  expect(of('readings')).toHaveLength(2)
})

it('forgets the oldest beyond the bound, and says how many', () => {
  const { called, devices, tell, of } = open()
  devices(['a', 1])
  const { line } = called[0] ?? { line: null }
  line?.readings(many(0, batchMax * underWayMax))
  line?.readings(many(0, waitingMax))
  line?.readings(many(waitingMax, 7))

  tell({ kind: 'kept', batch: 1, isKept: true })

  expect(of('readings').at(-1)).toMatchObject({ lost: 7, readings: { 0: reading(7) } })
  tell({ kind: 'kept', batch: 2, isKept: true })
  expect(of('readings').at(-1)?.lost).toBe(0)
})

it('tells no more of a machine that was let go, and offers what it had said until that is kept', async () => {
  const { called, devices, of, tell, pass } = open()
  devices(['a', 1])
  called[0]?.line.readings([reading(1)])
  devices()
  called[0]?.line.readings([reading(2)])
  called[0]?.line.state('here', null)
  called[0]?.line.frame('up', new Uint8Array(1), null)
  tell({ kind: 'kept', batch: 1, isKept: false })
  await pass(1_000)
  tell({ kind: 'kept', batch: 2, isKept: true })
  await pass(3_000)

  expect(of('readings').map(({ node, readings }) => [node, readings])).toEqual([
    ['node of a', [reading(1)]],
    ['node of a', [reading(1)]],
  ])
  expect([of('state').length, of('frame').length]).toEqual([0, 0])
})

it('writes nothing to disk of what is kept within two seconds', async () => {
  const { called, devices, tell, spool, memory, pass, of } = open()
  spool()
  devices(['a', 1])
  called[0]?.line.readings([reading(1)])
  await pass(1_900)
  tell({ kind: 'kept', batch: 1, isKept: true })
  await pass(60_000)

  expect([memory.files.size, memory.appends]).toEqual([0, 0])
  expect(of('backlog')).toEqual([{ kind: 'backlog', device: 'a', node: 'node of a', readings: 0, since: null }])
})

it('writes to disk what is not kept, tells how much waits, and forgets it when it is kept after all', async () => {
  const { called, devices, tell, spool, memory, pass, of } = open()
  spool()
  devices(['a', 1])
  called[0]?.line.readings(many(0, 30))
  await pass(10_000)
  expect(of('backlog').at(-1)).toMatchObject({ device: 'a', node: 'node of a', readings: 30 })
  expect(memory.files.size).toBe(1)

  tell({ kind: 'kept', batch: 1, isKept: true })
  await pass(1_000)

  expect(of('backlog').at(-1)).toMatchObject({ readings: 0, since: null })
  expect(memory.files.size).toBe(0)
  expect(of('readings')).toHaveLength(1)
})

it('writes at once what is not kept when the gateway goes', async () => {
  const { called, devices, spool, served, memory } = open()
  spool()
  devices(['a', 1])
  called[0]?.line.readings([reading(1)])

  await served.close()

  expect(memory.files.size).toBe(1)
})

it('says why a folder cannot be used, goes on in memory, and uses it as soon as it can', async () => {
  const { called, devices, spool, folder, memory, pass, of } = open()
  folder(false)
  spool()
  devices(['a', 1])
  called[0]?.line.readings([reading(1)])
  await pass(25_000)
  expect(of('spool').map(({ fault }) => fault)).toEqual(['EACCES: the folder cannot be made'])
  expect(memory.files.size).toBe(0)

  folder(true)
  await pass(10_000)

  expect(of('spool').at(-1)).toMatchObject({ fault: null, written: 1, segments: 1 })
})

it('tells as many frames a second as can be read, and all faults while there is room', async () => {
  const { called, devices, of, leaving, pass } = open()
  devices(['a', 1])
  const frame = (fault: string | null) => called[0]?.line.frame('up', new Uint8Array(1), fault)
  for (let count = 0; count < 50; count++) frame(null)
  expect(of('frame')).toHaveLength(20)
  frame('broken')
  expect(of('frame')).toHaveLength(21)

  for (let count = 0; count < 1_000; count++) frame('broken')
  expect(of('frame')).toHaveLength(framesMax)
  for (const left of leaving.splice(0)) left()
  await pass(1_000)
  frame(null)
  expect(of('frame')).toHaveLength(framesMax + 1)
})

it('sets what it is asked to and says what became of it', async () => {
  const { called, devices, tell, of } = open()
  devices(['a', 1])
  const write = (order: string, device: string, value: number, expiresAt = 2_000) =>
    tell({ kind: 'write', order, device, point: 'V', value, expiresAt })
  write('1', 'a', 5)
  write('2', 'a', -5)
  write('3', 'b', 5)
  write('4', 'a', 6, 999)
  await settled()

  const ends = Object.fromEntries(of('written').map(({ order, fault, value }) => [order, [fault, value]]))
  expect(ends).toEqual({
    1: [null, 5],
    2: ['the machine says no', null],
    3: ['the machine is not called', null],
    4: ['its time was over', null],
  })
  expect(called[0]?.writes).toEqual([['V', 5]])
})

it('says that it is alive every five seconds, until it is closed', async () => {
  const { served, called, devices, of, pass } = open()
  devices(['a', 1])
  await pass(20_000)
  expect(of('alive')).toHaveLength(5)

  await served.close()
  await pass(20_000)

  expect(of('alive')).toHaveLength(5)
  expect(called[0]?.isClosed).toBe(true)
})
