import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readHistory } from '@tingzhou/audit'
import { epochMs } from '@tingzhou/kernel'
import {
  enterprise,
  platform,
  uploadZone,
  type UploadKind,
  type UploadState,
  type UploadZone,
} from '@tingzhou/freight/testing-upload'
import type { Client } from '@tingzhou/server/testing'
import { adapters, type WireRecord } from '@tingzhou/wlhy'
import { startRegulator, type Regulator } from './regulator/server.ts'

const api = '/api/v1'
// Ten in the morning in Beijing.
const start = epochMs(Date.UTC(2026, 2, 2, 2))
const steady = { busyShare: 0, errorShare: 0, cutShare: 0, slowShare: 0, slowMs: 0 }
let zone: UploadZone
let regulator: Regulator
let people: UploadZone['people']

beforeAll(async () => {
  zone = await uploadZone(start)
  people = zone.people
  regulator = await startRegulator({ enterprises: [enterprise], clock: zone.clock })
  await set({})
}, 180_000)
afterEach(() => regulator.behave(steady))
afterAll(async () => {
  await regulator.close()
  await zone.server.close()
})

let version = 0
async function set(over: object) {
  const wish = { ...platform, url: regulator.url, publicKey: regulator.publicKey, password: enterprise.password }
  const answer = await zone.call(people.admin, 'PUT', '/freight-upload-settings', {
    ...wish,
    why: 'test',
    version,
    ...over,
  })
  version = answer.version
  return answer
}

/** Sends everything that is due, and waits for the answers and what comes of them. */
async function send() {
  const { server } = zone
  for (let turn = 0; turn < 20; turn++) {
    const fired = await server.timers.runDue()
    await zone.sender.settled()
    await zone.settle()
    if (fired === 0) return
  }
}

type Row = {
  readonly id: string
  readonly kind: UploadKind
  readonly state: UploadState
  readonly attempts: number
  readonly rev: number
  readonly answerCode: string | null
  readonly faults: readonly { field: string; value: string; rule: string; message: string }[]
  readonly waitsFor: readonly { kind: UploadKind }[]
}
const uploadsOf = async (waybill: string, client: Client = people.audit): Promise<readonly Row[]> =>
  (await client.get(`${api}/freight-waybills/${waybill}/uploads`)).body.rows
const statesOf = async (waybill: string) =>
  Object.fromEntries((await uploadsOf(waybill)).map(({ kind, state }) => [kind, state]))
const one = async (waybill: string, kind: UploadKind): Promise<Row> => {
  const found = (await uploadsOf(waybill)).find((row) => row.kind === kind)
  if (!found) throw new Error(`a ${kind} was uploaded`)
  return found
}
const detail = async (id: string) => (await people.audit.get(`${api}/freight-uploads/${id}`)).body
/** Amounts in a list of a record, as the wire has them. */
const amountsIn = (record: WireRecord | undefined, list: string, name: string): readonly string[] => {
  const rows = record?.[list]
  return Array.isArray(rows) ? rows.map((row: WireRecord) => String(row[name])) : []
}
const fenOf = (yuan: string): number => Math.round(Number(yuan) * 100)
const keysOf = (kind: UploadKind) => regulator.received(kind).map(({ key }) => key)
const carried = async (to: string, crew?: Parameters<UploadZone['assign']>[0]) => {
  const id = await zone.assign(crew ?? (await zone.enterCrew()))
  await zone.drive(id, to)
  return id
}

