import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import type { TestClock } from '../risk/testing.ts'
import './tables.ts'
import { chainZone } from './testing.ts'

const hourMs = 3_600_000
const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let server: TestServer
let zone: Awaited<ReturnType<typeof chainZone>>
let dispatcher: Client

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await chainZone(server, clock)
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
}, 120_000)
afterAll(() => server.close())

// What is loaded in one test is over in the next.
beforeEach(() => {
  clock.now += 72 * hourMs
})

const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind })
const rule = ({ body }: Answer) => body.errors?.[0]?.rule
const waybill = (id: string) =>
  zone.db.selectFrom('freight_waybill').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const nextOf = (id: string) =>
  zone.db.selectFrom('freight_next').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const end = (id: string, client: Client, body: object = {}) =>
  zone.post(`/freight-next-loads/${id}/end`, { why: '改计划', ...body }, client)
const noticesOf = async (client: Client): Promise<string[]> =>
  (await zone.read('/notices?limit=50', client)).rows.map(({ title }: { title: string }) => title)
const setChoose = async (driversChoose: boolean) => {
  const { rev, numbers } = await zone.read('/freight-chain-settings', dispatcher)
  const body = { commandId: newId(), rev, driversChoose, numbers, why: '试行' }
  expect((await dispatcher.put('/api/v1/freight-chain-settings', body)).status).toBe(200)
}

describe('return loads', () => {
  it('are near where the truck unloads, the homeward ones first, each with why and what comes home loaded', async () => {
    const crew = await zone.addDriver()
    const id = await zone.trip(crew)
    const ash = await zone.loadAt('plant', { mode: 'grab' })
    const coal = await zone.loadAt('mine', { mode: 'grab' })
    await zone.loadAt('plant', { mode: 'bid', bidKind: 'sealed', bidUntil: clock.now + hourMs })

    const { body } = await zone.returns(id, crew.account)

    expect(body.rows.map(({ load }: { load: { id: string } }) => load.id)).toEqual([ash, coal])
    // 32 km at 45 km/h by the plan, and half an hour to unload.
    expect(body.freeAt - clock.now).toBeGreaterThan(hourMs)
    expect(body.home.name).toBe('合成煤矿')
    const [first] = body.rows
    expect(first).toMatchObject({ emptyM: 0, homeAfterM: 0, how: 'book', carrierMilliFen: 7_800_000, waitMinutes: 0 })
    expect(first.arriveAt).toBe(body.freeAt)
    expect(Math.abs(body.homeEmptyM - 40_000)).toBeLessThan(100)
    expect(first.why.map(({ kind }: { kind: string }) => kind)).toEqual(['empty', 'home_loaded', 'homeward'])
    expect(first.why[1].text).toContain('原来空驶 40 公里，现在只空驶 0 公里')
    expect(body.reason).toBe(null)
  })

  it('fit the truck: mass, body, window, forbids, papers; and none when the trip is over', async () => {
    const crew = await zone.addDriver()
    const id = await zone.trip(crew)
    const wrong = {
      heavy: await zone.loadAt('plant', { mode: 'grab', truckPlan: 34_000, quantity: 34_000 }),
      early: await zone.loadAt('plant', { mode: 'grab', loadUntil: clock.now + 1_200_000 }),
      late: await zone.loadAt('plant', {
        mode: 'grab',
        loadFrom: clock.now + 20 * hourMs,
        loadUntil: clock.now + 30 * hourMs,
      }),
      assigned: await zone.loadAt('plant'),
    }
    await zone.post(
      '/freight-wave-marks',
      { loadId: wrong.assigned, vehicleId: crew.vehicleId, kind: 'forbid', until: clock.now + hourMs, why: '禁派' },
      dispatcher,
    )

    expect((await zone.returns(id, crew.account)).body).toMatchObject({ rows: [], reason: 'nothing' })
    const rules = await Promise.all(Object.values(wrong).map((load) => zone.choose(id, load, dispatcher)))
    expect(rules.map(rule)).toEqual(['next_too_heavy', 'next_too_late', 'next_too_long_wait', 'next_forbidden'])
    expect(rules.map(({ status }) => status)).toEqual([422, 422, 422, 422])

    const good = await zone.loadAt('plant', { mode: 'grab' })
    const set = (values: object) =>
      zone.db.updateTable('freight_vehicle').set(values).where('id', '=', crew.vehicleId).execute()
    // A tank takes no ash.
    await set({ type_code: 'H14' })
    expect(rule(await zone.choose(id, good, dispatcher))).toBe('next_wrong_body')
    await set({ type_code: 'H17' })
    const needed = (required: boolean) =>
      zone.db.updateTable('freight_paper_kind').set({ required }).where('code', '=', 'driving_licence').execute()
    await needed(true)
    expect((await zone.returns(id, crew.account)).body).toMatchObject({ rows: [], reason: 'papers' })
    expect(refusal(await zone.choose(id, good, dispatcher))).toEqual({ status: 422, kind: 'blocked' })
    await needed(false)
    await zone.move(server.machine, id, 'arrive_unload', { position: { lonDeg: 87.7, latDeg: 44, accuracyM: 10 } })
    expect((await zone.returns(id, crew.account)).body.rows).toHaveLength(1)
    await zone.move(server.machine, id, 'unload', {
      slip: { number: newId().slice(-8), grossKg: 46_900, tareKg: 15_000, source: 'device' },
    })
    expect((await zone.returns(id, crew.account)).body).toMatchObject({ rows: [], reason: 'over' })
    expect(refusal(await zone.choose(id, good, crew.account))).toEqual({ status: 409, kind: 'next_state' })
  })
})

