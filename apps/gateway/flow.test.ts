import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { createFramer, encode } from '@tingzhou/jt808'
import { createCounters } from './counters.ts'
import { createFlow, flowLimits, type Flow } from './flow.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

it('nothing more is read once a thousand frames are not durable, and all is read when half of them are', async () => {
  // The rate is no matter here.
  const limits = { ...flowLimits, perSecondMax: 1e9, burstMax: 1e9 }
  const framer = createFramer()
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  // A listener has a port.
  const terminal = connect((server.address() as AddressInfo).port, '127.0.0.1')
  // One argument: the socket.
  const [device] = (await accepted) as [Socket]
  sockets.push(terminal, device)
  const peer = { pause: () => void device.pause(), resume: () => void device.resume() }
  const flow: Flow = createFlow('jt808', peer, createCounters(), limits)
  let [began, ended] = [0, 0]
  const end = (until: number) => {
    for (; ended < until; ended++) flow.end()
  }
  device.on('data', (bytes: Buffer) => {
    for (const _frame of framer.push(bytes)) {
      began++
      flow.begin()
    }
  })
  const frame = encode({ kind: 'heartbeat', header: { version: '2013', phone: '1', serial: 0 }, body: {} })
  const total = 400_000
  terminal.write(Uint8Array.from({ length: total * frame.length }, (_, at) => frame[at % frame.length] ?? 0))

  await expect.poll(() => flow.isHeld()).toBe(true)
  const held = began
  await expect.poll(() => terminal.writableLength).toBeGreaterThan(0)
  // What one read brought may be more than a thousand, never all of it.
  expect(held).toBeGreaterThanOrEqual(1_000)
  expect(held).toBeLessThan(10_000)
  end(held - 501)
  expect(flow.isHeld()).toBe(true)
  end(held - 500)
  expect(flow.isHeld()).toBe(false)
  await expect
    .poll(
      () => {
        end(began)
        return began
      },
      { timeout: 20_000, interval: 1 },
    )
    .toBe(total)
  server.close()
}, 30_000)

it('what was held back for its rate is read again, also when the timer comes early and nothing is under way', () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  let now = 1_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  let isRead = true
  const peer = { pause: () => void (isRead = false), resume: () => void (isRead = true) }
  const flow = createFlow('jt808', peer, createCounters(), { perSecondMax: 10, burstMax: 1, inFlightMax: 1_000 })

  for (let frame = 0; frame < 2; frame++) flow.take(now)
  flow.holdBack(now)
  expect(isRead).toBe(false)
  now = 1_099.5
  vi.advanceTimersByTime(101)
  expect(isRead).toBe(false)
  now = 1_101
  vi.advanceTimersByTime(1)

  expect(isRead).toBe(true)
})
