import { describe, expect, it } from 'vitest'
import { createFramer, decode, encode, Jt808Error, type Message } from '@tingzhou/jt808'
import { broken } from './broken.ts'
import { identityOf } from './identity.ts'
import { terminalTime } from './look.ts'

const at = Date.UTC(2026, 10, 27, 4)
const phone = identityOf(5).phone
const frame = encode({
  kind: 'position',
  header: { version: '2019', phone, serial: 7 },
  body: {
    alarmBits: 0,
    statusBits: 3,
    latitude: 44,
    longitude: 87,
    altitudeM: 1,
    speedKmh: 60,
    directionDeg: 0,
    timeMs: at,
    items: [],
  },
})

/** What a platform reads of many broken frames: for each what came, or which rule it breaks. */
function heard(): ReadonlySet<string> {
  const found = new Set<string>()
  for (let serial = 0; serial < 400; serial++) {
    const line = { truck: { seed: 3 }, serial, readOptions: {} }
    const header = () => ({ version: '2019', phone, serial: 8 }) as const
    const framer = createFramer()
    const frames = framer.push(broken(line, frame, header))
    if (frames.length === 0) found.add('nothing')
    for (const one of frames) found.add(read(one))
    if (frames.length === 2 && frames.every((one) => Buffer.from(one).equals(frame))) found.add('doubled')
  }
  return found
}

function read(one: Uint8Array): string {
  try {
    return tell(decode(one))
  } catch (error) {
    if (error instanceof Jt808Error) return error.rule
    throw error
  }
}

function tell(message: Message): string {
  if (message.kind !== 'position') return message.kind
  if (message.header.phone !== phone) return `phone ${message.header.phone}`
  return String(((message.body.timeMs ?? 0) - at) / 86_400_000)
}

describe('a line that breaks frames', () => {
  it('breaks them in every way that the field does', () => {
    const early = (Date.UTC(2069, 11, 31, 16) - at) / 86_400_000
    const ways = ['0', '1', String(early), 'bcd_digit', 'heartbeat', 'nothing', 'doubled']
    expect([...heard()]).toEqual(expect.arrayContaining([...ways, `phone ${String(BigInt(phone) - 1n)}`]))
  })
})

describe('the clock of a terminal', () => {
  it('drifts by millionths from when it was set', () => {
    const identity = { ...identityOf(5), clockDriftPpm: 40 }
    const clock = { setAtMs: at, aheadMs: -2_000 }
    expect(terminalTime({ clock, identity }, at)).toBe(at - 2_000)
    expect(terminalTime({ clock, identity }, at + 86_400_000)).toBeCloseTo(at + 86_400_000 - 2_000 + 3_456, 6)
  })

  it('is asked for by most of 2019, and by none before', () => {
    const all = Array.from({ length: 2_000 }, (_, id) => identityOf(id))
    expect(all.filter(({ asksTime, version }) => asksTime && version !== '2019')).toEqual([])
    expect(all.filter(({ asksTime }) => asksTime).length).toBeGreaterThan(800)
    expect(all.every(({ clockDriftPpm }) => Math.abs(clockDriftPpm) <= 40)).toBe(true)
  })
})