describe('the whole way', () => {
  it('goes step by step with the waybill, ends in the step `report`, and says what was answered', async () => {
    const crew = await zone.enterCrew()
    const id = await carried('signed', crew)
    expect(await uploadsOf(id)).toEqual([])

    await zone.drive(id, 'audited', 'signed')
    expect(await statesOf(id)).toEqual({ driver: 'waiting', vehicle: 'waiting' })
    await send()
    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
    expect(keysOf('waybill')).toEqual([])

    await zone.drive(id, 'settled', 'audited')
    await send()
    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted', waybill: 'accepted' })
    expect(await zone.stateOf(id)).toBe('settled')

    await zone.drive(id, 'paid', 'settled')
    expect(await zone.stateOf(id)).toBe('paid')
    await send()
    expect(await zone.stateOf(id)).toBe('reported')

    const [waybill] = regulator.received('waybill')
    const [flow] = regulator.received('fund_flow')
    // The worked example of the specification: bill 2,730.62; 500 and 1,004 by the bank, 1,000 by the fuel card.
    expect(waybill?.record).toMatchObject({ TotalMonetaryAmount: '2730.620', Carrier: platform.carrierName })
    expect(amountsIn(flow?.record, 'Financiallist', 'MonetaryAmount').toSorted()).toEqual(['1000.000', '1504.000'])
    expect(flow?.record.ShippingNoteList).toMatchObject([{ TotalMonetaryAmount: '2504.000' }])
    const { db, zoneId } = zone.server.deps
    const [report] = await readHistory(db, zoneId, id, { limit: 1, order: 'desc' })
    expect(report).toMatchObject({
      verb: 'report',
      data: {
        messageId: expect.stringMatching(/^[0-9a-f-]{36} [0-9a-f-]{36}$/),
        answer: expect.stringMatching(/^(waybill|fund_flow) 1001 .*; (waybill|fund_flow) 1001/),
      },
    })
  })

  it('does not end while a rule blocks what was paid, and ends once the audit has looked again', async () => {
    const id = await carried('paid')
    const { db } = zone.server.deps
    const finding = JSON.stringify([{ rule: 'R11', result: 'block', evidence: {} }])
    await sql`update freight_waybill set audit = jsonb_set(audit, '{findings}', ${finding}::jsonb || coalesce((
      select jsonb_agg(f) from jsonb_array_elements(audit -> 'findings') f where f ->> 'rule' <> 'R11'), '[]')) where id = ${id}`.execute(
      db,
    )

    await send()
    expect(await statesOf(id)).toMatchObject({ waybill: 'accepted', fund_flow: 'accepted' })
    zone.pass(3_700_000)
    await send()
    expect(await zone.stateOf(id)).toBe('paid')

    await zone.move(id, 'audit', { overrides: [] }, people.audit)
    zone.pass(3_700_000)
    await send()
    expect(await zone.stateOf(id)).toBe('reported')
  })

  it('tells a driver and a vehicle again only when they have changed', async () => {
    const crew = await zone.enterCrew()
    await carried('audited', crew)
    await send()
    const before = regulator.received('driver').length
    const second = await carried('audited', crew)
    await send()
    expect(regulator.received('driver').every(({ times }) => times === 1)).toBe(true)

    const driver = (await people.audit.get(`${api}/freight-drivers/${crew.driverId}`)).body
    await zone.call(zone.server.machine, 'PATCH', `/freight-drivers/${crew.driverId}`, {
      ...driver,
      idNumber: undefined,
      remark: 'a new remark',
      rev: driver.rev,
      why: 'test',
    })
    await zone.drive(second, 'settled', 'audited')
    await send()

    expect(regulator.received('driver')).toHaveLength(before)
    const told = regulator.received('driver').find(({ record }) => record.Remark === 'a new remark')
    expect(told?.times).toBe(2)
    expect(await statesOf(second)).toMatchObject({ driver: 'accepted', waybill: 'accepted' })
  })
})

const minuteMs = 60_000
/** What the regulator counts as the settings are now. */
const answered = (said: string) => regulator.answered()[said] ?? 0

/** What a form takes and the wire does not: a heavy vehicle with the filler of light ones. */
const filler = { transportPermit: '652301000000' } as const

describe('the order', () => {
  it('lets a waybill wait for its vehicle, and its flow of funds for both, however they come', async () => {
    const crew = await zone.enterCrew({ vehicle: filler })
    const id = await carried('paid', crew)
    await send()

    expect(await statesOf(id)).toEqual({
      driver: 'accepted',
      vehicle: 'rejected',
      waybill: 'waiting',
      fund_flow: 'waiting',
    })
    expect((await one(id, 'waybill')).waitsFor).toMatchObject([{ kind: 'vehicle', state: 'rejected' }])
    expect((await one(id, 'fund_flow')).waitsFor).toMatchObject([{ kind: 'waybill', state: 'waiting' }])
    const vehicle = await one(id, 'vehicle')
    expect(vehicle).toMatchObject({ refusedBy: 'platform', attempts: 0 })
    expect(vehicle.faults).toMatchObject([
      {
        field: 'RoadTransportCertificateNumber',
        value: filler.transportPermit,
        rule: 'filler_only_light',
        message: '总质量超过 4.5 吨须填真实证号',
      },
    ])

    const shown = (await people.audit.get(`${api}/freight-vehicles/${crew.vehicleId}`)).body
    await zone.call(people.dispatcher, 'PATCH', `/freight-vehicles/${crew.vehicleId}`, {
      ...shown,
      carrierId: undefined,
      transportPermit: '650000123456',
      why: 'the real number',
    })
    const again = await zone.post(
      `/freight-uploads/${vehicle.id}/resend`,
      { rev: vehicle.rev, why: 'the real number' },
      people.audit,
    )
    expect(again).toMatchObject({ state: 'waiting' })
    await send()

    expect(await zone.stateOf(id)).toBe('reported')
    expect((await detail(vehicle.id)).state).toBe('replaced')
  })
})

