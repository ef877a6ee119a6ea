import { randomBytes, randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import {
  adapterIds,
  adapters,
  countsRequest,
  documentKinds,
  documentsRequest,
  readCounts,
  readDocuments,
  readTrackAnswer,
  render,
  sealRandomBytes,
  trackRequest,
  type AdapterId,
  type Answer,
  type DocumentKind,
  type Documents,
  type Header,
  type TrackMessage,
  type WireRecord,
  type WireRequest,
} from '@tingzhou/wlhy'
import { examples } from '@tingzhou/wlhy/examples'
import { moodOf, usualHabits } from './habits.ts'
import { startRegulator, type Regulator, type RegulatorOptions } from './server.ts'

const enterprise = {
  user: 'SIM1',
  password: 'secret-1',
  enterpriseCode: 'SIM1',
  appId: 'app.sim',
  appSecurity: 'app-secret',
}
const other = { user: 'SIM2', password: 'secret-2', enterpriseCode: 'SIM2' }
let now = Date.parse('2026-11-22T04:00:00Z')
const open: Regulator[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const start = async (options: Partial<RegulatorOptions> = {}): Promise<Regulator> => {
  const regulator = await startRegulator({ enterprises: [enterprise, other], clock: () => epochMs(now), ...options })
  open.push(regulator)
  return regulator
}

const post = async (regulator: Regulator, { path, contentType, body }: WireRequest): Promise<string> =>
  (await fetch(regulator.url + path, { method: 'POST', headers: { 'content-type': contentType }, body })).text()

const guid = (): string => randomUUID().replaceAll('-', '')

/** An enterprise that speaks one dialect to a regulator. */
async function speak(regulator: Regulator, id: AdapterId, who = enterprise as typeof other) {
  const adapter = adapters[id]
  const given = adapter.readToken(await post(regulator, adapter.tokenRequest(who)))
  if (!given.ok) throw new Error(given.error.text)
  const { token } = given.value
  const seal = (kind: DocumentKind, record: WireRecord, change: Partial<Header> = {}): WireRequest => {
    const header = { reference: guid(), kind, senderCode: '650000', enterpriseCode: who.enterpriseCode, token }
    const message = { header: { ...header, sentAt: epochMs(now), ...change }, record }
    return adapter.seal(message, { publicKey: regulator.publicKey, random: randomBytes(sealRandomBytes) })
  }
  const say = async (request: WireRequest): Promise<Answer> => adapter.readAnswer(await post(regulator, request))
  const send = <K extends DocumentKind>(kind: K, document: Documents[K] = examples[kind], change?: Partial<Header>) =>
    say(seal(kind, render(id, kind, document), change))
  const sendAll = async () => {
    const answers: Answer[] = []
    for (const kind of documentKinds) answers.push(await send(kind))
    return answers.map(({ outcome }) => outcome)
  }
  return { token, seal, say, send, sendAll, record: (kind: DocumentKind) => render(id, kind, examples[kind] as never) }
}

const { waybill, fund_flow: flow } = examples

describe.each(adapterIds)('the monitoring system in the words of %s', (id) => {
  it('takes driver, vehicle, waybill and fund flow of the worked example, and has what they say', async () => {
    const regulator = await start()
    const client = await speak(regulator, id)

    expect(await client.sendAll()).toEqual(['accepted', 'accepted', 'accepted', 'accepted'])
    expect(regulator.received('waybill')).toMatchObject([
      { enterpriseCode: 'SIM1', key: 'YD20261100000001 0000', times: 1, record: { TotalMonetaryAmount: '2730.620' } },
    ])
    expect(regulator.received('fund_flow')[0]?.record).toEqual(client.record('fund_flow'))
    expect(regulator.counts()).toEqual([
      {
        enterpriseCode: 'SIM1',
        month: '2026-11',
        kinds: {
          driver: { count: 1, sumFen: 0 },
          vehicle: { count: 1, sumFen: 0 },
          waybill: { count: 1, sumFen: 273_062 },
          fund_flow: { count: 1, sumFen: 250_400 },
        },
      },
    ])
  })

  it('knows a token for two hours, of who has the password, for its own enterprise', async () => {
    const regulator = await start()
    const client = await speak(regulator, id)
    const began = now

    await expect(speak(regulator, id, { ...other, password: 'wrong' })).rejects.toThrow('token认证失败')
    await expect(speak(regulator, id, { ...other, user: 'nobody' })).rejects.toThrow('token认证失败')
    expect(await client.send('driver', examples.driver, { token: 'f'.repeat(32) })).toMatchObject({ outcome: 'token' })
    expect(await client.send('driver', examples.driver, { enterpriseCode: 'SIM2' })).toMatchObject({
      outcome: 'broken',
      text: expect.stringContaining('enterprise_of_token'),
    })
    now = began + 7_199_000
    expect(await client.send('driver')).toMatchObject({ outcome: 'accepted' })
    now = began + 7_200_000
    expect(await client.send('driver')).toMatchObject({ outcome: 'token' })
    expect(await (await speak(regulator, id)).send('driver')).toMatchObject({ outcome: 'accepted' })
    regulator.endTokens()
    expect(await client.send('driver')).toMatchObject({ outcome: 'token' })
  })

  it('takes a reference once; a refused one is not used up', async () => {
    const regulator = await start()
    const client = await speak(regulator, id)
    const reference = guid()
    const nameless = { ...examples.driver, name: '' }

    expect(await client.send('driver', nameless, { reference })).toMatchObject({ outcome: 'rejected' })
    expect(await client.send('driver', examples.driver, { reference })).toMatchObject({ outcome: 'accepted' })
    expect(await client.send('driver', examples.driver, { reference })).toMatchObject({
      outcome: 'duplicate',
      text: '报文参考号重复',
    })
    expect(await client.send('vehicle', examples.vehicle, { reference })).toMatchObject({ outcome: 'duplicate' })
    // Another enterprise draws its own.
    const neighbour = await speak(regulator, id, other)
    expect(await neighbour.send('driver', examples.driver, { reference })).toMatchObject({ outcome: 'accepted' })
    expect(regulator.received('driver').map(({ times }) => times)).toEqual([1, 1])
  })

  it('names the field, the value and the rule that refuse a record', async () => {
    const client = await speak(await start(), id)
    const faultOf = (answer: Answer) => [answer.outcome, answer.field, answer.text]

    expect(faultOf(await client.send('driver', { ...examples.driver, phone: '9'.repeat(19) }))).toEqual([
      'rejected',
      'Telephone',
      '字段校验失败: Telephone "9999999999999999999" length_max 18',
    ])
    expect(faultOf(await client.send('vehicle', { ...examples.vehicle, typeCode: 'x' }))).toEqual([
      'rejected',
      'VehicleType',
      '字段校验失败: VehicleType "x" known_code vehicle-type',
    ])
    expect(faultOf(await client.send('vehicle', { ...examples.vehicle, grossKg: 4_000, vin: '' }))).toEqual([
      'rejected',
      'VIN',
      '字段校验失败: VIN "" needed light',
    ])
  })

  it('takes a waybill after its vehicle and drivers, a fund flow after its waybills, of the same enterprise', async () => {
    const regulator = await start()
    const client = await speak(regulator, id)
    await (await speak(regulator, id, other)).sendAll()
    const send = async (kind: DocumentKind) => (await client.send(kind)).field ?? 'accepted'

    expect(await send('waybill')).toBe('VehicleInfo.VehicleNumber')
    await send('vehicle')
    expect(await send('waybill')).toBe('VehicleInfo.Driver.0.DrivingLicense')
    await send('driver')
    expect(await send('fund_flow')).toBe('ShippingNoteList.0.ShippingNoteNumber')
    expect(await send('waybill')).toBe('accepted')
    expect(await send('fund_flow')).toBe('accepted')
  })

  it('compares fund flow and waybill, from both sides', async () => {
    const regulator = await start()
    const client = await speak(regulator, id)
    for (const kind of ['driver', 'vehicle', 'waybill'] as const) await client.send(kind)
    const [note] = flow.notes
    const [payment] = flow.payments
    const paying = (amountFen: number) => ({
      ...flow,
      notes: [{ ...note!, totalFen: amountFen }],
      payments: [{ ...payment!, amountFen }],
    })

    expect(await client.send('fund_flow', { ...flow, carrier: { ...flow.carrier, name: '别人' } })).toMatchObject({
      field: 'Carrier',
    })
    expect(await client.send('fund_flow', { ...flow, vehicle: { ...flow.vehicle, plateColour: '1' } })).toMatchObject({
      field: 'VehiclePlateColorCode',
    })
    expect(await client.send('fund_flow', paying(273_063))).toMatchObject({
      field: 'ShippingNoteList.0.TotalMonetaryAmount',
      text: expect.stringContaining('not_above 2730.620'),
    })
    const early = { ...flow, payments: [{ ...payment!, amountFen: 250_400, at: epochMs(waybill.madeAt - 1_000) }] }
    expect(await client.send('fund_flow', early)).toMatchObject({ field: 'Financiallist.0.DateTime' })
    expect(await client.send('fund_flow')).toMatchObject({ outcome: 'accepted' })
    expect(await client.send('fund_flow', { ...flow, number: 'ZJ2' })).toMatchObject({
      text: expect.stringContaining('in_one_flow ZJ20261100000001'),
    })
    // What the flow already says is compared with the waybill that is sent again.
    expect(await client.send('waybill', { ...waybill, freightFen: 200_000 })).toMatchObject({
      text: expect.stringContaining('fits_flow ShippingNoteList.0.TotalMonetaryAmount'),
    })
    expect(await client.send('waybill', { ...waybill, remark: 'again' })).toMatchObject({ outcome: 'accepted' })
    expect(regulator.received('waybill')).toMatchObject([{ times: 2, record: { Remark: 'again' } }])
    expect(regulator.counts()[0]?.kinds.waybill.count).toBe(1)
  })

  it('lets a carrier get more than the shipper pays where that is allowed', async () => {
    const client = await speak(await start({ aboveFreight: true }), id)

    for (const kind of ['driver', 'vehicle'] as const) await client.send(kind)
    await client.send('waybill', { ...waybill, freightFen: 100_000 })
    expect(await client.send('fund_flow')).toMatchObject({ outcome: 'accepted' })
  })

  it('refuses what it cannot open, by what is wrong with it', async () => {
    const regulator = await start()
    const stranger = await start()
    const client = await speak(regulator, id)
    const { path } = client.seal('driver', client.record('driver'))
    const sealedFor = (key: Regulator) =>
      adapters[id].seal(
        {
          header: {
            reference: guid(),
            kind: 'driver',
            senderCode: '650000',
            enterpriseCode: 'SIM1',
            sentAt: epochMs(now),
            token: client.token,
          },
          record: client.record('driver'),
        },
        { publicKey: key.publicKey, random: randomBytes(sealRandomBytes) },
      )

    expect(await client.say(sealedFor(stranger))).toMatchObject({
      outcome: 'broken',
      text: expect.stringContaining('sm2_opens'),
    })
    const type = client.seal('driver', client.record('driver'))
    expect(await client.say({ ...type, body: type.body.replace('WLHY_JSY1001', 'WLHY_XX1001') })).toMatchObject({
      outcome: 'rejected',
      text: expect.stringContaining('known_type'),
    })
    expect(await client.say({ path, contentType: 'text/plain', body: '<!DOCTYPE x><x/>' })).toMatchObject({
      outcome: 'broken',
      text: expect.stringContaining('交换报文解析错误'),
    })
    expect(Object.keys(regulator.answered()).toSorted()).toEqual(['envelope', 'key', 'token given', 'type'])
    expect(regulator.received('driver')).toEqual([])
  })

  it('keeps a message whose answer is lost: the same reference is then a duplicate', async () => {
    const regulator = await start({ habits: { cutShare: 1 } })
    const client = await speak(regulator, id)
    const request = client.seal('driver', client.record('driver'))

    await expect(client.say(request)).rejects.toThrow()
    expect(regulator.received('driver').length).toBe(1)
    regulator.behave({ cutShare: 0 })
    expect(await client.say(request)).toMatchObject({ outcome: 'duplicate' })
    expect(regulator.received('driver')).toMatchObject([{ times: 1 }])
  })

  it('is busy, fails and is slow as its habits say, and keeps nothing meanwhile', async () => {
    const regulator = await start({ habits: { busyShare: 1 } })
    const client = await speak(regulator, id)

    expect(await client.send('driver')).toMatchObject({ outcome: 'later', text: '发送消息队列失败' })
    regulator.behave({ busyShare: 0, errorShare: 1 })
    expect(await client.send('driver')).toMatchObject({ outcome: 'later', text: '服务器内部错误' })
    expect(regulator.received('driver')).toEqual([])
    regulator.behave({ errorShare: 0, slowShare: 1, slowMs: 300 })
    const began = performance.now()
    expect(await client.send('driver')).toMatchObject({ outcome: 'accepted' })
    expect(performance.now() - began).toBeGreaterThan(290)
  })
})

describe('the monitoring system beside its dialects', () => {
  it('draws its moods by seed, reference and attempt', () => {
    const moods = Array.from({ length: 2_000 }, (_, n) => moodOf('s', usualHabits, `r${n}`, 1))

    expect(moodOf('s', usualHabits, 'r7', 1)).toEqual(moods[7])
    expect(moods.filter(({ refusal }) => refusal === 'queue').length).toBeGreaterThan(50)
    expect(moods.filter(({ cut }) => cut).length).toBeGreaterThan(10)
    const stuck = moods.findIndex(({ refusal }) => refusal !== null)
    const later = Array.from({ length: 5 }, (_, n) => moodOf('s', usualHabits, `r${stuck}`, n + 2))
    expect(later.some(({ refusal }) => refusal === null)).toBe(true)
  })

  it('counts months in Beijing time, by the first acceptance, and lists what is behind them', async () => {
    const regulator = await start()
    now = Date.parse('2026-11-30T15:59:00Z')
    const client = await speak(regulator, 'fujian-2.0')
    await client.sendAll()
    now = Date.parse('2026-11-30T16:00:00Z')
    await client.send('vehicle', { ...examples.vehicle, remark: 'later' })
    await client.send('vehicle', { ...examples.vehicle, plate: '新B·T0002' })
    const query = { token: client.token, enterpriseCode: 'SIM1', month: '2026-12' }
    const countOf = async (month: string) => {
      const counts = readCounts(await post(regulator, countsRequest({ ...query, month })))
      return counts.ok ? counts.value.kinds.vehicle.count : counts.error
    }

    expect([await countOf('2026-11'), await countOf('2026-12'), await countOf('2027-01')]).toEqual([1, 1, 0])
    const page = await post(regulator, documentsRequest({ ...query, month: '2026-11', kind: 'waybill', after: '' }))
    expect(readDocuments(page)).toEqual({
      ok: true,
      value: { rows: [{ key: 'YD20261100000001 0000', sumFen: 273_062 }], next: null },
    })
    const open = await fetch(`${regulator.url}/counts?month=2026-12`)
    expect(await open.json()).toMatchObject({
      enterprises: [{ enterpriseCode: 'SIM1', kinds: { vehicle: { count: 1 } } }],
    })
    expect((await fetch(`${regulator.url}/counts?month=12`)).status).toBe(400)
    // Nobody else's documents.
    const foreign = await post(regulator, countsRequest({ ...query, enterpriseCode: 'SIM2' }))
    expect(adapters['fujian-2.0'].readAnswer(foreign)).toMatchObject({ outcome: 'token' })
  })

  it('lists long months a page at a time, each document once', async () => {
    const regulator = await start()
    const client = await speak(regulator, 'fujian-2.0')
    const count = 12
    for (let n = 0; n < count; n++) await client.send('vehicle', { ...examples.vehicle, plate: `新B·T${1_000 + n}` })
    const [{ month } = { month: '' }] = regulator.counts()
    const page = await post(
      regulator,
      documentsRequest({ token: client.token, enterpriseCode: 'SIM1', month, kind: 'vehicle', after: '新B·T1009 2' }),
    )

    expect(readDocuments(page)).toMatchObject({
      value: { rows: [{ key: '新B·T1010 2' }, { key: '新B·T1011 2' }], next: null },
    })
  })

  it('hears tracks and says when it wants the next', async () => {
    const regulator = await start({ trackIntervalMs: 5_000 })
    const client = await speak(regulator, 'fujian-2.0')
    const auth: TrackMessage = {
      action: 'auth',
      appId: 'app.sim',
      appSecurity: 'app-secret',
      enterpriseCode: 'SIM1',
      environment: 'debug',
    }
    const report: TrackMessage = {
      action: 'start',
      plate: '新B·T0001',
      driverName: '合成司机甲',
      remark: '',
      position: { lonDeg: 89.1, latDeg: 44.2, at: epochMs(Math.floor(now / 1_000) * 1_000) },
      notes: [
        {
          number: waybill.number,
          serial: '0000',
          startDivisionCode: '652325',
          endDivisionCode: '652301',
          startLonDeg: 89.1,
          startLatDeg: 44.2,
          endLonDeg: 87.3,
          endLatDeg: 44,
          startText: '合成矿区',
          endText: '合成园区',
          plate: '新B·T0001',
          driverName: '合成司机甲',
          intervalMs: 0,
        },
      ],
    }
    const tell = async (token: string, message: TrackMessage) =>
      readTrackAnswer('fujian-2.0', await post(regulator, trackRequest(token, message)))

    const { session } = await tell('', auth)
    expect(await tell(session ?? '', report)).toMatchObject({ outcome: 'accepted', intervalMs: 5_000 })
    expect(await tell(client.token, { ...report, action: 'stop' })).toMatchObject({ outcome: 'accepted' })
    expect(await tell('nobody', report)).toMatchObject({ outcome: 'token' })
    // Each is answered in the dialect in which its token was asked for, also when it is over.
    const neighbour = await speak(regulator, 'tianjin-1.2.1', other)
    const tellInTianjin = async () =>
      readTrackAnswer('tianjin-1.2.1', await post(regulator, trackRequest(neighbour.token, report)))
    expect(await tellInTianjin()).toMatchObject({ outcome: 'accepted', intervalMs: 5_000 })
    expect(await tell('', { ...auth, appSecurity: 'wrong' })).toMatchObject({ outcome: 'token', session: null })
    expect(await tell(client.token, { ...report, plate: '' })).toMatchObject({ outcome: 'rejected' })
    expect(regulator.tracks()).toMatchObject([
      { enterpriseCode: 'SIM1', report },
      { report: { action: 'stop' } },
      { enterpriseCode: 'SIM2' },
    ])
    regulator.endTokens()
    expect(await tellInTianjin()).toMatchObject({ outcome: 'token' })
  })

  it('says its key to anybody, and no other path, method, flood or length does anything', async () => {
    const regulator = await start({ requestsPerMinute: 3 })

    expect(await (await fetch(`${regulator.url}/keys`)).json()).toMatchObject({ publicKey: regulator.publicKey })
    expect((await fetch(`${regulator.url}/elsewhere`)).status).toBe(404)
    expect((await fetch(`${regulator.url}/elsewhere`, { method: 'POST', body: '{}' })).status).toBe(404)
    expect((await fetch(`${regulator.url}/keys`, { method: 'DELETE' })).status).toBe(405)
    const long = await fetch(`${regulator.url}/counts`, { method: 'POST', body: 'x'.repeat(1_048_577) })
    expect(long.status).toBe(413)
    const token = adapters['fujian-2.0'].tokenRequest(enterprise)
    const codes: Answer[] = []
    for (let n = 0; n < 4; n++) codes.push(adapters['fujian-2.0'].readAnswer(await post(regulator, token)))
    expect(codes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted', 'later'])
    const tianjin = adapters['tianjin-1.2.1']
    expect(tianjin.readAnswer(await post(regulator, tianjin.tokenRequest(enterprise)))).toMatchObject({
      outcome: 'later',
    })
  })

  it('outlives a client that hangs up in the middle', async () => {
    const regulator = await start()
    const socket = connect(regulator.port, '127.0.0.1')

    await new Promise((resolve) => socket.once('connect', resolve))
    socket.write('POST /api/send HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"root"')
    await new Promise((resolve) => socket.end(() => resolve(undefined)))
    socket.destroy()
    expect((await fetch(`${regulator.url}/keys`)).status).toBe(200)
  })

  it('is nowhere when its port is taken', async () => {
    const regulator = await start()

    await expect(start({ port: regulator.port })).rejects.toThrow('EADDRINUSE')
  })

  it('remembers keys, documents and references; what a kill left half written is dropped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regulator-'))
    const file = join(folder, 'regulator.jsonl')
    try {
      const first = await start({ file })
      const client = await speak(first, 'tianjin-1.2.1')
      for (const kind of ['driver', 'vehicle', 'waybill'] as const) await client.send(kind)
      const reference = guid()
      await client.send('fund_flow', flow, { reference })
      await first.close()
      appendFileSync(file, '{"enterpriseCode":"SIM1","kind":"dri')

      const second = await start({ file })
      const again = await speak(second, 'tianjin-1.2.1')

      expect(second.publicKey).toBe(first.publicKey)
      expect(second.counts()).toEqual(first.counts())
      expect(await again.send('fund_flow', flow, { reference })).toMatchObject({ outcome: 'duplicate' })
      expect(await again.send('waybill', { ...waybill, remark: 'x' })).toMatchObject({ outcome: 'accepted' })
      expect(readFileSync(file, 'utf8').trim().split('\n').length).toBe(6)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
