import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { epochMs, localDate } from '@tingzhou/kernel'
import { verifyLedger } from '@tingzhou/ledger'
import { readXml } from '@tingzhou/dmn/xml'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { paidOf } from './paid.ts'
import { example, fuelCard, loadingFee, moneyZone, seeded } from './testing.ts'
import { notificationOf, statusOf, type Told } from './testing-bank.ts'

const api = '/api/v1'
let now = Date.UTC(2026, 2, 2, 2)
const today = localDateOf(epochMs(now))
const day = (days: number) => addDays(localDate(today), days)
let server: TestServer
let zone: Awaited<ReturnType<typeof moneyZone>>
let people: Awaited<ReturnType<typeof meet>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  const { db, zoneId } = server.deps
  zone = await moneyZone(db, zoneId, () => epochMs(now))
  people = await meet()
  await done(people.finance, 'PUT', '/freight-payer', {
    holder: '合成平台 & 公司 <一>',
    bankCode: 'ICBK',
    accountNumber: '6222 0200 0000 0000 001',
    rev: 0,
    why: 'test',
  })
})
afterAll(() => server.close())

async function meet() {
  const role = (name: string, partyId: string | null = null) =>
    server.actor([{ role: name as 'finance', partyId }], { name })
  return {
    finance: await role('finance'),
    second: await role('finance'),
    dispatcher: await role('freight_dispatcher'),
    audit: await role('freight_audit'),
    shipper: await role('enterprise', zone.shipperId),
    stranger: await role('enterprise', await zone.party('enterprise', 'another shipper')),
    carrier: await role('carrier', zone.carrierId),
    rival: await role('carrier', await zone.addCarrier('another carrier')),
    driver: await role('driver'),
    leader: await role('leader'),
  }
}

const send = (client: Client, method: string, path: string, body: object) =>
  client.send(method, `${api}${path}`, { body: { commandId: crypto.randomUUID(), ...body } })
const read = (client: Client, path: string): Promise<Answer> => client.get(`${api}${path}`)
// A test knows what it asked for.
// oxlint-disable-next-line typescript/no-explicit-any
async function done(client: Client, method: string, path: string, body: object): Promise<any> {
  const answer = await send(client, method, path, body)
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
const post = (client: Client, path: string, body: object) => done(client, 'POST', path, body)
const receive = (xml: string, client = people.finance) => send(client, 'POST', '/freight-bank-reports', { xml })

type Row = { id: string; state: string; line: string; amountFen: number; batchId: string | null; flags: string[] }
const paymentsOf = async (waybillId: string, client = people.finance): Promise<Row[]> =>
  (await read(client, `/freight-payments?waybillId=${waybillId}`)).body.rows

/** Waybills that are settled, with their balances in one batch that is with the bank. */
async function sentBatch(count: number) {
  const waybills: string[] = []
  for (let i = 0; i < count; i++) {
    const id = await zone.addWaybill({ state: 'settled' })
    await zone.settled(id, { items: [loadingFee], parts: [fuelCard] })
    waybills.push(id)
  }
  const rows = await Promise.all(waybills.map((id) => paymentsOf(id)))
  const due = rows.flatMap((some) => some.filter(({ state }) => state === 'due'))
  const batch = await post(people.finance, '/freight-payment-batches', { paymentIds: due.map(({ id }) => id) })
  const approved = await post(people.second, `/freight-payment-batches/${batch.id}/approval`, { rev: 1 })
  const sent = await post(people.finance, `/freight-payment-batches/${batch.id}/file`, { rev: approved.rev })
  const told = due.map(({ id, amountFen }): Told => ({ paymentId: id, amountFen, serial: `S-${id.slice(-12)}` }))
  return { batch, sent, waybills, told, payments: due.map(({ id }) => id) }
}
const stateOf = async (paymentId: string) =>
  server.deps.db
    .selectFrom('freight_payment')
    .select(['state', 'bank_serial', 'failed_why'])
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow()
const first = <T>(list: readonly T[]): T => {
  const [one] = list
  if (one === undefined) throw new Error('there is one')
  return one
}

describe('rules of settlement', () => {
  const rules = { carrier: { basis: { unit: 'truck' } }, shipper: { by: 'price', basis: { unit: 'truck' } } }

  it('are there from the start, and read by dispatchers and finance only', async () => {
    const { rows } = (await read(people.dispatcher, '/freight-terms')).body

    expect(rows.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(Object.values(seeded)))
    for (const client of [people.shipper, people.carrier, people.leader])
      expect((await read(client, '/freight-terms')).body.rows).toEqual([])
    expect((await read(people.shipper, `/freight-terms/${seeded.coal}`)).status).toBe(404)
  })

  it('are written by finance, another version by whoever saw the latest', async () => {
    const { id } = await post(people.finance, '/freight-terms', { name: '按车', rules })
    const two = { name: '按车 2', rules, version: 1, why: 'a change' }
    const both = await Promise.all([
      send(people.finance, 'POST', `/freight-terms/${id}/versions`, two),
      send(people.second, 'POST', `/freight-terms/${id}/versions`, two),
    ])
    const { versions } = (await read(people.finance, `/freight-terms/${id}`)).body

    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1])
    expect((await send(people.dispatcher, 'POST', '/freight-terms', { name: 'x', rules })).status).toBe(403)
  })

  it('tell every field that they refuse', async () => {
    const wrong = {
      ...rules,
      carrier: { basis: { unit: 'ton', weight: 'half' } },
      paidRounding: 'up',
      split: { part: [] },
    }

    const { status, body } = await send(people.finance, 'POST', '/freight-terms', { name: 'x', rules: wrong })

    expect(status).toBe(422)
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'rules.carrier.basis.weight',
      'rules.paidRounding',
      'rules.split.part',
    ])
    expect(body.errors.every(({ message }: { message: string }) => message.length > 0)).toBe(true)
  })
})