describe('what cannot go yet', () => {
  it('holds nothing up, however much of it there is', async () => {
    const crew = await zone.enterCrew({ vehicle: filler })
    const id = await carried('settled', crew)
    await send()
    const { db, zoneId } = zone.server.deps
    const blocked = await one(id, 'waybill')
    // Five thousand more that wait for the same vehicle.
    await sql`insert into freight_upload (zone_id, id, kind, subject_id, title, waybill_id, document_key, version, reference, adapter,
        record, record_sha256, needs, state, try_at, created_at)
      select u.zone_id, gen_random_uuid(), u.kind, u.subject_id || n, u.title, u.waybill_id, u.document_key || n, u.version,
        gen_random_uuid(), u.adapter, u.record, u.record_sha256, u.needs, 'waiting', u.created_at, u.created_at
      from freight_upload u cross join generate_series(1, 5000) n where u.zone_id = ${zoneId} and u.id = ${blocked.id}`.execute(
      db,
    )
    // As the maintenance of the database does after so many rows.
    await sql`analyze freight_upload`.execute(db)
    const other = await carried('settled')
    const turns = []
    for (let turn = 0; turn < 16; turn++) {
      const began = performance.now()
      await zone.sender.source.fireDue(zone.clock(), () => {})
      turns.push(performance.now() - began)
      await zone.sender.settled()
    }
    await zone.settle()

    expect(await statesOf(other)).toMatchObject({ driver: 'accepted', vehicle: 'accepted', waybill: 'accepted' })
    // Five hundred are looked at a turn, some milliseconds each hundred.
    expect(turns.toSorted((a, b) => a - b)[8]).toBeLessThan(1_000)
    await sql`delete from freight_upload where zone_id = ${zoneId} and subject_id like ${`${id}_%`}`.execute(db)
  })
})

describe('a regulator as it is in life', () => {
  it('is asked for another token when the one before has ended', async () => {
    const id = await carried('audited')
    await send()
    regulator.endTokens()
    await zone.drive(id, 'settled', 'audited')
    await send()

    expect(await statesOf(id)).toMatchObject({ waybill: 'accepted' })
    const tries = (await detail((await one(id, 'waybill')).id)).tries
    expect(tries.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['accepted', 'token'])
  })

  it('that is busy is asked again later, with the same message', async () => {
    const id = await carried('audited')
    regulator.behave({ busyShare: 1 })
    await send()
    const busy = await one(id, 'driver')
    expect(busy).toMatchObject({ state: 'waiting', answerCode: '3003' })
    const { reference } = await detail(busy.id)
    regulator.behave(steady)
    await send()
    expect((await one(id, 'driver')).state).toBe('waiting')
    zone.pass(minuteMs)
    await send()

    expect(await detail(busy.id)).toMatchObject({ state: 'accepted', reference, attempts: 2 })
  })

  it('that keeps a message and cuts the line says `duplicate` the next time, which is as good', async () => {
    const id = await carried('audited')
    const before = answered('accepted')
    regulator.behave({ cutShare: 1 })
    await send()
    expect(answered('accepted')).toBeGreaterThan(before)
    expect((await one(id, 'driver')).state).toBe('waiting')
    regulator.behave(steady)
    zone.pass(2 * minuteMs)
    await send()
    zone.pass(2 * minuteMs)
    await send()

    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
    const { tries } = await detail((await one(id, 'driver')).id)
    expect(tries.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['duplicate', 'unanswered'])
    expect(regulator.received('driver').every(({ times }) => times <= 2)).toBe(true)
  })

  it('that is slow is not waited for beyond the limit', async () => {
    const id = await carried('audited')
    const impatient = zone.anotherSender(150)
    regulator.behave({ slowShare: 1, slowMs: 1_000 })
    await impatient.source.fireDue(zone.clock(), () => {})
    await impatient.settled()
    expect(await one(id, 'driver')).toMatchObject({ state: 'waiting', answerCode: 'timeout', attempts: 1 })
    regulator.behave(steady)
    zone.pass(minuteMs)
    await send()

    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
  })

  it('that is gone for days costs nothing, is tried rarely, and gets everything when it is back, in order', async () => {
    await set({ url: 'http://127.0.0.1:1', password: enterprise.password })
    const id = await carried('paid')
    for (let hour = 0; hour < 72; hour++) {
      await send()
      zone.pass(60 * minuteMs)
    }
    const driver = await one(id, 'driver')
    const counts = (await people.audit.get(`${api}/freight-upload-counts`)).body
    expect(driver.state).toBe('waiting')
    // One attempt an hour and document: the clock of this test moves by hours.
    expect(driver.attempts).toBeGreaterThan(10)
    expect(driver.attempts).toBeLessThanOrEqual(80)
    expect(counts).toMatchObject({ isOn: true, silentSince: expect.any(Number) })

    await set({ password: enterprise.password })
    for (let turn = 0; turn < 12 && (await zone.stateOf(id)) !== 'reported'; turn++) {
      await send()
      zone.pass(31 * minuteMs)
    }
    expect(await zone.stateOf(id)).toBe('reported')
    expect((await people.audit.get(`${api}/freight-upload-counts`)).body.silentSince).toBeNull()
  })
})