describe('return loads of a shared tour', () => {
  it('are chosen from the waybill that the truck unloads last', async () => {
    const crew = await zone.addDriver()
    const [first = '', last = ''] = await zone.share(crew, [2, 4])
    const ash = await zone.loadAt('plant', { mode: 'grab' })

    expect((await zone.returns(first, crew.account)).body).toMatchObject({ rows: [], reason: 'not_last' })
    const refused = await zone.choose(first, ash, crew.account)
    expect([refusal(refused), rule(refused)]).toEqual([{ status: 409, kind: 'next_state' }, 'next_last'])
    expect(refused.body.detail).toContain('限该车最后卸完的运单')
    const english = await crew.account.send('POST', `/api/v1/freight-waybills/${first}/next-load`, {
      body: { commandId: newId(), loadId: ash },
      lang: 'en',
    })
    expect(english.body.detail).toContain('only the waybill that its truck unloads last')

    const { rows } = (await zone.returns(last, crew.account)).body
    expect(rows.map(({ load }: { load: { id: string } }) => load.id)).toEqual([ash])
    expect((await zone.choose(last, ash, crew.account)).body.state).toBe('booked')
  })
})

describe('return loads far away', () => {
  it('are shown when the truck is there in time, however long it drives', async () => {
    const settings = await zone.read('/freight-chain-settings', dispatcher)
    const setNumbers = async (numbers: object) => {
      const { rev, driversChoose } = await zone.read('/freight-chain-settings', dispatcher)
      const body = { commandId: newId(), rev, driversChoose, numbers, why: '试行' }
      expect((await dispatcher.put('/api/v1/freight-chain-settings', body)).status).toBe(200)
    }
    const yard = await zone.post(
      '/freight-places',
      {
        shipperId: zone.shipperId,
        name: '合成远堆场',
        address: '合成远堆场',
        divisionCode: '652301',
        lonDeg: 90.9,
        latDeg: 44,
      },
      server.machine,
    )
    const crew = await zone.addDriver()
    const id = await zone.trip(crew)
    // 320 km at 10 km/h and the rests are 35 h: the wait there is shorter than the 12 h that are allowed.
    const far = await zone.loadAt('plant', {
      mode: 'grab',
      fromId: yard.body.id,
      loadFrom: clock.now + 39 * hourMs,
      loadUntil: clock.now + 60 * hourMs,
    })
    await setNumbers({ ...settings.numbers, speedKmh: 10, returnReachM: 400_000 })

    const { rows } = (await zone.returns(id, crew.account)).body

    expect(rows.map(({ load }: { load: { id: string } }) => load.id)).toEqual([far])
    expect(rows[0].waitMinutes).toBeLessThan(12 * 60)
    await setNumbers(settings.numbers)
  })
})

