import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, newId } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { paymentsMoved } from '../money/receive.ts'
import { keepDueTracks } from './trip.ts'
import { riskZone, type TestClock } from './testing.ts'

const dayMs = 86_400_000
const minuteMs = 60_000
// Ten in the morning in Beijing.
const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let server: TestServer
let zone: Awaited<ReturnType<typeof riskZone>>
let audit: Client
let dispatcher: Client
let carrier: Client
let finance: Client
let machine: Client

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await riskZone(server, clock)
  const role = (name: 'freight_audit' | 'freight_dispatcher' | 'finance' | 'machine') =>
    server.actor([{ role: name, partyId: null }], { name })
  audit = await role('freight_audit')
  dispatcher = await role('freight_dispatcher')
  finance = await role('finance')
  machine = await role('machine')
  carrier = await server.actor([{ role: 'carrier', partyId: zone.carrierId }])
}, 120_000)
afterAll(() => server.close())

const api = '/api/v1'
const read = async (client: Client, path: string) => (await client.get(`${api}${path}`)).body
const refusal = ({ status, body }: Answer) => [status, body.kind, body.errors?.[0]?.field]
const nextDay = () => {
  clock.now = Math.ceil(clock.now / dayMs) * dayMs + 2 * 60 * minuteMs
}
type Found = { rule: string; result: string; evidence: Record<string, unknown>; shapes: { kind: string }[] }
const findingOf = (findings: readonly Found[], rule: string): Found => {
  const found = findings.find((one) => one.rule === rule)
  if (!found) throw new Error(`${rule} is found`)
  return found
}
const notPassed = (findings: readonly Found[]) =>
  findings.filter(({ result }) => result !== 'pass').map(({ rule, result }) => `${rule} ${result}`)

/** A vehicle with a terminal. */
async function equipped() {
  const vehicle = await zone.addVehicle()
  const device = await zone.addDevice(vehicle.plate)
  const set = await zone.post(dispatcher, `/freight-vehicles/${vehicle.id}/terminal`, {
    deviceId: device.id,
    why: '安装',
  })
  expect(set.status).toBe(200)
  return { vehicle, device }
}