describe('a sender that dies', () => {
  it('before it has sent leaves the document to others after the lease', async () => {
    const id = await carried('audited')
    const claimed = await zone.take()
    await send()
    expect(claimed).toHaveLength(2)
    expect(await statesOf(id)).toEqual({ driver: 'sending', vehicle: 'sending' })
    zone.pass(zone.leaseMs + 1_000)
    await send()

    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
  })

  it('between sending and hearing loses nothing and says nothing twice: the same message is sent again', async () => {
    const id = await carried('audited')
    const told = regulator.received('driver').length
    const sender = zone.sender
    const now = await zone.settings()
    for (const one of await zone.take()) await sender.channel.send(now, enterprise.password, one)
    expect(regulator.received('driver')).toHaveLength(told + 1)
    expect(await statesOf(id)).toEqual({ driver: 'sending', vehicle: 'sending' })
    zone.pass(zone.leaseMs + 1_000)
    await send()

    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
    expect(regulator.received('driver')).toHaveLength(told + 1)
    const { tries } = await detail((await one(id, 'driver')).id)
    expect(tries.map(({ outcome }: { outcome: string | null }) => outcome)).toEqual(['duplicate', null])
  })

  it('is two at once: each document is sent by one of them', async () => {
    const ids = [await carried('audited'), await carried('audited'), await carried('audited')]
    const before = answered('duplicate')
    const senders = [zone.anotherSender(), zone.anotherSender()]
    const fired = await Promise.all(senders.map(({ source }) => source.fireDue(zone.clock(), () => {})))
    await Promise.all(senders.map((sender) => sender.settled()))
    await send()

    expect(fired.reduce((sum, one) => sum + one.fired, 0)).toBeGreaterThan(0)
    for (const id of ids) expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
    expect(answered('duplicate')).toBe(before)
  })
})

