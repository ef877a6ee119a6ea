import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { openTestMachine, type TestMachine } from '@tingzhou/gateway/testing'
import { startTestServer, type Answer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let machine: TestMachine
let dispatcher: Client
beforeAll(async () => {
  server = await startTestServer({
    background: true,
    environment: { JT808_PORT: 'off', HJ212_PORT: 'off', MQTT_PORT: 'off' },
  })
  machine = await openTestMachine()
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
})
afterAll(async () => {
  await server.close()
  await machine.leave()
})

const waiting = { timeout: 30_000 }
const current = {
  key: 'I',
  name: '电流',
  unit: 'A',
  table: 'holding',
  register: 0,
  as: 'uint16',
  scale: 0.1,
  resolution: 0.1,
}
const setpoint = { key: 'SP', table: 'holding', register: 7, as: 'int16', write: { low: 0, high: 100 } }
const source = (points: readonly object[] = [current, setpoint]) => ({
  host: '127.0.0.1',
  port: machine.port,
  everyMs: 100,
  points,
})
const add = (segment: string, more: object) =>
  dispatcher.post('/api/v1/devices', {
    commandId: newId(),
    protocol: 'modbus',
    identity: segment.toLowerCase(),
    name: segment,
    profileKey: 'sender',
    segment,
    ...more,
  })
const show = async (id: string) => (await dispatcher.get(`/api/v1/devices/${id}`)).body
const fieldsOf = ({ status, body }: Answer) => [status, ...body.errors.map(({ field }: { field: string }) => field)]

describe('a device whose machine is called', () => {
  it('needs to say where it is; one that calls itself must not', async () => {
    expect(fieldsOf(await add('M1', {}))).toEqual([422, 'source'])
    const http = { protocol: 'http', source: source() }
    expect(fieldsOf(await add('M1', http))).toEqual([422, 'source'])
    expect(fieldsOf(await add('M1', { source: source(), secret: 'x' }))).toEqual([422, 'secret'])
    expect(fieldsOf(await add('M1', { source: source(), identity: 'a b' }))).toEqual([422, 'identity'])
  })

  it('is told each field that cannot be used, in its language', async () => {
    const points = [
      { ...current, register: 65_536 },
      { ...current, key: 'a b' },
      { ...current, key: 'Z', scale: 0 },
      { ...current, key: 'C', table: 'coil' },
      { ...current, key: 'E', register: 65_535, as: 'float32' },
      { ...current, key: 'B', as: 'bit3', scale: 1, write: { low: 0, high: 1 } },
      { ...current, key: 'N', table: 'input', write: { low: 0, high: 1 } },
      { ...setpoint, write: { low: 5, high: 1 } },
      { ...current },
      { ...current, key: 'U', name: 'x', password: 'y' },
      { ...current, key: 'S', table: 'coil', as: 'bit' },
      { ...current, key: 'O', as: 'bit3', scale: 1, offset: 5 },
    ]
    const answer = await add('M1', { source: { ...source(points), host: 'a/b', port: 0, everyMs: 99, unit: 256 } })

    expect(answer.status).toBe(422)
    expect(answer.body.kind).toBe('source_malformed')
    expect(fieldsOf(answer).slice(1).toSorted()).toEqual(
      [
        'host',
        'port',
        'unit',
        'everyMs',
        'points.0.register',
        'points.1.key',
        'points.2.scale',
        'points.3.as',
        'points.4.register',
        'points.5.write',
        'points.6.write',
        'points.7.write.high',
        'points.8.key',
        'points.9',
        'points.10.scale',
        'points.11.offset',
      ]
        .map((field) => `source.${field}`)
        .toSorted(),
    )
    const { message } = answer.body.errors.find(({ field }: { field: string }) => field === 'source.points.2.scale')
    expect(message).toBe('不能为 0')
    const twice = await add('M1', { source: source([current, current]) })
    expect(twice.body.errors).toMatchObject([{ field: 'source.points.1.key', value: 'I' }])
    const opcua = { protocol: 'opcua', source: { url: 'http://plc', points: [{ key: 'I', nodeId: 'x' }] } }
    expect(fieldsOf(await add('M1', opcua))).toEqual([422, 'source.url', 'source.points.0.nodeId'])
  })

  it('is called, shows what its machine says and follows what is changed', async () => {
    machine.holding.set([418, 7])
    const added = await add('M2', { source: source() })
    expect(added).toMatchObject({ status: 201, body: { secret: null } })
    const { id } = added.body

    await expect.poll(async () => (await show(id)).points[0]?.last?.value, waiting).toBe(41.8)
    const shown = await show(id)
    expect(shown).toMatchObject({
      online: true,
      commandKinds: ['set_value'],
      machine: { address: `127.0.0.1:${machine.port}`, reason: null },
      settings: { source: { unit: 1, points: [{ key: 'I', words: 'big', write: null }, { key: 'SP' }] } },
      points: [{ code: 'M2.I', unit: 'A', name: { zh: '电流' } }, { code: 'M2.SP' }],
    })
    const frames = (await dispatcher.get(`/api/v1/devices/${id}/frames`)).body.rows
    expect(frames.at(-1)).toMatchObject({ kind: 'read_holding_registers', fault: null })

    const next = { key: 'T', table: 'holding', register: 1, as: 'uint16' }
    const settings = { name: 'M2', profile: null, isLenient: false, isTrusted: false, coordinates: 'wgs84' }
    const put = (more: object) =>
      dispatcher.put(`/api/v1/devices/${id}/settings`, { commandId: newId(), rev: shown.rev, ...settings, ...more })
    expect(fieldsOf(await put({}))).toEqual([422, 'source'])
    expect(fieldsOf(await put({ source: { ...source(), port: -1 } }))).toEqual([422, 'source.port'])
    expect((await put({ source: source([next]) })).status).toBe(200)

    await expect
      .poll(
        async () => (await show(id)).points.find(({ code }: { code: string }) => code === 'M2.T')?.last?.value,
        waiting,
      )
      .toBe(7)
    const { rows } = (await dispatcher.get(`/api/v1/devices/${id}/trail`)).body
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual(['add', 'set'])
    expect(rows[0].data.source.points).toHaveLength(2)
    expect(rows[1].data).toMatchObject({
      before: { source: { port: machine.port } },
      after: { source: { points: [{ key: 'T' }] } },
    })
    const renewed = await dispatcher.post(`/api/v1/devices/${id}/credential`, { commandId: newId(), reason: '更换' })
    expect(renewed).toMatchObject({ status: 422, body: { kind: 'secret_not_renewed' } })
  })

  it('calls its points as its source says now, and never tells them in other steps', async () => {
    const { id } = (await add('M5', { source: source() })).body
    const pointOf = async () => (await show(id)).points.find(({ code }: { code: string }) => code === 'M5.I')
    await expect.poll(pointOf, waiting).toBeDefined()
    const settings = { name: 'M5', profile: null, isLenient: false, isTrusted: false, coordinates: 'wgs84' }
    const put = async (change: object) => {
      const { rev } = await show(id)
      const points = [setpoint, { ...current, ...change }]
      const body = { commandId: newId(), rev, ...settings, source: source(points) }
      return dispatcher.put(`/api/v1/devices/${id}/settings`, body)
    }

    const refused = await put({ name: '主机电流', resolution: 0.01 })
    expect(fieldsOf(refused)).toEqual([422, 'source.points.1.resolution'])
    expect(refused.body).toMatchObject({ kind: 'resolution_fixed', errors: [{ value: 0.01, rule: '0.1' }] })
    expect(await pointOf()).toMatchObject({ name: { zh: '电流' }, unit: 'A' })

    expect((await put({ name: '主机电流', unit: 'mA' })).status).toBe(200)
    const shown = await pointOf()
    expect(shown).toMatchObject({ name: { zh: '主机电流', en: '主机电流' }, unit: 'mA' })
    const to = Date.now()
    const trend = await dispatcher.get(`/api/v1/trends/${shown.point}?from=${to - 60_000}&to=${to}&widthPx=100`)
    expect(trend).toMatchObject({ status: 200, body: { unit: 'mA' } })
  })

  it('that is replaced goes on with the machine of the one before', async () => {
    const { id } = (await add('M4', { source: source() })).body
    await expect.poll(async () => (await show(id)).online, waiting).toBe(true)
    const replaced = await dispatcher.post(`/api/v1/devices/${id}/replacement`, {
      commandId: newId(),
      identity: 'm4',
      reason: '更换',
    })
    expect(replaced.status).toBe(201)

    await expect.poll(async () => (await show(replaced.body.id)).online, waiting).toBe(true)
    expect(await show(id)).toMatchObject({ state: 'retired', online: false, machine: null })
  })

  it('takes values of points that may be written, within their limits', async () => {
    const { id } = (await add('M3', { source: source() })).body
    const order = (body: unknown, kind = 'set_value') =>
      dispatcher.post(`/api/v1/devices/${id}/commands`, { commandId: newId(), kind, body })

    expect(fieldsOf(await order({ point: 'SP', value: 101 }))).toEqual([422, 'body.value'])
    expect(fieldsOf(await order({ point: 'I', value: 1 }))).toEqual([422, 'body.point'])
    expect(fieldsOf(await order({ point: 'SP' }))).toEqual([422, 'body.value'])
    expect(fieldsOf(await order({ point: 'SP', value: '5' }))).toEqual([422, 'body.value'])
    expect(fieldsOf(await order({}, 'text'))).toEqual([422, 'kind'])
    const taken = await order({ point: 'SP', value: 42 })
    expect(taken).toMatchObject({
      status: 201,
      body: { state: 'proposed', confirm: { body: { point: 'SP', value: 42 } } },
    })
    const confirm = (seen: number) =>
      dispatcher.post(`/api/v1/devices/${id}/commands/${taken.body.id}/confirmation`, { commandId: newId(), seen })
    machine.holding[7] = 30
    const held = async () => (await show(id)).points.find(({ code }: { code: string }) => code === 'M3.SP')?.last?.value
    await expect.poll(held, waiting).toBe(30)
    expect((await confirm(7)).body).toMatchObject({
      status: 409,
      kind: 'value_moved',
      errors: [{ field: 'seen', value: 7, rule: '30' }],
    })
    expect(machine.holding[7]).toBe(30)
    expect((await confirm(30)).body).toMatchObject({ id: taken.body.id, state: 'queued' })

    await expect.poll(async () => (await show(id)).commands[0]?.state, waiting).toBe('acknowledged')
    expect((await show(id)).commands).toMatchObject([{ kind: 'set_value', answer: { value: 42 }, attempts: 1 }])
    expect(machine.holding[7]).toBe(42)
  })
})

it('frames of Modbus are read for whoever pastes them', async () => {
  const { status, body } = await dispatcher.post('/api/v1/parsed-frames', {
    protocol: 'modbus',
    hex: '0001 0000 0003 11 83 02',
  })

  expect([status, body.rows[0].fields.at(-1).words]).toEqual([200, { zh: '非法数据地址', en: 'illegal data address' }])
})
