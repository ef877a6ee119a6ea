import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataType, VariantArrayType } from 'node-opcua-client'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Connection, Reading } from '@tingzhou/connector'
import { createConnect, type Options } from './connect.ts'
import { forgetCertificates, openCable, openPlant, type Plant, type PlantOptions } from './testing.ts'

let dataDir: string
/** What a test opened, the newest first closed. */
let open: (() => Promise<void>)[] = []

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'connector-opcua-'))
})
afterEach(async () => {
  for (const close of open.toReversed()) await close()
  open = []
})
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true })
  await forgetCertificates()
})

const plant = async (options: PlantOptions): Promise<Plant> => {
  const opened = await openPlant(options)
  open.push(() => opened.close())
  return opened
}

type State = { readonly address: string | null; readonly reason: string | null }
type Frame = { readonly direction: 'up' | 'down'; readonly text: string; readonly fault: string | null }

const fast = { waits: { firstMs: 100, longestMs: 400 } }

/** Calls a machine, and keeps what is told of it. */
function call(source: object, options: Partial<Options> = {}) {
  const told = { readings: [] as Reading[], states: [] as State[], frames: [] as Frame[] }
  const connect = createConnect({ dataDir, ...fast, ...options })
  const connection: Connection = connect(
    { security: 'none', username: null, everyMs: 100, ...source },
    {
      readings: (readings) => told.readings.push(...readings),
      state: (address, reason) => told.states.push({ address, reason }),
      frame: (direction, bytes, fault) => told.frames.push({ direction, text: Buffer.from(bytes).toString(), fault }),
    },
  )
  open.push(() => connection.close())
  const of = (key: string) => told.readings.filter(({ point }) => point === key)
  return { ...told, ...connection, of, state: () => told.states.at(-1) }
}

const points = (...keys: string[]) => keys.map((key) => ({ key, nodeId: `ns=1;s=${key}`, write: null }))
const until = (check: () => unknown) => expect.poll(check, { timeout: 10_000, interval: 20 })

it('tells numbers of every type, truths as 0 and 1, and names what is none', async () => {
  const machine = await plant({
    nodes: {
      truth: { dataType: DataType.Boolean, value: true },
      sbyte: { dataType: DataType.SByte, value: -8 },
      byte: { dataType: DataType.Byte, value: 255 },
      int16: { dataType: DataType.Int16, value: -32_768 },
      uint16: { dataType: DataType.UInt16, value: 65_535 },
      int32: { dataType: DataType.Int32, value: -2_147_483_648 },
      uint32: { dataType: DataType.UInt32, value: 4_294_967_295 },
      int64: { dataType: DataType.Int64, arrayType: VariantArrayType.Scalar, value: [0xffff_ffff, 0xffff_fffe] },
      uint64: { dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: [1, 2] },
      float: { dataType: DataType.Float, value: 1.5 },
      double: { dataType: DataType.Double, value: 41.8 },
      row: { dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [1, 2] },
      text: { dataType: DataType.String, value: 'running' },
    },
  })
  const numbers = 'truth sbyte byte int16 uint16 int32 uint32 int64 uint64 float double'.split(' ')
  const line = call({ url: machine.url, points: points(...numbers, 'row', 'text', 'nobody') })

  await until(() => line.state()).toEqual({
    address: `127.0.0.1:${machine.port}`,
    reason:
      '3 of 14 points are not read: row: an array of Double, and no number; text: of the type String, and no number; nobody: BadNodeIdUnknown',
  })
  await until(() => new Set(line.readings.map(({ point }) => point)).size).toBe(numbers.length)
  expect(numbers.map((key) => line.of(key)[0]?.value)).toEqual([
    1, -8, 255, -32_768, 65_535, -2_147_483_648, 4_294_967_295, -2, 4_294_967_298, 1.5, 41.8,
  ])

  machine.add('nobody', { dataType: DataType.Double, value: 7 })
  await until(() => line.of('nobody')[0]?.value).toBe(7)
})

