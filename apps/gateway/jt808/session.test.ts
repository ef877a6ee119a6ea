import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { decode, encode, encodeBody, type Message, type Outgoing } from '@tingzhou/jt808'
import { fixesOf, fixFlags, fixKind, readMinutes } from '@tingzhou/telemetry'
import type { TestTerminal } from '../testing.ts'
import { openStage, positionAt, type Stage } from './testing.ts'

const phone = '13800138000'
let test: TestDatabase
let stage: Stage

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  stage = await openStage(test)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await stage.close()
})

const resultOf = ({ kind, body }: Message) => (kind === 'platform_answer' ? body.result : kind)
const counts = () => stage.gateway.counters.read()

async function admitted(number = phone): Promise<TestTerminal> {
  await stage.addTruck(number)
  const terminal = await stage.connect(number)
  await terminal.admit()
  return terminal
}

describe('a plain report with an old time', () => {
  it('is marked late when it is older than five minutes, and moves nothing back', async () => {
    const terminal = await admitted()
    const { now } = stage.clock
    for (const at of [now, now - 5 * 60_000, now - 5 * 60_000 - 1_000]) {
      terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(at) })
      expect(resultOf(await terminal.next())).toBe('ok')
    }

    const [[point = 0, last] = []] = stage.telemetry.last.fixes()
    await stage.telemetry.store.flush(true)
    const minutes = await readMinutes(test.db, stage.zoneId, fixKind, point, now - 3_600_000, now + 60_000)
    const fixes = minutes.flatMap(({ minute, rows }) => fixesOf(rows, minute))
    expect(fixes.map(({ at, flags }) => [at - now, flags])).toEqual([
      [-301_000, fixFlags.late],
      [-300_000, 0],
      [0, 0],
    ])
    expect(last?.at).toBe(now)
  })
})

/** The clock of the process that never goes back goes ahead by so much. */
function pass(ms: number): void {
  const real = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => real() + ms)
}

describe('a connection over which nothing is heard', () => {
  it('ends after three minutes, but not while it is not read for having sent too much', async () => {
    const [quiet, busy] = [await admitted(), await admitted('13900000001')]
    // The shortest frames, as many as one read takes: at 20 a second they hold it back for minutes.
    const heartbeat = encode({
      kind: 'heartbeat',
      header: { version: '2013', phone: '13900000001', serial: 9 },
      body: {},
    })
    busy.sendBytes(
      Uint8Array.from({ length: 4_300 * heartbeat.length }, (_, at) => heartbeat[at % heartbeat.length] ?? 0),
    )
    await expect.poll(() => counts()['jt808.held_back'] ?? 0).toBeGreaterThan(0)
    pass(185_000)

    await quiet.closed
    expect(counts()['jt808.idle']).toBe(1)
    expect(stage.gateway.online()).toHaveLength(1)
  }, 30_000)

  it('ends after three heartbeats of the terminal, where it has said how often they come', async () => {
    const device = await stage.addTruck(phone)
    const terminal = await stage.connect(phone)
    await terminal.admit()
    await stage.order(device, 'query_parameters', {})
    const asked = await terminal.next()
    terminal.send({
      kind: 'parameters_answer',
      header: terminal.header(),
      body: { answeredSerial: asked.header.serial, parameters: [{ kind: 'heartbeat_s', value: 600 }] },
    })
    const settings = async () => {
      const row = await test.db
        .selectFrom('telemetry_device')
        .select('settings')
        .where('id', '=', device)
        .executeTakeFirstOrThrow()
      return row.settings
    }
    await expect.poll(settings).toMatchObject({ heartbeatS: 600 })
    terminal.close()
    const [again, other] = [await stage.connect(phone), await admitted('13900000001')]
    await again.admit()
    pass(1_700_000)
    await other.closed
    expect(stage.gateway.online()).toEqual([device])
    vi.restoreAllMocks()
    pass(1_900_000)

    await again.closed
    expect(counts()['jt808.idle']).toBe(2)
  }, 30_000)
})

