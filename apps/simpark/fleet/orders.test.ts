import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createAssembler,
  createFramer,
  decode,
  encode,
  isFragment,
  type Message,
  type MessageOf,
  type Outgoing,
} from '@tingzhou/jt808'
import { createFleet, type Fleet } from './fleet.ts'
import { identityOf } from './identity.ts'

/** A platform that a test speaks for, byte by byte. */
type Platform = {
  readonly heard: { readonly message: Message; readonly frame: Uint8Array }[]
  readonly say: (message: Outgoing) => void
  readonly registrations: () => number
}

let server: Server
let fleet: Fleet
let platform: Platform
const sockets = new Set<Socket>()

// Numbers of trucks whose terminals are of these versions.
const ids = { '2011': 0, '2019': 5 } as const

afterEach(async () => {
  fleet.close()
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

async function open(version: keyof typeof ids): Promise<void> {
  const id = ids[version]
  const before2019 = version === '2011' ? { before2019: version } : {}
  const heard: Platform['heard'] = []
  let registrations = 0
  let say: Platform['say'] = () => {}
  server = createServer((socket) => {
    sockets.add(socket)
    const framer = createFramer()
    say = (message) => void socket.write(encode(message))
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      for (const frame of framer.push(bytes)) {
        const message = decode(frame, before2019)
        const header = { ...message.header, serial: 0, package: null }
        const answeredSerial = message.header.serial
        if (message.kind === 'register') {
          registrations++
          say({ kind: 'register_answer', header, body: { answeredSerial, result: 'ok', authCode: 'code' } })
        } else if (message.kind === 'authenticate' || message.kind === 'position')
          say({ kind: 'platform_answer', header, body: { answeredSerial, answeredId: message.id, result: 'ok' } })
        heard.push({ message, frame })
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  platform = { heard, say: (message) => say(message), registrations: () => registrations }
  fleet = createFleet({
    // A TCP listener has a port.
    port: (server.address() as AddressInfo).port,
    count: id + 1,
    spreadMs: 0,
    brokenShare: 0,
    sosPerDay: 0,
    reconnectMs: { first: 200, most: 200 },
    reportEveryMs: 60_000,
  })
  // One terminal only speaks to this platform.
  for (const terminal of fleet.terminals) if (terminal.identity.id !== id) terminal.close()
  await expect.poll(() => fleet.terminals[id]?.isOnline(), { timeout: 5_000 }).toBe(true)
}

const headerFor = (version: keyof typeof ids, serial: number) => ({
  version,
  phone: identityOf(ids[version]).phone,
  serial,
})

async function hear<K extends Message['kind']>(kind: K, count = 1): Promise<MessageOf<K>> {
  const found = () => platform.heard.filter(({ message }) => message.kind === kind)
  await expect.poll(() => found().length, { timeout: 5_000 }).toBeGreaterThanOrEqual(count)
  // Of the kind that was looked for.
  return found()[count - 1]?.message as MessageOf<K>
}

const picture = {
  channel: 1,
  command: 1,
  intervalS: 0,
  save: 'upload',
  resolution: '320x240',
  quality: 5,
  brightness: 128,
  contrast: 64,
  saturation: 64,
  chroma: 128,
} as const

describe('a terminal of 2019', () => {
  beforeEach(() => open('2019'))

  it('keeps areas as they are set, and says which it has', async () => {
    const circle = (areaId: number) => ({
      areaId,
      attributeBits: 0,
      latitude: 44,
      longitude: 87,
      radiusM: 500,
      name: '场',
    })
    const set = (serial: number, action: 'replace' | 'append', areaIds: readonly number[]) =>
      platform.say({
        kind: 'set_circles',
        header: headerFor('2019', serial),
        body: { action, circles: areaIds.map(circle) },
      })
    set(1, 'append', [1, 2])
    set(2, 'replace', [3, 4])
    set(3, 'append', [5])
    platform.say({ kind: 'delete_circles', header: headerFor('2019', 4), body: { areaIds: [4] } })
    platform.say({ kind: 'query_areas', header: headerFor('2019', 5), body: { areaKind: 'circle', areaIds: [] } })
    platform.say({ kind: 'query_areas', header: headerFor('2019', 6), body: { areaKind: 'circle', areaIds: [5, 1] } })

    expect((await hear('areas_answer')).body).toEqual({ areaKind: 'circle', areas: [circle(3), circle(5)] })
    expect((await hear('areas_answer', 2)).body.areas).toEqual([circle(5)])
    const answers = platform.heard.flatMap(({ message }) => (message.kind === 'terminal_answer' ? [message.body] : []))
    expect(answers.map(({ answeredSerial, result }) => [answeredSerial, result])).toEqual([
      [1, 'ok'],
      [2, 'ok'],
      [3, 'ok'],
      [4, 'ok'],
    ])
  })

  it('locks its doors and reports them locked', async () => {
    const commands = [{ kind: 'doors', doors: 'lock' }] as const
    platform.say({ kind: 'vehicle_control', header: headerFor('2019', 1), body: { commands } })

    const { body } = await hear('vehicle_control_answer')
    expect(body.answeredSerial).toBe(1)
    expect(body.position.statusBits & (1 << 12)).toBe(1 << 12)
  })

  it('sends again the packages of a picture that are missing, byte for byte; shoots once for an order that comes twice', async () => {
    const order = { kind: 'take_picture', header: headerFor('2019', 9), body: picture } as const
    platform.say(order)
    await hear('picture_answer')
    await hear('part')
    const parts = () => platform.heard.filter(({ message }) => message.kind === 'part')
    const total = parts()[0]?.message.header.package?.total ?? 0
    expect(total).toBeGreaterThan(2)
    await hear('part', total)
    const { frame, message } = parts()[1] ?? {}
    const header = headerFor('2019', 10)
    platform.say({ kind: 'media_answer', header, body: { mediaId: 1, indexes: [2] } })
    await hear('part', total + 1)
    const firstSerial = (message?.header.serial ?? 0) - 1
    platform.say({ kind: 'platform_resend_request', header, body: { firstSerial, indexes: [2] } })
    await hear('part', total + 2)

    expect(
      parts()
        .slice(total)
        .map((each) => each.frame),
    ).toEqual([frame, frame])
    platform.say(order)
    expect((await hear('picture_answer', 2)).body).toEqual({ answeredSerial: 9, result: 'ok', mediaIds: [1] })
    platform.say({ kind: 'media_answer', header, body: { mediaId: 1 } })
    await expect.poll(() => fleet.counts().picturesSent).toBe(1)
    expect(parts()).toHaveLength(total + 2)
  })

  it('restarts when told so and shows the code that it has; what it cannot do it says', async () => {
    platform.say({ kind: 'query_driver', header: headerFor('2019', 1), body: {} })
    expect((await hear('terminal_answer')).body).toEqual({
      answeredSerial: 1,
      answeredId: 0x8702,
      result: 'unsupported',
    })
    platform.say({ kind: 'terminal_control', header: headerFor('2019', 2), body: { command: 'reset', arguments: [] } })

    expect((await hear('terminal_answer', 2)).body).toMatchObject({ answeredSerial: 2, result: 'ok' })
    await hear('authenticate', 2)
    expect(platform.registrations()).toBe(1)
    await expect.poll(() => fleet.terminals[ids['2019']]?.isOnline(), { timeout: 5_000 }).toBe(true)
  })
})

describe('a terminal of 2011', () => {
  beforeEach(() => open('2011'))

  it('answers in the layout of its version', async () => {
    platform.say({ kind: 'query_position', header: headerFor('2011', 1), body: {} })
    expect((await hear('position_answer')).body).toMatchObject({ position: { longitude: expect.any(Number) } })
    platform.say({ kind: 'take_picture', header: headerFor('2011', 2), body: picture })
    const first = await hear('media_data')
    const total = 'partCount' in first.body ? first.body.partCount : 0
    expect(total).toBeGreaterThan(2)
    await hear('media_data', total)

    const assembler = createAssembler()
    const pieces = platform.heard.flatMap(({ message }) =>
      message.kind === 'media_data' && isFragment(message) ? [message] : [],
    )
    const last = pieces.map((piece) => assembler.addFragment(piece, 0)).at(-1)
    // A JPEG begins and ends so.
    const bytes = last?.state === 'complete' ? last.whole.bytes : new Uint8Array(0)
    expect([...bytes.slice(0, 2), ...bytes.slice(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9])
    platform.say({
      kind: 'media_answer',
      header: headerFor('2011', 3),
      body: { answeredSerial: first.header.serial, mediaId: 1, indexes: [2] },
    })
    const again = await hear('media_data', total + 1)
    expect(again).toEqual(pieces[1])
  })
})