it('listens to five hundred points, and says in frames that fit the log what they are', async () => {
  const machine = await plant({ nodes: { I: { dataType: DataType.Double, value: 1 } } })
  const many = Array.from({ length: 500 }, (_, index) => ({ key: `P${index}`, nodeId: 'ns=1;s=I', write: null }))
  const line = call({ url: machine.url, points: many })

  await until(() => new Set(line.readings.map(({ point }) => point)).size).toBe(500)
  machine.set('I', 2)
  await until(() => new Set(line.readings.filter(({ value }) => value === 2).map(({ point }) => point)).size).toBe(500)
  expect(Math.max(...line.frames.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(1_100)
  expect(line.state()?.reason).toBe(null)
})

it('tells status and time as the machine says them, every change, and that a value stands', async () => {
  const machine = await plant({ nodes: { I: { dataType: DataType.Double, value: 1 } } })
  const began = Date.now() - 3_600_000
  machine.set('I', 10, { at: began })
  const line = call({ url: machine.url, points: points('I') })
  await until(() => line.of('I')[0]).toEqual({ point: 'I', at: began, value: 10, quality: 'good' })

  await until(() => line.of('I').length).toBeGreaterThan(3)
  const stands = line.of('I').slice(1)
  expect(new Set(stands.map(({ value }) => value))).toEqual(new Set([10]))
  expect(stands.every(({ at }) => Math.abs(Date.now() - at) < 5_000)).toBe(true)

  const at = Date.now()
  machine.set('I', 11, { at, status: 'UncertainLastUsableValue' })
  await until(() => line.of('I').find((one) => one.at === at)).toEqual({
    point: 'I',
    at,
    value: 11,
    quality: 'uncertain',
  })
  machine.set('I', 12, { at: at + 200, status: 'BadSensorFailure' })
  await until(() => line.of('I').find((one) => one.at === at + 200)?.quality).toBe('bad')
  // The same value of the same time with another status.
  machine.set('I', 12, { at: at + 200 })
  await until(() => line.of('I').at(-1)).toMatchObject({ value: 12, quality: 'good' })

  const times = line.of('I').map((one) => one.at)
  expect(new Set(times).size).toBe(times.length)
  expect(JSON.parse(line.frames[0]?.text ?? '')).toEqual({
    service: 'publish',
    items: [{ nodeId: 'ns=1;s=I', value: 10, status: 'Good', sourceTimestamp: new Date(began).toISOString() }],
  })
})

it('goes on when a server was stopped and started again, and tells nothing twice', async () => {
  const nodes = { I: { dataType: DataType.Double, value: 1 } }
  const first = await openPlant({ nodes })
  const at = Date.now()
  first.set('I', 5, { at })
  const line = call({ url: first.url, points: points('I') })
  await until(() => line.of('I').length).toBeGreaterThan(0)
  await first.close()
  await until(() => line.state()?.address).toBe(null)
  const before = line.readings.length
  await until(() => line.states.filter(({ address }) => address === null).length).toBeGreaterThan(2)
  expect(line.readings.length).toBe(before)

  const second = await plant({ nodes, port: first.port })
  second.set('I', 5, { at })
  await until(() => line.state()?.address).toBe(`127.0.0.1:${first.port}`)
  second.set('I', 6, { at: at + 60_000 })
  await until(() => line.of('I').find(({ value }) => value === 6)?.at).toBe(at + 60_000)
  const times = line.of('I').map((one) => one.at)
  expect(new Set(times).size).toBe(times.length)
})

it('takes a server for gone that says nothing any more, and calls it again', async () => {
  const machine = await plant({ nodes: { I: { dataType: DataType.Double, value: 1 } } })
  const cable = await openCable(machine.port)
  open.push(cable.close)
  const line = call({ url: cable.url, points: points('I') }, { silentMs: 1_000 })
  await until(() => line.of('I').length).toBeGreaterThan(0)

  cable.freeze()
  await until(() => line.state()).toMatchObject({
    address: null,
    reason: expect.stringMatching(/has not answered for/),
  })

  cable.thaw()
  machine.set('I', 2)
  await until(() => line.of('I').at(-1)?.value).toBe(2)
})

it('waits for a place where a server has no more sessions', async () => {
  const machine = await plant({ sessionsMax: 1, nodes: { I: { dataType: DataType.Double, value: 1 } } })
  const first = call({ url: machine.url, points: points('I') })
  await until(() => first.of('I').length).toBeGreaterThan(0)
  const second = call({ url: machine.url, points: points('I') })
  await until(() => second.state()?.reason).toMatch(/BadTooManySessions/)

  await first.close()

  await until(() => second.of('I').length).toBeGreaterThan(0)
})

it('calls no server that the operator does not trust, and writes its certificate down', async () => {
  const machine = await plant({ nodes: { I: { dataType: DataType.Double, value: 1 } } })
  const folder = await mkdtemp(join(tmpdir(), 'connector-opcua-trust-'))
  open.push(() => rm(folder, { recursive: true }))
  const source = { url: machine.url, security: 'sign_and_encrypt', username: 'operator', password: 'mill' }
  const line = call({ ...source, points: points('I') }, { dataDir: folder })
  await until(() => line.state()?.reason).toMatch(/its certificate \(SHA-1 [\da-f]{40}\) is not trusted/)
  const [file = ''] = await readdir(join(folder, 'opcua/rejected'))
  expect(line.state()?.reason).toContain(`opcua/rejected/${file} to opcua/trusted`)
  expect((await stat(join(folder, 'opcua/own/tingzhou.key.pem'))).mode & 0o077).toBe(0)
  expect(machine.sessions()).toBe(0)

  await rename(join(folder, 'opcua/rejected', file), join(folder, 'opcua/trusted', file))
  await until(() => line.of('I')[0]?.value).toBe(1)

  const own = await readFile(join(folder, 'opcua/own/tingzhou.der'))
  const signed = call({ ...source, security: 'sign', points: points('I') }, { dataDir: folder })
  await until(() => signed.of('I')[0]?.value).toBe(1)
  expect(await readFile(join(folder, 'opcua/own/tingzhou.der'))).toEqual(own)

  const wrong = call({ ...source, password: 'guess', points: points('I') }, { dataDir: folder })
  await until(() => wrong.state()).toMatchObject({
    address: null,
    reason: expect.stringMatching(/BadUserAccessDenied|BadIdentityToken/),
  })
  expect(JSON.stringify([wrong.states, wrong.frames])).not.toContain('guess')
})

it('says no password over a channel without security, and asks for what is missing', () => {
  const source = { url: 'opc.tcp://127.0.0.1:1', username: 'operator', points: points('I') }
  const reasonOf = (more: object) => call({ ...source, ...more }).state()?.reason

  expect(reasonOf({ password: 'mill' })).toBe('a user name needs security: sign or sign_and_encrypt')
  expect(reasonOf({ security: 'sign' })).toBe('no password is known of the user operator')
  expect(reasonOf({ url: 'http://127.0.0.1' })).toBe('http://127.0.0.1 is no opc.tcp:// address')
  expect(reasonOf({ points: 1 })).toMatch(/^the source cannot be read: points/)
})

it('says that the library is not installed', async () => {
  const missing = Object.assign(new Error("Cannot find package 'node-opcua-client'"), { code: 'ERR_MODULE_NOT_FOUND' })
  const line = call({ url: 'opc.tcp://127.0.0.1:1', points: points('I') }, { load: () => Promise.reject(missing) })

  await until(() => line.state()).toEqual({
    address: null,
    reason: 'node-opcua-client is not installed: npm install --include=optional',
  })
})

it('writes a value in the type of its node and reads it back, and says what is against it', async () => {
  const machine = await plant({
    nodes: {
      speed: { dataType: DataType.Int16, value: 0 },
      setpoint: { dataType: DataType.Float, value: 0 },
      run: { dataType: DataType.Boolean, value: false },
      total: { dataType: DataType.Int64, arrayType: VariantArrayType.Scalar, value: [0, 0] },
      any: { dataType: DataType.UInt16, value: 3, declared: 'Number' },
      fixed: { dataType: DataType.Double, value: 1, isReadOnly: true },
    },
  })
  const write = { low: -100_000, high: 1e12 }
  const line = call({
    url: machine.url,
    points: [
      ...points('speed', 'setpoint', 'run', 'total', 'any', 'fixed').map((point) => ({ ...point, write })),
      { key: 'shown', nodeId: 'ns=1;s=speed', write: null },
      { key: 'gone', nodeId: 'ns=1;s=gone', write },
    ],
  })
  await expect(line.write('speed', 1)).rejects.toThrow('the machine is not connected')
  await until(() => line.of('fixed').length).toBeGreaterThan(0)

  expect(await line.write('speed', -300)).toBe(-300)
  expect(await line.write('setpoint', 0.1)).toBe(Math.fround(0.1))
  expect(await line.write('run', 1)).toBe(1)
  expect(await line.write('total', -2)).toBe(-2)
  expect(await line.write('any', 9)).toBe(9)
  expect(machine.held('speed')).toBe(-300)
  expect(machine.held('total')).toEqual([0xffff_ffff, 0xffff_fffe])
  await until(() => line.of('run').at(-1)?.value).toBe(1)

  const refused = (key: string, value: number) => expect(line.write(key, value)).rejects
  await refused('speed', 1.5).toThrow('1.5 is no whole number, as Int16')
  await refused('speed', 32_768).toThrow('32768 is beyond Int16')
  await refused('any', 65_536).toThrow('65536 is beyond UInt16')
  await refused('run', 2).toThrow('2 is neither 0 nor 1, as Boolean')
  await refused('fixed', 2).toThrow(/BadNotWritable|BadUserAccessDenied/)
  await refused('gone', 2).toThrow(/BadNodeIdUnknown/)
  await refused('shown', 2).toThrow('shown is only read')
  await refused('speed', -100_001).toThrow('-100001 is not within -100000 and 1000000000000')
  await refused('other', 2).toThrow('other is no point of it')
  expect(machine.held('speed')).toBe(-300)
  expect(line.frames.filter(({ direction }) => direction === 'down')[0]).toEqual({
    direction: 'down',
    text: '{"service":"write","items":[{"nodeId":"ns=1;s=speed","value":-300,"status":"Good","sourceTimestamp":null}]}',
    fault: null,
  })
})

it('leaves nothing open when it is closed, in whatever it is', async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((one) => one.startsWith('TCPSocket')).length
  const before = sockets()
  const machine = await openPlant({ nodes: { I: { dataType: DataType.Double, value: 1 } } })
  const up = call({ url: machine.url, points: points('I') })
  const away = call({ url: 'opc.tcp://127.0.0.1:1', points: points('I') })
  const begun = call({ url: machine.url, points: points('I') })
  await until(() => up.of('I').length).toBeGreaterThan(0)
  expect(sockets()).toBeGreaterThan(before)

  await Promise.all([up.close(), away.close(), begun.close()])

  const readings = up.readings.length
  await until(() => machine.sessions()).toBe(0)
  machine.set('I', 2)
  expect(up.readings.length).toBe(readings)
  await expect(up.write('I', 1)).rejects.toThrow()
  await machine.close()
  await until(sockets).toBe(before)
})
