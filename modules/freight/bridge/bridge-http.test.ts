import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { caseDeps } from '@tingzhou/casework'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { matchWeighing } from './match.ts'
import { bridgeZone, type TestClock } from './testing.ts'

const api = '/api/v1'
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
// Ten in the morning in Beijing.
const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let server: TestServer
let zone: Awaited<ReturnType<typeof bridgeZone>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await bridgeZone(server, clock)
}, 120_000)
beforeEach(() => {
  clock.now += dayMs
})
afterAll(() => server.close())

const read = async (client: Client, path: string) => (await client.get(`${api}${path}`)).body
const refusal = ({ status, body }: Answer) => [status, body.kind, body.errors?.[0]?.field]
/** Sends records as the mine's weighbridge; what events bring about is done at once. */
const told = async (...weighings: readonly object[]) => {
  const answer = await zone.weigh(zone.people.clerk, zone.bridges.mine, weighings)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  await server.relay.settle()
  return answer.body.results
}
const decide = async (client: Client, number: string, how: string, body: object = {}) => {
  const { id, rev } = await zone.recordOf(number)
  return zone.post(client, `/freight-weighings/${id}/${how}`, { rev, why: '看错车牌', ...body })
}

describe('a weighbridge', () => {
  it('is entered, changed and closed by whoever the place belongs to, and by the platform', async () => {
    const { owner, clerk, strangerFirm, dispatcher } = zone.people
    const wish = { placeId: zone.places.mine, name: '二号地磅', divisionKg: 20, maxKg: 80_000 }
    const commandId = crypto.randomUUID()

    const made = await zone.post(owner, '/freight-bridges', { ...wish, commandId })

    expect(made.status).toBe(201)
    expect((await zone.post(owner, '/freight-bridges', { ...wish, commandId })).body).toEqual(made.body)
    expect(refusal(await zone.post(dispatcher, '/freight-bridges', wish))).toEqual([409, 'taken', 'name'])
    expect(refusal(await zone.post(clerk, '/freight-bridges', wish))).toEqual([422, 'field_refused', 'placeId'])
    expect(refusal(await zone.post(strangerFirm, '/freight-bridges', wish))).toEqual([422, 'field_refused', 'placeId'])
    const path = `/freight-bridges/${made.body.id}`
    expect(await read(owner, path)).toMatchObject({ name: '二号地磅', keeps: true, weighs: false, heardAt: null })
    expect(await read(clerk, path)).toMatchObject({ keeps: false, weighs: true })
    expect((await read(strangerFirm, path)).kind).toBe('not_found')
    const change = { ...wish, rev: 1, why: '检定', state: 'closed' }
    const patch = (client: Client, body: object) =>
      client.patch(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
    expect(refusal(await patch(clerk, change)).slice(0, 2)).toEqual([403, 'not_allowed'])
    expect(refusal(await patch(strangerFirm, change)).slice(0, 2)).toEqual([404, 'not_found'])
    expect((await patch(owner, change)).status).toBe(200)
    expect(refusal(await patch(dispatcher, change))).toEqual([409, 'stale_revision', 'rev'])
    expect(refusal(await zone.weigh(clerk, made.body.id, [zone.record('新A·00001')]))).toEqual([409, 'not_open', 'id'])
    expect((await read(owner, `${path}/history`)).rows).toHaveLength(2)
    const listed = await read(zone.people.plantClerk, '/freight-bridges')
    expect(listed.rows.map(({ name }: { name: string }) => name)).toEqual(['卸煤地磅'])
  })

  it('is not spoken for by another’s clerk, by people without a key or by others', async () => {
    const sent = [zone.record('新A·00001')]
    const { stranger, plantClerk, dispatcher, owner, machine } = zone.people

    for (const client of [stranger, plantClerk])
      expect(refusal(await zone.weigh(client, zone.bridges.mine, sent)).slice(0, 2)).toEqual([404, 'not_found'])
    for (const client of [dispatcher, owner])
      expect(refusal(await zone.weigh(client, zone.bridges.mine, sent)).slice(0, 2)).toEqual([403, 'not_allowed'])
    expect((await zone.weigh(server.anyone(), zone.bridges.mine, sent)).status).toBe(401)
    expect((await zone.weigh(machine, zone.bridges.mine, sent)).status).toBe(200)
    // A machine that was given to one firm speaks for the places of this firm.
    const { ownMachine, strangerMachine } = zone.people
    expect(refusal(await zone.weigh(strangerMachine, zone.bridges.mine, sent)).slice(0, 2)).toEqual([404, 'not_found'])
    expect((await zone.weigh(ownMachine, zone.bridges.mine, sent)).status).toBe(200)
  })
})

describe('records', () => {
  it('that cannot be are refused each by name, and the others are kept', async () => {
    const { machine, clerk } = zone.people
    const photoId = await zone.upload(machine)
    const bad = [
      ['swapped', { grossKg: 15_000, tareKg: 47_000 }, 'tareKg', 'bridge_swapped 15000'],
      ['same', { grossKg: 15_000 }, 'grossKg', 'bridge_net_zero'],
      ['zero', { tareKg: 0 }, 'tareKg', 'bridge_above_zero'],
      ['beyond', { grossKg: 100_020 }, 'grossKg', 'bridge_max 100000'],
      ['none', { grossKg: null, tareKg: null }, 'grossKg', 'bridge_one_weight'],
      ['future', { weighedAt: clock.now + 6 * minuteMs }, 'weighedAt', 'bridge_future'],
      ['old', { weighedAt: clock.now - 7 * dayMs - 1 }, 'weighedAt', 'bridge_old'],
      ['plate', { plate: '··' }, 'plate', 'bridge_plate'],
      ['photo', { photoId }, 'photoId', 'bridge_photo_own'],
    ] as const
    const good = zone.record('京Z·不认识', { plate: 'ab 1234 挂' })

    const results = await told(...bad.map(([number, over]) => zone.record('新A·00002', { ...over, number })), good)

    expect(results.slice(0, -1).map((one: { problem: { field: string; rule: string } }) => one.problem)).toMatchObject(
      bad.map(([, , field, rule]) => ({ field, rule })),
    )
    expect(results.every(({ problem }: { problem: { message: string } | null }) => problem?.message !== '')).toBe(true)
    expect(results.at(-1)).toEqual({ number: good.number, id: expect.any(String), problem: null })
    expect(await zone.recordOf(good.number)).toMatchObject({ state: 'unmatched', plate_key: 'AB1234挂' })
    expect(await zone.recordsOf('swapped')).toEqual([])
    const english = await clerk.send('POST', `${api}/freight-bridges/${zone.bridges.mine}/weighings`, {
      body: { weighings: [zone.record('x', { tareKg: 0 })] },
      lang: 'en',
    })
    expect(english.body.results[0].problem.message).toBe('must be above zero')
    const many = Array.from({ length: 101 }, () => zone.record('新A·00002'))
    expect((await zone.weigh(clerk, zone.bridges.mine, many)).status).toBe(400)
  })

  it('come again and are answered the same; another content of a number is refused', async () => {
    const one = zone.record('新A·00003')
    const [first] = await told(one)

    expect(await told(one, { ...one, plate: '新a 00003' })).toEqual([first, first])

    const [other, truck] = await told({ ...one, grossKg: 47_020 }, { ...one, plate: '新A·00004' })
    expect(other).toMatchObject({ id: null, problem: { field: 'grossKg', rule: 'bridge_number_used' } })
    expect(truck).toMatchObject({ id: null, problem: { field: 'plate', rule: 'bridge_number_used' } })
    // A week later the repeat of what is kept is still no news.
    clock.now += 9 * dayMs
    expect(await told(one)).toEqual([first])
    expect(await zone.recordsOf(one.number)).toMatchObject([{ gross_kg: 47_000, rev: 2 }])
  })

  it('that are refused leave their photo free for the record that is right', async () => {
    const one = zone.record('新A·00009')
    await told(one)
    const photoId = await zone.upload(zone.people.clerk)
    const wrong = { ...zone.record('新A·00010', { photoId }), number: one.number }
    expect((await told(wrong))[0].problem).toMatchObject({ field: 'plate', rule: 'bridge_number_used' })

    const [right] = await told({ ...wrong, number: 'RIGHT' })

    expect(right.problem).toBeNull()
    expect(await zone.recordOf('RIGHT')).toMatchObject({ photo_id: photoId })
    // Of two of one number the second, which would have been refused beside the first, is not kept with a photo that nobody checked.
    const [foreign, own] = [await zone.upload(zone.people.machine), await zone.upload(zone.people.clerk)]
    const pair = [zone.record('新A·00011', { photoId: foreign }), zone.record('新A·00012', { photoId: own })]
    const results = await told(...pair.map((record) => ({ ...record, number: 'PAIR' })))
    expect(results.map(({ problem }: { problem: object }) => problem)).toMatchObject([
      { rule: 'bridge_photo_own' },
      { rule: 'bridge_photo_own' },
    ])
    expect((await told({ ...pair[1], number: 'PAIR' }))[0].problem).toBeNull()
  })

  it('are kept once when the same batch comes twice at once', async () => {
    const batch = Array.from({ length: 100 }, () => zone.record('新A·00005'))

    const answers = await Promise.all([0, 1, 2].map(() => zone.weigh(zone.people.clerk, zone.bridges.mine, batch)))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(answers[1]?.body).toEqual(answers[0]?.body)
    expect(answers[2]?.body).toEqual(answers[0]?.body)
    const kept = await zone.db.selectFrom('freight_weighing').select('id').where('plate_key', '=', '新A00005').execute()
    expect(kept).toHaveLength(100)
  })

  it('of a first pass wait for the second, which completes them whatever it repeats', async () => {
    const truck = await zone.addTruck()
    const id = await zone.sent(truck, 'at_load')
    const photoId = await zone.upload(zone.people.clerk)
    const empty = zone.record(truck.plate, { grossKg: null, photoId })

    const [first] = await told(empty)
    expect(await zone.recordOf(empty.number)).toMatchObject({ state: 'first', gross_kg: null, tare_kg: 15_000 })
    expect((await zone.rowOf(id)).state).toBe('at_load')
    clock.now += 20 * minuteMs
    const swapped = { ...empty, grossKg: 14_000, tareKg: null, weighedAt: clock.now }
    expect((await told(swapped))[0].problem).toMatchObject({ field: 'tareKg', rule: 'bridge_swapped 14000' })
    const full = { ...empty, grossKg: 46_500, weighedAt: clock.now }

    expect(await told(full)).toEqual([first])

    expect(await told(empty, full)).toEqual([first, first])
    expect(await zone.recordOf(empty.number)).toMatchObject({ state: 'matched', waybill_id: id, gross_kg: 46_500 })
    expect(await zone.rowOf(id)).toMatchObject({ state: 'loaded', load_net_kg: 31_500 })
    expect(await zone.slipsOf(id)).toMatchObject([{ photo_id: photoId }])
  })
})

describe('matching', () => {
  it('loads and unloads the waybill that waits, with the photo, in the name of the weighbridge', async () => {
    const truck = await zone.addTruck()
    const id = await zone.sent(truck, 'at_load')
    const photoId = await zone.upload(zone.people.clerk)
    const record = zone.record(truck.plate.replace('·', ' '), { photoId })

    await told(record)

    expect(await zone.rowOf(id)).toMatchObject({ state: 'loaded', load_net_kg: 32_000, loaded_at: record.weighedAt })
    const [slip] = await zone.slipsOf(id)
    expect(slip).toMatchObject({ source: 'device', number: record.number, photo_id: photoId, created_by: '一号地磅' })
    expect(await zone.recordOf(record.number)).toMatchObject({ state: 'matched', slip_id: slip?.id, place_end: 'load' })
    // Parties of the waybill look at the photo, others do not.
    for (const client of [truck.account, zone.people.carrier, zone.people.clerk])
      expect((await client.get(`${api}/files/${photoId}`)).status).toBe(200)
    expect((await zone.people.stranger.get(`${api}/files/${photoId}`)).status).toBe(404)
    const again = zone.record(truck.plate, { photoId })
    expect((await told(again))[0].problem).toMatchObject({ field: 'photoId' })

    await zone.move(truck.account, id, 'depart')
    clock.now += hourMs
    await zone.move(truck.account, id, 'arrive_unload', zone.arrivalAt.plant)
    clock.now += minuteMs
    const unloaded = zone.record(truck.plate, { grossKg: 46_900 })
    await zone.weigh(zone.people.machine, zone.bridges.plant, [unloaded])
    await server.relay.settle()
    expect(await zone.rowOf(id)).toMatchObject({ state: 'unloaded', unload_net_kg: 31_900 })
  })

  it('lets the record wait for the truck’s arrival, for twelve hours', async () => {
    const [soon, late] = [await zone.addTruck(), await zone.addTruck()]
    const [first, second] = [await zone.sent(soon, 'accepted'), await zone.sent(late, 'accepted')]
    const [one, other] = [zone.record(soon.plate), zone.record(late.plate)]
    await told(one, other)
    expect(await zone.recordOf(one.number)).toMatchObject({ state: 'waiting', waybill_id: null })

    clock.now += 11 * hourMs
    await zone.move(soon.account, first, 'arrive_load', zone.arrivalAt.mine)
    await server.relay.settle()

    expect(await zone.rowOf(first)).toMatchObject({ state: 'loaded', load_net_kg: 32_000 })
    expect((await zone.recordOf(one.number)).state).toBe('matched')
    clock.now += 61 * minuteMs
    await server.timers.runDue()
    expect((await zone.recordOf(other.number)).state).toBe('unmatched')
    await zone.move(late.account, second, 'arrive_load', zone.arrivalAt.mine)
    await server.relay.settle()
    expect((await zone.rowOf(second)).state).toBe('at_load')
    expect((await zone.recordOf(other.number)).state).toBe('unmatched')
  })

  it('finds the record of this visit behind many that belong to no trip', async () => {
    const truck = await zone.addTruck()
    await told(...Array.from({ length: 12 }, () => zone.record(truck.plate)))
    clock.now += hourMs
    const id = await zone.sent(truck, 'accepted')
    const record = zone.record(truck.plate, { grossKg: 46_000 })
    await told(record)
    clock.now += 10 * minuteMs

    await zone.move(truck.account, id, 'arrive_load', zone.arrivalAt.mine)
    await server.relay.settle()

    expect(await zone.rowOf(id)).toMatchObject({ state: 'loaded', load_net_kg: 31_000 })
    expect((await zone.recordOf(record.number)).state).toBe('matched')
  })

  it('leaves alone a trip that began after the weighing, and a waybill that waits elsewhere', async () => {
    const truck = await zone.addTruck()
    const before = zone.record(truck.plate)
    const id = await zone.sent(truck, 'at_load')

    await told(before)
    await zone.weigh(zone.people.machine, zone.bridges.plant, [zone.record(truck.plate)])
    await server.relay.settle()

    expect((await zone.rowOf(id)).state).toBe('at_load')
    expect(await zone.slipsOf(id)).toEqual([])
  })

  it('keeps with the record why a waybill does not take it; the next record counts', async () => {
    const truck = await zone.addTruck()
    const id = await zone.sent(truck, 'at_load')
    const [heavy, over] = [zone.record(truck.plate, { grossKg: 49_500 }), zone.record(truck.plate, { grossKg: 48_800 })]

    await told(heavy, over)

    expect(await zone.recordOf(heavy.number)).toMatchObject({
      state: 'refused',
      waybill_id: id,
      refusal: { kind: 'over_legal_gross', value: 49_500, limit: 49_000 },
    })
    expect((await zone.recordOf(over.number)).refusal).toEqual({
      kind: 'over_rated_load',
      value: 33_800,
      limit: 33_000,
    })
    expect((await zone.rowOf(id)).state).toBe('at_load')
    await told(zone.record(truck.plate))
    expect((await zone.rowOf(id)).state).toBe('loaded')
    const { rows } = await read(zone.people.clerk, `/freight-bridges/${zone.bridges.mine}/weighings?q=${heavy.number}`)
    expect(rows).toMatchObject([{ state: 'refused', refusal: { kind: 'over_legal_gross' }, waybill: { id } }])
  })

  it('is mended when everything died between the rows and the waybill, and when it dies half way', async () => {
    const truck = await zone.addTruck()
    const id = await zone.sent(truck, 'at_load')
    const record = zone.record(truck.plate)
    const answer = await zone.weigh(zone.people.clerk, zone.bridges.mine, [record])
    expect(answer.body.results[0].problem).toBeNull()
    const kept = await zone.recordOf(record.number)
    expect(kept.state).toBe('kept')
    const dying = zone.db.transaction().execute(async (tx) => {
      expect(await matchWeighing(tx, caseDeps(server.deps), kept.id)).toBe('matched')
      throw new Error('killed')
    })
    await expect(dying).rejects.toThrow('killed')
    expect(await zone.slipsOf(id)).toEqual([])
    expect((await zone.recordOf(record.number)).state).toBe('kept')

    await server.relay.settle()
    await server.relay.settle()

    expect((await zone.recordOf(record.number)).state).toBe('matched')
    expect(await zone.slipsOf(id)).toHaveLength(1)
    expect((await zone.rowOf(id)).state).toBe('loaded')
  })

  it('and a driver who types at the same moment leave one slip, and the record says who was first', async () => {
    for (let round = 0; round < 3; round++) {
      const truck = await zone.addTruck()
      const id = await zone.sent(truck, 'at_load')
      const record = zone.record(truck.plate)
      await zone.weigh(zone.people.clerk, zone.bridges.mine, [record])
      const slip = await zone.typed(truck.account, record.number)

      const [answer] = await Promise.all([zone.tryMove(truck.account, id, 'load', slip), server.relay.settle()])
      await server.relay.settle()

      const [only, ...others] = await zone.slipsOf(id)
      expect(others).toEqual([])
      const byDriver = only?.source === 'manual'
      expect(answer.status).toBe(byDriver ? 200 : 409)
      expect(await zone.recordOf(record.number)).toMatchObject({
        state: byDriver ? 'typed' : 'matched',
        waybill_id: id,
        slip_id: byDriver ? null : only?.id,
      })
    }
  })

  it('gives way to a driver who typed before the weighbridge could tell', async () => {
    const truck = await zone.addTruck()
    const id = await zone.sent(truck, 'at_load')
    const record = zone.record(truck.plate)
    clock.now += 5 * minuteMs
    await zone.move(truck.account, id, 'load', await zone.typed(truck.account, 'ELSE', 46_000))
    clock.now += 3 * hourMs

    await told(record)

    expect(await zone.recordOf(record.number)).toMatchObject({ state: 'typed', waybill_id: id, place_end: 'load' })
    expect((await zone.rowOf(id)).load_net_kg).toBe(31_000)
  })
})

describe('a clerk', () => {
  it('says whose weighing a misread plate is, once, with a reason, for trucks that wait here', async () => {
    const [truck, elsewhere] = [await zone.addTruck(), await zone.addTruck()]
    const [id, away] = [await zone.sent(truck, 'at_load'), await zone.sent(elsewhere, 'at_unload')]
    const record = zone.record('新A·8OOO8')
    await told(record)
    const { clerk, stranger, plantClerk, owner } = zone.people

    for (const client of [stranger, plantClerk])
      expect(refusal(await decide(client, record.number, 'assignment', { waybillId: id })).slice(0, 2)).toEqual([
        404,
        'not_found',
      ])
    expect((await decide(owner, record.number, 'assignment', { waybillId: id })).status).toBe(403)
    const wrong = await decide(clerk, record.number, 'assignment', { waybillId: away })
    expect(refusal(wrong).slice(0, 2)).toEqual([409, 'not_in_state'])
    const nowhere = await decide(clerk, record.number, 'assignment', { waybillId: crypto.randomUUID() })
    expect(refusal(nowhere)).toEqual([422, 'field_refused', 'waybillId'])
    expect((await decide(clerk, record.number, 'assignment', { waybillId: id, why: '' })).status).toBe(400)
    const answers = await Promise.all(
      [clerk, clerk].map((client) => decide(client, record.number, 'assignment', { waybillId: id })),
    )

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await zone.recordOf(record.number)).toMatchObject({ state: 'matched', why: '看错车牌', waybill_id: id })
    expect(await zone.slipsOf(id)).toMatchObject([{ source: 'device', net_kg: 32_000 }])
    const { rows } = await read(zone.people.audit, `/freight-waybills/${id}/history`)
    expect(rows.map(({ verb }: { verb: string }) => verb).slice(-2)).toEqual(['assign_weighing', 'load'])
    expect((await decide(clerk, record.number, 'set-aside')).status).toBe(422)
  })

  it('does not let one weighing prove two waybills, nor a weighing from before the trip', async () => {
    const [first, second] = [await zone.addTruck(), await zone.addTruck()]
    const early = zone.record('新A·8OOO9')
    await told(early)
    clock.now += 6 * minuteMs
    const id = await zone.sent(first, 'at_load')
    const record = zone.record(first.plate)
    await zone.move(first.account, id, 'load', await zone.typed(first.account, record.number))
    await told(record)
    expect((await zone.recordOf(record.number)).state).toBe('typed')
    const other = await zone.sent(second, 'at_load')
    const { clerk, audit } = zone.people

    const twice = await decide(clerk, record.number, 'assignment', { waybillId: other })
    const before = await decide(clerk, early.number, 'assignment', { waybillId: other })

    expect([refusal(twice), twice.body.errors[0].rule]).toEqual([[422, 'field_refused', 'id'], 'bridge_record_typed'])
    expect([refusal(before), before.body.errors[0].rule]).toEqual([[422, 'field_refused', 'id'], 'bridge_before_trip'])
    expect(await zone.slipsOf(other)).toEqual([])
    // What was typed is taken back: now the record may say what it weighed.
    await zone.move(audit, id, 'unweigh', { reason: '填错' })
    expect((await decide(clerk, record.number, 'assignment', { waybillId: id })).status).toBe(200)
    expect(await zone.slipsOf(id)).toMatchObject([{ source: 'device' }])
  })

  it('does not give a waybill weights that it refuses, and sets records aside', async () => {
    const truck = await zone.addTruck()
    const id = await zone.sent(truck, 'at_load')
    const record = zone.record('新A·00008', { grossKg: 49_400 })
    await told(record)
    const { clerk } = zone.people
    const heavy = await decide(clerk, record.number, 'assignment', { waybillId: id })
    expect(refusal(heavy)).toEqual([422, 'over_legal_gross', 'slip.grossKg'])
    expect((await zone.recordOf(record.number)).state).toBe('unmatched')
    const { id: recordId, rev } = await zone.recordOf(record.number)
    const body = { rev, why: '自家车辆', commandId: crypto.randomUUID() }

    const first = await clerk.post(`${api}/freight-weighings/${recordId}/set-aside`, body)

    expect(first.body).toEqual({ id: recordId, state: 'set_aside' })
    expect((await clerk.post(`${api}/freight-weighings/${recordId}/set-aside`, body)).body).toEqual(first.body)
    const stale = { ...body, commandId: crypto.randomUUID() }
    expect(refusal(await clerk.post(`${api}/freight-weighings/${recordId}/set-aside`, stale))[1]).toBe('stale_revision')
    expect(await zone.recordOf(record.number)).toMatchObject({ state: 'set_aside', why: '自家车辆' })
  })

  it('enters a weighing by hand for the trucks of the own place, and for nobody else’s', async () => {
    const truck = await zone.addTruck()
    const id = await zone.sent(truck, 'at_load')
    const { clerk, plantClerk, stranger } = zone.people
    const slip = async (client: Client) => zone.typed(client, 'H1')

    expect(refusal(await zone.tryMove(stranger, id, 'load', await slip(stranger))).slice(0, 2)).toEqual([
      404,
      'not_found',
    ])
    expect(refusal(await zone.tryMove(plantClerk, id, 'load', await slip(plantClerk))).slice(0, 2)).toEqual([
      403,
      'not_allowed',
    ])
    const device = { slip: { number: 'H1', grossKg: 47_000, tareKg: 15_000, source: 'device' } }
    expect(refusal(await zone.tryMove(clerk, id, 'load', device))[1]).toBe('source_not_yours')
    expect((await zone.tryMove(clerk, id, 'cancel', { reason: '不装了' })).status).toBe(403)

    expect(await zone.move(clerk, id, 'load', await slip(clerk))).toBe('loaded')

    await zone.move(truck.account, id, 'depart')
    await zone.move(truck.account, id, 'arrive_unload', zone.arrivalAt.plant)
    expect((await zone.tryMove(clerk, id, 'unload', await slip(clerk))).status).toBe(403)
    expect(await zone.move(plantClerk, id, 'unload', await zone.typed(plantClerk, 'H2', 46_950))).toBe('unloaded')
  })

  it('sees the trucks of the own place, without money and telephone numbers, and nothing else of freight', async () => {
    const [here, coming] = [await zone.addTruck(), await zone.addTruck()]
    const id = await zone.sent(here, 'at_load')
    await zone.sent(coming, 'accepted')
    const { clerk, plantClerk, stranger } = zone.people
    const yard = `/freight-bridges/${zone.bridges.mine}/yard`

    const seen = await read(clerk, yard)

    const mine = seen.here.find(({ waybillId }: { waybillId: string }) => waybillId === id)
    expect(mine).toMatchObject({
      plate: here.plate,
      driver: expect.stringContaining('合成司机'),
      goods: '合成原煤',
      end: 'load',
      planKg: 32_000,
      ratedLoadKg: 33_000,
      legalGrossKg: 49_000,
    })
    expect(seen.expected.map(({ plate }: { plate: string }) => plate)).toContain(coming.plate)
    expect(JSON.stringify(seen)).not.toMatch(/fen|phone|999000/i)
    for (const client of [plantClerk, stranger]) expect((await read(client, yard)).kind).toBe('not_found')
    const weighings = `/freight-bridges/${zone.bridges.mine}/weighings`
    expect((await read(stranger, weighings)).kind).toBe('not_found')
    expect((await read(clerk, `/freight-waybills/${id}`)).kind).toBe('not_found')
    expect((await read(clerk, '/freight-waybills')).rows).toEqual([])
    expect((await read(clerk, '/freight-loads')).rows).toEqual([])
    expect((await read(clerk, '/freight-drivers')).rows).toEqual([])
    expect((await read(clerk, '/freight-payments')).rows).toEqual([])
  })
})
