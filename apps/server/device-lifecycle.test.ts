import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTerminal } from '@tingzhou/gateway/testing'
import { encodeParts } from '@tingzhou/jt808'
import { newId } from '@tingzhou/db'
import { createParty } from '@tingzhou/parties'
import { addNode, newReadings, addSample, sampleKind } from '@tingzhou/telemetry'
import { startTestServer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let dispatcher: Client
let firm: Client
let stranger: Client
let partyId: string
beforeAll(async () => {
  server = await startTestServer({
    background: true,
    environment: { JT808_PORT: '0', HJ212_PORT: 'off', MQTT_PORT: 'off' },
  })
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  const { database, deps } = server
  const newParty = (name: string) => createParty(database.db, deps.zoneId, { kind: 'enterprise', name }, deps.clock())
  partyId = await newParty('面粉厂')
  firm = await server.actor([{ role: 'enterprise', partyId }])
  stranger = await server.actor([{ role: 'enterprise', partyId: await newParty('造纸厂') }])
})
afterAll(() => server.close())

let count = 0
/** A truck with a terminal of its own. */
async function addTruck(
  change: { readonly identity?: string; readonly protocol?: string; readonly segment?: string } = {},
) {
  count++
  const identity = change.identity ?? `1380000${String(count).padStart(4, '0')}`
  const segment = change.segment ?? `LIFE${count}`
  const wish = { protocol: 'jt808', name: `新B${count}`, profileKey: 'truck', ...change, identity, segment }
  const added = await dispatcher.post('/api/v1/devices', { commandId: newId(), ...wish })
  expect(added.status).toBe(201)
  return { id: added.body.id as string, identity }
}

const show = async (id: string) => (await dispatcher.get(`/api/v1/devices/${id}`)).body
const reason = '终端损坏'
const retire = (id: string, who = dispatcher) =>
  who.post(`/api/v1/devices/${id}/retirement`, { commandId: newId(), reason })

describe('what a device is told when it first calls', () => {
  const firstContact = { setClock: true, retries: null, realtimeS: 60, minutes: null, realtime: null, states: null }
  const wish = { name: '监测站', profile: null, isLenient: false, isTrusted: false, coordinates: 'wgs84' }

  it('is set of a data logger only, stays where it is left out, and is refused by name', async () => {
    const add = async (protocol: string, identity: string, secret: string | null) =>
      (
        await dispatcher.post('/api/v1/devices', {
          commandId: newId(),
          protocol,
          identity,
          name: identity,
          profileKey: protocol === 'hj212' ? 'station' : 'truck',
          segment: `FC-${identity.slice(-8)}`,
          secret,
        })
      ).body.id
    const put = (id: string, rev: number, change: object) =>
      dispatcher.put(`/api/v1/devices/${id}/settings`, { commandId: newId(), rev, ...wish, ...change })
    const station = await add('hj212', '650100C0FFEE00000000FC01', '654321')
    const terminal = await add('jt808', '13900009001', null)

    expect((await put(station, 1, { firstContact })).body).toEqual({ rev: 2 })
    expect((await put(station, 2, {})).body).toEqual({ rev: 3 })
    expect((await show(station)).settings).toMatchObject({ firstContact, contacted: null })
    expect((await put(station, 3, { firstContact: null })).body).toEqual({ rev: 4 })
    expect((await show(station)).settings).toMatchObject({ firstContact: null })
    expect((await put(station, 4, { firstContact: { ...firstContact, realtimeS: 29 } })).body).toMatchObject({
      status: 400,
      errors: [{ field: 'firstContact.realtimeS', value: 29 }],
    })
    expect((await put(terminal, 1, { firstContact })).body).toMatchObject({
      status: 422,
      kind: 'first_contact_unfit',
      errors: [{ field: 'firstContact', value: 'jt808', rule: 'hj212' }],
    })
  })
})

describe('the settings of a device', () => {
  const wish = { name: '新B88888', profile: 'noChecksum', isLenient: true, isTrusted: false, coordinates: 'gcj02' }

  it('are set by one keeper at a time, and stand in its history', async () => {
    const { id } = await addTruck()
    const { rev } = await show(id)
    const put = (change: object = {}) =>
      dispatcher.put(`/api/v1/devices/${id}/settings`, { commandId: newId(), rev, ...wish, ...change })

    const both = await Promise.all([put(), put({ name: '另一个名字' })])

    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const kept = both[0]?.status === 200 ? wish : { ...wish, name: '另一个名字' }
    const { name, ...settings } = kept
    expect(await show(id)).toMatchObject({ rev: rev + 1, name, settings: { ...settings, terminal: null } })
    const { rows } = (await dispatcher.get(`/api/v1/devices/${id}/trail`)).body
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual(['add', 'set'])
    expect(rows[1].data).toMatchObject({ before: { name: expect.any(String) }, after: settings })
  })

  it('are refused by name when they cannot be', async () => {
    const { id } = await addTruck()
    const put = (change: object) =>
      dispatcher.put(`/api/v1/devices/${id}/settings`, { commandId: newId(), rev: 1, ...wish, ...change })

    expect((await put({ profile: 'whatever' })).body).toMatchObject({ status: 400, errors: [{ field: 'profile' }] })
    expect((await put({ coordinates: 'bd09' })).body).toMatchObject({ status: 400, errors: [{ field: 'coordinates' }] })
    expect((await put({ name: ' ' })).body).toMatchObject({ status: 400, errors: [{ field: 'name' }] })
  })
})

describe('a device that is retired', () => {
  it('takes no commands, keeps its history and gives its identity to another', async () => {
    const { id, identity } = await addTruck()
    const command = { commandId: newId(), kind: 'text', body: { flagBits: 4, text: '已派单' } }
    await dispatcher.post(`/api/v1/devices/${id}/commands`, command)

    const answers = await Promise.all([retire(id), retire(id), retire(id)])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ kind: 'device_not_active' })
    const gone = await show(id)
    expect(gone).toMatchObject({
      state: 'retired',
      online: false,
      commands: [{ state: 'failed', answer: { result: 'retired' } }],
    })
    expect((await dispatcher.post(`/api/v1/devices/${id}/commands`, { ...command, commandId: newId() })).status).toBe(
      409,
    )
    const next = await addTruck({ identity })
    expect(next.id).not.toBe(id)
    expect((await show(next.id)).commands).toEqual([])
    expect((await show(id)).state).toBe('retired')
  })

  it('is heard no longer, and is another one when it is made known again', async () => {
    const { id, identity } = await addTruck()
    const port = (await dispatcher.get('/api/v1/gateway-counters')).body.ports.jt808
    const admitted = async () => {
      const terminal = await connectTerminal(port, identity)
      return terminal.admit().then(
        () => terminal,
        () => (terminal.close(), null),
      )
    }
    await expect.poll(async () => (await admitted())?.close() === undefined).toBe(true)

    await retire(id)

    await expect.poll(async () => (await admitted()) === null).toBe(true)
    const { rows } = (await dispatcher.get(`/api/v1/devices?q=${identity}&state=active`)).body
    expect(rows).toEqual([])
  })

  it('keeps its frames to itself: another one with its identity shows its own', async () => {
    const { id, identity } = await addTruck()
    const port = (await dispatcher.get('/api/v1/gateway-counters')).body.ports.jt808
    const speak = async () => {
      const terminal = await connectTerminal(port, identity)
      await terminal.admit().catch(() => {})
      terminal.close()
    }
    const framesOf = async (device: string): Promise<unknown[]> =>
      (await dispatcher.get(`/api/v1/devices/${device}/frames`)).body.rows
    await expect.poll(async () => (await speak(), (await framesOf(id)).length)).toBeGreaterThan(0)
    await retire(id)
    const own = await framesOf(id)

    const next = await addTruck({ identity })

    expect(await framesOf(next.id)).toEqual([])
    await expect.poll(async () => (await speak(), (await framesOf(next.id)).length)).toBeGreaterThan(0)
    expect(own.length).toBeGreaterThan(0)
    expect(await framesOf(id)).toEqual(own)
  })
})