describe('the settings', () => {
  const put = (client: Client, over: object) =>
    client.send('PUT', `${api}/freight-upload-settings`, {
      body: {
        commandId: crypto.randomUUID(),
        ...platform,
        url: regulator.url,
        publicKey: regulator.publicKey,
        password: enterprise.password,
        why: 'test',
        version,
        ...over,
      },
    })

  it('are the administrator’s, and each bad field is refused by its name', async () => {
    for (const client of [people.audit, people.finance, people.dispatcher, people.leader])
      expect((await put(client, {})).status).toBe(403)
    const wrong = [
      [{ url: 'ftp://somewhere' }, 'url', 'web_address'],
      [{ url: 'http://user:word@somewhere' }, 'url', 'plain_address'],
      [{ publicKey: '04ab' }, 'publicKey', 'sm2_key'],
      [{ creditCode: '123456789012345678' }, 'creditCode', 'uscc_shape'],
      [{ businessType: '7' }, 'businessType', 'known_code business-type'],
      [{ url: 'http://elsewhere', password: null }, 'password', 'password_needed'],
    ] as const
    for (const [over, field, rule] of wrong) {
      const { status, body } = await put(people.admin, over)
      expect({ status, error: body.errors[0] }).toMatchObject({ status: 422, error: { field, rule } })
    }
    expect((await put(people.admin, { version: version + 1 })).status).toBe(409)
    expect((await put(people.admin, { adapter: 'nowhere' })).status).toBe(400)
  })

  it('keep the password sealed, and show it to nobody', async () => {
    const row = await zone.settings()
    const shown = await people.admin.get(`${api}/freight-upload-settings`)
    const history = await people.admin.get(`${api}/freight-upload-settings/history`)

    expect(row.sealedPassword).not.toContain(enterprise.password)
    expect(JSON.stringify([shown.body, history.body])).not.toMatch(/synthetic password|ealedPassword/)
    expect(shown.body.regulator).toMatchObject({ username: 'synthetic', passwordReadable: true, version })
    expect((await people.leader.get(`${api}/freight-upload-settings`)).status).toBe(403)
  })

  it('are checked by asking for a token, and what comes back is said', async () => {
    const check = async () =>
      (await people.admin.send('POST', `${api}/freight-upload-settings/check`, { body: {} })).body
    expect(await check()).toMatchObject({ isReached: true, outcome: 'accepted', until: expect.any(Number) })

    await set({ password: 'another' })
    expect(await check()).toMatchObject({ isReached: true, outcome: 'broken', code: '2001' })
    await set({ url: 'http://127.0.0.1:1', password: 'another' })
    expect(await check()).toMatchObject({ isReached: false, outcome: 'unanswered', code: 'unreachable' })
    await set({})
    expect(await check()).toMatchObject({ outcome: 'accepted' })
  })
})

describe('what was refused', () => {
  it('is set right at its source and sent again, or given up by somebody with a reason', async () => {
    const crew = await zone.enterCrew({ vehicle: filler })
    const id = await carried('audited', crew)
    const vehicle = await one(id, 'vehicle')
    expect(vehicle).toMatchObject({ state: 'rejected', attempts: 0 })
    const act = (what: string, client: Client, body: object) =>
      client.post(`${api}/freight-uploads/${vehicle.id}/${what}`, { commandId: crypto.randomUUID(), why: 'x', ...body })

    for (const client of [people.finance, people.dispatcher, people.leader])
      expect((await act('resend', client, { rev: vehicle.rev })).status).toBe(403)
    expect((await act('resend', people.audit, { rev: vehicle.rev + 1 })).status).toBe(409)
    expect((await act('give-up', people.audit, { rev: vehicle.rev, why: ' ' })).status).toBe(400)
    // Nothing was changed: the same is wrong with the newer one.
    const still = await act('resend', people.audit, { rev: vehicle.rev })
    expect(still).toMatchObject({ status: 200, body: { state: 'rejected' } })
    expect((await act('resend', people.audit, { rev: vehicle.rev + 1 })).body.kind).toBe('upload_state')

    const newer = await one(id, 'vehicle')
    expect(newer.id).toBe(still.body.id)
    await zone.post(`/freight-uploads/${newer.id}/give-up`, { rev: newer.rev, why: 'left the zone' }, people.audit)
    expect(await detail(newer.id)).toMatchObject({ state: 'given_up', why: 'left the zone', endedBy: 'freight_audit' })
    await send()
    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'given_up' })
    const { rows } = (await people.audit.get(`${api}/freight-uploads/${newer.id}/history`)).body
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual(['give_up'])
  })

  it('by the regulator names its field, and by us never leaves', async () => {
    const before = regulator.answered()
    const rejected = (await people.audit.get(`${api}/freight-uploads?state=rejected&state=given_up`)).body
    expect(rejected.rows.every(({ refusedBy }: { refusedBy: string }) => refusedBy === 'platform')).toBe(true)
    expect(before.fields ?? 0).toBe(0)

    // A waybill whose driver the regulator does not know: it has forgotten everything.
    const id = await carried('settled')
    await send()
    const other = await startRegulator({ enterprises: [enterprise], clock: zone.clock })
    try {
      await set({ url: other.url, publicKey: other.publicKey })
      await zone.drive(id, 'paid', 'settled')
      await send()
      const flow = await one(id, 'fund_flow')
      expect(flow).toMatchObject({
        state: 'rejected',
        refusedBy: 'regulator',
        answerCode: expect.stringMatching(/^300/),
      })
      expect(await zone.stateOf(id)).toBe('paid')
      await set({})
      await zone.post(
        `/freight-uploads/${flow.id}/resend`,
        { rev: flow.rev, why: 'back to the right one' },
        people.audit,
      )
      await send()
      expect(await zone.stateOf(id)).toBe('reported')
    } finally {
      await other.close()
    }
  })
})

