import fc from 'fast-check'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { crc212, decode, formatQn, formatTime, frameOf, parseTime, printCrc } from '@tingzhou/hj212'
import { examples } from '@tingzhou/hj212/examples'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  contactOrders,
  openTelemetry,
  queueCommand,
  readMinutes,
  sampleKind,
  tellFirst,
  type Revision,
  type Telemetry,
} from '@tingzhou/telemetry'
import { openGateway, type Gateway } from '../gateway.ts'
import { connectMonitor, type TestMonitor } from '../testing.ts'

let test: TestDatabase
let zoneId: string
let telemetry: Telemetry
let gateway: Gateway
const monitors: TestMonitor[] = []
const clock = { now: 0 }
const now = () => epochMs(clock.now)
const log = pino({ level: 'silent' })
const [water, flue, air] = ['650100C0FFEE00000000C0D1', '650100C0FFEE000000000A01', '650100C0FFEE000000000B02']

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  zoneId = newId()
  clock.now = at('20260703110000')
  await open()
})
afterEach(async () => {
  for (const monitor of monitors.splice(0)) monitor.close()
  await gateway.close()
  await telemetry.close()
})

/** An instant of a time as the examples write it. */
const at = (text: string): number => parseTime(text) ?? Number.NaN

async function open(): Promise<void> {
  telemetry = await openTelemetry({ database: test.database, zoneId, clock: now, log, stream: 'test' }, false)
  const deps = { db: test.db, zoneId, clock: now, log, telemetry, keepMedium: async () => {} }
  gateway = await openGateway(deps, { host: '127.0.0.1', hj212: 0 })
}

/** Ends the gateway and opens another one; a process that is killed leaves what it held to its journal. */
async function restart(isKilled = false): Promise<void> {
  await gateway.close()
  if (!isKilled) await telemetry.close()
  await open()
}

/** Makes a device known. @returns its id */
async function know(mn: string, secret = '654321'): Promise<string> {
  const id = await test.db.transaction().execute(async (tx) => {
    const [nodeId, name] = [newId(), { zh: '站', en: 'Station' }]
    const segment = `S-${mn.replaceAll('_', '-').slice(-20)}`
    const wish = {
      id: nodeId,
      parentId: null,
      level: 'equipment',
      segment,
      name,
      profileKey: null,
      partyId: null,
    } as const
    await addNode(tx, zoneId, wish)
    const device = { id: newId(), protocol: 'hj212', identity: mn, name: mn, nodeId, secret, settings: {} } as const
    const added = await addDevice(tx, zoneId, device)
    if (!added.ok) throw new Error(added.error.kind)
    return added.value.id
  })
  await gateway.poll()
  return id
}

async function dial(): Promise<TestMonitor> {
  const monitor = await connectMonitor(gateway.ports.hj212 ?? 0)
  monitors.push(monitor)
  return monitor
}

/** A frame with this segment. */
const framed = (segment: string): string =>
  Buffer.from(frameOf(Buffer.from(segment)))
    .toString('utf8')
    .trimEnd()

/** Everything that was kept of a device: by point, values with time and quality. */
async function stored(mn: string): Promise<Record<string, (readonly [at: number, value: number, quality: number])[]>> {
  await telemetry.store.flush(true)
  const points = await test.db
    .selectFrom('telemetry_point as p')
    .innerJoin('telemetry_device as d', 'd.node_id', 'p.node_id')
    .select(['p.id', 'p.template'])
    .where('d.zone_id', '=', zoneId)
    .where('d.identity', '=', mn)
    .execute()
  const kept: Record<string, (readonly [number, number, number])[]> = {}
  for (const { id, template } of points) {
    const rows = await test.db
      .selectFrom('sample_minute')
      .select('minute')
      .where('zone_id', '=', zoneId)
      .where('point_id', '=', id)
      .execute()
    const { mantissa, scale } = telemetry.catalog.resolutionOf(id)
    for (const { minute: from } of rows)
      for (const { minute, rows: samples } of await readMinutes(test.db, zoneId, sampleKind, id, from, from + 60_000))
        for (let place = 0; place < samples.count * 3; place += 3) {
          const [time = 0, steps = 0, quality = 0] = samples.data.slice(place, place + 3)
          ;(kept[template ?? ''] ??= []).push([minute * 60_000 + time, (steps * mantissa) / 10 ** scale, quality])
        }
  }
  return kept
}

const keptFrames = async (identity: string) =>
  (
    await test.db
      .selectFrom('telemetry_frame')
      .select(['why', 'body'])
      .where('zone_id', '=', zoneId)
      .where('identity', '=', identity)
      .execute()
  ).map(({ why, body }) => ({ why, text: Buffer.from(body).toString('utf8').trimEnd() }))

// Beside its quality a sample that took the place of another one says so.
const corrected = 8

