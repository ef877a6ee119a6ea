import { newId } from '@tingzhou/db'
import { assert, epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import type { Answer, Client, TestServer } from '@tingzhou/server/testing'
import { deskZone, mine, plant } from '../desk/testing.ts'
import type { TestClock } from '../risk/testing.ts'
import type { MoveName } from '../waybill/waybill-contract.ts'

const api = '/api/v1'
const hourMs = 3_600_000

/** What drivers of the zone sign in with. */
export const driverPassword = 'driver-password-7'

type Stop = { readonly kind: string; readonly load: { readonly id: string } }

/** The zone of the desk with drivers who have accounts, and loads that begin at the mine or at the plant. */
export async function chainZone(server: TestServer, clock: TestClock) {
  const zone = await deskZone(server, clock)
  const { db, carrierId } = zone
  await db.updateTable('freight_driving').set({ valid_to: '2020-01-02' }).where('vehicle_id', 'is', null).execute()
  const post = (path: string, body: object, client: Client): Promise<Answer> => zone.post(client, path, body)
  /** A crew whose driver signs in. */
  const addDriver = async () => {
    const crew = await zone.addCrew()
    const username = `driver-${newId()}`
    const account = { username, name: crew.driver, password: driverPassword, lang: 'zh-CN', roles: [] }
    const made = await post('/accounts', account, server.machine)
    await post(`/freight-drivers/${crew.driverId}/account`, { username }, server.machine)
    const key = await post('/api-keys', { accountId: made.body.id, name: 'test' }, server.machine)
    return { ...crew, username, account: server.anyone({ 'x-api-key': key.body.key }) }
  }
  type Crew = Awaited<ReturnType<typeof addDriver>>
  const between = (from: 'mine' | 'plant') => ({
    fromId: zone.placeAt(from === 'mine' ? mine : plant),
    toId: zone.placeAt(from === 'mine' ? plant : mine),
  })
  /** One truckload, unless more is said. */
  const loadAt = (from: 'mine' | 'plant', over: object = {}) =>
    zone.addLoad({
      goods: from === 'mine' ? '合成原煤' : '合成粉煤灰',
      quantity: 32_000,
      loadUntil: clock.now + 12 * hourMs,
      ...between(from),
      ...over,
    })
  /** A trip from the mine to the plant, driven as far as a step. @returns the waybill */
  const trip = async (crew: Crew, last: MoveName = 'depart'): Promise<string> => {
    const id = await zone.offer(await loadAt('mine'), crew)
    await zone.drive(id, last)
    return id
  }
  const read = async (path: string, client: Client) => (await client.get(`${api}${path}`)).body
  /** Small loads of one shared tour, accepted by its crew. @param hours  how long each may be loaded @returns the waybills */
  const share = async (crew: Crew, hours: readonly number[]): Promise<readonly string[]> => {
    const { body } = await server.machine.get(`${api}/freight-tour-settings`)
    const numbers = { ...body.numbers, solveSeconds: 1 }
    const quick = { commandId: newId(), rev: body.rev, numbers, why: '测试' }
    assert(
      (await server.machine.put(`${api}/freight-tour-settings`, quick)).status === 200,
      'tours are planned quickly',
    )
    await zone.say(crew.point, [{ at: clock.now, ...mine, speedKmh: 0 }])
    const loads: string[] = []
    for (const loadHours of hours)
      loads.push(await loadAt('mine', { quantity: 8_000, truckPlan: 8_000, loadUntil: clock.now + loadHours * hourMs }))
    const wish = { loads: loads.map((id) => ({ id })), vehicleIds: [crew.vehicleId] }
    const plan = await post('/freight-tour-plans', wish, server.machine)
    const { rows } = await read(`/freight-tour-plans/${plan.body.id}`, server.machine)
    const sent = (await post(`/freight-tours/${rows[0].id}/send`, {}, server.machine)).body
    const ids = loads.map((id): string => {
      const stop = sent.stops.find((one: Stop) => one.kind === 'load' && one.load.id === id)
      return stop.waybill.id
    })
    for (const id of ids) await zone.move(server.machine, id, 'accept', {})
    return ids
  }
  const takenOf = async (id: string) =>
    (await db.selectFrom('freight_load').select('taken').where('id', '=', id).executeTakeFirstOrThrow()).taken
  /** Whatever the clock and the events have to do. */
  const settle = async (): Promise<void> => {
    await server.timers.runDue()
    await server.relay.settle()
  }
  const returns = (id: string, client: Client) => client.get(`${api}/freight-waybills/${id}/return-loads`)
  const choose = (id: string, loadId: string, client: Client, body: object = {}) =>
    post(`/freight-waybills/${id}/next-load`, { loadId, ...body }, client)
  const strangerId = await createParty(
    db,
    server.deps.zoneId,
    { kind: 'institution', name: '合成另一承运人', synthetic: true },
    epochMs(clock.now),
  )
  return {
    ...zone,
    carrierId,
    strangerId,
    post,
    addDriver,
    loadAt,
    trip,
    share,
    takenOf,
    settle,
    read,
    returns,
    choose,
  }
}
