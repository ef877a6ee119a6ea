import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { encode, fieldProfiles, type Message, type Profile } from '@tingzhou/jt808'
import { connectTerminal, type TestTerminal } from '../testing.ts'
import { openStage, positionAt, type Stage } from './testing.ts'

const phone = '13800138000'
let test: TestDatabase
let stage: Stage
const terminals: TestTerminal[] = []

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  stage = await openStage(test)
})
afterEach(async () => {
  for (const terminal of terminals.splice(0)) terminal.close()
  await stage.close()
})

async function connectAs(profile: Profile, version: '2013' | '2019', number = phone): Promise<TestTerminal> {
  const terminal = await connectTerminal(stage.gateway.ports.jt808 ?? 0, number, version, 'TZ00001', profile)
  terminals.push(terminal)
  return terminal
}

const resultOf = ({ kind, body }: Message) => (kind === 'platform_answer' ? body.result : kind)
const counts = () => stage.gateway.counters.read()

/** The frame with a checksum that means nothing. */
function unsummed(frame: Uint8Array): Uint8Array {
  const sum = frame.at(-2) ?? 0
  return frame.with(frame.length - 2, sum === 0x11 ? 0x22 : 0x11)
}

describe('a terminal whose checksum means nothing', () => {
  it('is heard when it is known for that, from its first frame on', async () => {
    await stage.addTruck(phone, { profile: 'noChecksum', isTrusted: true })
    const terminal = await connectAs(fieldProfiles.noChecksum, '2013')
    for (let count = 0; count < 25; count++)
      terminal.sendBytes(unsummed(encode({ kind: 'heartbeat', header: terminal.header(), body: {} })))

    for (let count = 0; count < 25; count++) expect(resultOf(await terminal.next())).toBe('ok')
    expect(counts()).toMatchObject({ 'jt808.forgiven.checksum': 25 })
    expect(counts()['jt808.frames_bad'] ?? 0).toBe(0)
  })

  it('is not heard when it is not: frames that do not sum up close its connection', async () => {
    await stage.addTruck(phone, { isTrusted: true })
    const terminal = await connectAs(fieldProfiles.standard, '2013')
    for (let count = 0; count < 20; count++)
      terminal.sendBytes(unsummed(encode({ kind: 'heartbeat', header: terminal.header(), body: {} })))

    await terminal.closed
    expect(counts()).toMatchObject({ 'jt808.refused.checksum': 20, 'jt808.closed_for_bad_frames': 1 })
  })
})

describe('a terminal with a header of 2019 and bodies of 2013', () => {
  it('is answered with the header that it has', async () => {
    await stage.addTruck(phone, { profile: 'header2019Body2013' })
    const terminal = await connectAs(fieldProfiles.header2019Body2013, '2013')
    await terminal.admit()
    terminal.send({ kind: 'heartbeat', header: terminal.header(), body: {} })

    expect(await terminal.next()).toMatchObject({ header: { protocolVersion: 1, phone }, body: { result: 'ok' } })
    const sent = stage.gateway.frames.read('jt808', phone).filter(({ direction }) => direction === 'down')
    // Bit 14 of the attributes.
    expect(sent.map(({ bytes }) => (bytes[3] ?? 0) & 0x40)).toEqual([0x40, 0x40, 0x40])
  })

  it('has its orders written in the same way', async () => {
    const device = await stage.addTruck(phone, { profile: 'header2019Body2013' })
    const terminal = await connectAs(fieldProfiles.header2019Body2013, '2013')
    await terminal.admit()
    await stage.order(device, 'text', { flagBits: 13, text: '已派单' })

    expect(await terminal.next()).toMatchObject({
      kind: 'text',
      header: { protocolVersion: 1 },
      body: { text: '已派单' },
    })
  })
})

describe('a terminal with the delimiter 0xE7', () => {
  it('registers, reports and is answered on the same port as all others', async () => {
    await stage.addTruck(phone, { profile: 'alternativeFlags' })
    await stage.addTruck('13900000001')
    const terminal = await connectAs(fieldProfiles.alternativeFlags, '2013')
    const other = await stage.connect('13900000001')
    // What a modem says before the first frame, the other delimiter among it.
    terminal.sendBytes(Uint8Array.of(0x41, 0x54, 0x7e, 0x0d))
    await Promise.all([terminal.admit(), other.admit()])
    terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(stage.clock.now) })
    other.send({ kind: 'position', header: other.header(), body: positionAt(stage.clock.now) })

    expect(resultOf(await terminal.next())).toBe('ok')
    expect(resultOf(await other.next())).toBe('ok')
    expect([...stage.telemetry.last.fixes()]).toHaveLength(2)
  })

  it('is heard whatever its settings say, for its first frame tells', async () => {
    await stage.addTruck(phone)
    const terminal = await connectAs(fieldProfiles.alternativeFlags, '2013')
    await terminal.admit()
    await stage.addTruck('13900000001', { profile: 'alternativeFlags' })
    const plain = await connectAs(fieldProfiles.standard, '2013', '13900000001')
    await plain.admit()

    expect(stage.gateway.online()).toHaveLength(2)
  })

  it('is what no standard terminal is taken for whose line begins with a byte of noise', async () => {
    await stage.addTruck(phone)
    const terminal = await connectAs(fieldProfiles.standard, '2019')
    terminal.sendBytes(Uint8Array.of(0xe7, 0x01, 0xe7))
    await terminal.admit()

    expect(stage.gateway.online()).toHaveLength(1)
  })
})