describe('a connection of a terminal', () => {
  it('does not become that of the device which replaces it under the same phone', async () => {
    const { id, identity } = await addTruck()
    const port = (await dispatcher.get('/api/v1/gateway-counters')).body.ports.jt808
    let terminal = await connectTerminal(port, identity)
    await expect
      .poll(async () => {
        terminal.close()
        terminal = await connectTerminal(port, identity)
        return terminal.admit().then(
          () => true,
          () => false,
        )
      })
      .toBe(true)

    const wish = { commandId: newId(), identity, reason }
    const next = (await dispatcher.post(`/api/v1/devices/${id}/replacement`, wish)).body.id
    const ping = async () => {
      terminal.send({ kind: 'heartbeat', header: terminal.header(), body: {} })
      const answer = await terminal.next()
      return answer.kind === 'platform_answer' ? answer.body.result : answer.kind
    }

    await expect.poll(ping).toBe('failed')
    expect((await show(next)).online).toBe(false)
    terminal.close()
  })
})

describe('a device that is replaced', () => {
  it('leaves its equipment, points and settings to the new one', async () => {
    const { id, identity } = await addTruck()
    const before = await show(id)
    const settings = { commandId: newId(), rev: before.rev, name: before.name, profile: 'fuelPct' }
    await dispatcher.put(`/api/v1/devices/${id}/settings`, {
      ...settings,
      isLenient: true,
      isTrusted: false,
      coordinates: 'wgs84',
    })
    const wish = { commandId: newId(), identity: '13811112222', reason }

    const replaced = await dispatcher.post(`/api/v1/devices/${id}/replacement`, wish)

    expect(replaced).toMatchObject({ status: 201, body: { secret: null } })
    expect((await dispatcher.post(`/api/v1/devices/${id}/replacement`, wish)).body).toEqual(replaced.body)
    const after = await show(replaced.body.id)
    expect(after).toMatchObject({
      identity: '13811112222',
      nodeCode: before.nodeCode,
      state: 'active',
      settings: { profile: 'fuelPct', isLenient: true },
      neighbours: [{ id, identity, state: 'retired' }],
    })
    expect(after.points.map(({ point }: { point: number }) => point)).toEqual(
      before.points.map(({ point }: { point: number }) => point),
    )
    const { rows } = (await dispatcher.get(`/api/v1/devices/${id}/trail`)).body
    expect(rows.at(-1)).toMatchObject({ verb: 'replaced', reason, data: { by: replaced.body.id } })
  })

  it('may leave its identity too, and takes none that another one has', async () => {
    const one = await addTruck()
    const other = await addTruck()
    const replace = (identity: string) =>
      dispatcher.post(`/api/v1/devices/${one.id}/replacement`, { commandId: newId(), identity, reason })

    expect((await replace(other.identity)).body).toMatchObject({ status: 409, kind: 'identity_taken' })
    expect((await show(one.id)).state).toBe('active')
    expect((await replace('not a phone')).body).toMatchObject({ status: 422, errors: [{ field: 'identity' }] })
    const replaced = await replace(one.identity)
    expect(replaced.status).toBe(201)
    expect(await show(replaced.body.id)).toMatchObject({ identity: one.identity, state: 'active' })
  })

  it('can be the same device with another code, shown once', async () => {
    const { id } = await addTruck({ protocol: 'mqtt', identity: 'line-1' })
    const command = { commandId: newId(), reason: '钥匙泄露' }
    const renew = () => dispatcher.post(`/api/v1/devices/${id}/credential`, command)

    const renewed = await renew()

    expect(renewed.body).toEqual({ id, secret: expect.stringMatching(/^[\w-]{24}$/) })
    expect((await renew()).body).toEqual({ id, secret: null })
  })
})