describe('a terminal that asks for the key of the platform', () => {
  it('is told it, and what it encrypts with it is read', async () => {
    const terminal = await admitted()
    const own = { exponent: 65_537, modulus: new Uint8Array(128).fill(0xa5) }
    terminal.send({ kind: 'terminal_key', header: terminal.header(), body: own })
    const told = await terminal.next()
    if (told.kind !== 'platform_key') throw new Error(`told ${told.kind}`)
    const n = Buffer.from(told.body.modulus).toString('base64url')
    const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })
    expect(told.body.exponent).toBe(65_537)

    const header = terminal.header()
    const body = encodeBody({ kind: 'position', header, body: positionAt(stage.clock.now) })
    const bytes = Uint8Array.from(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, body))
    terminal.send({ kind: 'encrypted', id: 0x0200, header: { ...header, encryption: 'rsa' }, body: { bytes } })

    expect(resultOf(await terminal.next())).toBe('ok')
    expect([...stage.telemetry.last.fixes()]).toMatchObject([[expect.any(Number), { at: stage.clock.now }]])
  })

  it('is told that nobody can read what it encrypts otherwise, and that is kept', async () => {
    const terminal = await admitted()
    const header = { ...terminal.header(), encryption: 'rsa' } as const
    terminal.send({ kind: 'encrypted', id: 0x0200, header, body: { bytes: new Uint8Array(128).fill(7) } })

    expect(resultOf(await terminal.next())).toBe('unsupported')
    const rows = await test.db.selectFrom('telemetry_frame').select('why').where('zone_id', '=', stage.zoneId).execute()
    expect(rows).toEqual([{ why: 'encrypted' }])
  })
})

describe('a code', () => {
  it('does not stand in the log of frames, however it is sent', async () => {
    const terminal = await admitted()
    const send = (id: number, text: string) => {
      const body = { bytes: Uint8Array.from(Buffer.from(text, 'latin1')) }
      terminal.send({ kind: 'unknown', id, header: terminal.header(), body })
    }
    send(0x0102, '\x99GEHEIM01')
    expect(resultOf(await terminal.next())).toBe('malformed')
    send(0x0102, `\x08GEHEIM01${'\xff'.repeat(35)}`)
    expect(resultOf(await terminal.next())).toBe('ok')

    const said = stage.gateway.frames.read('jt808', phone).map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
    expect(said.filter((text) => text.includes('GEHEIM'))).toEqual([])
    expect(counts()['jt808.faults'] ?? 0).toBe(0)
  })
})

describe('over UDP', () => {
  it('a terminal registers, shows its code, reports and is answered; each address is a connection', async () => {
    await stage.addTruck(phone)
    const port = stage.gateway.ports.jt808Udp ?? 0
    const socket = createSocket('udp4')
    const heard: Message[] = []
    const waiting: ((message: Message) => void)[] = []
    socket.on('message', (bytes) => {
      const message = decode(bytes)
      const next = waiting.shift()
      if (next) next(message)
      else heard.push(message)
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const next = (): Promise<Message> => {
      const ready = heard.shift()
      return ready ? Promise.resolve(ready) : new Promise((resolve) => waiting.push(resolve))
    }
    const ask = (message: Outgoing): Promise<Message> => {
      socket.send(encode(message), port, '127.0.0.1')
      return next()
    }
    const header = (serial: number) => ({ version: '2013', phone, serial }) as const
    try {
      expect(resultOf(await ask({ kind: 'heartbeat', header: header(0), body: {} }))).toBe('failed')
      const registered = await ask({
        kind: 'register',
        header: header(1),
        body: {
          provinceCode: 65,
          cityCode: 2301,
          maker: 'TZHOU',
          model: 'TZ-BD100',
          terminalId: 'TZ00001',
          plateColour: 'yellow',
          plate: '新B12345',
        },
      })
      const authCode = registered.kind === 'register_answer' ? (registered.body.authCode ?? '') : ''
      expect(resultOf(await ask({ kind: 'authenticate', header: header(2), body: { authCode } }))).toBe('ok')
      const report = { kind: 'position', header: header(3), body: positionAt(stage.clock.now) } as const
      expect(resultOf(await ask(report))).toBe('ok')

      expect(stage.gateway.online()).toHaveLength(1)
      expect([...stage.telemetry.last.fixes()]).toHaveLength(1)
      pass(185_000)
      await expect.poll(() => stage.gateway.online(), { timeout: 5_000 }).toEqual([])
    } finally {
      socket.close()
    }
  })
})
