import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTerminal } from '@tingzhou/gateway/testing'
import { encodeParts } from '@tingzhou/jt808'
import { newId } from '@tingzhou/db'
import { createParty } from '@tingzhou/parties'
import { startTestServer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let dispatcher: Client
let firm: Client
beforeAll(async () => {
  server = await startTestServer({ background: true, environment: { JT808_PORT: '0' } })
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  const party = { kind: 'enterprise', name: '测试企业' } as const
  const partyId = await createParty(server.database.db, server.deps.zoneId, party, server.deps.clock())
  firm = await server.actor([{ role: 'enterprise', partyId }])
})
afterAll(() => server.close())

const phone = '13800138000'
const wish = { protocol: 'jt808', identity: phone, name: '新B12345', profileKey: 'truck', segment: 'T0001' }
const onePixel = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
  'base64',
)

describe('a terminal that somebody makes known', () => {
  it('is on the map, has a track and a log of its frames, takes a text and sends a picture', async () => {
    const command = { commandId: newId(), ...wish }
    const added = await dispatcher.post('/api/v1/devices', command)
    expect(added).toMatchObject({ status: 201, body: { code: 'T0001' } })
    expect((await dispatcher.post('/api/v1/devices', command)).body).toEqual(added.body)
    const { jt808: port } = (await dispatcher.get('/api/v1/gateway-counters')).body.ports
    await expect
      .poll(async () => {
        const terminal = await connectTerminal(port, phone)
        return terminal.admit().then(
          () => true,
          () => false,
        )
      })
      .toBe(true)
    const terminal = await connectTerminal(port, phone)
    await terminal.admit()
    const at = Math.floor(Date.now() / 1_000) * 1_000
    const place = {
      alarmBits: 0,
      statusBits: 3,
      latitude: 44.007806,
      longitude: 87.305341,
      altitudeM: 577,
      speedKmh: 65,
      directionDeg: 271,
    }
    terminal.send({
      kind: 'position',
      header: terminal.header(),
      body: { ...place, timeMs: at, items: [{ kind: 'fuel', fuelL: 318.5 }] },
    })
    expect(await terminal.next()).toMatchObject({ kind: 'platform_answer', body: { result: 'ok' } })

    const { rows: movers } = (await dispatcher.get('/api/v1/positions')).body
    expect(movers).toMatchObject([{ name: '新B12345', lonDeg: 87.305341, latDeg: 44.007806, online: true }])
    const track = await dispatcher.get(`/api/v1/tracks/${movers[0].point}?from=${at - 60_000}&to=${at + 60_000}`)
    expect(track.body.rows).toMatchObject([{ speedKmh: 65, headingDeg: 271 }])
    const { id } = added.body
    const frames = await dispatcher.get(`/api/v1/devices/${id}/frames`)
    expect(
      frames.body.rows.map(({ kind, direction }: { kind: string; direction: string }) => `${direction} ${kind}`),
    ).toEqual(expect.arrayContaining(['up register', 'down register_answer', 'up position', 'down platform_answer']))
    const device = (await dispatcher.get(`/api/v1/devices/${id}`)).body
    expect(device.points.find(({ code }: { code: string }) => code === 'T0001.FUEL').last).toMatchObject({
      value: 318.5,
      quality: 0,
    })

    const body = { flagBits: 13, textKind: 'notice', text: '已派单' }
    const sent = await dispatcher.post(`/api/v1/devices/${id}/commands`, { commandId: newId(), kind: 'text', body })
    const text = await terminal.next()
    expect(text).toMatchObject({ kind: 'text', body: { text: '已派单' } })
    terminal.send({
      kind: 'terminal_answer',
      header: terminal.header(),
      body: { answeredSerial: text.header.serial, answeredId: text.id, result: 'ok' },
    })
    const stateOf = async () =>
      (await dispatcher.get(`/api/v1/devices/${id}`)).body.commands.find(
        (one: { id: string }) => one.id === sent.body.id,
      ).state
    await expect.poll(stateOf).toBe('acknowledged')

    const medium = { mediaId: 7, mediaKind: 'image', format: 'jpeg', event: 'platform_order', channel: 1 } as const
    const header = terminal.header()
    const frames2 = encodeParts({
      kind: 'media_data',
      header,
      body: { ...medium, position: { ...place, timeMs: at }, data: onePixel },
    })
    for (const frame of frames2) terminal.sendBytes(frame)
    expect(await terminal.next()).toMatchObject({ kind: 'media_answer', body: { mediaId: 7 } })
    const kept = await server.database.db
      .selectFrom('file_link')
      .select('object_kind')
      .where('object_id', '=', id)
      .execute()
    expect(kept).toEqual([{ object_kind: 'device' }])
    terminal.close()
  })

  it('is nobody else’s business: a firm sees and does nothing with it', async () => {
    const { rows } = (await dispatcher.get('/api/v1/devices')).body
    const [device] = rows

    expect((await firm.get('/api/v1/devices')).body.rows).toEqual([])
    expect((await firm.get('/api/v1/positions')).body.rows).toEqual([])
    expect((await firm.get(`/api/v1/devices/${device.id}`)).status).toBe(404)
    expect((await firm.post('/api/v1/devices', { commandId: newId(), ...wish, identity: '1' })).status).toBe(403)
    expect(
      (await firm.post(`/api/v1/devices/${device.id}/commands`, { commandId: newId(), kind: 'text' })).status,
    ).toBe(403)
  })

  it('is refused by name when its phone, its code or its type cannot be', async () => {
    const add = (change: Partial<typeof wish>) =>
      dispatcher.post('/api/v1/devices', { commandId: newId(), ...wish, ...change })

    expect((await add({ segment: 'T0002' })).body).toMatchObject({
      status: 409,
      kind: 'identity_taken',
      errors: [{ field: 'identity', value: phone }],
    })
    expect((await add({ identity: '2' })).body).toMatchObject({ status: 409, kind: 'code_taken' })
    expect((await add({ identity: '2', segment: 'a b' })).body).toMatchObject({
      status: 422,
      errors: [{ field: 'segment', value: 'a b' }],
    })
    expect((await add({ identity: '2', segment: 'T2', profileKey: 'ship' })).body).toMatchObject({
      status: 422,
      kind: 'profile_not_found',
    })
  })
})

describe('a frame in hexadecimal', () => {
  it('is read field by field, a broken one says what is wrong', async () => {
    const parse = (hex: string) => dispatcher.post('/api/v1/parsed-frames', { protocol: 'jt808', hex })
    const good = await parse('7E 8100 000B 013800138000 0000 0000 00 545A415554483031 27 7E')
    const bad = await parse('7E 8100 000B 013800138000 0000 0000 00 545A415554483031 28 7E')

    expect(good.body.rows).toMatchObject([{ kind: 'register_answer', fault: null }])
    expect(good.body.rows[0].fields).toContainEqual(expect.objectContaining({ value: 'TZAUTH01' }))
    expect(bad.body.rows[0].fault).toContain('checksum')
    expect((await parse('zz')).body).toMatchObject({ status: 422, errors: [{ field: 'hex' }] })
  })
})
