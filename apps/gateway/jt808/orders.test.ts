import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sql } from 'kysely'
import type { Json } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { decode, type Message, type MessageKind } from '@tingzhou/jt808'
import { epochMs } from '@tingzhou/kernel'
import { openCommands, setSecret } from '@tingzhou/telemetry'
import type { TestTerminal } from '../testing.ts'
import { writeOrder } from './orders.ts'
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

const picture = {
  channel: 1,
  command: 1,
  intervalS: 0,
  save: 'upload',
  resolution: '640x480',
  quality: 5,
  brightness: 128,
  contrast: 64,
  saturation: 64,
  chroma: 128,
} as const

/** The clock of the process that never goes back stands still from now on, but for what the test lets pass. */
function standStill(): (ms: number) => void {
  let nowMs = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  return (ms) => void (nowMs += ms)
}

/** What the terminal hears until the platform has answered its heartbeat, a look at the orders on the wire later. */
async function heardBy(terminal: TestTerminal): Promise<readonly Message[]> {
  const heard: Message[] = []
  // Connections are looked through once a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const header = terminal.header()
  terminal.send({ kind: 'heartbeat', header, body: {} })
  for (;;) {
    const message = await terminal.next()
    if (message.kind === 'platform_answer' && message.body.answeredSerial === header.serial) return heard
    heard.push(message)
  }
}

const saysOk = (terminal: TestTerminal, { header, id }: Message) =>
  terminal.send({
    kind: 'terminal_answer',
    header: terminal.header(),
    body: { answeredSerial: header.serial, answeredId: id, result: 'ok' },
  })

describe('an order that is not answered', () => {
  it('comes again after 10, 20 and 60 s, the same, and is given up 240 s after that', async () => {
    const device = await stage.addTruck(phone)
    const terminal = await stage.connect(phone)
    await terminal.admit()
    const pass = standStill()
    const id = await stage.order(device, 'track', { intervalS: 5, validityS: 60 }, 3_600_000)
    const first = await terminal.next()

    for (const waitMs of [10_000, 20_000, 60_000]) {
      pass(waitMs - 1)
      expect(await heardBy(terminal)).toEqual([])
      pass(1)
      expect(await heardBy(terminal)).toEqual([first])
    }
    for (const waitMs of [120_000, 119_999]) {
      pass(waitMs)
      expect(await heardBy(terminal)).toEqual([])
    }
    expect(await stage.orderState(id)).toMatchObject({ state: 'sent' })
    pass(1)
    expect(await heardBy(terminal)).toEqual([])
    await expect
      .poll(() => stage.orderState(id))
      .toEqual({ state: 'failed', answer: { fault: 'the terminal did not answer' } })
  }, 30_000)
})

describe('an order with an answer of its own', () => {
  it('is not sent again once the terminal has said that it came, and waits for that answer', async () => {
    const device = await stage.addTruck(phone)
    const terminal = await stage.connect(phone)
    await terminal.admit()
    const pass = standStill()
    const asked = [
      await stage.order(device, 'take_picture', picture, 3_600_000),
      await stage.order(device, 'vehicle_control', { commands: [{ kind: 'doors', doors: 'lock' }] }, 3_600_000),
    ]
    const sent = [await terminal.next(), await terminal.next()]
    for (const order of sent) saysOk(terminal, order)
    await heardBy(terminal)

    for (const waitMs of [10_200, 60_000, 100_000, 170_000]) {
      pass(waitMs)
      expect(await heardBy(terminal)).toEqual([])
    }
    for (const id of asked) expect(await stage.orderState(id)).toMatchObject({ state: 'sent' })
    const body = { answeredSerial: sent[1]?.header.serial ?? 0, position: positionAt(stage.clock.now) }
    terminal.send({ kind: 'vehicle_control_answer', header: terminal.header(), body })
    await expect
      .poll(() => stage.orderState(asked[1] ?? ''))
      .toMatchObject({ state: 'acknowledged', answer: { kind: 'vehicle_control_answer' } })
    // Of the picture nothing more is heard: its time ends it.
    stage.clock.now += 3_600_001
    expect(await heardBy(terminal)).toEqual([])
    expect(await stage.orderState(asked[0] ?? '')).toMatchObject({ state: 'sent' })
  }, 30_000)

  it('that terminals of 2011 do not have ends with what they do have', async () => {
    const device = await stage.addTruck(phone, { before2019: '2011' })
    const terminal = await stage.connect(phone, '2011')
    await terminal.admit()
    const id = await stage.order(device, 'take_picture', picture)

    saysOk(terminal, await terminal.next())

    await expect.poll(() => stage.orderState(id)).toEqual({ state: 'acknowledged', answer: { result: 'ok' } })
  })
})