describe('the next load', () => {
  it('is taken at once, offered until after the trip, and accepted when it is over', async () => {
    const crew = await zone.addDriver()
    const id = await zone.trip(crew)
    const ash = await zone.loadAt('plant', { mode: 'grab' })
    const commandId = newId()

    const booked = await zone.choose(id, ash, crew.account, { commandId })

    expect([booked.status, booked.body.state]).toEqual([201, 'booked'])
    expect((await zone.choose(id, ash, crew.account, { commandId })).body).toEqual(booked.body)
    expect(await zone.takenOf(ash)).toBe(32_000)
    const next = await waybill(booked.body.waybill.id)
    const row = await nextOf(booked.body.id)
    expect(next).toMatchObject({ state: 'offered', vehicle_id: crew.vehicleId, driver_id: crew.driverId })
    // Two hours after the truck is there.
    expect(Number(next.offer_until) - Number(row.expected_at)).toBe(2 * hourMs)
    expect((await zone.returns(id, crew.account)).body).toMatchObject({
      reason: 'booked',
      rows: [],
      next: { id: booked.body.id, state: 'booked', waybill: { number: next.number }, chosenBy: crew.driver },
    })
    const more = await zone.loadAt('plant', { mode: 'grab' })
    expect(refusal(await zone.choose(id, more, crew.account))).toEqual({ status: 409, kind: 'next_booked' })

    // One trip at a time.
    const accept = () => zone.tryMove(crew.account, next.id, 'accept')
    expect(refusal(await accept())).toEqual({ status: 409, kind: 'trip_taken' })
    await zone.move(server.machine, id, 'arrive_unload', { position: { lonDeg: 87.7, latDeg: 44, accuracyM: 10 } })
    await zone.move(server.machine, id, 'unload', {
      slip: { number: newId().slice(-8), grossKg: 46_900, tareKg: 15_000, source: 'device' },
    })
    expect((await accept()).body.state).toBe('accepted')
    await zone.settle()
    expect(await nextOf(booked.body.id)).toMatchObject({ state: 'taken' })
  })

  it('of two drivers and one truckload one gets it, and nothing is taken twice', async () => {
    const [one, two] = [await zone.addDriver(), await zone.addDriver()]
    const trips = [await zone.trip(one), await zone.trip(two)]
    const ash = await zone.loadAt('plant', { mode: 'grab' })

    const answers = await Promise.all([
      zone.choose(trips[0] ?? '', ash, one.account),
      zone.choose(trips[1] ?? '', ash, two.account),
    ])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)?.body.kind).toBe('load_taken')
    expect(await zone.takenOf(ash)).toBe(32_000)
    // One driver who presses on two phones.
    const [first, second] = [await zone.loadAt('plant', { mode: 'grab' }), await zone.loadAt('plant', { mode: 'grab' })]
    const loser = answers[0]?.status === 201 ? 1 : 0
    const driver = loser === 0 ? one : two
    const both = await Promise.all([first, second].map((load) => zone.choose(trips[loser] ?? '', load, driver.account)))
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect((await zone.takenOf(first)) + (await zone.takenOf(second))).toBe(32_000)
  })

  it('of assignment is a wish that dispatchers confirm, unless the zone lets drivers choose', async () => {
    const crew = await zone.addDriver()
    const id = await zone.trip(crew)
    const ash = await zone.loadAt('plant')
    expect((await zone.returns(id, crew.account)).body.rows[0]).toMatchObject({ how: 'wish' })

    const wished = await zone.choose(id, ash, crew.account)

    expect(wished.body).toMatchObject({ state: 'wished', waybill: null })
    expect(await zone.takenOf(ash)).toBe(0)
    expect((await noticesOf(dispatcher)).some((title) => title.includes(crew.plate) && title.includes('请确认'))).toBe(
      true,
    )
    const confirm = (client: Client) => zone.post(`/freight-next-loads/${wished.body.id}/confirm`, {}, client)
    expect((await confirm(crew.account)).status).toBe(403)
    expect((await zone.read('/freight-next-loads?state=wished', dispatcher)).rows).toMatchObject([
      { id: wished.body.id, vehicle: { plate: crew.plate } },
    ])
    const confirmed = await confirm(dispatcher)
    expect(confirmed.body).toMatchObject({ id: wished.body.id, state: 'booked' })
    expect(refusal(await confirm(dispatcher))).toEqual({ status: 409, kind: 'next_state' })
    expect(await zone.takenOf(ash)).toBe(32_000)

    await setChoose(true)
    const other = await zone.addDriver()
    const trip = await zone.trip(other)
    expect((await zone.choose(trip, await zone.loadAt('plant'), other.account)).body.state).toBe('booked')
    await setChoose(false)
  })

  it('is no wish for a load of which nothing is left', async () => {
    const [crew, other] = [await zone.addDriver(), await zone.addDriver()]
    const id = await zone.trip(crew)
    const ash = await zone.loadAt('plant')
    await zone.offer(ash, other)

    expect(refusal(await zone.choose(id, ash, crew.account))).toEqual({ status: 409, kind: 'load_taken' })

    expect((await zone.returns(id, crew.account)).body).toMatchObject({ next: null, reason: 'nothing' })
  })

  it('is given back by whoever drives, and by nobody once it was accepted', async () => {
    const crew = await zone.addDriver()
    const id = await zone.trip(crew, 'unload')
    // The trip is unloaded: it is over, so that a next load is not chosen any more.
    expect((await zone.choose(id, await zone.loadAt('plant', { mode: 'grab' }), crew.account)).body.kind).toBe(
      'next_state',
    )
    const again = await zone.trip(crew)
    const ash = await zone.loadAt('plant', { mode: 'grab' })
    const { body } = await zone.choose(again, ash, crew.account)
    const stranger = await server.actor([{ role: 'carrier', partyId: zone.strangerId }])
    expect((await end(body.id, stranger)).status).toBe(404)
    const commandId = newId()
    expect((await end(body.id, crew.account, { commandId })).status).toBe(200)
    expect((await end(body.id, crew.account, { commandId })).status).toBe(200)
    expect(refusal(await end(body.id, crew.account))).toEqual({ status: 409, kind: 'next_state' })
    expect(await zone.takenOf(ash)).toBe(0)
    expect((await waybill(body.waybill.id)).state).toBe('cancelled')
    expect((await zone.returns(again, crew.account)).body.rows).toHaveLength(2)
  })
})

