import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { encode, encodeBody, encodeParts, type Message, type MessageOf, type Outgoing } from '@tingzhou/jt808'
import { fixesOf, fixKind, readMinutes } from '@tingzhou/telemetry'
import type { TestTerminal } from '../testing.ts'
import { openStage, positionAt, type Stage } from './testing.ts'

const phone = '13800138000'
let test: TestDatabase
let stage: Stage
let terminal: TestTerminal

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  stage = await openStage(test)
  await stage.addTruck(phone)
  terminal = await stage.connect(phone)
  await terminal.admit()
})
afterEach(() => stage.close())

const answerTo = ({ body, kind }: Message) => (kind === 'platform_answer' ? body : kind)
const counts = () => stage.gateway.counters.read()

/** A frame of a body that nobody checks. */
const raw = (id: number, bytes: Uint8Array): Uint8Array =>
  encode({ kind: 'unknown', id, header: terminal.header(), body: { bytes } })

/** The body of a position, with other bytes from a place on. */
function bodyOf(body: MessageOf<'position'>['body'], at = 0, other: readonly number[] = []): Uint8Array {
  const bytes = encodeBody({ kind: 'position', header: { version: '2019', phone, serial: 0 }, body })
  bytes.set(other, at)
  return bytes
}

const [timeAt, noTime] = [22, [0, 0, 0, 0, 0, 0]] as const

async function keptFrames() {
  const rows = await test.db
    .selectFrom('telemetry_frame')
    .select(['why', 'body'])
    .where('zone_id', '=', stage.zoneId)
    .where('identity', '=', phone)
    .execute()
  return inOrder(rows.map(({ why, body }) => ({ why, hex: hexOf(body) })))
}

type Row = { readonly why: string | undefined; readonly hex: string }

/** Frames of one millisecond have no order of their own. */
const inOrder = (rows: readonly Row[]): readonly Row[] => rows.toSorted((a, b) => (a.hex < b.hex ? -1 : 1))
const expected = (frames: readonly Uint8Array[], whyOf: (at: number) => string | undefined) =>
  inOrder(frames.map((frame, at) => ({ why: whyOf(at), hex: hexOf(frame) })))

const hexOf = (frame: Uint8Array): string => Buffer.from(frame).toString('hex')

async function storedFixes() {
  const point = await test.db
    .selectFrom('telemetry_point')
    .select('id')
    .where('zone_id', '=', stage.zoneId)
    .where('template', '=', 'POS')
    .executeTakeFirstOrThrow()
  await stage.telemetry.store.flush(true)
  const { now } = stage.clock
  const minutes = await readMinutes(test.db, stage.zoneId, fixKind, point.id, now - 86_400_000, now + 86_400_000)
  return minutes.flatMap(({ minute, rows }) => fixesOf(rows, minute))
}