describe('what is done to a device', () => {
  it('is nobody else’s business: who owns the equipment reads, strangers see nothing', async () => {
    const { id } = await addTruck()
    const { db } = server.database
    await db
      .updateTable('telemetry_node')
      .set({ party_id: partyId })
      .where('code', '=', (await show(id)).nodeCode)
      .execute()

    expect((await firm.get(`/api/v1/devices/${id}/trail`)).status).toBe(200)
    expect((await stranger.get(`/api/v1/devices/${id}/trail`)).status).toBe(404)
    expect((await stranger.get(`/api/v1/devices/${id}`)).status).toBe(404)
    for (const who of [firm, stranger]) {
      expect((await retire(id, who)).status).toBe(403)
      const body = { commandId: newId(), identity: '1', reason }
      expect((await who.post(`/api/v1/devices/${id}/replacement`, body)).status).toBe(403)
      expect((await who.post(`/api/v1/devices/${id}/credential`, { commandId: newId(), reason })).status).toBe(403)
      const settings = { commandId: newId(), rev: 1, name: 'x', profile: null, isLenient: true, isTrusted: true }
      expect((await who.put(`/api/v1/devices/${id}/settings`, { ...settings, coordinates: 'wgs84' })).status).toBe(403)
    }
    expect((await show(id)).state).toBe('active')
  })
})

