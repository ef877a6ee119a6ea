import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { moneyZone } from './testing.ts'
import { notificationOf, statusOf } from './testing-bank.ts'

const api = '/api/v1'
let server: TestServer
let zone: Awaited<ReturnType<typeof moneyZone>>
let finance: Client
let second: Client

beforeAll(async () => {
  server = await startTestServer()
  const { db, zoneId, clock } = server.deps
  zone = await moneyZone(db, zoneId, clock)
  finance = await server.actor([{ role: 'finance', partyId: null }], { name: 'finance' })
  second = await server.actor([{ role: 'finance', partyId: null }], { name: 'second' })
  await send('PUT', '/freight-payer', {
    holder: '合成平台',
    bankCode: 'ICBK',
    accountNumber: '6222020000000000001',
    rev: 0,
    why: 'test',
  })
})
afterAll(() => server.close())

async function send(method: string, path: string, body: object, client = finance) {
  const answer = await client.send(method, `${api}${path}`, { body: { commandId: crypto.randomUUID(), ...body } })
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
const read = async (path: string, client = finance) => (await client.get(`${api}${path}`)).body
const settled = async (carrierId = zone.carrierId) => {
  const id = await zone.addWaybill({ state: 'settled', carrierId })
  await zone.settled(id)
  return id
}

it('the desk follows a payment from due to the bank and back', async () => {
  const poor = await zone.addCarrier('a carrier without an account')
  const [kept, paid] = [await settled(), await settled()]
  await settled(poor)
  const none = { payments: 0, sumFen: 0 }
  const desk = () => read('/freight-payment-desk')
  const before = await desk()
  const { rows: dues } = await read('/freight-payment-dues')
  const first = await read('/freight-payment-dues?limit=1')
  const rest = await read(`/freight-payment-dues?limit=1&cursor=${first.next}`)
  const { rows: oldest } = await read('/freight-payments?state=due&order=asc')

  const total = before.due.sumFen
  expect(before).toMatchObject({
    due: { payments: 3, oldestAt: oldest[0].createdAt },
    without: { payments: 1 },
    again: none,
    prepared: { batches: 0 },
    sent: none,
    refused: none,
  })
  expect(dues).toMatchObject([
    { carrier: { id: zone.carrierId }, payments: 2, hasAccount: true, oldestAt: oldest[0].createdAt },
    { carrier: { id: poor }, payments: 1, hasAccount: false },
  ])
  expect(dues.reduce((sum: number, { sumFen }: { sumFen: number }) => sum + sumFen, 0)).toBe(total)
  expect([...first.rows, ...rest.rows]).toEqual(dues)
  expect(rest.next).toBeNull()
  expect(oldest.map(({ waybill }: { waybill: { id: string } }) => waybill.id).slice(0, 2)).toEqual([kept, paid])

  const paymentIds = [oldest[0].id, oldest[1].id]
  const batch = await send('POST', '/freight-payment-batches', { paymentIds })
  expect(await read(`/freight-payment-batches/${batch.id}`)).toMatchObject({ isOwn: true })
  expect((await read('/freight-payment-batches', second)).rows).toMatchObject([{ isOwn: false }])
  expect(await desk()).toMatchObject({ due: { payments: 1 }, prepared: { batches: 1, sumFen: batch.sumFen } })
  await send('POST', `/freight-payment-batches/${batch.id}/approval`, { rev: 1 }, second)
  expect(await desk()).toMatchObject({ prepared: { batches: 0, sumFen: 0 }, approved: { batches: 1 } })
  await send('POST', `/freight-payment-batches/${batch.id}/file`, { rev: 2 })
  expect(await desk()).toMatchObject({ approved: { batches: 0 }, sent: { payments: 2, sumFen: batch.sumFen } })

  const [failing, wrong] = oldest
  const told = (payment: { id: string; amountFen: number }, serial: string, more = 0) => [
    { paymentId: payment.id, amountFen: payment.amountFen + more, serial },
  ]
  await send('POST', '/freight-bank-reports', { xml: statusOf('P1', told(failing, 'S1'), 'RJCT', 'AC04') })
  await send('POST', '/freight-bank-reports', { xml: notificationOf('N1', told(wrong, 'S2', 1)) })

  expect(await desk()).toMatchObject({
    due: { payments: 2 },
    again: { payments: 1, sumFen: failing.amountFen },
    sent: { payments: 1 },
    refused: { payments: 1, sumFen: wrong.amountFen },
  })
})

it('the desk and what is due are for those who read money', async () => {
  const audit = await server.actor([{ role: 'freight_audit', partyId: null }])
  const dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
  const carrier = await server.actor([{ role: 'carrier', partyId: zone.carrierId }])

  expect((await audit.get(`${api}/freight-payment-desk`)).status).toBe(200)
  for (const client of [dispatcher, carrier]) {
    expect((await client.get(`${api}/freight-payment-desk`)).status).toBe(403)
    expect((await read('/freight-payment-dues', client)).rows).toEqual([])
  }
})