describe('when the trip goes wrong', () => {
  /** Why a waybill ended, as its page and its history say it. */
  const reasonsOf = async (id: string, lang: 'zh-CN' | 'en') => {
    const asked = (path: string) => dispatcher.send('GET', `/api/v1/freight-waybills/${id}${path}`, { lang })
    return [(await asked('')).body.endReason, (await asked('/history')).body.rows.at(-1).reason]
  }
  const yardAt = async (lonDeg: number): Promise<string> => {
    const yard = {
      shipperId: zone.shipperId,
      name: `合成堆场 ${newId()}`,
      address: '合成堆场',
      divisionCode: '652301',
      lonDeg,
      latDeg: 44,
    }
    return (await zone.post('/freight-places', yard, server.machine)).body.id
  }
  const booked = async (last: 'accept' | 'depart' = 'depart', over: object = {}, by: Client | null = null) => {
    const crew = await zone.addDriver()
    const id = await zone.trip(crew, last)
    const ash = await zone.loadAt('plant', { mode: 'grab', ...over })
    const { body } = await zone.choose(id, ash, by ?? crew.account)
    return { crew, id, ash, next: body.id as string, waybillId: body.waybill.id as string }
  }

  it('a cancelled trip gives its next load back and tells everybody', async () => {
    const { crew, id, ash, next, waybillId } = await booked('accept', { loadUntil: clock.now + 24 * hourMs })

    await zone.move(server.machine, id, 'cancel', { reason: '车坏了' })
    await zone.settle()

    expect(await nextOf(next)).toMatchObject({ state: 'ended', end_why: 'trip_cancelled' })
    expect(await zone.takenOf(ash)).toBe(0)
    expect((await waybill(waybillId)).state).toBe('cancelled')
    for (const client of [crew.account, dispatcher])
      expect((await noticesOf(client)).some((title) => title.includes(`${crew.plate} 本趟运单`))).toBe(true)
    expect((await zone.returns(id, crew.account)).body).toMatchObject({ next: { endText: expect.any(String) } })
    expect(await reasonsOf(waybillId, 'zh-CN')).toEqual(['该车前一趟运单已取消。', '该车前一趟运单已取消。'])
    expect(await reasonsOf(waybillId, 'en')).toEqual([
      'The trip of the truck before it was cancelled.',
      'The trip of the truck before it was cancelled.',
    ])
    await zone.settle()
    expect(await zone.takenOf(ash)).toBe(0)
  })

  it('an offer that the driver declined and one that somebody cancelled are told apart', async () => {
    const [declined, cancelled] = [await booked(), await booked()]
    await zone.move(server.machine, declined.waybillId, 'refuse', { reason: '太远' })
    await zone.move(dispatcher, cancelled.waybillId, 'cancel', { reason: '改派他车' })
    await zone.settle()

    expect(await nextOf(declined.next)).toMatchObject({ state: 'ended', end_why: 'refused' })
    expect(await nextOf(cancelled.next)).toMatchObject({ state: 'ended', end_why: 'cancelled' })
    expect(await zone.takenOf(cancelled.ash)).toBe(0)
    const told = await noticesOf(cancelled.crew.account)
    expect(told.some((title) => title.includes('已取消'))).toBe(true)
    expect(told.some((title) => title.includes('没有接'))).toBe(false)
    const path = `/api/v1/freight-waybills/${cancelled.id}/return-loads`
    const endText = async (lang: 'zh-CN' | 'en') =>
      (await dispatcher.send('GET', path, { lang })).body.next.endText as string
    expect(await endText('zh-CN')).toBe('下一单的运单已取消。')
    expect(await endText('en')).toBe('Its waybill was cancelled.')
  })

  it('an accident and a delay are flagged and told once; what can no longer be is given back', async () => {
    const { crew, id, ash, next } = await booked('depart', { loadUntil: clock.now + 2.5 * hourMs })
    await zone.move(server.machine, id, 'accident', { words: '追尾（测试）' })
    await zone.settle()
    expect(await nextOf(next)).toMatchObject({ state: 'booked', flag: 'accident' })
    await zone.move(server.machine, id, 'resume', { words: '处理完（测试）' })
    await zone.settle()
    expect(await nextOf(next)).toMatchObject({ flag: null })

    clock.now += 2.2 * hourMs
    await zone.settle()
    expect(await nextOf(next)).toMatchObject({ state: 'booked', flag: 'late' })
    await zone.settle()
    const told = (await noticesOf(crew.account)).filter((title) => title.includes('按现在进度赶不上'))
    expect(told).toHaveLength(1)
    clock.now += hourMs
    await zone.settle()
    expect(await nextOf(next)).toMatchObject({ state: 'ended' })
    expect(await zone.takenOf(ash)).toBe(0)
  })

  it('a diverted trip reckons its next load anew', async () => {
    const { id, next } = await booked()
    const yard = await yardAt(87.9)
    await zone.move(dispatcher, id, 'divert', { placeId: yard, reason: '电厂检修' })

    clock.now += 60_000
    await zone.settle()

    const row = await nextOf(next)
    expect(row).toMatchObject({ state: 'booked', flag: 'diverted', after_to_id: yard })
    expect(Math.abs(row.empty_m - 20_000)).toBeLessThan(100)
  })

  it.each([
    ['too_heavy', '核定载质量', 'more than the truck may carry', { rated_load_kg: 20_000 }, 87.9],
    ['wrong_body', '车厢不适合', 'the body does not take these goods', { type_code: 'H14' }, 87.9],
    ['forbidden', '禁派', 'dispatchers forbade it', {}, 87.9],
    ['too_late', '赶不上', 'before loading ends', {}, 90.9],
  ] as const)(
    'a diverted trip that makes its next load impossible says why: %s',
    async (why, words, english, vehicle, lonDeg) => {
      const wish = { mode: 'assign', quantity: 64_000, loadUntil: clock.now + 6 * hourMs }
      const { crew, id, ash, next, waybillId } = await booked('depart', wish, dispatcher)
      const { vehicleId } = crew
      if (why === 'forbidden') {
        const mark = { loadId: ash, vehicleId, kind: 'forbid', until: clock.now + hourMs, why: '禁派' }
        expect((await zone.post('/freight-wave-marks', mark, dispatcher)).status).toBe(201)
      }
      const changed = { updated_by: 'test', ...vehicle }
      await zone.db.updateTable('freight_vehicle').set(changed).where('id', '=', vehicleId).execute()

      await zone.move(dispatcher, id, 'divert', { placeId: await yardAt(lonDeg), reason: '电厂检修' })
      clock.now += 60_000
      await zone.settle()

      expect(await nextOf(next)).toMatchObject({ state: 'ended', end_why: why })
      expect((await waybill(waybillId)).state).toBe('cancelled')
      expect(await zone.takenOf(ash)).toBe(0)
      expect((await zone.returns(id, crew.account)).body.next.endText).toContain(words)
      expect((await noticesOf(crew.account)).filter((title) => title.includes(words))).toHaveLength(1)
      for (const reason of await reasonsOf(waybillId, 'zh-CN')) expect(reason).toContain(words)
      for (const reason of await reasonsOf(waybillId, 'en')) expect(reason).toContain(english)
    },
  )
})