describe('a command', () => {
  it('that the protocol of the device does not know is refused before it is sent', async () => {
    const truck = await addTruck()
    const poster = await addTruck({ protocol: 'http', identity: 'poster-1' })
    const command = (id: string, kind: string) =>
      dispatcher.post(`/api/v1/devices/${id}/commands`, { commandId: newId(), kind, body: {} })

    expect((await command(truck.id, 'calibrate')).body).toMatchObject({
      status: 422,
      kind: 'command_not_known',
      errors: [{ field: 'kind', value: 'calibrate', rule: expect.stringContaining('query_position') }],
    })
    expect((await command(poster.id, 'text')).body).toMatchObject({ errors: [{ rule: 'no commands' }] })
    expect((await command(truck.id, 'query_position')).status).toBe(201)
    expect(await show(poster.id)).toMatchObject({ commandKinds: [], commands: [] })
  })

  it('in characters that terminals do not have is refused before it is sent', async () => {
    const truck = await addTruck()
    const say = (text: string) =>
      dispatcher.post(`/api/v1/devices/${truck.id}/commands`, { commandId: newId(), kind: 'text', body: { text } })

    expect((await say('前方封路 🚧')).body).toMatchObject({
      status: 422,
      kind: 'command_not_sayable',
      errors: [{ field: 'body.text', value: '🚧', rule: 'characters of GBK' }],
    })
    expect((await say('前方封路')).status).toBe(201)
  })
})

describe('a medium', () => {
  it('that a terminal sends twice is kept once', async () => {
    const { id, identity } = await addTruck()
    const port = (await dispatcher.get('/api/v1/gateway-counters')).body.ports.jt808
    let terminal = await connectTerminal(port, identity)
    await expect
      .poll(async () => {
        terminal.close()
        terminal = await connectTerminal(port, identity)
        return terminal.admit().then(
          () => true,
          () => false,
        )
      })
      .toBe(true)
    const timeMs = Math.floor(Date.now() / 1_000) * 1_000
    const place = {
      alarmBits: 0,
      statusBits: 3,
      latitude: 44,
      longitude: 87,
      altitudeM: 5,
      speedKmh: 0,
      directionDeg: 0,
    }
    // The head of a sound: RIFF, 36 bytes, WAVE.
    const data = Buffer.from(
      '524946462400000057415645666d74201000000001000100401f0000803e0000020010006461746100000000',
      'hex',
    )
    const send = async (mediaId: number, at: number) => {
      const medium = { mediaId, mediaKind: 'audio', format: 'wav', event: 'platform_order', channel: 1 } as const
      const body = { ...medium, position: { ...place, timeMs: at }, data }
      for (const frame of encodeParts({ kind: 'media_data', header: terminal.header(), body }))
        terminal.sendBytes(frame)
      expect(await terminal.next()).toMatchObject({ kind: 'media_answer', body: { mediaId } })
    }

    await send(7, timeMs)
    await send(7, timeMs)
    await send(7, timeMs + 60_000)
    await send(8, timeMs)

    const files = await server.database.db
      .selectFrom('file_link')
      .select('file_id')
      .where('object_id', '=', id)
      .execute()
    expect(files).toHaveLength(3)
    terminal.close()
  })
})

