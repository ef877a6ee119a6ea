import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { connectMonitor, type TestMonitor } from '@tingzhou/gateway/testing'
import { formatQn, formatTime, frameOf } from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from './testing.ts'
import { alarmsOf } from '@tingzhou/alarms'

const api = '/api/v1'
const [plain, watched] = ['650100C0FFEE00000000C0D1', '650100C0FFEE00000000C0D2']
const clock = { now: Math.floor(Date.now() / 60_000) * 60_000 }
let server: TestServer
let dispatcher: Client
let monitor: TestMonitor

beforeAll(async () => {
  server = await startTestServer({
    background: true,
    clock: () => epochMs(clock.now),
    environment: { HJ212_PORT: '0' },
  })
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  monitor = await connectMonitor(server.deps.fieldGateway?.ports.hj212 ?? 0)
})
afterAll(async () => {
  monitor?.close()
  await server?.close()
})

/** Makes a station known as somebody does on its screen. @returns its id, and the point that says how often it speaks */
async function know(mn: string) {
  const wish = { protocol: 'hj212', identity: mn, name: mn, profileKey: 'station', segment: mn, secret: '654321' }
  const added = await dispatcher.post(`${api}/devices`, { commandId: newId(), ...wish })
  expect(added).toMatchObject({ status: 201 })
  const { id } = added.body
  return { id, point: (await interval(id)).point }
}

async function interval(id: string) {
  const { points } = (await dispatcher.get(`${api}/devices/${id}`)).body
  return points.find(({ code }: { code: string }) => code.endsWith('.INTERVAL'))
}

/** Sends a record of now until it is answered: nobody answers before the gateway has looked for new stations. */
async function upload(mn: string): Promise<void> {
  const head = `QN=${formatQn(epochMs(clock.now))};ST=32;CN=2011;PW=654321;MN=${mn};Flag=5`
  const area = `DataTime=${formatTime(epochMs(clock.now))};w01018-Rtd=28.6,w01018-Flag=N`
  await expect
    .poll(
      async () => {
        monitor.sendBytes(frameOf(Buffer.from(`${head};CP=&&${area}&&`)))
        await new Promise((resolve) => setTimeout(resolve, 100))
        return monitor.heard().some((frame) => frame.includes('CN=9014') && frame.includes(mn))
      },
      { timeout: 10_000 },
    )
    .toBe(true)
}

async function speakFor(mn: string, everyS: number, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    clock.now += everyS * 1_000
    await upload(mn)
  }
}

async function pass(seconds: number): Promise<void> {
  clock.now += seconds * 1_000
  await alarmsOf(server.deps).tick()
  await alarmsOf(server.deps).settle()
}

const alarmsAt = async (point: number) =>
  server.deps.db
    .selectFrom('alarm')
    .select(['rule_key', 'started_at', 'ended_at'])
    .where('point_id', '=', point)
    .orderBy('started_at')
    .execute()

describe('a monitoring station that somebody makes known', () => {
  it('has the rule of its type; silent for three of its own intervals it raises the alarm, and ends it when it speaks again', async () => {
    const { id, point } = await know(plain)
    const { body } = await dispatcher.get(`${api}/alarm-points/${point}`)
    expect(body.views).toMatchObject([{ key: 'no_data', from: 'type', rule: { condition: { byValue: true } } }])

    await pass(86_400)
    expect(await alarmsAt(point)).toEqual([])

    await upload(plain)
    // Nothing is known yet: every station sends its hours.
    expect((await interval(id)).last.value).toBe(3_600)
    await speakFor(plain, 60, 3)
    expect((await interval(id)).last.value).toBe(60)
    const heard = clock.now
    await pass(179)
    expect(await alarmsAt(point)).toEqual([])
    await pass(2)
    expect(await alarmsAt(point)).toMatchObject([{ rule_key: 'no_data', started_at: heard + 180_000, ended_at: null }])
    const { rows } = (await dispatcher.get(`${api}/alarms`)).body
    expect(rows).toMatchObject([{ point, state: 'unack_active', case: null }])

    await speakFor(plain, 60, 1)
    await pass(0)
    expect(await alarmsAt(point)).toMatchObject([{ ended_at: clock.now }])
  })

  it('that is told another interval is silent after three of those', async () => {
    const { rows } = (await dispatcher.get(`${api}/devices?q=${plain}`)).body
    const [{ id }] = rows
    const { point } = await interval(id)
    const before = (await alarmsAt(point)).length
    const wish = { commandId: newId(), kind: 'set_realtime_interval', body: { intervalS: 300 } }
    expect((await dispatcher.post(`${api}/devices/${id}/commands`, wish)).status).toBe(201)
    let asked = await monitor.next()
    // Answers to what was sent more than once.
    while (asked.includes('CN=9014')) asked = await monitor.next()
    expect(asked).toContain('CP=&&RtdInterval=300&&')
    const reply = (cn: string, area: string) =>
      frameOf(
        Buffer.from(
          asked
            .slice(6, -4)
            .replace(/CN=\d+/, `CN=${cn}`)
            .replace('Flag=5', 'Flag=4')
            .replace(/&&.*&&/, `&&${area}&&`),
        ),
      )
    monitor.sendBytes(reply('9011', 'QnRtn=1'))
    monitor.sendBytes(reply('9012', 'ExeRtn=1'))
    await expect
      .poll(async () => (await dispatcher.get(`${api}/devices/${id}`)).body.commands[0].state)
      .toBe('acknowledged')

    await upload(plain)
    expect((await interval(id)).last.value).toBe(300)
    await pass(899)
    expect(await alarmsAt(point)).toHaveLength(before)
    await pass(2)
    expect(await alarmsAt(point)).toHaveLength(before + 1)
  })

  it('opens a case where its rule says so, which stays when the station speaks again', async () => {
    const { point } = await know(watched)
    const { rule } = (await dispatcher.get(`${api}/alarm-points/${point}`)).body.views[0]
    const own = { commandId: newId(), mode: 'own', rule: { ...rule, needsAction: true }, reason: '重点源', rev: 0 }
    expect((await dispatcher.put(`${api}/alarm-points/${point}/rules/no_data`, own)).status).toBe(200)
    await alarmsOf(server.deps).refresh()

    await upload(watched)
    await speakFor(watched, 60, 3)
    await pass(181)

    const rowOf = async () =>
      (await dispatcher.get(`${api}/alarms`)).body.rows.find((row: { readonly point: number }) => row.point === point)
    await expect.poll(async () => (await rowOf())?.case).toMatchObject({ state: 'responding' })
    await speakFor(watched, 60, 1)
    await pass(0)
    const { rows } = (await dispatcher.get(`${api}/alarm-cases`)).body
    expect(rows).toMatchObject([{ state: 'responding' }])
    expect(await alarmsAt(point)).toMatchObject([{ ended_at: clock.now }])
  })
})