describe('what is wrong inside a body', () => {
  it('is passed over and counted by name, and loses nothing beside it', async () => {
    const body = bodyOf(positionAt(stage.clock.now))
    // An odometer of three bytes, a maker's item, and one that runs past the end.
    const items = [0x01, 3, 1, 2, 3, 0xe4, 2, 9, 9, 0x30, 9, 1]
    terminal.sendBytes(raw(0x0200, Uint8Array.from([...body, ...items])))

    expect(answerTo(await terminal.next())).toMatchObject({ answeredId: 0x0200, result: 'ok' })
    expect(await storedFixes()).toMatchObject([{ at: stage.clock.now, latDeg: 44.007806, odometerKm: null }])
    expect(counts()).toMatchObject({ 'jt808.forgiven.item_length': 1, 'jt808.forgiven.item_truncated': 1 })
  })

  it('loses one position of a batch and none of the others, and the batch is kept as it came', async () => {
    const items = [
      bodyOf(positionAt(stage.clock.now)),
      Uint8Array.of(1, 2, 3),
      bodyOf(positionAt(stage.clock.now + 1_000)),
    ]
    const batch = items.flatMap((item) => [0, item.length, ...item])
    const frame = raw(0x0704, Uint8Array.from([0, 3, 0, ...batch]))
    terminal.sendBytes(frame)

    expect(answerTo(await terminal.next())).toMatchObject({ answeredId: 0x0704, result: 'ok' })
    expect((await storedFixes()).map(({ at }) => at - stage.clock.now)).toEqual([0, 1_000])
    expect(await keptFrames()).toEqual([{ why: 'unread', hex: hexOf(frame) }])
  })

  it('closes no connection, however often it comes: reports for help without a time are answered and kept', async () => {
    const frames = Array.from({ length: 25 }, () =>
      raw(0x0200, bodyOf(positionAt(stage.clock.now, { alarmBits: 1 }), timeAt, noTime)),
    )
    for (const frame of frames) terminal.sendBytes(frame)

    for (const _frame of frames) expect(answerTo(await terminal.next())).toMatchObject({ result: 'ok' })
    expect(await keptFrames()).toEqual(expected(frames, () => 'time'))
    expect(counts()['jt808.frames_bad'] ?? 0).toBe(0)
  })

  it('that leaves nothing to be read is told, kept, and closes no connection', async () => {
    const frames = Array.from({ length: 25 }, (_, at) => raw(0x0200, Uint8Array.of(at)))
    for (const frame of frames) terminal.sendBytes(frame)

    for (const _frame of frames)
      expect(answerTo(await terminal.next())).toMatchObject({ answeredId: 0x0200, result: 'malformed' })
    expect(await keptFrames()).toEqual(expected(frames, () => 'unread'))
    terminal.send({ kind: 'heartbeat', header: terminal.header(), body: {} })
    expect(answerTo(await terminal.next())).toMatchObject({ result: 'ok' })
  })

  it('is refused where the header says another length, but for a device that is known to do so', async () => {
    const content = encode({ kind: 'position', header: terminal.header(), body: positionAt(stage.clock.now) })
    const short = framed(content.slice(1, -2).with(3, 27))
    terminal.sendBytes(short)
    expect(answerTo(await terminal.next())).toMatchObject({ result: 'malformed' })

    await stage.addTruck('13900000001', { isLenient: true, isTrusted: true })
    const lenient = await stage.connect('13900000001')
    const own = encode({ kind: 'position', header: lenient.header(), body: positionAt(stage.clock.now) })
    lenient.sendBytes(framed(own.slice(1, -2).with(3, 27)))
    expect(answerTo(await lenient.next())).toMatchObject({ result: 'ok' })
    expect(counts()['jt808.forgiven.body_length']).toBe(1)
  })
})

/** Escapes, sums and flags what stands between. */
function framed(content: Uint8Array): Uint8Array {
  const sum = content.reduce((xor, byte) => xor ^ byte, 0)
  const escaped = [...content, sum].flatMap((byte) => (byte === 0x7e ? [0x7d, 2] : byte === 0x7d ? [0x7d, 1] : [byte]))
  return Uint8Array.of(0x7e, ...escaped, 0x7e)
}

describe('a position that moves nothing', () => {
  it('is kept as it came, with the reason, before it is answered', async () => {
    const { now } = stage.clock
    const bodies = [
      bodyOf(positionAt(now + 3_600_000)),
      bodyOf(positionAt(Date.UTC(2000, 0, 1))),
      bodyOf(positionAt(now, { statusBits: 0b100011 })),
      bodyOf(positionAt(now), timeAt, [0x26, 0x1b]),
      bodyOf(positionAt(now), 8, [0xff, 0xff, 0xff, 0xff]),
    ]
    const frames = bodies.map((body) => raw(0x0200, body))
    for (const frame of frames) {
      terminal.sendBytes(frame)
      expect(answerTo(await terminal.next())).toMatchObject({ result: 'ok' })
    }

    const whys = ['time', 'time', 'encrypted', 'time', 'place']
    expect(await keptFrames()).toEqual(expected(frames, (at) => whys[at]))
    expect(await storedFixes()).toEqual([])
  })
})

const others: readonly Outgoing[] = [
  { kind: 'electronic_waybill', body: { data: Uint8Array.of(1, 2) } },
  { kind: 'driver_identity', body: { cardState: 'removed', timeMs: Date.UTC(2026, 10, 27, 4, 0) } },
  { kind: 'event_report', body: { eventId: 3 } },
  { kind: 'question_answer', body: { answeredSerial: 900, answerId: 1 } },
  { kind: 'info_subscription', body: { infoType: 1, subscribed: 'subscribe' } },
  { kind: 'media_event', body: { mediaId: 7, mediaKind: 'image', format: 'jpeg', event: 'timer', channel: 1 } },
  { kind: 'can_data', body: { firstFrameMs: 1_000, frames: [] } },
  { kind: 'transparent_up', body: { channelKind: 'serial_1', data: Uint8Array.of(5) } },
  { kind: 'compressed', body: { data: Uint8Array.of(0x1f, 0x8b) } },
].map((each) => ({ ...each, header: { version: '2013', phone, serial: 0 } })) as readonly Outgoing[]