describe('how long readings are kept', () => {
  it('is set by administrators, read by staff', async () => {
    const admin = await server.actor([{ role: 'admin', partyId: null }])
    const { body: before } = await dispatcher.get('/api/v1/telemetry-retention')
    expect(before).toMatchObject({ packAfterDays: 7, rev: 0 })
    const put = (who: Client, change: object = {}) =>
      who.put('/api/v1/telemetry-retention', { ...before, commandId: newId(), packAfterDays: 5, ...change })

    expect((await put(dispatcher)).status).toBe(403)
    expect((await firm.get('/api/v1/telemetry-retention')).status).toBe(403)
    expect((await put(admin, { rawDays: 5 })).body).toMatchObject({
      status: 422,
      errors: [{ field: 'rawDays', rule: '>= 6' }],
    })
    expect((await put(admin)).body).toEqual({ rev: 1 })
    expect((await put(admin)).body).toMatchObject({ status: 409, kind: 'stale_revision' })
  })
})

describe('trends', () => {
  it('are found by place and name, read, compared and written into files, in the reader’s reach', async () => {
    const { deps } = server
    const { telemetry, zoneId, db } = deps
    const site = newId()
    const name = (zh: string, en: string) => ({ zh, en })
    const add = (wish: object) =>
      db.transaction().execute((tx) =>
        addNode(tx, zoneId, {
          id: newId(),
          parentId: site,
          level: 'equipment',
          segment: 'B1',
          name: name('皮磨', 'Break roll'),
          profileKey: 'truck',
          partyId: null,
          ...wish,
        }),
      )
    await add({
      id: site,
      parentId: null,
      level: 'site',
      segment: 'MILL',
      name: name('制粉厂', 'Mill'),
      profileKey: null,
      partyId,
    })
    await add({})
    await add({ segment: 'B2' })
    await telemetry.catalog.refresh()
    const now = deps.clock()
    const points = async (query: string, who = dispatcher) => (await who.get(`/api/v1/points?${query}`)).body.rows
    const found = await points(`q=${encodeURIComponent('制粉厂 b1 油')}`)
    expect(found).toMatchObject([
      { code: 'MILL.B1.FUEL', unit: 'L', equipment: { code: 'MILL.B1' }, place: { code: 'MILL' }, last: null },
    ])
    expect(await points('under=MILL')).toHaveLength(2)
    const readings = newReadings(sampleKind)
    const [{ id }] = found
    for (let second = 0; second < 600; second++) addSample(readings, id, now - 3_600_000 + second * 1_000, second)
    await telemetry.ingest(readings)

    const window = `from=${now - 3_600_000}&to=${now}`
    const trend = (await dispatcher.get(`/api/v1/trends/${id}?${window}&widthPx=1000`)).body
    expect(trend).toMatchObject({ level: 'raw', unit: 'L', flaws: [] })
    expect(trend.steps[1]).toEqual({ at: now - 3_599_000, min: 0.1, max: 0.1, mean: 0.1, count: 1 })
    const ids = (await points('under=MILL')).map((point: { id: number }) => point.id).join(',')
    const csv = await dispatcher.get(`/api/v1/trends/export?points=${ids}&${window}&rows=100&format=csv`)
    const lines = String(csv.body).trim().split('\r\n')
    expect(lines[0]).toContain('MILL.B1.FUEL')
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.length).toBeLessThan(101)

    expect(await points('under=MILL', firm)).toHaveLength(2)
    expect(await points('under=MILL', stranger)).toEqual([])
    expect((await stranger.get(`/api/v1/trends/${id}?${window}`)).status).toBe(404)
    expect((await stranger.get(`/api/v1/trends/export?points=${ids}&${window}`)).status).toBe(404)
    expect((await dispatcher.get(`/api/v1/trends/export?points=1,2,3,4,5,6,7,8,9&${window}`)).status).toBe(400)
    expect((await dispatcher.get(`/api/v1/trends/${id}?from=5&to=5`)).body).toMatchObject({ kind: 'window_empty' })
  })
})