type SaidOnce = readonly [value: number, quality: number] | null

/** What was revised of a device, the oldest first: by point its time, what was kept and what came. */
async function revisions(identity: string) {
  const rows = await test.db
    .selectFrom('telemetry_frame')
    .select('revision')
    .where('zone_id', '=', zoneId)
    .where('identity', '=', identity)
    .where('revision', 'is not', null)
    .orderBy('received_at')
    .execute()
  return rows.map(({ revision }) => {
    const { kind, changes } = revision as unknown as Pick<Revision, 'kind' | 'changes'>
    const saidOf = (said: Revision['changes'][number]['before']): SaidOnce => said && [said.value, said.quality]
    return {
      kind,
      changes: changes.map(({ point, at: time, before, after }) => {
        const code = telemetry.catalog.find(point)?.code ?? ''
        return [code.slice(code.lastIndexOf('.') + 1), time, saidOf(before), saidOf(after)] as const
      }),
    }
  })
}

async function order(
  deviceId: string,
  kind: string,
  body: Record<string, string | number>,
  forS = 600,
): Promise<string> {
  const who = { actorId: 'a', actorName: 'A', reason: null, expiresAt: epochMs(clock.now + forS * 1_000) }
  const command = { id: newId(), deviceId, kind, body, ...who }
  await queueCommand(test.db, zoneId, command, now())
  return command.id
}