describe('who may', () => {
  it('driver, carrier and dispatchers see and choose; others do not, and nobody sees the shipper’s price', async () => {
    const [crew, other] = [await zone.addDriver(), await zone.addDriver()]
    const id = await zone.trip(crew)
    const ash = await zone.loadAt('plant', { mode: 'grab' })
    const carrier = await server.actor([{ role: 'carrier', partyId: zone.carrierId }])
    const no: readonly (readonly [Client, number])[] = [
      [other.account, 404],
      [await server.actor([{ role: 'carrier', partyId: zone.strangerId }]), 404],
      [await server.actor([{ role: 'enterprise', partyId: zone.shipperId }]), 403],
      [await server.actor([{ role: 'freight_audit', partyId: null }]), 403],
      [server.anyone(), 401],
    ]
    for (const [client, status] of no) {
      expect((await zone.returns(id, client)).status).toBe(status)
      expect((await zone.choose(id, ash, client)).status).toBe(status)
    }
    for (const client of [crew.account, carrier, dispatcher]) {
      const { body } = await zone.returns(id, client)
      expect(body.rows).toHaveLength(1)
      expect(JSON.stringify(body)).not.toContain('8500000')
    }
    expect((await zone.read('/freight-next-loads', crew.account)).kind).toBe('wrong_role')
    expect((await zone.choose(id, ash, carrier)).body.state).toBe('booked')
    expect((await zone.choose(newId(), ash, dispatcher)).status).toBe(404)
    expect((await zone.choose(id, 'x', dispatcher)).status).toBe(400)
  })

  it('settings are refused out of bounds, by others, and when somebody changed them meanwhile', async () => {
    const { bounds, rev, numbers } = await zone.read('/freight-chain-settings', dispatcher)
    const put = (body: object, client = dispatcher) =>
      client.put('/api/v1/freight-chain-settings', {
        commandId: newId(),
        rev,
        driversChoose: false,
        numbers,
        why: '试',
        ...body,
      })
    for (const { name, min, max } of bounds)
      for (const value of [min - 1, max + 1])
        expect((await put({ numbers: { ...numbers, [name]: value } })).body).toMatchObject({
          kind: 'field_refused',
          errors: [{ field: `numbers.${name}`, message: expect.stringContaining(`${min}–${max}`) }],
        })
    expect((await put({}, await server.actor([{ role: 'freight_audit', partyId: null }]))).status).toBe(403)
    expect((await put({})).body).toEqual({ rev: rev + 1 })
    expect(refusal(await put({}))).toEqual({ status: 409, kind: 'stale_revision' })
  })
})