describe('a trip with a terminal', () => {
  it('is audited by its kept track, is drawn, and tells the lane how far it is, once', async () => {
    nextDay()
    const { vehicle, device } = await equipped()
    const { id, began } = await zone.signed(vehicle.id)
    await zone.say(device.point, began)

    const preview = await read(audit, `/freight-waybills/${id}/findings`)

    expect((await zone.rowOf(id)).audit).toBeNull()
    expect(notPassed(preview.findings)).toEqual(['R13 unjudged'])
    expect(findingOf(preview.findings, 'R4').evidence).toMatchObject({ coverPct: 100, gaps: 0 })
    const { lengthM, ratioPct } = findingOf(preview.findings, 'R6').evidence
    expect(lengthM).toBeGreaterThan(31_900)
    expect(lengthM).toBeLessThan(32_200)
    expect(ratioPct).toBeCloseTo(100, -0.5)
    expect(findingOf(preview.findings, 'R8').evidence).toEqual({ apartM: 0, phonePositions: 2 })
    expect(preview.shapes.map(({ kind }: { kind: string }) => kind)).toEqual(['fence', 'fence', 'track', 'phone'])
    expect(await zone.move(server.machine, id, 'audit')).toBe('audited')
    const shown = await read(audit, `/freight-waybills/${id}`)
    expect(shown.audit.findings).toEqual(preview.findings)
    const trips = await zone.db.selectFrom('lane_trip').selectAll().execute()
    expect(trips).toMatchObject([{ trip_id: id, distance_m: lengthM, from_key: 'cell:87.30,44.00' }])
    const [kept] = await zone.db.selectFrom('kept_track').selectAll().where('subject_id', '=', id).execute()
    expect(kept).toMatchObject({ subject_kind: 'waybill', point_id: device.point, fixes: 121, gap_s: 600 })
    const { rows } = await read(audit, `/freight-waybills/${id}/history`)
    expect(rows.map(({ verb }: { verb: string }) => verb).at(-1)).toBe('audit')

    // Taken back and audited again it is the same trip.
    await zone.move(audit, id, 'unsign', { reason: '签错' })
    await zone.sign(id)
    expect(await zone.move(audit, id, 'audit')).toBe('audited')
    expect(await zone.db.selectFrom('lane_trip').selectAll().execute()).toHaveLength(1)
    expect((await read(carrier, `/freight-waybills/${id}/findings`)).kind).toBe('not_found')
    const both = await server.actor([
      { role: 'carrier', partyId: zone.carrierId },
      { role: 'enterprise', partyId: zone.shipperId },
    ])
    expect(await read(both, `/freight-waybills/${id}`)).toMatchObject({ id, carrierMilliFen: 7_800_000, audit: null })
  })

  it('that was not seen is stopped until a person lets it pass, and tells the lane nothing', async () => {
    nextDay()
    const { vehicle, device } = await equipped()
    const { id, began } = await zone.signed(vehicle.id)
    // Nothing from the fifth minute of the way to the fiftieth.
    await zone.say(device.point, began, (minute) => minute > 65 && minute < 110)

    const stopped = await zone.tryMove(server.machine, id, 'audit')

    expect(refusal(stopped).slice(0, 2)).toEqual([422, 'audit_blocked'])
    expect(stopped.body.meta.findings).toMatchObject([{ rule: 'R4', evidence: { coverPct: 25, gapMaxMin: 45 } }])
    expect(stopped.body.meta.findings[0].shapes).toBeUndefined()
    const preview = await read(audit, `/freight-waybills/${id}/findings`)
    const [gap] = findingOf(preview.findings, 'R4').shapes
    expect(gap).toMatchObject({ kind: 'gap', fromAt: began + 65 * minuteMs, toAt: began + 110 * minuteMs })
    const overrides = [{ rule: 'R4', reason: '终端欠费，已核对加油记录' }]
    expect((await zone.tryMove(machine, id, 'audit', { overrides })).status).toBe(403)
    expect(await zone.move(audit, id, 'audit', { overrides })).toBe('audited')
    expect(await zone.db.selectFrom('lane_trip').select('trip_id').where('trip_id', '=', id).execute()).toEqual([])

    // What it says later, after the audit, changes nothing of it.
    await zone.say(device.point, began)
    expect((await read(audit, `/freight-waybills/${id}`)).audit.findings).toMatchObject(
      JSON.parse(JSON.stringify(preview.findings)),
    )
  })

  it('is kept by the clock when it is over, before its fixes go', async () => {
    nextDay()
    const { vehicle, device } = await equipped()
    const { id, began } = await zone.signed(vehicle.id)
    await zone.say(device.point, began)
    const kept = () => zone.db.selectFrom('kept_track').select('rev').where('subject_id', '=', id).execute()
    await server.timers.runDue()
    expect(await kept()).toEqual([])

    clock.now += 180 * minuteMs
    await server.timers.runDue()

    expect(await kept()).toEqual([{ rev: 1 }])
    await keepDueTracks(server.deps)
    expect(await kept()).toEqual([{ rev: 1 }])
  })

  it('looked at before it is over, is kept again when it is, and not because somebody looks later', async () => {
    nextDay()
    const { vehicle, device } = await equipped()
    const { id, began } = await zone.signed(vehicle.id)
    await zone.say(device.point, began, (minute) => minute > 70)
    const kept = () => zone.db.selectFrom('kept_track').select(['rev', 'fixes']).where('subject_id', '=', id).execute()
    await read(audit, `/freight-waybills/${id}/findings`)
    expect(await kept()).toMatchObject([{ rev: 1 }])
    await zone.say(device.point, began, (minute) => minute <= 70)
    clock.now += 180 * minuteMs

    await keepDueTracks(server.deps)

    expect(await kept()).toEqual([{ rev: 2, fixes: 121 }])
    await zone.move(server.machine, id, 'audit')
    await zone.db
      .updateTable('freight_waybill')
      .set({ unloaded_at: at(epochMs(began)) })
      .where('id', '=', id)
      .execute()
    await read(audit, `/freight-waybills/${id}/findings`)
    expect(await kept()).toEqual([{ rev: 2, fixes: 121 }])
  })

  it('keeps the terminal with which it left; another vehicle does not get it meanwhile', async () => {
    nextDay()
    const { vehicle, device } = await equipped()
    const other = await zone.addVehicle()
    const set = (client: Client, vehicleId: string, deviceId: string | null) =>
      zone.post(client, `/freight-vehicles/${vehicleId}/terminal`, { deviceId, why: '换车' })
    expect(refusal(await set(dispatcher, other.id, device.id))).toEqual([409, 'taken', 'deviceId'])
    expect((await set(carrier, vehicle.id, null)).status).toBe(403)
    expect(refusal(await set(dispatcher, other.id, newId()))).toEqual([422, 'field_refused', 'deviceId'])
    const [free, third] = [await zone.addDevice('free'), await zone.addVehicle()]
    const both = await Promise.all([other, third].map((one) => set(dispatcher, one.id, free.id)))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    await Promise.all([other, third].map((one) => set(dispatcher, one.id, null)))
    const { id, began } = await zone.signed(vehicle.id)

    expect((await set(dispatcher, vehicle.id, null)).status).toBe(200)
    expect((await set(dispatcher, other.id, device.id)).status).toBe(200)

    await zone.say(device.point, began)
    expect(findingOf((await read(audit, `/freight-waybills/${id}/findings`)).findings, 'R4').result).toBe('pass')
    const { rows } = await read(dispatcher, `/freight-vehicles/${vehicle.id}/terminals`)
    expect(rows).toMatchObject([{ deviceId: device.id, endsAt: clock.now }])
    // A carrier whose vehicle it is not.
    expect((await carrier.get(`${api}/freight-vehicles/${vehicle.id}/terminals`)).status).toBe(404)
    const offered = await read(dispatcher, `/freight-terminals?q=${encodeURIComponent(vehicle.plate)}`)
    expect(offered.rows).toMatchObject([{ id: device.id, plate: other.plate }])
    expect((await carrier.get(`${api}/freight-terminals`)).status).toBe(403)
  })
})