const commandOf = (id: string) =>
  test.db
    .selectFrom('telemetry_command')
    .select(['state', 'answer', 'attempts'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()

const qnOf = (frame: string): string => /QN=(\d{17})/.exec(frame)?.[1] ?? ''
const count = (name: string): number => gateway.counters.read()[name] ?? 0

describe('a monitor', () => {
  it('uploads, and is answered byte for byte as the standard says when its values are durable', async () => {
    await know(water)
    const monitor = await dial()

    monitor.send(examples.water)

    expect(await monitor.next()).toBe(examples.waterAnswer)
    const journal = await test.db.selectFrom('telemetry_journal').select('seq').where('zone_id', '=', zoneId).execute()
    expect(journal).toHaveLength(1)
    const time = at('20260703081500')
    expect(await stored(water)).toMatchObject({
      'w00000-Rtd': [[time, 12.4, 0]],
      'w01001-Rtd': [[time, 7.32, 0]],
      'w01018-Rtd': [[time, 28.6, 0]],
      'w01018-Flag': [[time, 78, 0]],
      'w21003-Rtd': [[time, 1.85, 0]],
    })
    const point = telemetry.catalog.find(await pointOf(water, 'w01018-Rtd'))
    expect(point).toMatchObject({ unit: 'mg/L', name: { zh: '化学需氧量 实时值' }, kind: 'analog' })
  })

  it('keeps periods apart, and joins the packets of a record in whatever order they come', async () => {
    await know(flue)
    await know(air)
    const monitor = await dial()

    // One logger may speak for several.
    monitor.send(examples.flueGas, examples.airPart2, examples.airPart1)

    const answers = [await monitor.next(), await monitor.next(), await monitor.next()].toSorted()
    expect(answers.map(qnOf)).toEqual(['20260703090000001', '20260703091000200', '20260703091000201'])
    expect(answers.every((answer) => answer.includes('CN=9014'))).toBe(true)
    const hour = at('20260703080000')
    expect(await stored(flue)).toMatchObject({
      'a00000-Cou-hour': [[hour, 182_160, 0]],
      'a21026-ZsAvg-hour': [[hour, 11.6, 0]],
      'a19001-Avg-hour': [[hour, 9.2, 0]],
    })
    const minute = at('20260703090000')
    expect(await stored(air)).toMatchObject({
      'a34004-Avg-minute': [[minute, 31, 0]],
      'a34002-Avg-minute': [[minute, 58, 0]],
      'a21026-Avg-minute': [[minute, 6, 0]],
      'a21005-Avg-minute': [[minute, 0.412, 0]],
    })
    expect(telemetry.catalog.find(await pointOf(air, 'a34004-Avg-minute'))?.unit).toBe('µg/m³')
    expect(count('hj212.records_whole')).toBe(1)
  })

  it('of 2005 is heard under its old codes; a heartbeat of 2025 is answered as a notice', async () => {
    await know('88888880000001', '123456')
    await know(flue)
    const monitor = await dial()

    monitor.send(examples.of2005, examples.heartbeat)

    expect(await monitor.next()).toMatch(/QN=20260703110100000;ST=91;CN=9013;PW=654321;MN=.*;Flag=8;CP=&&&&/)
    const time = at('20260703081500')
    // No answer was asked for.
    await expect
      .poll(() => stored('88888880000001'))
      .toMatchObject({
        // Nobody said that it is valid.
        'w00000-Rtd': [[time, 36.9, 1]],
        'w01018-Rtd': [[time, 31, 0]],
        'w21003-Rtd': [[time, 1.8, 0]],
      })
    expect(monitor.heard()).toEqual([])
  })

  it('says in words what no reading holds: its frame is kept, then it is answered', async () => {
    await know('A110000_XJCJ_WWTP_000001')
    const monitor = await dial()

    monitor.send(examples.log)

    expect(qnOf(await monitor.next())).toBe('20260703110000000')
    const [kept] = await keptFrames('A110000_XJCJ_WWTP_000001')
    expect(kept?.why).toBe('text')
    expect(kept?.text).toContain('i11001-Info=//更换试剂//')
    expect(kept?.text).toContain('PW=******')
  })

  it('of an MN that is not hexadecimal is odd only as long as nobody knows it', async () => {
    const monitor = await dial()
    monitor.send(examples.log)
    await expect.poll(() => count('hj212.forgiven')).toBe(1)

    await know('A110000_XJCJ_WWTP_000001')
    monitor.send(examples.log)

    await monitor.next()
    expect(count('hj212.forgiven')).toBe(1)
  })

  it('marks what its flags say, keeps letters nobody knows, and has no value where there is none', async () => {
    await know(water)
    const monitor = await dial()
    const head = `QN=20260703081500120;ST=32;CN=2051;PW=654321;MN=${water};Flag=5`

    monitor.send(
      framed(
        `${head};CP=&&DataTime=20260703081000;w01018-Avg=20.1,w01018-Flag=M;w21003-Avg=9.9,w21003-Flag=D;w21011-Avg=0.2,w21011-Flag=P;w01001-Avg=-,w01001-Flag=B;SB1-RS=1&&`,
      ),
    )

    await monitor.next()
    const time = at('20260703081000')
    const kept = await stored(water)
    expect(kept).toMatchObject({
      'w01018-Avg-minute': [[time, 20.1, 2]],
      'w21003-Avg-minute': [[time, 9.9, 3]],
      'w21011-Avg-minute': [[time, 0.2, 3]],
      'w21011-Flag-minute': [[time, 'P'.charCodeAt(0), 0]],
      'w01001-Flag-minute': [[time, 'B'.charCodeAt(0), 0]],
    })
    expect(kept['w01001-Avg-minute']).toBeUndefined()
    expect(count('hj212.values_missing')).toBe(1)
  })

  it('from the future, from 1970, or without a time: its frame is kept, no reading is made', async () => {
    await know(water)
    const monitor = await dial()
    const head = `ST=32;CN=2011;PW=654321;MN=${water};Flag=5`

    monitor.send(
      framed(`QN=20260703110000001;${head};CP=&&DataTime=20360703110000;w01018-Rtd=1&&`),
      framed(`QN=20260703110000002;${head};CP=&&DataTime=19700101080000;w01018-Rtd=2&&`),
      framed(`QN=20260703110000003;${head};CP=&&DataTime=20260231110000;w01018-Rtd=3&&`),
    )

    for (let one = 0; one < 3; one++) expect(await monitor.next()).toContain('CN=9014')
    expect(await stored(water)).toEqual({})
    expect((await keptFrames(water)).map(({ why }) => why)).toEqual(['time', 'time', 'time'])
    expect(count('hj212.time_refused')).toBe(3)
  })

  it('that sends a record twice is answered twice and kept once; another content takes its place and the first stays on record', async () => {
    await know(water)
    const monitor = await dial()

    monitor.send(examples.water, examples.water)
    expect([await monitor.next(), await monitor.next()]).toEqual([examples.waterAnswer, examples.waterAnswer])
    monitor.send(framed(segmentOf(examples.water).replace('28.6', '82.6')))
    expect(await monitor.next()).toBe(examples.waterAnswer)

    expect((await stored(water))['w01018-Rtd']).toEqual([[at('20260703081500'), 82.6, corrected]])
    expect((await stored(water))['w01001-Rtd']).toEqual([[at('20260703081500'), 7.32, 0]])
    expect([count('hj212.repeats'), count('hj212.revised')]).toEqual([1, 1])
    expect((await keptFrames(water)).map(({ why, text }) => [why, text.includes('82.6')])).toEqual([['revised', true]])
    expect(await revisions(water)).toEqual([
      { kind: '2011', changes: [['w01018-Rtd', at('20260703081500'), [28.6, 0], [82.6, 0]]] },
    ])
  })

  it('that corrects what was kept long ago is known as such over any connection, after any restart, and once a frame', async () => {
    await know(water)
    const send = async (...texts: string[]) => {
      clock.now += 1_000
      const monitor = await dial()
      for (const text of texts) {
        monitor.send(framed(text))
        expect(await monitor.next()).toBe(examples.waterAnswer)
      }
      monitor.close()
    }
    const first = segmentOf(examples.water)
    const later = first.replaceAll('0815', '0915')
    const second = first.replace('28.6,w01018-Flag=N', '29.9,w01018-Flag=D')
    await send(first, later.replace('QN=20260703091500120', 'QN=20260703081500120'))
    await telemetry.store.flush(true)

    await send(second)
    await restart()
    await send(second)
    await telemetry.store.flush(true)
    await restart()
    await send(first)

    expect((await stored(water))['w01018-Rtd']).toEqual([
      [at('20260703081500'), 28.6, corrected],
      [at('20260703091500'), 28.6, 0],
    ])
    const [bad, good] = [3, 0]
    const [n, d] = ['N'.codePointAt(0), 'D'.codePointAt(0)]
    const time = at('20260703081500')
    expect(await revisions(water)).toEqual([
      {
        kind: '2011',
        changes: [
          ['w01018-Rtd', time, [28.6, good], [29.9, bad]],
          ['w01018-Flag', time, [n, good], [d, good]],
        ],
      },
      {
        kind: '2011',
        changes: [
          ['w01018-Rtd', time, [29.9, bad], [28.6, good]],
          ['w01018-Flag', time, [d, good], [n, good]],
        ],
      },
    ])
  })

  it('that says many things of one record at once: the last of them counts, also after a kill', async () => {
    await know(water)
    const monitor = await dial()
    const first = segmentOf(examples.water)
    const said = Array.from({ length: 20 }, (_, index) => first.replace('28.6', String(index)))

    monitor.send(...said.map((text) => framed(text)))
    for (const _ of said) expect(await monitor.next()).toBe(examples.waterAnswer)

    expect(
      (await revisions(water)).map(({ changes }) => changes.map(([, , before, after]) => [before?.[0], after?.[0]])),
    ).toEqual(Array.from({ length: 19 }, (_, index) => [[index, index + 1]]))
    // The journal alone has it: nothing was written to rows.
    await restart(true)
    expect((await stored(water))['w01018-Rtd']).toEqual([[at('20260703081500'), 19, corrected]])
  })

  it('that nobody knows is not answered and stands in quarantine with its frame; once known it is let in', async () => {
    const monitor = await dial()
    monitor.send(examples.water)
    const found = () =>
      test.db
        .selectFrom('telemetry_device')
        .select(['state', 'refused', 'protocol'])
        .where('zone_id', '=', zoneId)
        .where('identity', '=', water)
        .executeTakeFirst()
    await expect.poll(found).toEqual({ state: 'quarantined', refused: 1, protocol: 'hj212' })
    await expect.poll(() => keptFrames(water)).toMatchObject([{ why: 'stranger' }])

    await know(water)
    monitor.send(examples.water)

    expect(await monitor.next()).toBe(examples.waterAnswer)
    expect(monitor.heard()).toEqual([])
  })

  it('with a wrong password is not answered; neither log nor frames show passwords', async () => {
    await know(water)
    const monitor = await dial()
    const wrong = segmentOf(examples.water).replace('PW=654321', 'PW=654320')

    monitor.send(framed(wrong), examples.flueGas, examples.water)

    expect(await monitor.next()).toBe(examples.waterAnswer)
    expect(count('hj212.password_wrong')).toBe(1)
    await expect.poll(() => keptFrames(water)).toMatchObject([{ why: 'password' }])
    const shown = [
      ...gateway.frames.read('hj212', water).map(({ bytes }) => Buffer.from(bytes).toString('utf8')),
      ...(await keptFrames(water)).map(({ text }) => text),
      ...(await keptFrames(flue)).map(({ text }) => text),
    ]
    expect(shown.length).toBeGreaterThanOrEqual(4)
    for (const text of shown) expect(text).not.toMatch(/65432[01]/)
    // What is shown can still be taken apart.
    expect(decode(gateway.frames.read('hj212', water).at(-1)?.bytes ?? new Uint8Array()).ok).toBe(true)
  })

  it('survives bad frames between good ones, and is closed by twenty in a row', async () => {
    await know(water)
    const monitor = await dial()
    const impossible = `${examples.water.slice(0, -4)}7341`

    monitor.send('##12', impossible, examples.waterAnswer.replace('##0087', '##0086'), examples.water)
    expect(await monitor.next()).toBe(examples.waterAnswer)
    expect(count('hj212.refused.crc_impossible')).toBe(1)

    const broken = framed(`QN=20260703081500120;ST=32;CN=2011;PW=654321;MN=${water};Flag=999;CP=&&&&`)
    monitor.send(...Array.from({ length: 20 }, () => broken))
    await monitor.closed
    expect(count('hj212.refused.flag_form')).toBe(20)
    // Its next connection is as good as any.
    const again = await dial()
    again.send(examples.water)
    expect(await again.next()).toBe(examples.waterAnswer)
  })

  it('that speaks no HJ 212 at all, or sends no end, is closed and costs nobody else anything', async () => {
    await know(water)
    const [honest, noise] = [await dial(), await dial()]

    noise.sendBytes(new Uint8Array(4_000_000).fill(0x41))
    honest.send(examples.water)

    expect(await honest.next()).toBe(examples.waterAnswer)
    await noise.closed
    expect(count('hj212.closed_for_bad_frames')).toBe(1)
  })

  it('that connects again takes over; orders go to the newest connection', async () => {
    const id = await know(flue)
    const [first, second] = [await dial(), await dial()]
    first.send(examples.heartbeat)
    await first.next()
    second.send(examples.heartbeat)
    await second.next()
    await first.closed

    await order(id, 'read_time', {})
    await gateway.poll()

    expect(await second.next()).toContain('CN=1011')
    expect(gateway.online()).toEqual([id])
    expect(count('hj212.superseded')).toBe(1)
  })

  it('that sends too much is read as fast as it may, and loses nothing', async () => {
    await know(water)
    const monitor = await dial()
    const began = performance.now()

    const upload = (second: number) =>
      framed(
        `QN=${formatQn(epochMs(clock.now + second))};ST=32;CN=2011;PW=654321;MN=${water};Flag=5;CP=&&DataTime=${formatTime(epochMs(clock.now - second * 1_000))};w01018-Rtd=${second}&&`,
      )
    for (let second = 0; second < 220; second++) monitor.send(upload(second))
    for (let second = 0; second < 200; second++) await monitor.next()
    for (let second = 200; second < 220; second++) await monitor.next()
    monitor.send(upload(220))
    await monitor.next()

    expect(performance.now() - began).toBeGreaterThan(900)
    expect(count('hj212.held_back')).toBeGreaterThan(0)
    expect((await stored(water))['w01018-Rtd']).toHaveLength(221)
  })

  it('whose clock is ahead, or that asks for it, is told the time', async () => {
    const id = await know(flue)
    const monitor = await dial()

    monitor.send(framed(`QN=20260703110000000;ST=31;CN=1013;PW=654321;MN=${flue};Flag=5;CP=&&&&`))

    expect(await monitor.next()).toContain('CN=9013')
    await expect.poll(() => orderKindsOf(id)).toEqual(['set_time'])
    await gateway.poll()
    const asked = await monitor.next()
    expect(asked).toContain(`CN=1012;PW=654321;MN=${flue};Flag=5;CP=&&SystemTime=20260703110000&&`)
    // Half an hour ahead; not asked again at once.
    monitor.send(framed(`QN=20260703113000000;ST=31;CN=9015;PW=654321;MN=${flue};Flag=9;CP=&&&&`))
    await monitor.next()
    expect(count('hj212.clock_ahead')).toBe(1)
    expect(await orderKindsOf(id)).toEqual(['set_time'])
  })

  describe('that is to be told how to report when it first calls', () => {
    const wish = {
      setClock: true,
      retries: { overTimeS: 5, repeats: 2 },
      realtimeS: 60,
      minutes: 10,
      realtime: 'start',
      states: 'stop',
    } as const
    const give = async (id: string, firstContact: object) => {
      await sql`update telemetry_device set settings = settings || ${JSON.stringify({ firstContact })}::jsonb,
        changed_at = clock_timestamp() where zone_id = ${zoneId} and id = ${id}`.execute(test.db)
      await gateway.poll()
    }
    const beat = (qn: string) => framed(`QN=${qn};ST=31;CN=9015;PW=654321;MN=${flue};Flag=5;CP=&&&&`)
    const commandsOf = (id: string) =>
      test.db
        .selectFrom('telemetry_command')
        .select(['kind', 'state', 'answer'])
        .where('zone_id', '=', zoneId)
        .where('device_id', '=', id)
        .orderBy('created_at')
        .execute()
    /** The next message that is no answer. */
    const asked = async (monitor: TestMonitor) => {
      for (;;) {
        const frame = await monitor.next()
        if (!/CN=90\d\d/.test(frame)) return frame
      }
    }
    const reply = (frame: string, cn: string, area = '') =>
      framed(
        frame
          .slice(6, -4)
          .replace(/ST=\d+/, 'ST=91')
          .replace(/CN=\d+/, `CN=${cn}`)
          .replace('Flag=5', 'Flag=4')
          .replace(/&&.*&&/, `&&${area}&&`),
      )

    it('is told so once, in the order of the standard, and what it answers stands at each command', async () => {
      const id = await know(flue)
      await give(id, wish)
      const monitor = await dial()

      monitor.send(beat('20260703110000000'), beat('20260703110000001'))
      await expect.poll(() => count('hj212.first_contacts')).toBe(1)
      await gateway.poll()

      // Its clock is right.
      const frames: string[] = []
      for (let n = 0; n < 5; n++) frames.push(await asked(monitor))
      expect(frames.map((frame) => frame.match(/CN=\d+|&&.*&&/g)?.join(' '))).toEqual([
        'CN=1000 &&OverTime=5;ReCount=2&&',
        'CN=1062 &&RtdInterval=60&&',
        'CN=1064 &&MinInterval=10&&',
        'CN=2011 &&&&',
        'CN=2022 &&&&',
      ])
      for (const frame of frames.slice(0, 3))
        monitor.send(reply(frame, '9011', 'QnRtn=1'), reply(frame, '9012', 'ExeRtn=1'))
      monitor.send(reply(frames[3] ?? '', '9011', 'QnRtn=2'), reply(frames[4] ?? '', '9013'))
      await expect
        .poll(async () => (await commandsOf(id)).map(({ kind, state }) => `${kind} ${state}`))
        .toEqual([
          'set_retries acknowledged',
          'set_realtime_interval acknowledged',
          'set_minute_interval acknowledged',
          'start_realtime failed',
          'stop_states acknowledged',
        ])
      expect((await commandsOf(id))[3]?.answer).toMatchObject({ qnRtn: { code: '2' } })

      monitor.close()
      await restart()
      const again = await dial()
      again.send(beat('20260703110100000'))
      await again.next()
      await gateway.poll()
      expect(await commandsOf(id)).toHaveLength(5)
      expect(count('hj212.first_contacts')).toBe(0)
    })

    it('is told the time where its clock is off either way, and again where it is set otherwise', async () => {
      const id = await know(flue)
      await give(id, { ...wish, retries: null, minutes: null, realtime: null, states: null })
      const monitor = await dial()

      monitor.send(beat('20260703105800000'))
      await expect.poll(() => count('hj212.first_contacts')).toBe(1)
      await gateway.poll()
      expect(await asked(monitor)).toContain('CN=1012')
      expect(await asked(monitor)).toContain('CN=1062')
      clock.now += 60_000
      await give(id, {
        ...wish,
        setClock: false,
        retries: null,
        realtimeS: 120,
        minutes: null,
        realtime: null,
        states: null,
      })
      monitor.send(beat('20260703105900000'))
      await expect.poll(() => count('hj212.first_contacts')).toBe(2)
      await gateway.poll()

      expect(await asked(monitor)).toContain(
        'CN=1062;PW=654321;MN=650100C0FFEE000000000A01;Flag=5;CP=&&RtdInterval=120&&',
      )
      expect((await commandsOf(id)).map(({ kind }) => kind)).toEqual([
        'set_time',
        'set_realtime_interval',
        'set_realtime_interval',
      ])
    })

    it('is told once, however many processes hear it at the same time', async () => {
      const id = await know(flue)
      await give(id, wish)
      const who = { actorId: 'a', actorName: 'A', reason: null, expiresAt: epochMs(clock.now + 60_000) }
      const orders = contactOrders(wish, true)

      const told = await Promise.all(
        Array.from({ length: 6 }, () => tellFirst(test.db, zoneId, id, wish, orders, who, now())),
      )

      expect(told.filter(Boolean)).toHaveLength(1)
      expect(await commandsOf(id)).toHaveLength(orders.length)
      expect(await tellFirst(test.db, zoneId, id, { ...wish, realtimeS: 90 }, orders, who, now())).toBe(false)
    })
  })

  it('that missed records is asked for them, and what comes late stands where it belongs', async () => {
    const id = await know(water)
    const monitor = await dial()
    const minute = (time: string, value: number) =>
      framed(
        `QN=${time}001;ST=32;CN=2051;PW=654321;MN=${water};Flag=5;CP=&&DataTime=${time};w01018-Avg=${value},w01018-Flag=N&&`,
      )
    monitor.send(minute('20260703090000', 1))
    await monitor.next()
    monitor.send(minute('20260703091000', 2))
    await monitor.next()
    monitor.send(minute('20260703100000', 7))
    await monitor.next()

    await expect.poll(() => orderKindsOf(id)).toEqual(['query_minutes'])
    await gateway.poll()
    const asked = await monitor.next()
    expect(asked).toContain('CN=2051')
    expect(asked).toContain('CP=&&BeginTime=20260703092000;EndTime=20260703095000&&')
    monitor.send(reply(asked, '9011', 'QnRtn=1'))
    for (const [index, time] of ['092000', '093000', '094000', '095000'].entries())
      monitor.send(minute(`20260703${time}`, 3 + index))
    for (let one = 0; one < 4; one++) await monitor.next()
    monitor.send(reply(asked, '9012', 'ExeRtn=1'))

    await expect.poll(async () => (await commandsOf(id))[0]?.state).toBe('acknowledged')
    expect((await stored(water))['w01018-Avg-minute']?.map(([, value]) => value)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})

const segmentOf = (frame: string): string => frame.slice(6, -4)
const reply = (asked: string, cn: string, area: string): string =>
  framed(
    segmentOf(asked)
      .replace(/;ST=..;CN=\d{4}/, `;ST=91;CN=${cn}`)
      .replace(/Flag=\d+/, 'Flag=4')
      .replace(/CP=&&.*&&/, `CP=&&${area}&&`),
  )

const commandsOf = (deviceId: string) =>
  test.db
    .selectFrom('telemetry_command')
    .select(['kind', 'state'])
    .where('zone_id', '=', zoneId)
    .where('device_id', '=', deviceId)
    .orderBy('created_at')
    .execute()
const orderKindsOf = async (deviceId: string) => (await commandsOf(deviceId)).map(({ kind }) => kind)

async function pointOf(mn: string, template: string): Promise<number> {
  const row = await test.db
    .selectFrom('telemetry_point as p')
    .innerJoin('telemetry_device as d', 'd.node_id', 'p.node_id')
    .select('p.id')
    .where('d.zone_id', '=', zoneId)
    .where('d.identity', '=', mn)
    .where('p.template', '=', template)
    .executeTakeFirstOrThrow()
  return row.id
}

describe('an order', () => {
  /** A monitor that was heard, at the minute of the examples. */
  async function ready(): Promise<{ id: string; monitor: TestMonitor }> {
    const id = await know(flue)
    const monitor = await dial()
    clock.now = at('20260703100000')
    monitor.send(
      framed(
        segmentOf(examples.heartbeat)
          .replace('QN=20260703110100000', 'QN=20260703095900000')
          .replace('Flag=9', 'Flag=5'),
      ),
    )
    await monitor.next()
    return { id, monitor }
  }

  it('is sent as the standard says, accepted, and done', async () => {
    const { id, monitor } = await ready()
    const command = await order(id, 'set_realtime_interval', { intervalS: 60 })
    await gateway.poll()

    expect(await monitor.next()).toBe(examples.setInterval)
    monitor.send(examples.accepted)
    await gateway.poll()
    expect((await commandOf(command)).state).toBe('sent')
    monitor.send(examples.done)

    await expect
      .poll(() => commandOf(command))
      .toMatchObject({
        state: 'acknowledged',
        answer: { exeRtn: { code: '1', zh: '执行成功' } },
        attempts: 1,
      })
  })

  it('that is refused, fails in its execution or has no data says so', async () => {
    const { id, monitor } = await ready()
    const outcomes: [area: string, cn: string, answer: object][] = [
      ['QnRtn=2', '9011', { qnRtn: { code: '2' } }],
      ['ExeRtn=100', '9012', { exeRtn: { code: '100', en: 'no data' } }],
    ]
    for (const [area, cn, answer] of outcomes) {
      const command = await order(id, 'query_hours', { from: clock.now - 7_200_000, to: clock.now })
      await gateway.poll()
      const asked = await monitor.next()
      if (cn === '9012') monitor.send(reply(asked, '9011', 'QnRtn=1'))
      monitor.send(reply(asked, cn, area))
      await expect.poll(() => commandOf(command)).toMatchObject({ state: 'failed', answer })
    }
  })

  it('that asks for something in words ends with what was said', async () => {
    const { id, monitor } = await ready()
    const command = await order(id, 'read_info', { polId: 'a21026', infoId: 'i12001' })
    await gateway.poll()
    const asked = await monitor.next()
    expect(asked).toContain('CN=3020')
    monitor.send(reply(asked, '9011', 'QnRtn=1'))
    monitor.send(
      framed(
        `QN=20260703100001000;ST=31;CN=3020;PW=654321;MN=${flue};Flag=5;CP=&&DataTime=20260703100001;PolId=a21026;i12001-Info=2&&`,
      ),
    )
    expect(await monitor.next()).toContain('CN=9014')
    monitor.send(reply(asked, '9012', 'ExeRtn=1'))

    await expect
      .poll(() => commandOf(command))
      .toMatchObject({
        state: 'acknowledged',
        answer: { heard: [{ polId: 'a21026', infos: [{ code: 'i12001', text: '2' }] }] },
      })
  })

  it('that is not answered is sent three times more, then fails', async () => {
    const { id, monitor } = await ready()
    const command = await order(id, 'sample_now', { polId: 'a21026' })
    await gateway.poll()
    const asked = await monitor.next()
    for (let repeat = 0; repeat < 3; repeat++) {
      clock.now += 10_000
      expect(await monitor.next()).toBe(asked)
    }
    clock.now += 10_000

    await expect
      .poll(() => commandOf(command), { timeout: 10_000 })
      .toMatchObject({
        state: 'failed',
        answer: { fault: 'no answer' },
      })
  })

  it('that cannot be written ends at once and says which field', async () => {
    const { id } = await ready()
    const commands = [
      await order(id, 'set_minute_interval', { intervalMin: 7 }),
      await order(id, 'query_minutes', { from: 5, to: 4 }),
      await order(id, 'set_parameter', { polId: 'a21026', infoId: 'i13001', value: '1;PW=000000' }),
      await order(id, 'format_disk', {}),
    ]
    await gateway.poll()

    for (const [index, field] of ['intervalMin', 'to', 'value', 'format_disk'].entries())
      await expect
        .poll(() => commandOf(commands[index] ?? ''))
        .toMatchObject({
          state: 'failed',
          answer: { fault: expect.stringContaining(field) },
        })
  })

  it('that was on the wire when the gateway stopped is sent again by the next, under another number', async () => {
    const { id, monitor } = await ready()
    const command = await order(id, 'set_realtime_interval', { intervalS: 60 })
    await gateway.poll()
    await monitor.next()
    await gateway.close()
    await telemetry.close()
    clock.now += 5_000
    await open()

    const again = await dial()
    again.send(framed(segmentOf(examples.heartbeat).replace('20260703110100000', '20260703100004000')))
    await again.next()
    await gateway.poll()
    const asked = await again.next()
    expect(asked).toContain('CN=1062')
    expect(qnOf(asked)).toBe('20260703100005000')
    again.send(reply(asked, '9011', 'QnRtn=1'), reply(asked, '9012', 'ExeRtn=1'))

    await expect.poll(() => commandOf(command)).toMatchObject({ state: 'acknowledged', attempts: 2 })
  })
})

describe('what was acknowledged', () => {
  const upload = (index: number) => {
    const time = epochMs(at('20260703080000') + index * 60_000)
    const area = `DataTime=${formatTime(time)};w01018-Rtd=${index}.5,w01018-Flag=N`
    return { qn: formatQn(epochMs(time + 1)), time, value: index + 0.5, area }
  }
  const frameFor = (index: number): string => {
    const { qn, area } = upload(index)
    return framed(`QN=${qn};ST=32;CN=2011;PW=654321;MN=${water};Flag=5;CP=&&${area}&&`)
  }
  type Step = { readonly kind: 'good' | 'twice' | 'broken' | 'noise'; readonly place: number }
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom<Step['kind']>('good', 'good', 'twice', 'broken', 'noise'),
      place: fc.nat(10_000),
    }),
    { minLength: 1, maxLength: 25 },
  )
  // More than any length a frame may claim: what still waits for its end is given up.
  const flush = 'x'.repeat(4_200)

  const bytesOf = (step: Step, index: number): Buffer => {
    const frame = Buffer.from(`${frameFor(index)}\r\n`)
    switch (step.kind) {
      case 'good':
        return frame
      case 'twice':
        return Buffer.concat([frame, frame])
      case 'broken':
        frame[2 + (step.place % (frame.length - 4))]! ^= 1 + (step.place % 7) // the place is inside
        return frame
      case 'noise':
        return Buffer.concat([Buffer.from('##12#&&;'.slice(0, step.place % 8)), frame])
    }
  }

  it('is what is stored, once, however it is cut, doubled, damaged and killed', async () => {
    await know(water)
    let first = 0
    const acknowledged = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.infiniteStream(fc.integer({ min: 1, max: 400 })),
        fc.boolean(),
        async (plan, cuts, kill) => {
          const offset = first
          first += plan.length
          const monitor = await dial()
          const whole = Buffer.concat([...plan.map((step, index) => bytesOf(step, offset + index)), Buffer.from(flush)])
          for (let from = 0; from < whole.length;) {
            const size = cuts.next().value ?? 1
            monitor.sendBytes(whole.subarray(from, from + size))
            from += size
          }
          const expected = plan.flatMap(({ kind }, index) =>
            kind === 'broken' ? [] : Array<string>(kind === 'twice' ? 2 : 1).fill(upload(offset + index).qn),
          )
          const answered: string[] = []
          while (answered.length < expected.length) answered.push(qnOf(await monitor.next()))
          monitor.close()
          // A killed process writes nothing more; the next one finds what the journal holds.
          if (kill) {
            await gateway.close()
            await open()
          }
          expect(answered.toSorted()).toEqual(expected.toSorted())
          for (const qn of answered) acknowledged.add(qn)
        },
      ),
      { numRuns: 15 },
    )
    const kept = (await stored(water))['w01018-Rtd'] ?? []
    expect(kept.map(([time]) => formatQn(epochMs(time + 1))).toSorted()).toEqual([...acknowledged].toSorted())
    for (const [time, value] of kept) expect(value).toBe((time - at('20260703080000')) / 60_000 + 0.5)
  })
})

it('the check value of the standard is not that of Modbus', () => {
  expect(printCrc(crc212(Buffer.from('123456789')))).toBe('2F80')
})