describe('an order in the version of its terminal', () => {
  const circle = { areaId: 1, attributeBits: 0b10, latitude: 44, longitude: 87, radiusM: 500 }
  const limit = { speedMaxKmh: 60, overspeedS: 10 }
  const asked = (version: '2011' | '2013' | '2019', kind: MessageKind, body: Json) => {
    const sent = writeOrder(
      { id: 'a', deviceId: 'b', kind, body, expiresAt: epochMs(1) },
      { version, phone, serial: 1 },
      0,
    )
    if ('fault' in sent) return sent.fault
    const before2019 = version === '2019' ? {} : { before2019: version }
    return sent.frames.map((frame) => decode(frame, before2019).body)[0]
  }

  it('has the fields of that version, whoever asked for it and however', () => {
    const body = { action: 'append', circles: [{ ...circle, ...limit }] }
    expect(asked('2013', 'set_circles', body)).toEqual(body)
    const filled = { ...circle, ...limit, nightSpeedMaxKmh: 60, name: '' }
    expect(asked('2019', 'set_circles', body)).toEqual({ action: 'append', circles: [filled] })
    expect(asked('2013', 'set_circles', { action: 'append', circles: [filled] })).toEqual(body)

    expect(asked('2013', 'vehicle_control', { commands: [{ kind: 'doors', doors: 'lock' }] })).toEqual({
      controlBits: 1,
    })
    expect(asked('2019', 'vehicle_control', { controlBits: 0 })).toEqual({
      commands: [{ kind: 'doors', doors: 'open' }],
    })
    const parameters = [
      { kind: 'heartbeat_s', value: 60 },
      { kind: 'raw', id: 0xf364, bytes: '0102' },
    ]
    const read = [parameters[0], { kind: 'raw', id: 0xf364, bytes: Uint8Array.of(1, 2) }]
    expect(asked('2011', 'set_parameters', { parameters })).toEqual({ totalCount: 2, parameters: read })
    expect(asked('2019', 'set_parameters', { totalCount: 2, parameters })).toEqual({ parameters: read })

    const [corner, polygon] = [
      { cornerId: 1, segmentId: 2, latitude: 44, longitude: 87, widthM: 20, segmentBits: 0b10, ...limit },
      { areaId: 3, attributeBits: 0, vertices: [{ latitude: 44, longitude: 87 }] },
    ]
    const route = { areaId: 4, attributeBits: 0, points: [corner] }
    expect(asked('2011', 'set_route', { ...route, name: '北线' })).toEqual(route)
    expect(asked('2019', 'set_route', route)).toEqual({
      ...route,
      name: '',
      points: [{ ...corner, nightSpeedMaxKmh: 60 }],
    })
    expect(asked('2013', 'set_polygon', { ...polygon, name: '场' })).toEqual(polygon)
    expect(asked('2019', 'set_polygon', polygon)).toEqual({ ...polygon, name: '' })
  })

  it('that this version cannot say is refused, with field, value and rule', () => {
    const night = { action: 'append', circles: [{ ...circle, ...limit, nightSpeedMaxKmh: 40 }] }
    expect(asked('2013', 'set_circles', night)).toMatch(
      /^circles\[0\]\.nightSpeedMaxKmh 40 .*since 2019.*not_in_version/,
    )
    expect(asked('2011', 'query_attributes', {})).toMatch(/^kind query_attributes .*is in 2013, 2019.*speaks 2011/)
    expect(asked('2013', 'link_test', {})).toMatch(/^kind link_test .*is in 2019/)
    expect(asked('2019', 'terminal_control', { command: 'power_off', arguments: [] })).toMatch(/^command power_off /)
    expect(asked('2019', 'vehicle_control', { controlBits: 3 })).toMatch(/^controlBits 3 /)
    expect(asked('2013', 'vehicle_control', { commands: [{ kind: 'raw', id: 9, bytes: '' }] })).toMatch(/^commands /)
    expect(asked('2013', 'set_parameters', { parameters: [{ kind: 'raw', id: 1, bytes: 'xy' }] })).toMatch(
      /bytes "xy" /,
    )
  })

  it('knows it by what the terminal said last, also after it was changed', async () => {
    const device = await stage.addTruck(phone)
    const settings = async () => {
      const row = await test.db
        .selectFrom('telemetry_device')
        .select('settings')
        .where('id', '=', device)
        .executeTakeFirstOrThrow()
      return row.settings
    }
    const old = await stage.connect(phone, '2013')
    await old.admit()
    expect(await settings()).toMatchObject({ version: '2013' })
    const secret = 'known'
    await setSecret(test.db, stage.zoneId, device, secret)
    await stage.gateway.poll()

    const upgraded = await stage.connect(phone, '2019')
    const more = { imei: '1', softwareVersion: '2' }
    upgraded.send({ kind: 'authenticate', header: upgraded.header(), body: { authCode: secret, ...more } })
    await upgraded.next()
    upgraded.send({ kind: 'heartbeat', header: upgraded.header(), body: {} })

    await expect.poll(settings).toMatchObject({ version: '2019' })
  })

  it('of another device is not kept waiting by many that are never answered', async () => {
    const [silent, other] = [await stage.addTruck(phone), await stage.addTruck('13900000002')]
    const created = new Date(stage.clock.now)
    await sql`
      insert into telemetry_command (zone_id, id, device_id, kind, body, state, actor_id, actor_name, created_at, expires_at)
      select ${stage.zoneId}, gen_random_uuid(), ${silent}::uuid, 'query_position', '{}', s, 'a', 'a', ${created},
        ${new Date(stage.clock.now + 60_000)} from generate_series(1, 1500) n, unnest(array['sent', 'queued']) s`.execute(
      test.db,
    )
    const late = await stage.order(other, 'query_position', {})

    const open = await openCommands(test.db, stage.zoneId, [silent, other], epochMs(stage.clock.now))

    expect(open.map(({ id }) => id)).toContain(late)
    const of = (state: string) => open.filter((one) => one.deviceId === silent && one.state === state)
    expect([of('sent').length, of('queued').length, open.length]).toEqual([20, 20, 41])
  })
})