describe('a flow of funds', () => {
  it('whose payments do not come to what was settled is never sent', async () => {
    const crew = await zone.enterCrew()
    const id = await carried('settled', crew)
    await send()
    await zone.pay(id)
    // What no step of the product can do: a payment that was done says another amount.
    await zone.server.deps.db
      .updateTable('freight_payment')
      .set(({ eb }) => ({ amount_fen: eb('amount_fen', '-', 1) }))
      .where('waybill_id', '=', id)
      .where('means', '=', 'bank')
      .execute()
    const told = regulator.received('fund_flow').length
    await zone.settle()
    await send()

    const flow = await one(id, 'fund_flow')
    expect(flow).toMatchObject({ state: 'rejected', refusedBy: 'platform', attempts: 0 })
    expect(flow.faults).toMatchObject([{ field: 'Financiallist', value: '2503.990', rule: 'sum 2504.000' }])
    expect(regulator.received('fund_flow')).toHaveLength(told)
    expect(await zone.stateOf(id)).toBe('paid')
  })

  it('is told with what was paid before a second settlement, and comes to the second', async () => {
    const id = await carried('audited')
    await zone.post(`/freight-waybills/${id}/advances`, { amountFen: 500_00, why: 'test' }, people.finance)
    await zone.pay(id)
    await zone.drive(id, 'settled', 'audited')
    await send()
    const penalty = { kind: 'penalty', side: 'carrier', amount: { by: 'sum', fen: 100_00 } }
    await zone.move(id, 'settle', { items: [penalty], why: 'late' })
    await zone.settle()
    await zone.pay(id)
    await zone.settle()
    await send()

    expect(await zone.stateOf(id)).toBe('reported')
    const flow = regulator.received('fund_flow').at(-1)
    const paid = amountsIn(flow?.record, 'Financiallist', 'MonetaryAmount').map(fenOf)
    const [owed = ''] = amountsIn(flow?.record, 'ShippingNoteList', 'TotalMonetaryAmount')
    expect(paid).toContain(500_00)
    expect(paid.reduce((sum, fen) => sum + fen, 0)).toBe(fenOf(owed))
    const [, second] = regulator.received('waybill').slice(-2)
    expect(second?.times).toBe(2)
  })
})

describe('who reads what', () => {
  it('shows staff everything with numbers masked, and everybody else nothing', async () => {
    const { rows } = (await people.audit.get(`${api}/freight-uploads?limit=200`)).body
    const numbers = /\d{17}[\dX]|99900000001|6228480000\d+/
    for (const client of [people.audit, people.finance, people.dispatcher]) {
      const list = await client.get(`${api}/freight-uploads?limit=200`)
      const details = await Promise.all(
        list.body.rows.slice(0, 40).map(({ id }: Row) => client.get(`${api}/freight-uploads/${id}`)),
      )
      expect(list.body.rows).toHaveLength(rows.length)
      const texts = details.flatMap(({ body }) => body.fields as { field: string; value: string }[])
      const whole = texts.filter(({ field, value }) => numbers.test(value) && !/Serial|Sequence|Unified/.test(field))
      expect(whole).toEqual([])
      expect(texts.some(({ value }) => value.startsWith('****'))).toBe(true)
    }
    expect((await people.leader.get(`${api}/freight-uploads`)).body.rows).toEqual([])
    expect((await people.leader.get(`${api}/freight-uploads/${rows[0].id}`)).status).toBe(404)
    expect((await zone.server.anyone().get(`${api}/freight-uploads`)).status).toBe(401)
  })

  it('lists by kind, state, title and day, in pages', async () => {
    const list = async (query: string) => (await people.audit.get(`${api}/freight-uploads?${query}`)).body
    const all = await list('limit=200')
    expect(all.total).toBe(all.rows.length)
    const waybills = await list('kind=waybill&state=accepted&limit=200')
    expect(waybills.rows.every((row: Row) => row.kind === 'waybill' && row.state === 'accepted')).toBe(true)
    const [first] = waybills.rows
    expect((await list(`q=${encodeURIComponent(first.title)}&kind=waybill`)).rows.map(({ id }: Row) => id)).toContain(
      first.id,
    )
    const page = await list('limit=3')
    const next = await list(`limit=3&cursor=${encodeURIComponent(page.next)}`)
    expect([...page.rows, ...next.rows].map(({ id }: Row) => id)).toEqual(all.rows.slice(0, 6).map(({ id }: Row) => id))
    expect((await list('from=2026-01-01&to=2026-01-02')).rows).toEqual([])
    const { states } = (await people.audit.get(`${api}/freight-upload-counts`)).body
    const accepted = states.find(({ state }: { state: string }) => state === 'accepted').count
    expect(accepted).toBe(all.rows.filter(({ state }: Row) => state === 'accepted').length)
  })
})

