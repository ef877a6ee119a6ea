import { afterAll, beforeAll, expect, it } from 'vitest'
import { isGenuine, openReceiver } from '@tingzhou/webhooks/testing'
import { uploadZone, type UploadZone } from '../upload/testing.ts'

let zone: UploadZone
let erp: Awaited<ReturnType<typeof openReceiver>>

beforeAll(async () => {
  zone = await uploadZone(Date.UTC(2026, 2, 2, 2) as never, { environment: { WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' } })
  erp = await openReceiver()
  await zone.settle()
}, 180_000)
afterAll(async () => {
  await erp.close()
  await zone.server.close()
})

type Told = {
  readonly type: string
  readonly data: { readonly from: string; readonly to: string; readonly waybill: object }
}

it('tells the shipper each step of a waybill as its people see it, without the money of the carrier', async () => {
  const { server } = zone
  const firm = await server.deps.db.selectFrom('freight_load').select('shipper_id').executeTakeFirstOrThrow()
  const people = await server.actor([{ role: 'enterprise', partyId: firm.shipper_id }])
  const types = (await people.get('/api/v1/webhook-types')).body.types
  const endpoint = await zone.post(
    '/webhook-endpoints',
    { partyId: firm.shipper_id, name: 'ERP', url: erp.url, types },
    people,
  )
  const waybillId = await zone.assign(await zone.enterCrew())

  await zone.drive(waybillId, 'settled')
  await server.timers.runDue()
  await expect.poll(async () => (await open(endpoint.id)).length, { timeout: 20_000 }).toBe(0)

  const told: readonly Told[] = erp.heard.map(({ body }) => JSON.parse(body))
  const moved = told.filter(({ type }) => type === 'freight.waybill_moved')
  const { rows } = (await people.get('/api/v1/freight-waybills?limit=1')).body
  expect(types).toEqual(['freight.waybill_moved', 'freight.load_changed', 'freight.statement_changed'])
  expect(erp.heard.every((hook) => isGenuine(endpoint.secret, hook, zone.clock()))).toBe(true)
  expect(new Set(moved.map(({ data }) => data.to))).toEqual(
    new Set('offered accepted at_load loaded in_transit at_unload unloaded signed audited settled'.split(' ')),
  )
  expect(moved.every(({ data }) => !('dueFen' in data.waybill) || data.waybill.dueFen === null)).toBe(true)
  const settled = moved.find(({ data }) => data.to === 'settled')
  expect(settled?.data.waybill).toEqual(rows[0])
  expect(rows[0].billFen).toBeGreaterThan(0)
  const loads = told.filter(({ type }) => type === 'freight.load_changed')
  expect(loads.map(({ data }) => data).every((data) => JSON.stringify(data).includes('"carrierMilliFen":null'))).toBe(
    true,
  )
}, 120_000)

const open = (endpointId: string) =>
  zone.server.deps.db
    .selectFrom('webhook_delivery')
    .select('id')
    .where('endpoint_id', '=', endpointId)
    .where('state', 'in', ['waiting', 'sending'])
    .execute()