describe('an alarm that somebody has acknowledged', () => {
  const report = async (terminal: TestTerminal, alarmBits: number, ageMs = 0) => {
    const body = positionAt(stage.clock.now - ageMs, { alarmBits })
    terminal.send({ kind: 'position', header: terminal.header(), body })
    const told = await terminal.next()
    return told.kind === 'platform_answer' ? told.body.result : told.kind
  }
  const stateOf = (id: string) => stage.orderState(id)

  it('is told a terminal of 2011 by result 4, as long as it tells of it', async () => {
    const device = await stage.addTruck(phone)
    const terminal = await stage.connect(phone, '2011')
    await terminal.admit()
    expect(await report(terminal, 1)).toBe('ok')

    const id = await stage.order(device, 'confirm_alarm', { alarmSerial: 0, alarmBits: 1 })

    expect(await report(terminal, 1)).toBe('alarm_handled')
    // What it could not send before says nothing of now.
    expect(await report(terminal, 0, 400_000)).toBe('ok')
    expect(await report(terminal, 3)).toBe('alarm_handled')
    expect(await stateOf(id)).toMatchObject({ state: 'sent' })
    expect(await report(terminal, 2)).toBe('ok')
    await expect.poll(() => stateOf(id)).toEqual({ state: 'acknowledged', answer: { result: 'alarm_handled' } })
    expect(await report(terminal, 1)).toBe('ok')
  })

  it('is told by a message of its own where there is one, and a door that was opened illegally by result 4', async () => {
    const device = await stage.addTruck(phone)
    const terminal = await stage.connect(phone, '2013')
    await terminal.admit()

    const door = await stage.order(device, 'confirm_alarm', { alarmSerial: 0, alarmBits: 2 ** 31 })
    expect(await report(terminal, 2 ** 31)).toBe('alarm_handled')
    await stage.order(device, 'confirm_alarm', { alarmSerial: 0, alarmBits: 1 })
    expect(await terminal.next()).toMatchObject({ kind: 'confirm_alarm', body: { alarmSerial: 0, alarmBits: 1 } })
    expect(await report(terminal, 1)).toBe('ok')

    await expect.poll(() => stateOf(door)).toMatchObject({ state: 'acknowledged' })
  })

  it('is told over its next connection, and over none when the alarm is over by then', async () => {
    const device = await stage.addTruck(phone)
    const first = await stage.connect(phone, '2011')
    await first.admit()
    const id = await stage.order(device, 'confirm_alarm', { alarmSerial: 0, alarmBits: 1 })
    first.close()
    const second = await stage.connect(phone, '2011')
    await second.admit()
    await stage.gateway.poll()

    expect(await report(second, 0)).toBe('ok')

    await expect.poll(() => stateOf(id)).toEqual({ state: 'acknowledged', answer: { result: 'alarm_over' } })
  })
})
