import { at, jsonb, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import type { Client, TestServer } from '@tingzhou/server/testing'
import { moneyZone } from '../money/testing.ts'
import type { WaybillState } from '../words.ts'

const api = '/api/v1'
export const dayMs = 86_400_000

/** A zone with waybills of one shipper, consignee, carrier and driver, and everybody who has an opinion of them. */
export async function opinionZone(server: TestServer) {
  const { deps } = server
  const { db, zoneId, clock } = deps
  const money = await moneyZone(db, zoneId, clock)
  const { shipperId, carrierId } = money
  const consigneeId = await money.party('enterprise', '合成收货方')
  const role = (name: string, partyId: string | null = null) =>
    server.actor([{ role: name as 'driver', partyId }], { name: `${name}-${newId().slice(-6)}` })
  const people = {
    shipper: await role('enterprise', shipperId),
    colleague: await role('enterprise', shipperId),
    consignee: await role('enterprise', consigneeId),
    carrier: await role('carrier', carrierId),
    driver: await role('driver'),
    rival: await role('carrier', await money.addCarrier('合成别家')),
    stranger: await role('enterprise', await money.party('enterprise', '合成旁人')),
    otherDriver: await role('driver'),
    dispatcher: await role('freight_dispatcher'),
    audit: await role('freight_audit'),
    secondAudit: await role('freight_audit'),
    admin: await role('admin'),
    finance: await role('finance'),
    /** Of both ends of the carriage. */
    both: await server.actor([
      { role: 'enterprise', partyId: shipperId },
      { role: 'carrier', partyId: carrierId },
    ]),
  }
  const named = (id: string, name: string) => ({ id, name })
  const addWaybill = async (state: WaybillState = 'signed', signed = state !== 'unloaded'): Promise<string> => {
    const id = await money.addWaybill({ state, driverAccountId: people.driver.accountId })
    const agreement = {
      shipper: named(shipperId, '合成货主'),
      consignee: named(consigneeId, '合成收货方'),
      carrier: named(carrierId, '合成承运人'),
      driver: named('driver', '合成司机'),
    }
    await db
      .updateTable('freight_waybill')
      .set({
        signed_at: signed ? at(clock()) : null,
        consignee_id: consigneeId,
        agreement: jsonb(agreement),
      })
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .execute()
    return id
  }
  const driverId = async () =>
    (await db.selectFrom('freight_driver').select('id').where('zone_id', '=', zoneId).executeTakeFirstOrThrow()).id
  const send = (client: Client, method: string, path: string, body: object) =>
    client.send(method, `${api}${path}`, { body: { commandId: newId(), ...body } })
  const read = async (client: Client, path: string) => (await client.get(`${api}${path}`)).body
  const post = (client: Client, path: string, body: object = {}) => send(client, 'POST', path, body)
  /** Everything that the zone told since it was asked last, as notices of an account. */
  const noticesOf = async (client: Client): Promise<readonly string[]> => {
    await server.relay.settle()
    const { rows }: { rows: { title: string }[] } = await read(client, '/notices?limit=50')
    return rows.map(({ title }) => title)
  }
  return { ...money, people, consigneeId, addWaybill, driverId, send, read, post, noticesOf }
}

/** A clock that the test moves. */
export function testClock(start: number) {
  let now = start
  return {
    read: () => epochMs(now),
    now: () => now,
    wait: (ms: number) => void (now += ms),
    set: (to: number) => void (now = to),
  }
}