describe('a framework contract', () => {
  const contract = (over: object = {}) => ({
    number: `HT-${crypto.randomUUID().slice(0, 8)}`,
    shipperId: zone.shipperId,
    termsId: seeded.coal,
    termsVersion: 1,
    signedOn: day(-30),
    validTo: day(300),
    synthetic: true,
    ...over,
  })
  const price = (over: object = {}) => ({
    goods: '合成煤',
    cargoClass: '0100',
    fromId: zone.fromId,
    toId: zone.toId,
    measure: 'ton',
    carrierMilliFen: example.carrierMilliFen,
    shipperMilliFen: example.shipperMilliFen,
    goodsMilliFen: example.goodsMilliFen,
    startsOn: day(-30),
    ...over,
  })

  it('is read by its shipper without what carriers get, and by no carrier', async () => {
    const { id } = await post(people.finance, '/freight-contracts', contract())
    await post(people.finance, `/freight-contracts/${id}/prices`, price())

    const own = await read(people.shipper, `/freight-contracts/${id}`)
    const whole = await read(people.dispatcher, `/freight-contracts/${id}`)

    expect(own.body.prices).toMatchObject([{ carrierMilliFen: null, shipperMilliFen: 8_500_000 }])
    expect(whole.body.prices).toMatchObject([{ carrierMilliFen: 7_800_000 }])
    const history = await read(people.shipper, `/freight-contracts/${id}/history`)
    expect(JSON.stringify([own.body, history.body])).not.toContain('7800000')
    for (const client of [people.carrier, people.stranger, people.driver, people.leader]) {
      expect((await read(client, `/freight-contracts/${id}`)).status).toBe(404)
      expect((await read(client, '/freight-contracts')).body.rows).toEqual([])
    }
    for (const client of [people.shipper, people.dispatcher])
      expect((await send(client, 'POST', `/freight-contracts/${id}/prices`, price())).status).toBe(403)
  })

  it('has one price of a lane and goods a day; a change is another that starts on a day', async () => {
    const { id } = await post(people.finance, '/freight-contracts', contract())
    const prices = `/freight-contracts/${id}/prices`
    const old = await post(people.finance, prices, price())
    const overlapping = await send(people.finance, 'POST', prices, price({ startsOn: day(10), measure: 'truck' }))
    const past = await send(people.finance, 'POST', `${prices}/${old.id}/end`, { endsOn: day(-1), why: 'x' })
    await post(people.finance, `${prices}/${old.id}/end`, { endsOn: day(9), why: 'a new price' })
    await post(people.finance, prices, price({ startsOn: day(10), shipperMilliFen: 9_000_000 }))
    const outside = await send(
      people.finance,
      'POST',
      prices,
      price({ startsOn: day(10), endsOn: day(301), goods: 'x' }),
    )

    expect(overlapping).toMatchObject({ status: 409, body: { kind: 'taken', errors: [{ field: 'startsOn' }] } })
    expect(past).toMatchObject({ status: 422, body: { errors: [{ field: 'endsOn' }] } })
    expect(outside).toMatchObject({ status: 422, body: { errors: [{ field: 'endsOn' }] } })
    const { prices: all } = (await read(people.shipper, `/freight-contracts/${id}`)).body
    expect(all.map((one: { startsOn: string; endsOn: string }) => [one.startsOn, one.endsOn])).toEqual([
      [day(10), day(300)],
      [day(-30), day(9)],
    ])
  })

  it('lets one of two have an overlapping price, one of two a number', async () => {
    const { id } = await post(people.finance, '/freight-contracts', contract())
    const prices = await Promise.all(
      [people.finance, people.second].map((client) => send(client, 'POST', `/freight-contracts/${id}/prices`, price())),
    )
    const body = contract()
    const contracts = await Promise.all(
      [people.finance, people.second].map((client) => send(client, 'POST', '/freight-contracts', body)),
    )

    expect(prices.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(contracts.map(({ status }) => status).toSorted()).toEqual([201, 409])
  })

  it('keeps the version of the rules that waybills under way were made under', async () => {
    const waybill = await zone.addWaybill()
    const rules = { carrier: { basis: { unit: 'truck' } }, shipper: { by: 'price', basis: { unit: 'truck' } } }
    const { id } = await post(people.finance, '/freight-contracts', contract())
    await post(people.finance, `/freight-terms/${seeded.coal}/versions`, { name: '新', rules, version: 1, why: 'x' })
    const { rev } = (await read(people.finance, `/freight-contracts/${id}`)).body
    const { number, signedOn, validTo } = contract()
    await done(people.finance, 'PATCH', `/freight-contracts/${id}`, {
      number,
      termsId: seeded.coal,
      termsVersion: 2,
      signedOn,
      validTo,
      remark: '',
      rev,
      why: 'x',
      state: 'open',
    })

    expect(await zone.settled(waybill, { items: [loadingFee] })).toMatchObject({ dueFen: 2_504_45 })
  })
})

describe('who sees what of a settlement', () => {
  it('shows the shipper the bill, the carrier and the driver what is due, the platform both', async () => {
    const waybill = await zone.addWaybill({ driverAccountId: people.driver.accountId })
    await zone.settled(waybill, { items: [loadingFee], parts: [fuelCard] })
    const seen = async (client: Client) => (await read(client, `/freight-settlements/${waybill}`)).body.rows?.[0]

    const [shipper, carrier, driver, finance] = await Promise.all(
      [people.shipper, people.carrier, people.driver, people.finance].map(seen),
    )

    expect(shipper).toMatchObject({ carrier: null, shipper: { billFen: 2_730_62, netFen: 2_505_16, taxFen: 225_46 } })
    expect(carrier).toMatchObject({ shipper: null, carrier: { dueFen: 2_504_45, paidFen: 2_504_00 } })
    expect(driver).toEqual(carrier)
    expect(finance).toMatchObject({ carrier: carrier.carrier, shipper: shipper.shipper })
    expect(JSON.stringify(shipper)).not.toMatch(/7800000|250445|250400/)
    expect(JSON.stringify(carrier)).not.toMatch(/8500000|273062|250516/)
    for (const client of [people.stranger, people.rival, people.leader]) {
      expect((await read(client, `/freight-settlements/${waybill}`)).status).toBe(404)
      expect((await read(client, '/freight-settlements')).body.rows).toEqual([])
    }
    expect(await paymentsOf(waybill, people.shipper)).toEqual([])
    expect(await paymentsOf(waybill, people.rival)).toEqual([])
    expect((await paymentsOf(waybill, people.carrier)).map(({ line }) => line).toSorted()).toEqual([
      'balance',
      'fuel_card',
    ])
    const ledger = await read(people.shipper, '/ledger-accounts?book=freight&limit=200')
    expect(JSON.stringify(ledger.body)).not.toMatch(/carrier_payable|freight_cost/)
  })
})

describe('a batch of payments', () => {
  it('is approved by another person, once, and gives the same well-formed file each time', async () => {
    const { batch, sent } = await sentBatch(2)
    const path = `/freight-payment-batches/${batch.id}`

    const files = await Promise.all([1, 2].map(() => read(people.finance, `${path}/file.xml`)))
    const { status, headers, body } = first(files)
    const root = readXml(body)

    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('application/xml')
    expect(files[1]?.body).toBe(body)
    expect(createHash('sha256').update(body).digest('hex')).toBe(sent.sha256)
    expect(root.ok && root.value.namespace).toBe('urn:iso:std:iso:20022:tech:xsd:pain.001.001.09')
    expect(body).toContain('<NbOfTxs>2</NbOfTxs><CtrlSum>3008.00</CtrlSum>')
    expect(body).toContain('<InstdAmt Ccy="CNY">1504.00</InstdAmt>')
    expect(body).toContain('<Nm>合成平台 &amp; 公司 &lt;一&gt;</Nm>')
    for (const client of [people.audit, people.dispatcher, people.carrier])
      expect((await read(client, `${path}/file.xml`)).status).toBe(403)
    expect((await read(people.audit, path)).body.payer.account).toBe('****0001')
    const everything = await Promise.all([
      read(people.finance, path),
      read(people.finance, `${path}/history`),
      read(people.finance, `/freight-payments?batchId=${batch.id}`),
      read(people.finance, '/freight-payer'),
    ])
    expect(JSON.stringify(everything.map((answer) => answer.body))).not.toMatch(
      /6228480000000012345|6222020000000000001/,
    )
  })

  it('is not approved by whoever prepared it, nor twice', async () => {
    const waybill = await zone.addWaybill()
    await zone.settled(waybill)
    const [payment] = await paymentsOf(waybill)
    const batch = await post(people.finance, '/freight-payment-batches', { paymentIds: [payment?.id] })
    const approve = (client: Client) =>
      send(client, 'POST', `/freight-payment-batches/${batch.id}/approval`, { rev: 1 })

    const own = await approve(people.finance)
    const others = await Promise.all([people.second, people.second, people.second].map(approve))

    expect(own).toMatchObject({ status: 409, body: { kind: 'same_person' } })
    expect(others.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    expect((await zone.settle(waybill)).ok).toBe(false)
    const early = await read(people.finance, `/freight-payment-batches/${batch.id}/file.xml`)
    expect(early.status).toBe(404)
    await post(people.second, `/freight-payment-batches/${batch.id}/rejection`, { rev: 2, why: 'not this week' })
    expect(await paymentsOf(waybill)).toMatchObject([{ state: 'due', batchId: null }])
  })

  it('holds a payment once, whoever prepares at the same time', async () => {
    const waybill = await zone.addWaybill()
    await zone.settled(waybill)
    const [payment] = await paymentsOf(waybill)
    const wish = { paymentIds: [payment?.id] }

    const both = await Promise.all(
      [people.finance, people.second].map((client) => send(client, 'POST', '/freight-payment-batches', wish)),
    )

    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
  })

  it('pays to the account that was approved; one that was closed since keeps the file back', async () => {
    const waybill = await zone.addWaybill({ carrierId: await zone.addCarrier('a carrier that moves') })
    const { carrier_id: carrierId } = await server.deps.db
      .selectFrom('freight_waybill')
      .select('carrier_id')
      .where('id', '=', waybill)
      .executeTakeFirstOrThrow()
    await zone.settled(waybill)
    const [payment] = await paymentsOf(waybill)
    const wish = { paymentIds: [payment?.id] }
    const without = await send(people.finance, 'POST', '/freight-payment-batches', wish)
    const payeeId = await zone.addPayee(carrierId, '6228480000000099999')
    const batch = await post(people.finance, '/freight-payment-batches', wish)
    await post(people.second, `/freight-payment-batches/${batch.id}/approval`, { rev: 1 })
    const newer = await zone.addPayee(carrierId, '6228480000000011111')
    await server.deps.db.updateTable('freight_payee').set({ state: 'closed' }).where('id', '=', payeeId).execute()

    const blocked = await send(people.finance, 'POST', `/freight-payment-batches/${batch.id}/file`, { rev: 2 })
    await post(people.finance, `/freight-payment-batches/${batch.id}/rejection`, { rev: 2, why: 'account closed' })
    const again = await post(people.finance, '/freight-payment-batches', wish)
    await post(people.second, `/freight-payment-batches/${again.id}/approval`, { rev: 1 })
    await post(people.finance, `/freight-payment-batches/${again.id}/file`, { rev: 2 })

    expect(without).toMatchObject({ status: 409, body: { kind: 'payee_closed' } })
    expect(blocked).toMatchObject({ status: 409, body: { kind: 'payee_closed', errors: [{ rule: 'payee_open' }] } })
    expect(JSON.stringify(blocked.body)).not.toContain('6228480000000099999')
    const { body } = await read(people.finance, `/freight-payment-batches/${again.id}/file.xml`)
    expect(body).toContain('<Id>6228480000000011111</Id>')
    expect(newer).not.toBe(payeeId)
  })
})

describe('words of the bank', () => {
  it('book a payment once, said twice or late', async () => {
    const { told, waybills, payments } = await sentBatch(1)
    const before = (await zone.balances()).bank ?? 0
    const xml = notificationOf('N1', told)

    const taken = await receive(xml)
    now += 40 * 86_400_000
    const [twice, otherMessage, late] = [
      await receive(xml),
      await receive(notificationOf('N2', told)),
      await receive(statusOf('P1', told, 'ACSC')),
    ]

    expect(taken).toMatchObject({ status: 201, body: { taken: 1, refused: 0, repeated: false } })
    expect(twice.body).toMatchObject({ repeated: true, taken: 0, id: taken.body.id })
    expect(otherMessage.body).toMatchObject({ repeated: false, taken: 0, refused: 0 })
    expect(late.body).toMatchObject({ taken: 0, refused: 0 })
    expect((await zone.balances()).bank).toBe(before - 1_504_00)
    expect(await zone.balances(first(waybills))).toMatchObject({ carrier_payable: 0 })
    const { payableFen, paidFen } = await paidOf(server.deps.db, server.deps.zoneId, first(waybills))
    expect([payableFen, paidFen]).toEqual([2_504_00, 2_504_00])
    expect(await stateOf(first(payments))).toMatchObject({ state: 'done' })
  })

  it('are taken once when the same message comes many times at once', async () => {
    const { told } = await sentBatch(1)
    const before = (await zone.balances()).bank ?? 0
    const xml = notificationOf('N3', told)

    const all = await Promise.all(Array.from({ length: 5 }, () => receive(xml)))

    expect(all.map(({ body }) => body.taken).toSorted()).toEqual([0, 0, 0, 0, 1])
    expect((await zone.balances()).bank).toBe(before - 1_504_00)
  })

  it('are refused for another sum, an unknown payment, another’s serial, and stay for a person', async () => {
    const { told, payments } = await sentBatch(2)
    const [one, two] = told as [Told, Told]
    const wrong = await receive(
      notificationOf('N4', [
        { ...one, amountFen: 1_504_01 },
        { ...one, paymentId: crypto.randomUUID() },
        { paymentId: one.paymentId, amountFen: one.amountFen, serial: null },
      ]),
    )
    const right = await receive(notificationOf('N5', [one, { ...two, serial: one.serial }]))
    const unclear = await receive(notificationOf('N6', [{ ...one, serial: 'OTHER-1' }]))

    expect(wrong.body).toMatchObject({ taken: 0, refused: 3 })
    const { rows } = (await read(people.finance, `/freight-bank-reports/${wrong.body.id}`)).body
    expect(rows.map(({ rule }: { rule: string }) => rule)).toEqual([
      'same_sum 150400',
      'payment_unknown',
      'serial_named',
    ])
    expect(rows.every(({ message }: { message: string }) => message.length > 4)).toBe(true)
    expect(right.body).toMatchObject({ taken: 1, refused: 1 })
    expect(unclear.body).toMatchObject({ taken: 0, refused: 1 })
    expect([await stateOf(first(payments)), await stateOf(two.paymentId)]).toMatchObject([
      { state: 'done' },
      { state: 'sent' },
    ])
    const flagged = (await read(people.finance, `/freight-payments?state=done&limit=200`)).body.rows.find(
      ({ id }: Row) => id === one.paymentId,
    )
    expect(flagged.flags).toContain('paid_once')
    // The bank sends the same message again after it was set right: what was refused is judged anew.
    expect((await receive(notificationOf('N7', [{ ...two, serial: 'OWN-2' }]))).body).toMatchObject({ taken: 1 })
  })

  it('let a payment fail and be tried again, and take what was paid all the same', async () => {
    const { told, waybills } = await sentBatch(2)
    const [one, two] = told as [Told, Told]
    await receive(statusOf('P2', told, 'RJCT', 'AC04'))
    const failed = await paymentsOf(first(waybills))
    const late = await receive(notificationOf('N8', [one]))
    const again = await paymentsOf(first(waybills))
    const due = (await paymentsOf(waybills[1] ?? '')).find(({ state }) => state === 'due')
    await post(people.finance, '/freight-payment-batches', { paymentIds: [due?.id] })
    const tooLate = await receive(notificationOf('N9', [two]))

    expect(failed.map(({ state }) => state).toSorted()).toEqual(['done', 'due', 'failed'])
    expect(late.body).toMatchObject({ taken: 1, refused: 0 })
    expect(again.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'done', 'done'])
    expect(tooLate.body).toMatchObject({ taken: 0, refused: 1 })
    expect(await zone.balances(first(waybills))).toMatchObject({ carrier_payable: 0 })
  })

  it('take a whole file back that the bank refused', async () => {
    const { told, batch } = await sentBatch(2)
    const { number } = (await read(people.finance, `/freight-payment-batches/${batch.id}`)).body

    const refused = await receive(statusOf('P3', [], 'RJCT', 'FF01', number))

    expect(refused.body).toMatchObject({ taken: 2, refused: 0 })
    expect(await stateOf(first(told).paymentId)).toMatchObject({ state: 'failed', failed_why: 'FF01' })
  })

  it('bring money back: it is owed again', async () => {
    const { told, waybills } = await sentBatch(1)
    const back = notificationOf('N10', told, { returned: 'AC01' })
    const early = await receive(back)
    await receive(notificationOf('N11', told))
    const returned = await receive(back)
    const twice = await receive(notificationOf('N12', told, { returned: 'AC01' }))

    expect(early.body).toMatchObject({ taken: 0, refused: 1 })
    expect(returned.body).toMatchObject({ taken: 1, refused: 0 })
    expect(twice.body).toMatchObject({ taken: 0, refused: 0 })
    expect(await zone.balances(first(waybills))).toMatchObject({ carrier_payable: 1_504_00 })
    expect((await paymentsOf(first(waybills))).map(({ state }) => state).toSorted()).toEqual([
      'done',
      'due',
      'returned',
    ])
  })

  it('are refused by name with entities, a DOCTYPE, or what is no such message', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Document>&b;</Document>`
    const foreign = `<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>`
    const answers = await Promise.all(
      [bomb, foreign, '<Document><x></Document>', '<Document/>', 'x', ' '].map((xml) => receive(xml)),
    )

    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422])
    expect(answers.map(({ body }) => body.errors[0].rule)).toEqual([
      'no_entities',
      'no_entities',
      'well_formed',
      'known_message',
      'well_formed',
      'well_formed',
    ])
    expect((await receive(notificationOf('N13', []), people.carrier)).status).toBe(403)
    expect((await receive('x'.repeat(950_000))).status).toBe(422)
  })
})

describe('advances and deposits', () => {
  it('pay an advance before the settlement and set it off', async () => {
    const waybill = await zone.addWaybill({ state: 'in_transit' })
    const ask = (amountFen: number) =>
      send(people.finance, 'POST', `/freight-waybills/${waybill}/advances`, { amountFen, why: 'diesel' })
    expect((await ask(9_999_999)).body).toMatchObject({ kind: 'field_refused', errors: [{ field: 'amountFen' }] })
    const { id } = (await ask(500_00)).body
    const batch = await post(people.finance, '/freight-payment-batches', { paymentIds: [id] })
    expect(await zone.settle(waybill)).toMatchObject({ ok: false, error: { kind: 'payment_under_way' } })
    await post(people.second, `/freight-payment-batches/${batch.id}/approval`, { rev: 1 })
    await post(people.finance, `/freight-payment-batches/${batch.id}/file`, { rev: 2 })
    await receive(notificationOf('N14', [{ paymentId: id, amountFen: 500_00, serial: 'ADV-1' }]))
    expect(await zone.balances(waybill)).toMatchObject({ carrier_advance: 500_00 })

    await zone.settled(waybill, { items: [loadingFee], parts: [fuelCard] })

    expect(await zone.balances(waybill)).toMatchObject({ carrier_advance: 0, carrier_payable: 1_004_00 })
    expect(
      (await paymentsOf(waybill)).map(({ line, amountFen }) => [line.split(':')[0], amountFen]).toSorted(),
    ).toEqual([
      ['advance', 500_00],
      ['balance', 1_004_00],
      ['fuel_card', 1_000_00],
    ])
    const { payableFen, paidFen } = await paidOf(server.deps.db, server.deps.zoneId, waybill)
    expect([payableFen, paidFen]).toEqual([2_504_00, 1_500_00])
  })

  it('count what was paid for an older settlement; what is above the new one is owed by the carrier', async () => {
    const { told, waybills } = await sentBatch(1)
    await receive(notificationOf('N15', told))
    const waybill = first(waybills)

    await zone.settled(waybill, { items: [], parts: [fuelCard], why: 'no loading fee' })

    expect(await zone.balances(waybill)).toMatchObject({ carrier_payable: 0, carrier_advance: 20_00 })
    expect(await paidOf(server.deps.db, server.deps.zoneId, waybill)).toEqual({
      payableFen: 2_484_00,
      paidFen: 2_484_00,
    })
    await receive(notificationOf('N16', told, { returned: 'AC01' }))
    expect(await zone.balances(waybill)).toMatchObject({ carrier_payable: 1_484_00, carrier_advance: 0 })
    expect((await paymentsOf(waybill)).filter(({ state }) => state === 'due')).toMatchObject([{ amountFen: 1_484_00 }])
  })

  it('release a deposit once', async () => {
    const waybill = await zone.addWaybill({ termsId: seeded.deposit })
    await zone.settled(waybill)
    const held = (await zone.balances(waybill)).deposit_held ?? 0
    const release = () =>
      send(people.finance, 'POST', `/freight-waybills/${waybill}/deposit-release`, { why: 'receipt came' })

    const both = await Promise.all([release(), release()])
    const id = both.find(({ status }) => status === 201)?.body.id
    const batch = await post(people.finance, '/freight-payment-batches', { paymentIds: [id] })
    await post(people.second, `/freight-payment-batches/${batch.id}/approval`, { rev: 1 })
    await post(people.finance, `/freight-payment-batches/${batch.id}/file`, { rev: 2 })
    await receive(notificationOf('N17', [{ paymentId: id, amountFen: held, serial: 'DEP-1' }]))

    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(held).toBeGreaterThan(0)
    expect(await zone.balances(waybill)).toMatchObject({ deposit_held: 0 })
    await zone.settled(waybill, { items: [loadingFee], why: 'a fee more' })
    expect((await zone.balances(waybill)).deposit_held).toBeGreaterThan(held)
  })
})

describe('a statement of a shipper', () => {
  it('says what the ledger says, is confirmed by the shipper, and bounds its invoices', async () => {
    const shipperId = await zone.party('enterprise', 'a shipper with statements')
    const boss = await server.actor([{ role: 'enterprise', partyId: shipperId }], { name: 'boss' })
    const from = localDateOf(epochMs(now))
    const waybills = [await zone.addWaybill({ shipperId }), await zone.addWaybill({ shipperId })]
    for (const id of waybills) await zone.settled(id, { items: [loadingFee] })
    await zone.settled(first(waybills), { why: 'no fee' })
    const wish = { shipperId, fromDay: from, untilDay: from }
    const early = await send(people.finance, 'POST', '/freight-statements', wish)
    now += 86_400_000
    await zone.settled(await zone.addWaybill({ shipperId }), { items: [loadingFee] })
    const both = await Promise.all(
      [people.finance, people.second].map((client) => send(client, 'POST', '/freight-statements', wish)),
    )
    const id = both.find(({ status }) => status === 201)?.body.id
    const path = `/freight-statements/${id}`
    const request = (client: Client, netFen: number, taxFen: number) =>
      send(client, 'POST', `${path}/invoice-requests`, {
        title: '合成企业',
        taxNumber: '91650000MA00000000',
        lines: [{ name: 'freight', vatBp: 900, netFen, taxFen }],
      })
    const unconfirmed = await request(boss, 1, 0)
    const byFinance = await send(people.finance, 'POST', `${path}/confirmation`, { rev: 1 })
    const confirmed = await Promise.all([1, 2].map(() => send(boss, 'POST', `${path}/confirmation`, { rev: 1 })))

    const statement = (await read(boss, path)).body
    const [over, half, rest, again] = [
      await request(boss, statement.netFen + 1, statement.taxFen),
      await request(boss, 100_00, 9_00),
      await request(boss, statement.netFen - 100_00, statement.taxFen - 9_00),
      await request(boss, 1, 0),
    ]

    expect(early).toMatchObject({ status: 422, body: { errors: [{ field: 'untilDay', rule: 'day_over' }] } })
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(unconfirmed).toMatchObject({ status: 409, body: { kind: 'statement_state' } })
    expect(byFinance.status).toBe(403)
    expect(confirmed.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(statement).toMatchObject({
      openingFen: 0,
      billedFen: 2_730_62 + 2_710_62,
      closingFen: 2_730_62 + 2_710_62,
      lines: 4,
      state: 'confirmed',
    })
    expect(statement.rows.map(({ kind, amountFen }: { kind: string; amountFen: number }) => [kind, amountFen])).toEqual(
      [
        ['settlement', 2_730_62],
        ['settlement', 2_730_62],
        ['reversal', -2_730_62],
        ['settlement', 2_710_62],
      ],
    )
    expect([over, half, rest, again].map(({ status }) => status)).toEqual([422, 201, 201, 422])
    expect((await read(people.shipper, path)).status).toBe(404)
    expect((await read(people.carrier, '/freight-statements')).body.rows).toEqual([])
    const workbook = await read(boss, `${path}/export.xlsx`)
    expect([workbook.status, workbook.headers.get('content-type')]).toEqual([
      200,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ])
  })
})

describe('what carriers got in a month', () => {
  it('is the sum of what was paid, each carrier its own', async () => {
    const month = localDateOf(epochMs(now)).slice(0, 7)
    const { told } = await sentBatch(1)
    await receive(notificationOf('N20', told))

    const all = (await read(people.finance, `/freight-incomes?month=${month}&limit=200`)).body
    const own = (await read(people.carrier, `/freight-incomes?month=${month}&limit=200`)).body

    expect(all.rows.length).toBe(all.total)
    expect(all.sumFen).toBe(all.rows.reduce((sum: number, row: { amountFen: number }) => sum + row.amountFen, 0))
    expect(own.rows.map(({ paymentId }: { paymentId: string }) => paymentId)).toContain(first(told).paymentId)
    for (const client of [people.rival, people.shipper, people.driver])
      expect((await read(client, `/freight-incomes?month=${month}`)).body).toMatchObject({ rows: [], sumFen: 0 })
    expect((await read(people.carrier, `/freight-incomes/export.xlsx?month=${month}`)).status).toBe(200)
  })
})

it('leaves a clean ledger in which every payable is what the bank still has to pay', async () => {
  const { db, zoneId } = server.deps
  const report = await verifyLedger(db, zoneId)
  const payable = await db
    .selectFrom('ledger_account')
    .select(['subject_id', 'debits', 'credits'])
    .where('code', '=', 'carrier_payable')
    .execute()
  const open = await db
    .selectFrom('freight_payment')
    .select(['waybill_id', 'amount_fen', 'version'])
    .where('state', 'in', ['due', 'prepared', 'approved', 'sent'])
    .where('means', '=', 'bank')
    .where('line', 'not like', 'deposit%')
    .execute()

  expect(report.faults).toEqual([])
  for (const { subject_id: id, debits, credits } of payable) {
    const sum = open
      .filter((row) => row.waybill_id === id && row.version > 0)
      .reduce((total, row) => total + row.amount_fen, 0)
    expect([id, credits - debits]).toEqual([id, sum])
  }
})