describe('what is looked at besides the track', () => {
  it('is what the rows say: lane, vehicle, month, photos', async () => {
    for (let trip = 0; trip < 5; trip++) {
      nextDay()
      await zone.signed((await zone.addVehicle()).id)
    }
    nextDay()
    const { id: vehicleId } = await zone.addVehicle()
    const { id } = await zone.signed(vehicleId)
    const found = async (rule: string) =>
      findingOf((await read(audit, `/freight-waybills/${id}/findings`)).findings, rule)
    const before = await found('R13')
    expect(before).toMatchObject({ result: 'pass', evidence: { medianMilliFen: 7_800_000, deviationPct: 0 } })
    expect(before.evidence.trips).toBeGreaterThanOrEqual(5)
    expect((await found('R14')).evidence).toEqual({ trips: 1, plannedM: 32_000, neededMin: 92 })
    expect((await found('R19')).evidence).toMatchObject({ trips: 1, netKg: 32_000 })
    expect((await found('R9')).result).toBe('pass')
    expect((await found('R15')).evidence).toMatchObject({ photosThatTell: 0, photos: [] })

    // Since it left the vehicle was registered as another; its photo was taken a day before, elsewhere.
    const vehicle = { plate_colour: '1', type_code: 'H14' }
    await zone.db.updateTable('freight_vehicle').set(vehicle).where('id', '=', vehicleId).execute()
    await zone.addPhoto(id, { takenAt: clock.now - dayMs, lonDeg: 88.3, latDeg: 44 })

    expect((await found('R9')).result).toBe('block')
    expect((await found('R17')).evidence).toEqual({ body: 'tank', cargoClass: '0100', typeCode: 'H14' })
    const { result, evidence } = await found('R15')
    expect({ result, told: evidence.photosThatTell }).toEqual({ result: 'warn', told: 1 })
    expect(evidence.photos).toMatchObject([{ end: 'load', photoApartMin: expect.any(Number) }])
  })

  it('is a photo that was changed a little and shown again', async () => {
    const look = '0011'.repeat(64)
    const looks = { same: `1${look.slice(1)}`, other: '0101'.repeat(64), edge: `${'1'.repeat(24)}${look.slice(24)}` }
    const trip = async (shown: string) => {
      nextDay()
      const { id } = await zone.signed((await zone.addVehicle()).id)
      await zone.addPhoto(id, { look: shown })
      return id
    }
    const number = async (id: string): Promise<string> => (await read(audit, `/freight-waybills/${id}`)).number
    const found = async (id: string) =>
      findingOf((await read(audit, `/freight-waybills/${id}/findings`)).findings, 'R15')
    const [first] = [await trip(look), await trip(looks.other)]
    const again = await trip(looks.same)
    const edge = await trip(looks.edge)

    expect(await found(again)).toMatchObject({
      result: 'warn',
      evidence: { alike: [{ number: await number(first), end: 'load', bits: 1 }], weighings: [] },
    })
    // Twelve bits are alike, also of the one that differs by one from the first.
    expect((await found(edge)).evidence.alike).toMatchObject([{ bits: 11 }, { bits: 12 }])
    clock.now += 91 * dayMs
    expect((await found(await trip(look))).evidence.alike).toEqual([])
  })
})