describe('a message that no reading holds', () => {
  it('is kept as it came before it is answered, whatever it is', async () => {
    const frames = others.map((message) =>
      encode({ ...message, header: { ...terminal.header(), version: '2013' } } as Outgoing),
    )
    const unknown = [0x0f01, 0xe123].map((id) => raw(id, Uint8Array.of(1, 2, 3)))
    for (const frame of [...frames, ...unknown]) terminal.sendBytes(frame)

    for (const { kind } of others)
      expect([kind, answerTo(await terminal.next())]).toMatchObject([kind, { result: 'ok' }])
    for (const _frame of unknown) expect(answerTo(await terminal.next())).toMatchObject({ result: 'unsupported' })
    expect(await keptFrames()).toEqual(expected([...frames, ...unknown], () => 'other'))
  })

  it('is kept once, however often it is repeated', async () => {
    const frame = raw(0x0900, Uint8Array.of(0x41, 1))
    for (let count = 0; count < 3; count++) terminal.sendBytes(frame)
    for (let count = 0; count < 3; count++) expect(answerTo(await terminal.next())).toMatchObject({ result: 'ok' })

    expect(await keptFrames()).toHaveLength(1)
  })

  it('is not answered while it cannot be kept, and is kept when it comes again', async () => {
    const frame = raw(0x0900, Uint8Array.of(0x41, 1))
    await sql`alter table telemetry_frame rename to telemetry_frame_away`.execute(test.db)
    try {
      terminal.sendBytes(frame)
      await expect.poll(() => counts()['jt808.not_kept']).toBe(1)
    } finally {
      await sql`alter table telemetry_frame_away rename to telemetry_frame`.execute(test.db)
    }
    const heartbeat = terminal.header()
    terminal.send({ kind: 'heartbeat', header: heartbeat, body: {} })
    expect(answerTo(await terminal.next())).toMatchObject({ answeredSerial: heartbeat.serial })
    terminal.sendBytes(frame)

    expect(answerTo(await terminal.next())).toMatchObject({ answeredId: 0x0900, result: 'ok' })
    expect(await keptFrames()).toEqual([{ why: 'other', hex: hexOf(frame) }])
  })

  it('that came in packages is kept whole, is not answered before, and comes again when it could not be kept', async () => {
    const header = terminal.header()
    const body = { channelKind: 'serial_2', data: Uint8Array.from({ length: 2_500 }, (_, at) => at % 251) } as const
    const frames = encodeParts({ kind: 'transparent_up', header, body })
    for (let more = 1; more < frames.length; more++) terminal.header()
    await sql`alter table telemetry_frame rename to telemetry_frame_away`.execute(test.db)
    try {
      for (const frame of frames) terminal.sendBytes(frame)
      for (const _frame of frames.slice(1)) expect(answerTo(await terminal.next())).toMatchObject({ result: 'ok' })
      await expect.poll(() => counts()['jt808.not_kept']).toBe(1)
    } finally {
      await sql`alter table telemetry_frame_away rename to telemetry_frame`.execute(test.db)
    }
    for (const frame of frames) terminal.sendBytes(frame)
    for (const _frame of frames) expect(answerTo(await terminal.next())).toMatchObject({ result: 'ok' })

    expect(await keptFrames()).toEqual(expected(frames, () => 'other'))
  })

  it('of a platform that an echo sends back is not answered: it would go round for ever', async () => {
    const body = { answeredSerial: 1, answeredId: 2, result: 'ok' } as const
    terminal.send({ kind: 'platform_answer', header: terminal.header(), body })
    terminal.sendBytes(raw(0x9101, Uint8Array.of(1)))
    const header = terminal.header()
    terminal.send({ kind: 'heartbeat', header, body: {} })

    expect(answerTo(await terminal.next())).toMatchObject({ answeredSerial: header.serial, answeredId: 2 })
    expect(counts()['jt808.wrong_direction']).toBe(2)
  })
})