describe('answers that nobody should believe', () => {
  it('in XML with entities, of endless length, or in pieces harm nothing: it waits, and goes when somebody sane answers', async () => {
    let answer: (response: ServerResponse) => void = () => {}
    let givesTokens = false
    const { answerToken, tokenPath } = adapters['tianjin-1.2.1']
    const hostile = createServer((request, response) => {
      request.resume()
      request.on('end', () => {
        if (givesTokens && request.url === tokenPath) response.end(answerToken('a token'))
        else answer(response)
      })
    })
    await new Promise<void>((done) => hostile.listen(0, '127.0.0.1', done))
    const { port } = hostile.address() as AddressInfo
    try {
      await set({ adapter: 'tianjin-1.2.1', senderCode: '120000', url: `http://127.0.0.1:${port}` })
      const id = await carried('audited')
      const bombs: readonly ((response: ServerResponse) => void)[] = [
        (response) =>
          response.end(
            '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><root><code>00000</code><msg>&c;</msg></root>',
          ),
        (response) => response.end('<root><code>00000</code>'.repeat(20_000)),
        (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
        (response) => response.writeHead(200).end('\u0000'.repeat(500)),
        (response) => response.writeHead(503).end('{"code":"00000"}'),
        (response) => response.end('{"__proto__":{"x":1},"code":"00000","data":{"token":{"a":[]}}}'),
      ]
      for (const bomb of [...bombs, ...bombs]) {
        // First to whoever asks for a token, then to whoever sends.
        givesTokens = answer === bombs.at(-1) || givesTokens
        answer = bomb
        await send()
        zone.pass(31 * minuteMs)
        expect(await statesOf(id)).toEqual({ driver: 'waiting', vehicle: 'waiting' })
      }
      const list = (await people.audit.get(`${api}/freight-uploads?state=waiting&kind=driver`)).body
      expect(list.rows[0].attempts).toBeGreaterThan(8)
      expect((await detail((await one(id, 'driver')).id)).tries.map(({ code }: { code: string }) => code)).toContain(
        'HTTP 503',
      )

      await set({ adapter: 'tianjin-1.2.1', senderCode: '120000' })
      for (let turn = 0; turn < 4; turn++) {
        zone.pass(31 * minuteMs)
        await send()
      }
      expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
    } finally {
      hostile.closeAllConnections()
      hostile.close()
    }
  })

  it('of another system do not hold: what waits is said anew in its words', async () => {
    await set({ adapter: 'tianjin-1.2.1', senderCode: '120000', url: 'http://127.0.0.1:1' })
    const id = await carried('audited')
    expect((await detail((await one(id, 'driver')).id)).adapter).toBe('tianjin-1.2.1')
    await set({})
    await send()
    zone.pass(minuteMs)
    await send()

    expect(await statesOf(id)).toEqual({ driver: 'accepted', vehicle: 'accepted' })
    expect((await detail((await one(id, 'driver')).id)).adapter).toBe('fujian-2.0')
  })
})

describe('a month', () => {
  const month = () => new Date(zone.clock() + 8 * 60 * minuteMs).toISOString().slice(0, 7)
  const count = (client = people.audit, wish: string = month()) =>
    client.post(`${api}/freight-upload-reconciliations`, { commandId: crypto.randomUUID(), month: wish })
  const close = (id: string, body: object, client = people.audit) =>
    client.post(`${api}/freight-upload-reconciliations/${id}/closing`, { commandId: crypto.randomUUID(), ...body })
  const found = async (id: string) => (await people.audit.get(`${api}/freight-upload-reconciliations/${id}`)).body

  it('is counted with the regulator, differences by number, and closed by somebody who explains them', async () => {
    // A month of its own, so that systems of other tests have no part in it.
    zone.pass(31 * 24 * 60 * minuteMs)
    const id = await carried('paid')
    await send()
    expect(await zone.stateOf(id)).toBe('reported')
    const equal = await count()
    expect(equal).toMatchObject({ status: 201, body: { isEqual: true } })
    const shown = await found(equal.body.id)
    expect(shown.figures.find(({ kind }: { kind: string }) => kind === 'waybill')).toMatchObject({
      ours: 1,
      theirs: 1,
      oursFen: 273_062,
      theirsFen: 273_062,
    })

    // What the regulator has and we do not know of: it says nothing of where it came from.
    const lost = await carried('settled')
    await send()
    const row = await one(lost, 'waybill')
    await zone.server.deps.db
      .updateTable('freight_upload')
      .set({ state: 'given_up', why: 'lost', ended_by: 'test' })
      .where('id', '=', row.id)
      .execute()
    expect((await count()).body).toEqual({ id: equal.body.id, isEqual: false })
    const differing = await found(equal.body.id)
    expect(differing.differences).toMatchObject([
      { kind: 'waybill', has: 'regulator', oursFen: null, theirsFen: 273_062 },
    ])
    expect((await close(differing.id, { rev: differing.rev, words: '' })).body.errors[0]).toMatchObject({
      field: 'words',
      rule: 'words_for_difference',
    })
    expect((await close(differing.id, { rev: differing.rev, words: 'x' }, people.finance)).status).toBe(403)
    expect((await close(differing.id, { rev: differing.rev - 1, words: 'x' })).status).toBe(409)
    expect((await close(differing.id, { rev: differing.rev, words: 'given up by mistake' })).status).toBe(200)
    expect((await count()).body.kind).toBe('count_state')
    expect(await found(differing.id)).toMatchObject({ state: 'closed', closedBy: 'freight_audit' })
  })

  it('to come, or with a silent regulator, is not counted', async () => {
    expect((await count(people.audit, '2099-01')).body.errors[0]).toMatchObject({ field: 'month', rule: 'month_begun' })
    expect((await count(people.finance)).status).toBe(403)
    await set({ url: 'http://127.0.0.1:1' })
    expect(await count(people.audit, '2026-02')).toMatchObject({ status: 502, body: { kind: 'regulator_silent' } })
    await set({})
    expect(await count(people.audit, '2026-02')).toMatchObject({ status: 201, body: { isEqual: true } })
  })

  it('of three gives the incomes of a quarter, whole numbers for few, and the history knows who took them', async () => {
    const take = (client: Client, quarter = '2026-Q1') =>
      client.get(`${api}/freight-income-reports/${quarter}/export.xlsx`)
    for (const client of [people.admin, people.dispatcher, people.leader]) expect((await take(client)).status).toBe(403)
    const sheet = await take(people.finance)
    expect(sheet.status).toBe(200)
    expect(sheet.headers.get('content-type')).toContain('spreadsheetml')
    const { db, zoneId } = zone.server.deps
    const [noted] = await readHistory(db, zoneId, '2026-Q1', { limit: 1, order: 'desc' })
    expect(noted).toMatchObject({ verb: 'export', actorName: 'finance', objectKind: 'freight_income_report' })
    expect((await take(people.audit, '2099-Q1')).status).toBe(422)
  })
})

describe('a trip that is reported while it lasts', () => {
  it('starts at the departure, is told as often as the regulator asks, stops at the unloading; off by the settings', async () => {
    const silent = await carried('in_transit')
    await send()
    expect(regulator.tracks()).toEqual([])
    await zone.drive(silent, 'unloaded', 'in_transit')

    await set({ tracks: true })
    const id = await carried('in_transit')
    const tell = async () => {
      await zone.server.timers.runDue()
      await zone.reporter.settled()
      await zone.settle()
    }
    await tell()
    zone.pass(minuteMs)
    await tell()
    await zone.drive(id, 'at_unload', 'in_transit')
    await tell()

    const steps = regulator.tracks().map(({ report }) => report)
    expect(steps.map(({ action }) => action)).toEqual(['start', 'stop'])
    expect(steps[0]).toMatchObject({ position: { lonDeg: 87.3, latDeg: 44 }, notes: [{ serial: '0000' }] })
    expect(steps[1]).toMatchObject({ position: { lonDeg: 87.7, latDeg: 44 } })
    const { track } = (await people.audit.get(`${api}/freight-waybills/${id}/uploads`)).body
    expect(track).toMatchObject({ state: 'stopped', sent: 2 })
    await set({ tracks: false })
  })
})