describe('the rules', () => {
  const change = (client: Client, rule: string, over: object) =>
    client.send('PATCH', `${api}/freight-risk-rules/${rule}`, {
      body: { commandId: crypto.randomUUID(), why: '试行', breach: 'warn', weight: 15, withoutTerminal: null, ...over },
    })
  const r6 = { ratioMinPct: 80, ratioMaxPct: 140 }
  const edition = async (): Promise<number> => (await read(audit, '/freight-risk-rules')).edition

  it('are set otherwise while waybills are open; those that were audited keep their edition', async () => {
    nextDay()
    const { vehicle, device } = await equipped()
    const first = await zone.signed(vehicle.id)
    await zone.say(device.point, first.began)
    await zone.move(server.machine, first.id, 'audit')
    nextDay()
    const open = await zone.signed(vehicle.id)
    await zone.say(device.point, open.began)
    const before = await edition()

    const changed = await change(audit, 'R6', {
      edition: before,
      breach: 'block',
      limits: { ratioMinPct: 10, ratioMaxPct: 100 },
    })
    const strict = await change(audit, 'R6', {
      edition: before + 1,
      breach: 'block',
      weight: 33,
      limits: { ratioMinPct: 10, ratioMaxPct: 100 },
      withoutTerminal: null,
    })

    expect([changed.body.edition, strict.body.edition]).toEqual([before + 1, before + 2])
    await zone.db.updateTable('freight_waybill').set({ distance_m: 25_000 }).where('id', '=', open.id).execute()
    const preview = await read(audit, `/freight-waybills/${open.id}/findings`)
    expect(preview).toMatchObject({ edition: before + 2, score: 33 })
    expect(findingOf(preview.findings, 'R6').result).toBe('block')
    expect((await read(audit, `/freight-waybills/${first.id}`)).audit.edition).toBe(before)
    const off = await change(audit, 'R6', { edition: before + 2, breach: 'off', limits: r6 })
    expect(off.status).toBe(200)
    expect(await zone.move(server.machine, open.id, 'audit')).toBe('audited')
    const { audit: kept } = await read(audit, `/freight-waybills/${open.id}`)
    expect(kept.findings.map(({ rule }: Found) => rule)).not.toContain('R6')
    const page = await read(audit, '/freight-risk-editions?limit=2')
    expect(page).toMatchObject({
      rows: [
        {
          edition: before + 3,
          rule: 'R6',
          before: { breach: 'block', weight: 33 },
          after: { breach: 'off', weight: 15 },
        },
        { edition: before + 2, before: { weight: 15 }, after: { weight: 33 }, limits: [] },
      ],
      next: before + 2,
    })
    const older = await read(audit, `/freight-risk-editions?limit=200&before=${page.next}`)
    expect(older.rows.at(-1)).toMatchObject({ rule: null, before: null })
    expect(older.next).toBeNull()
  })

  it('are changed by the audit and administrators only, within bounds, from what they saw', async () => {
    const now = await edition()
    const ok = { edition: now, limits: r6 }
    expect(refusal(await change(dispatcher, 'R6', ok)).slice(0, 2)).toEqual([403, 'not_allowed'])
    expect((await carrier.get(`${api}/freight-risk-rules`)).status).toBe(403)
    expect((await dispatcher.get(`${api}/freight-risk-rules`)).status).toBe(200)
    const fault = async (rule: string, over: object) => refusal(await change(audit, rule, { ...ok, ...over }))
    expect(await fault('R1', { breach: 'off', limits: {} })).toEqual([422, 'field_refused', 'breach'])
    expect(await fault('R6', { limits: { ratioMinPct: 9, ratioMaxPct: 140 } })).toEqual([
      422,
      'field_refused',
      'limits.ratioMinPct',
    ])
    expect(await fault('R6', { limits: { ratioMinPct: 80 } })).toEqual([422, 'field_refused', 'limits.ratioMaxPct'])
    expect(await fault('R6', { limits: { ...r6, other: 1 } })).toEqual([422, 'field_refused', 'limits.other'])
    expect(await fault('R6', { weight: 101 })).toEqual([422, 'field_refused', 'weight'])
    expect(await fault('R6', { withoutTerminal: 'warn' })).toEqual([422, 'field_refused', 'withoutTerminal'])
    const gaps = { coverMinPct: 80, silentMin: 10, gapWarnMin: 60, gapBlockMin: 59 }
    expect(await fault('R4', { withoutTerminal: 'warn', limits: gaps })).toEqual([
      422,
      'field_refused',
      'limits.gapBlockMin',
    ])
    expect(await fault('R6', { edition: now - 1 })).toEqual([409, 'taken', 'edition'])
    expect((await change(audit, 'R21', ok)).status).toBe(400)
    expect(await edition()).toBe(now)
  })

  it('of two changes at once one is the next edition', async () => {
    const now = await edition()
    const answers = await Promise.all(
      [1, 2, 3].map((weight) => change(audit, 'R6', { edition: now, weight, limits: r6 })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    expect(await edition()).toBe(now + 1)
  })
})

describe('a waybill that is paid', () => {
  /** Settled, with the bank's payments done at a time, all but some fen. */
  async function settled(doneAt: number, lessFen = 0): Promise<string> {
    nextDay()
    const { id } = await zone.signed((await zone.addVehicle()).id)
    await zone.move(server.machine, id, 'audit')
    await zone.move(finance, id, 'settle')
    const due = zone.db.updateTable('freight_payment').where('waybill_id', '=', id).where('state', '=', 'due')
    await due
      .set((eb) => ({
        state: 'done' as const,
        amount_fen: eb('amount_fen', '-', lessFen),
        done_at: at(epochMs(doneAt || clock.now)),
        journal_id: newId(),
        bank_serial: newId(),
      }))
      .execute()
    return id
  }
  const report = { messageId: 'M1', answer: '1001' }

  it('as it is due goes on to the regulator', async () => {
    const id = await settled(0)
    expect(await zone.move(finance, id, 'pay')).toBe('paid')
    const shown = await read(audit, `/freight-waybills/${id}`)
    expect(findingOf(shown.audit.findings, 'R11')).toMatchObject({ result: 'pass', evidence: { early: [] } })
    expect(findingOf(shown.audit.findings, 'R20').result).toBe('unjudged')
    expect((await zone.tryMove(audit, id, 'audit')).body.kind).toBe('not_allowed')
    expect(await zone.move(server.machine, id, 'report', report)).toBe('reported')
  })

  it('of which money comes back is told, and goes on when it is paid again', async () => {
    const id = await settled(0)
    await zone.move(finance, id, 'pay')
    const payments = (state: 'returned' | 'done') =>
      zone.db.updateTable('freight_payment').set({ state }).where('waybill_id', '=', id).execute()
    // As the bank's word tells it, as often as it comes.
    const told = async (times: number) => {
      const event = { type: paymentsMoved, objectKind: 'freight_waybill', objectId: id, data: {} }
      for (let time = 0; time < times; time++)
        await zone.db
          .transaction()
          .execute((tx) => addToOutbox(tx, server.deps.zoneId, [{ ...event, to: [], at: epochMs(clock.now) }]))
      await server.relay.settle()
      return findingOf((await read(audit, `/freight-waybills/${id}`)).audit.findings, 'R11').result
    }
    const { rev } = await zone.rowOf(id)
    expect(await told(2)).toBe('pass')
    expect((await zone.rowOf(id)).rev).toBe(rev)

    await payments('returned')

    expect(await told(3)).toBe('block')
    expect((await zone.rowOf(id)).rev).toBe(rev + 1)
    expect((await zone.tryMove(server.machine, id, 'report', report)).body.kind).toBe('audit_blocked')
    await payments('done')
    expect(await told(1)).toBe('pass')
    expect(await zone.move(server.machine, id, 'report', report)).toBe('reported')
  })

  it.each([
    ['before the signature', { doneAt: Date.UTC(2026, 2, 1) }, { early: [{ line: 'balance' }] }],
    ['a fen short', { lessFen: 1 }, { early: [] }],
  ])('%s is told to the audit and not reported before a person lets it pass', async (_what, wrong, evidence) => {
    const id = await settled('doneAt' in wrong ? wrong.doneAt : 0, 'lessFen' in wrong ? wrong.lessFen : 0)
    const { audited_at: auditedAt } = await zone.rowOf(id)

    expect(await zone.move(finance, id, 'pay')).toBe('paid')

    const shown = await read(audit, `/freight-waybills/${id}`)
    expect(findingOf(shown.audit.findings, 'R11')).toMatchObject({ result: 'block', evidence })
    expect((await zone.rowOf(id)).audited_at).toBe(auditedAt)
    const stopped = await zone.tryMove(server.machine, id, 'report', report)
    expect([stopped.status, stopped.body.kind, stopped.body.meta.value]).toEqual([422, 'audit_blocked', ['R11']])
    await server.relay.settle()
    const { rows } = await read(audit, '/notices?limit=200')
    expect(rows.filter(({ link }: { link: string }) => link === `/freight-waybills/${id}`)).toHaveLength(1)
    const overrides = [{ rule: 'R11', reason: '与承运人核对一致' }]
    expect(await zone.move(audit, id, 'audit', { overrides })).toBe('paid')
    await server.relay.settle()
    const { rows: after } = await read(audit, '/notices?limit=200')
    expect(after.filter(({ link }: { link: string }) => link === `/freight-waybills/${id}`)).toHaveLength(1)
    expect(await zone.move(server.machine, id, 'report', report)).toBe('reported')
  })

  it('that was let pass is stopped again when its payment breaches otherwise', async () => {
    const id = await settled(0, 1)
    await zone.move(finance, id, 'pay')
    const overrides = [{ rule: 'R11', reason: '与承运人核对一致' }]
    await zone.move(audit, id, 'audit', { overrides })
    const event = { type: paymentsMoved, objectKind: 'freight_waybill', objectId: id, data: {} }
    const tell = async () => {
      await zone.db
        .transaction()
        .execute((tx) => addToOutbox(tx, server.deps.zoneId, [{ ...event, to: [], at: epochMs(clock.now) }]))
      await server.relay.settle()
      return (await read(audit, `/freight-waybills/${id}`)).audit.overrides
    }
    expect(await tell()).toMatchObject(overrides)
    // The carrier is not told that a rule was breached.
    const offered = (await read(carrier, `/freight-waybills/${id}`)).moves
    expect(offered).toContainEqual({ move: 'audit', allowed: false, reason: 'audit_only' })

    await zone.db.updateTable('freight_payment').set({ state: 'returned' }).where('waybill_id', '=', id).execute()

    expect(await tell()).toEqual([])
    expect((await zone.tryMove(server.machine, id, 'report', report)).body.kind).toBe('audit_blocked')
  })
})
