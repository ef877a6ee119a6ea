import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import type { MoveName } from './shipment-contract.ts'
import { warnOfDocuments } from './warning.ts'

const api = '/api/v1'
const dayMs = 86_400_000
// Ten in the morning in Beijing.
const start = Date.UTC(2026, 2, 2, 2)
let now = start
let server: TestServer
let zone: Awaited<ReturnType<typeof enterZone>>
let count = 0

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await enterZone()
}, 120_000)
afterAll(() => server.close())

const post = (client: Client, path: string, body: object = {}) =>
  client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
const read = (client: Client, path: string): Promise<Answer> => client.get(`${api}${path}`)
async function created(client: Client, path: string, body: object): Promise<string> {
  const answer = await post(client, path, body)
  if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id
}
const role = (name: string, partyId: string | null = null) =>
  server.actor([{ role: name as 'driver', partyId }], { name })

const saleOf = (exporterId: string, over: object = {}) => ({
  number: `HT-${++count}`,
  exporterId,
  buyer: '合成买方（哈萨克斯坦）',
  country: 'KZ',
  goodsClass: 'live_plants',
  goods: '紫叶稠李',
  species: 'Prunus virginiana',
  sku: 'PV-150',
  pieces: 2_000_000,
  currency: 'USD',
  priceMinor: 235,
  signedOn: '2026-01-10',
  validTo: '2026-12-31',
  synthetic: true,
  ...over,
})
const lotOf = (exporterId: string, plotId: string | null, over: object = {}) => ({
  exporterId,
  plotId,
  goodsClass: 'live_plants',
  goods: '紫叶稠李',
  species: 'Prunus virginiana',
  sku: 'PV-150',
  pieces: 2_000_000,
  heightCmMin: 150,
  heightCmMax: 200,
  inspection: 'passed',
  inspectedOn: '2026-02-20',
  inspector: '合成检验员',
  certificate: 'JY-2026-001',
  synthetic: true,
  ...over,
})

/** An exporter with a nursery, a plot, a lot and a contract; a warehouse in Shymkent; everybody of the platform; strangers. */
async function enterZone() {
  const { db } = server.database
  const { zoneId } = server.deps
  const party = (name: string) => createParty(db, zoneId, { kind: 'enterprise', name, synthetic: true }, epochMs(start))
  const [exporterId, strangerId] = [await party('合成苗木出口公司'), await party('合成别家')]
  const nursery = {
    name: '合成苗圃',
    registration: 'ZC-0001',
    validFrom: '2025-01-01',
    validTo: '2026-12-31',
    enterpriseId: exporterId,
    synthetic: true,
  }
  const nurseryId = await created(server.machine, '/export-nurseries', nursery)
  const plotId = await created(server.machine, `/export-nurseries/${nurseryId}/plots`, { code: 'A-01', areaM2: 20_000 })
  const warehouse = {
    name: '合成奇姆肯特仓',
    country: 'KZ',
    city: 'Shymkent',
    lonDeg: 69.6,
    latDeg: 42.32,
    areas: ['A', 'B'],
    bonded: true,
    synthetic: true,
  }
  return {
    exporterId,
    strangerId,
    nurseryId,
    plotId,
    warehouseId: await created(server.machine, '/overseas-warehouses', warehouse),
    lotId: await created(server.machine, '/export-lots', lotOf(exporterId, plotId)),
    contractId: await created(server.machine, '/export-contracts', saleOf(exporterId)),
    exporter: await role('enterprise', exporterId),
    stranger: await role('enterprise', strangerId),
    dispatcher: await role('freight_dispatcher'),
    audit: await role('freight_audit'),
    keeper: await role('overseas_keeper'),
    second: await role('overseas_keeper'),
    finance: await role('finance'),
  }
}

async function book(over: object = {}, client = zone.exporter): Promise<string> {
  return created(client, '/export-shipments', bookingOf(over))
}
const bookingOf = (over: object = {}) => ({
  contractId: zone.contractId,
  warehouseId: zone.warehouseId,
  pieces: 10_000,
  documentsBy: now + 3 * dayMs,
  crossBy: now + 10 * dayMs,
  from: { name: '合成苗圃', position: { lonDeg: 87.3, latDeg: 44 } },
  deliverTo: '合成买方',
  synthetic: true,
  ...over,
})

const detail = async (id: string, client = zone.dispatcher) => (await read(client, `/export-shipments/${id}`)).body
async function move(client: Client, id: string, name: MoveName, fields: object = {}): Promise<Answer> {
  const { rev } = await detail(id)
  const asked = { commandId: crypto.randomUUID(), rev, move: name, ...fields }
  return client.post(`${api}/export-shipments/${id}/moves`, { move: asked })
}
async function moved(client: Client, id: string, name: MoveName, fields: object = {}): Promise<string> {
  const answer = await move(client, id, name, fields)
  if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
  return answer.body.state
}

/** A photo of one's own. */
async function upload(client: Client): Promise<string> {
  const form = new FormData()
  form.append('purpose', 'evidence')
  form.append('file', new Blob(['合成照片'], { type: 'text/plain' }), 'seal.txt')
  const answer = await client.send('POST', `${api}/files`, { body: form })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}

/** Puts a document in and has it checked by another person. */
async function paper(id: string, kind: string, over: object = {}): Promise<void> {
  await moved(zone.exporter, id, 'document', { kind, number: `${kind}-1`, ...over })
  const { documents } = await detail(id)
  const { id: documentId } = documents.find((one: { kind: string }) => one.kind === kind)
  await moved(zone.audit, id, 'check_document', { documentId, verdict: 'checked' })
}

const crew = { carrier: '合成承运人', vehicle: '新A·K0001', driver: '合成司机' }
const sealsOf = (id: string) => [`SEAL-${id.slice(-6)}`.toUpperCase()]
const loadOf = (id: string, over: object = {}) => ({
  pieces: 10_000,
  seals: sealsOf(id),
  ...crew,
  place: '合成苗圃',
  ...over,
})

/** A shipment with its lots, papers for the first two steps, loaded. */
async function prepared(over: object = {}): Promise<string> {
  const id = await book(over)
  const pieces = (await detail(id)).pieces
  await moved(zone.exporter, id, 'lots', { lots: [{ lotId: zone.lotId, pieces }] })
  await paper(id, 'sales_contract')
  await paper(id, 'commercial_invoice')
  await paper(id, 'packing_list', { pieces })
  await paper(id, 'quarantine_registration', { validFrom: '2026-01-01', validTo: '2026-12-31' })
  await moved(zone.exporter, id, 'load', loadOf(id, { pieces }))
  return id
}

/** The same, declared, inspected, released and handed over at the yard; no certificate yet. */
async function released(over: object = {}): Promise<string> {
  const id = await prepared(over)
  await moved(zone.exporter, id, 'complete')
  await moved(zone.exporter, id, 'declare', { number: '9400-2026-0001' })
  await moved(zone.dispatcher, id, 'inspect', { result: 'passed', inspector: '合成查验员', place: '霍尔果斯' })
  await moved(zone.dispatcher, id, 'release', { reference: 'FX-1' })
  await moved(zone.dispatcher, id, 'hand_over', { point: 'yard', seals: sealsOf(id), ...crew, place: '霍尔果斯货场' })
  return id
}

async function certified(id: string, over: object = {}): Promise<void> {
  const { documents, pieces } = await detail(id)
  const { id: documentId } = documents.find((one: { kind: string }) => one.kind === 'customs_declaration')
  await moved(zone.audit, id, 'check_document', { documentId, verdict: 'checked' })
  await paper(id, 'cmr')
  await paper(id, 'phytosanitary_certificate', { validFrom: '2026-02-20', validTo: '2026-04-20', pieces, ...over })
}

async function crossed(over: object = {}): Promise<string> {
  const id = await released(over)
  await certified(id)
  await moved(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
  return id
}

const worth = { currency: 'USD', priceMinor: 235, rateMilli: 7_100 }
async function stored(over: object = {}, lots?: readonly object[]): Promise<{ id: string; stockId: string }> {
  const id = await crossed(over)
  await moved(zone.keeper, id, 'arrive', { seals: sealsOf(id), place: '奇姆肯特' })
  const { pieces } = await detail(id)
  await moved(zone.keeper, id, 'receive', {
    area: 'A',
    document: `RK-${id.slice(-4)}`,
    ...worth,
    lots: lots ?? [{ lotId: zone.lotId, received: pieces, damaged: 0 }],
  })
  const { rows } = (await read(zone.keeper, `/overseas-stock?shipmentId=${id}`)).body
  return { id, stockId: rows[0].id }
}
const outOf = (pieces: number, over: object = {}) => ({
  pieces,
  document: 'CK-1',
  counterparty: '合成买方',
  ...worth,
  ...over,
})
const piecesOf = async (stockId: string) => (await read(zone.keeper, `/overseas-stock/${stockId}`)).body.pieces
const codes = (answer: Answer): string[] => answer.body.meta.findings.map((one: { code: string }) => one.code)

describe('the whole way', () => {
  it('takes 10,000 saplings from the plot to the stock in Shymkent, and traces them back', async () => {
    const { id, stockId } = await stored()

    expect(await piecesOf(stockId)).toBe(10_000)
    const back = (await read(zone.exporter, `/export-traces?subject=stock&id=${stockId}`)).body
    expect(back.lots[0]).toMatchObject({ plot: { name: 'A-01' }, nursery: { registration: 'ZC-0001' } })
    expect(back.shipments).toHaveLength(1)
    expect(back.shipments[0]).toMatchObject({ id, certificate: 'phytosanitary_certificate-1' })
    const onward = (await read(zone.exporter, `/export-traces?subject=plot&id=${zone.plotId}`)).body
    expect(onward.stocks.map((one: { id: string }) => one.id)).toContain(stockId)

    expect((await move(zone.keeper, id, 'deliver', { signer: '合成买方' })).body).toMatchObject({
      kind: 'stock_left',
      meta: { value: 10_000 },
    })
    await created(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(10_000))
    expect(await moved(zone.keeper, id, 'deliver', { signer: '合成买方' })).toBe('delivered')
    const gone = (await read(zone.exporter, `/export-traces?subject=lot&id=${zone.lotId}`)).body
    expect(gone.outs).toContainEqual(expect.objectContaining({ stockId, pieces: 10_000, counterparty: '合成买方' }))
    const trail = (await read(zone.exporter, `/export-shipments/${id}/history`)).body.rows
    expect(trail.map((line: { verb: string }) => line.verb)).toEqual(
      expect.arrayContaining(['book', 'lots', 'load', 'declare', 'inspect', 'release', 'cross', 'receive', 'deliver']),
    )
    const { legs, times } = await detail(id)
    expect(legs.map((leg: { kind: string }) => leg.kind)).toEqual(['pickup', 'border', 'foreign', 'delivery'])
    expect(legs.at(-1).endedAt).not.toBeNull()
    expect(times.map((one: { step: string }) => one.step).at(-1)).toBe('delivered')
  })

  it('carries ordinary goods without a nursery and a plant certificate', async () => {
    const contractId = await created(
      server.machine,
      '/export-contracts',
      saleOf(zone.exporterId, { goodsClass: 'general', goods: '合成滴灌带', sku: 'DG-1', species: '' }),
    )
    const lotId = await created(
      server.machine,
      '/export-lots',
      lotOf(zone.exporterId, null, { goodsClass: 'general', sku: 'DG-1', goods: '合成滴灌带' }),
    )
    const id = await book({ contractId, pieces: 500 })
    await moved(zone.exporter, id, 'lots', { lots: [{ lotId, pieces: 500 }] })
    await paper(id, 'sales_contract')
    await paper(id, 'commercial_invoice')
    await paper(id, 'packing_list', { pieces: 500 })
    await moved(zone.exporter, id, 'load', loadOf(id, { pieces: 500 }))
    await moved(zone.exporter, id, 'complete')
    await moved(zone.exporter, id, 'declare', { number: '9400-2' })
    const kinds = (await detail(id)).findings.map((one: { kind: string | null }) => one.kind)

    expect(kinds).not.toContain('phytosanitary_certificate')
    expect(kinds).toContain('customs_declaration')
  })
})

describe('what blocks', () => {
  it('refuses the crossing by every rule: field, value, rule; and grants it when all is done', async () => {
    const id = await released()

    const refused = await move(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
    expect(refused.status).toBe(422)
    expect(refused.body.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          field: 'documents.phytosanitary_certificate',
          value: null,
          rule: 'in_hand_and_checked',
        }),
        expect.objectContaining({ field: 'documents.customs_declaration', value: '9400-2026-0001' }),
        expect.objectContaining({ field: 'documents.cmr' }),
      ]),
    )
    expect(refused.body.errors[0].message).toMatch(/CMR/)
    expect((await detail(id)).findings.length).toBeGreaterThanOrEqual(3)

    await certified(id)
    expect((await detail(id)).findings.filter((one: { result: string }) => one.result === 'block')).toEqual([])
    expect(await moved(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })).toBe('crossed')
  })

  it('does not take a certificate that has ended, is not yet valid, or was not checked', async () => {
    const id = await released()
    await certified(id, { validFrom: '2026-02-01', validTo: '2026-03-01' })
    const cross = () => move(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
    expect(codes(await cross())).toEqual(['document_expired'])

    await paper(id, 'phytosanitary_certificate', { validFrom: '2026-03-03', validTo: '2026-04-01', pieces: 10_000 })
    expect(codes(await cross())).toEqual(['document_not_yet'])

    const put = { kind: 'phytosanitary_certificate', number: 'N3', validTo: '2026-04-01', pieces: 10_000 }
    await moved(zone.exporter, id, 'document', put)
    expect(codes(await cross())).toEqual(['document_in_hand'])
    const { documents } = await detail(id)
    const { id: documentId } = documents.find((one: { kind: string }) => one.kind === 'phytosanitary_certificate')
    await moved(zone.audit, id, 'check_document', { documentId, verdict: 'refused', words: '印章不清' })
    expect(codes(await cross())).toEqual(['document_refused'])
  })

  it('asks for the day of the crossing, not of the message about it', async () => {
    const before = now
    const id = await released()
    await certified(id, { validTo: '2026-03-02' })
    now += dayMs
    const late = await move(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
    expect(codes(late)).toEqual(['document_expired'])
    expect(
      await moved(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔', at: before + 3_600_000 }),
    ).toBe('crossed')
    now = before
  })

  it('refuses counts that differ until they are corrected', async () => {
    const id = await released()
    await certified(id, { pieces: 9_990 })
    const cross = () => move(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
    const refused = await cross()
    expect(refused.body.errors).toEqual([
      expect.objectContaining({
        field: 'documents.phytosanitary_certificate.pieces',
        value: 9_990,
        rule: 'equals_loaded',
      }),
    ])

    expect((await move(zone.exporter, id, 'load', loadOf(id, { pieces: 9_990 }))).body.kind).toBe('loaded_already')
    await moved(zone.exporter, id, 'load', loadOf(id, { pieces: 9_990, reason: '重新清点' }))
    await moved(zone.dispatcher, id, 'hand_over', { point: 'yard', seals: sealsOf(id), ...crew, place: '霍尔果斯货场' })
    expect((await cross()).body.errors).toEqual([expect.objectContaining({ field: 'documents.packing_list.pieces' })])
    await paper(id, 'packing_list', { pieces: 9_990 })
    expect((await cross()).status).toBe(200)
  })

  it('asks for the seals at the yard again when it was loaded anew', async () => {
    const before = now
    const id = await released()
    await certified(id)
    now += 60_000
    await moved(zone.exporter, id, 'load', loadOf(id, { reason: '换车' }))
    const cross = () => move(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
    expect((await cross()).body.errors).toEqual([expect.objectContaining({ field: 'handOvers.yard' })])
    await moved(zone.dispatcher, id, 'hand_over', { point: 'yard', seals: sealsOf(id), ...crew, place: '霍尔果斯货场' })
    expect((await cross()).status).toBe(200)
    now = before
  })

  it('a load that is dated back to before the yard, or to its moment, does not pass for one that was seen there', async () => {
    const before = now
    const id = await prepared()
    await moved(zone.exporter, id, 'complete')
    await moved(zone.exporter, id, 'declare', { number: '9400-7' })
    await moved(zone.dispatcher, id, 'inspect', { result: 'passed', inspector: '合成查验员', place: '霍尔果斯' })
    await moved(zone.dispatcher, id, 'release', { reference: 'FX-7' })
    now += 60_000
    const yardAt = now
    await moved(zone.dispatcher, id, 'hand_over', { point: 'yard', seals: sealsOf(id), ...crew, place: '霍尔果斯货场' })
    await certified(id)
    now += 60_000
    const anew = loadOf(id, { reason: '换车' })
    const early = await move(zone.exporter, id, 'load', { ...anew, at: yardAt - 1 })
    expect(early.body).toMatchObject({ kind: 'time_refused', meta: { rule: 'not_before_last_hand_over' } })
    const cross = (at: number) => move(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔', at })
    expect((await cross(yardAt - 1)).body.kind).toBe('time_refused')
    await moved(zone.exporter, id, 'load', { ...anew, at: yardAt })
    expect((await cross(now)).body.errors).toEqual([expect.objectContaining({ field: 'handOvers.yard' })])
    now = before
  })

  it('loads no more than was booked, and receives no more than was loaded', async () => {
    const before = now
    const id = await released()
    const more = await move(zone.exporter, id, 'load', loadOf(id, { pieces: 10_001, reason: '多装' }))
    expect(more.body).toMatchObject({ kind: 'loaded_over', meta: { value: 10_001, pieces: 10_000 } })
    now += 1_000
    await moved(zone.exporter, id, 'load', loadOf(id, { pieces: 9_000, reason: '少装' }))
    await moved(zone.dispatcher, id, 'hand_over', { point: 'yard', seals: sealsOf(id), ...crew, place: '霍尔果斯货场' })
    await paper(id, 'packing_list', { pieces: 9_000 })
    await certified(id, { pieces: 9_000 })
    await moved(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
    await moved(zone.keeper, id, 'arrive', { seals: sealsOf(id), place: '奇姆肯特' })
    const receive = (received: number) =>
      move(zone.keeper, id, 'receive', {
        area: 'A',
        document: 'RK-10',
        ...worth,
        lots: [{ lotId: zone.lotId, received, damaged: 1 }],
      })
    expect((await receive(9_000)).body).toMatchObject({ kind: 'received_over', meta: { value: 9_001, pieces: 9_000 } })
    expect((await receive(8_999)).status).toBe(200)
    now = before
  })

  it('keeps what it crossed with, also while it is held on the road; a corrected declaration is that of the shipment', async () => {
    const id = await released()
    await moved(zone.exporter, id, 'document', { kind: 'customs_declaration', number: '9400-2026-0002' })
    expect((await detail(id)).declaration).toBe('9400-2026-0002')
    await certified(id)
    await moved(zone.dispatcher, id, 'cross', { seals: sealsOf(id), place: '努尔饶尔' })
    expect(await moved(zone.keeper, id, 'arrive', { seals: ['OTHER-9'], place: '奇姆肯特' })).toBe('held')
    const put = { kind: 'phytosanitary_certificate', number: 'LATER', validTo: '2026-12-31', pieces: 10_000 }
    expect((await move(zone.exporter, id, 'document', put)).body).toMatchObject({ kind: 'not_allowed' })
    const { documents, moves } = await detail(id, zone.exporter)
    expect(moves).toContainEqual({ move: 'document', allowed: false, reason: 'crossed_already' })
    const { number } = documents.find((one: { kind: string }) => one.kind === 'phytosanitary_certificate')
    expect(number).toBe('phytosanitary_certificate-1')
  })

  it('a step that dies before its end leaves nothing', async () => {
    const contractId = await created(server.machine, '/export-contracts', saleOf(zone.exporterId, { pieces: 500 }))
    await sql`create function export_dies() returns trigger language plpgsql as $$ begin raise exception 'dies'; end $$`.execute(
      server.database.db,
    )
    await sql`create trigger export_dies before insert on export_leg for each row execute function export_dies()`.execute(
      server.database.db,
    )
    const commandId = crypto.randomUUID()
    const asked = { commandId, ...bookingOf({ contractId, pieces: 500 }) }
    const left = async () => (await read(zone.exporter, `/export-contracts/${contractId}`)).body.left
    try {
      expect((await post(zone.exporter, '/export-shipments', asked)).status).toBe(500)
      expect(await left()).toBe(500)
    } finally {
      await sql`drop trigger export_dies on export_leg`.execute(server.database.db)
      await sql`drop function export_dies()`.execute(server.database.db)
    }
    expect((await post(zone.exporter, '/export-shipments', asked)).status).toBe(201)
    expect(await left()).toBe(0)
  })

  it('needs another person for the check, and keeps what was replaced', async () => {
    const id = await book()
    const both = await server.actor([
      { role: 'freight_audit', partyId: null },
      { role: 'freight_dispatcher', partyId: null },
    ])
    await moved(both, id, 'document', { kind: 'cmr', number: 'C1' })
    const { documents } = await detail(id)
    const { id: documentId } = documents.find((one: { kind: string }) => one.kind === 'cmr')
    expect((await move(both, id, 'check_document', { documentId, verdict: 'checked' })).body.kind).toBe('same_person')
    expect((await move(zone.dispatcher, id, 'check_document', { documentId, verdict: 'checked' })).status).toBe(403)

    await moved(zone.exporter, id, 'document', { kind: 'cmr', number: 'C2' })
    const after = await detail(id)
    expect(after.olderDocuments).toEqual([expect.objectContaining({ number: 'C1', state: 'replaced' })])
    expect((await move(zone.audit, id, 'check_document', { documentId, verdict: 'checked' })).body.kind).toBe(
      'document_unknown',
    )
  })

  it('asks for a registered nursery and inspected lots of live plants', async () => {
    const late = await created(server.machine, '/export-nurseries', {
      name: '合成过期苗圃',
      registration: `ZC-${++count}-X`,
      validFrom: '2024-01-01',
      validTo: '2026-03-01',
      enterpriseId: zone.exporterId,
    })
    const plotId = await created(server.machine, `/export-nurseries/${late}/plots`, { code: 'B-1' })
    const lotId = await created(
      server.machine,
      '/export-lots',
      lotOf(zone.exporterId, plotId, { inspection: 'pending', inspectedOn: null, inspector: '' }),
    )
    const id = await prepared()
    await moved(zone.exporter, id, 'lots', { lots: [{ lotId, pieces: 10_000 }] })
    await moved(zone.exporter, id, 'complete')

    const refused = await move(zone.exporter, id, 'declare', { number: 'D1' })
    expect(codes(refused)).toEqual(['nursery_registered'])
    expect(codes(refused)).not.toContain('lots_passed')
    expect((await detail(id)).findings.map((one: { code: string }) => one.code)).toContain('lots_passed')
  })

  it('rules are rows: switched to a warning a check lets on, a locked one does not switch', async () => {
    const rules = (await read(zone.audit, '/export-rules')).body
    const find = (code: string) =>
      rules.checks.find(
        (one: { code: string; goodsClass: string }) => one.code === code && one.goodsClass === 'general',
      )
    const change = (code: string, client: Client, result: string) =>
      client.patch(`${api}/export-rules/checks/general/${code}`, {
        commandId: crypto.randomUUID(),
        rev: find(code).rev,
        result,
        why: '试',
      })
    expect((await change('counts_equal', zone.audit, 'off')).body).toMatchObject({ kind: 'field_refused' })
    expect((await change('waybill_signed', zone.exporter, 'off')).status).toBe(403)
    expect((await change('waybill_signed', zone.audit, 'off')).status).toBe(200)
    expect((await change('waybill_signed', zone.audit, 'warn')).body.kind).toBe('stale_revision')
  })
})

it('what a crossing always asks for stays asked for; rules are for exporters and the platform', async () => {
  const rules = (await read(zone.exporter, '/export-rules')).body.documents
  const change = (kind: string, over: object) => {
    const find = (one: { kind: string; goodsClass: string }) => one.kind === kind && one.goodsClass === 'live_plants'
    const { rev, step, required, dated, warnDays } = rules.find(find)
    const asked = { commandId: crypto.randomUUID(), rev, step, required, dated, warnDays, why: '试', ...over }
    return zone.audit.patch(`${api}/export-rules/documents/live_plants/${kind}`, asked)
  }
  for (const kind of ['packing_list', 'customs_declaration', 'phytosanitary_certificate'])
    expect((await change(kind, { required: false })).body.errors[0]).toMatchObject({
      field: 'required',
      rule: 'always_asked',
    })
  expect((await change('phytosanitary_certificate', { dated: false })).body.errors[0]).toMatchObject({ field: 'dated' })
  expect((await change('phytosanitary_certificate', { warnDays: [9] })).status).toBe(200)
  expect((await read(await role('driver'), '/export-rules')).status).toBe(403)
})

describe('seals', () => {
  it('a difference stops the shipment until somebody decides by name', async () => {
    const id = await released()
    await certified(id)
    expect(await moved(zone.dispatcher, id, 'cross', { seals: ['OTHER-1'], place: '努尔饶尔' })).toBe('held')
    const held = await detail(id)
    expect(held).toMatchObject({ holdReason: 'seals_differ', heldFrom: 'released' })
    expect(held.handOvers.at(-1)).toMatchObject({ differs: true, sealsSeen: ['OTHER-1'], sealsDue: sealsOf(id) })

    expect((await move(zone.dispatcher, id, 'decide', { decision: 'go_on', words: '已核' })).status).toBe(403)
    expect((await move(server.machine, id, 'decide', { decision: 'go_on', words: '已核' })).body.kind).toBe(
      'decision_unfit',
    )
    expect(await moved(zone.audit, id, 'decide', { decision: 'go_on', words: '海关施封，核对无误' })).toBe('released')
    const after = await detail(id)
    expect(after.holdReason).toBeNull()
    expect(after.seals.find((one: { number: string }) => one.number === 'OTHER-1')).toMatchObject({ removedAt: null })
    expect(await moved(zone.dispatcher, id, 'cross', { seals: [' other-1 '], place: '努尔饶尔' })).toBe('crossed')
  })

  it('a leg does not end where other seals stopped it; a number that grows too long is refused by its field', async () => {
    const id = await released()
    await certified(id)
    expect(await moved(zone.dispatcher, id, 'cross', { seals: ['OTHER-2'], place: '努尔饶尔' })).toBe('held')
    expect((await detail(id)).legs[1]).toMatchObject({ kind: 'border', endedAt: null })

    const other = await book()
    const grown = await move(zone.exporter, other, 'load', loadOf(other, { seals: ['㍿'.repeat(40)] }))
    expect(grown.status).toBe(400)
  })

  it('a difference at the warehouse, and goods sent back: contract and lot are free again', async () => {
    const left = async () => (await read(zone.exporter, `/export-contracts/${zone.contractId}`)).body.left
    const before = await left()
    const id = await crossed()
    expect(await left()).toBe(before - 10_000)
    expect(await moved(zone.keeper, id, 'arrive', { seals: [], place: '奇姆肯特' })).toBe('held')
    const unfit = await move(zone.audit, id, 'decide', { decision: 'inspect_again', words: 'x' })
    expect(unfit.body).toMatchObject({ kind: 'decision_unfit', detail: '应为：继续、退运' })
    expect(await moved(zone.audit, id, 'decide', { decision: 'send_back', words: '拒收' })).toBe('returned')
    expect(await left()).toBe(before)
  })

  it('a failed inspection is held, inspected again and goes on; a seal is on one load', async () => {
    const id = await prepared()
    await moved(zone.exporter, id, 'complete')
    await moved(zone.exporter, id, 'declare', { number: 'D2' })
    const look = { inspector: '合成查验员', place: '霍尔果斯' }
    expect((await move(zone.dispatcher, id, 'inspect', { ...look, result: 'failed' })).body.kind).toBe('field_refused')
    expect(await moved(zone.dispatcher, id, 'inspect', { ...look, result: 'failed', words: '发现土壤' })).toBe('held')
    expect(await moved(zone.audit, id, 'decide', { decision: 'inspect_again', words: '清洗后复查' })).toBe('declared')
    expect(await moved(zone.dispatcher, id, 'inspect', { ...look, result: 'passed' })).toBe('inspected')

    const other = await book()
    expect((await move(zone.exporter, other, 'load', loadOf(other, { seals: sealsOf(id) }))).body.kind).toBe(
      'seal_taken',
    )
    const photoIds = [await upload(zone.dispatcher)]
    const opened = { removed: sealsOf(id), applied: ['HG-99'], photoIds, reason: '海关开箱查验' }
    await moved(zone.dispatcher, id, 'seal', opened)
    expect((await read(zone.exporter, `/files/${photoIds[0]}`)).status).toBe(200)
    expect(await moved(zone.exporter, other, 'load', loadOf(other, { seals: sealsOf(id) }))).toBe('booked')
  })
})

describe('contract and lots', () => {
  it('shipments at once never draw more than a contract has', async () => {
    const contractId = await created(server.machine, '/export-contracts', saleOf(zone.exporterId, { pieces: 10_000 }))
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        post(zone.exporter, '/export-shipments', bookingOf({ contractId, pieces: 4_000 })),
      ),
    )

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({ kind: 'contract_overdrawn', meta: { left: 2_000, field: 'pieces' } })
    const sale = (await read(zone.exporter, `/export-contracts/${contractId}`)).body
    expect(sale).toMatchObject({ drawn: 8_000, left: 2_000 })
    const smaller = await zone.exporter.patch(`${api}/export-contracts/${contractId}`, {
      ...saleOf(zone.exporterId, { pieces: 7_999, number: sale.number }),
      commandId: crypto.randomUUID(),
      rev: sale.rev,
      state: 'open',
      why: '改少',
    })
    expect(smaller.body).toMatchObject({ kind: 'below_taken', meta: { taken: 8_000 } })
  })

  it('lots are taken once, change with the choice, and are free after a cancellation', async () => {
    const lotId = await created(server.machine, '/export-lots', lotOf(zone.exporterId, zone.plotId, { pieces: 12_000 }))
    const left = async () => (await read(zone.exporter, `/export-lots/${lotId}`)).body.left
    const first = await book()
    const second = await book()
    await moved(zone.exporter, first, 'lots', { lots: [{ lotId, pieces: 10_000 }] })
    expect(await left()).toBe(2_000)
    const over = await move(zone.exporter, second, 'lots', { lots: [{ lotId, pieces: 10_000 }] })
    expect(over.body).toMatchObject({ kind: 'lot_overdrawn', meta: { left: 2_000 } })
    expect((await move(zone.exporter, second, 'lots', { lots: [{ lotId, pieces: 2_000 }] })).body.kind).toBe(
      'lots_differ',
    )
    await moved(zone.exporter, first, 'lots', {
      lots: [
        { lotId, pieces: 4_000 },
        { lotId: zone.lotId, pieces: 6_000 },
      ],
    })
    expect(await left()).toBe(8_000)
    expect(await moved(zone.exporter, first, 'cancel', { reason: '不发了' })).toBe('cancelled')
    expect(await left()).toBe(12_000)
  })

  it('a lot of live plants comes from a plot; days and ranges are in order', async () => {
    const enter = (over: object) => post(zone.exporter, '/export-lots', lotOf(zone.exporterId, zone.plotId, over))
    expect((await enter({ plotId: null })).body.errors[0]).toMatchObject({ field: 'plotId' })
    expect((await enter({ heightCmMin: 200, heightCmMax: 100 })).body.errors[0]).toMatchObject({ field: 'heightCmMax' })
    expect((await enter({ inspectedOn: null })).body.errors[0]).toMatchObject({ field: 'inspectedOn' })
    expect((await enter({ pieces: 0 })).status).toBe(400)
  })
})

describe('stock', () => {
  it('never goes below nothing, whoever takes at once', async () => {
    const { stockId } = await stored()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => post(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(3_000))),
    )

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({ kind: 'stock_short', meta: { available: 1_000, value: 3_000 } })
    expect(await piecesOf(stockId)).toBe(1_000)
  })

  it('sets pieces aside in two phases: free stock is less, what is reserved goes out, the rest is free again', async () => {
    const { stockId } = await stored()
    const wish = { pieces: 9_000, forWhom: '合成买方', until: now + dayMs }
    const reservation = await created(zone.keeper, `/overseas-stock/${stockId}/reservations`, wish)
    const short = await post(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(2_000))
    expect(short.body).toMatchObject({ kind: 'stock_short', meta: { available: 1_000 } })
    const stock = (await read(zone.keeper, `/overseas-stock/${stockId}`)).body
    expect(stock).toMatchObject({ pieces: 10_000, reserved: 9_000 })

    await created(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(5_000, { reservationId: reservation }))
    expect((await read(zone.keeper, `/overseas-stock/${stockId}`)).body).toMatchObject({ pieces: 5_000, reserved: 0 })
    const again = await post(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(1, { reservationId: reservation }))
    expect(again.body.kind).toBe('reservation_state')

    const second = await created(zone.keeper, `/overseas-stock/${stockId}/reservations`, { ...wish, pieces: 5_000 })
    expect((await post(zone.keeper, `/overseas-reservations/${second}/release`, { why: '取消' })).status).toBe(200)
    await created(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(5_000))
  })

  it('is the sum of its movements at any day, and ages from its receipt, also after a transfer', async () => {
    const before = now
    const { id, stockId } = await stored()
    now += 40 * dayMs
    await created(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(1_000))
    const sent = {
      pieces: 2_500,
      document: 'YK-1',
      toWarehouseId: zone.warehouseId,
      toArea: 'B',
      bonded: false,
      ...worth,
    }
    const { body } = await post(zone.keeper, `/overseas-stock/${stockId}/transfer`, sent)
    await created(zone.keeper, `/overseas-stock/${stockId}/damage`, {
      pieces: 500,
      document: 'BS-1',
      reason: '干枯',
      ...worth,
    })

    const at = async (day: string) =>
      (await read(zone.keeper, `/overseas-stock?shipmentId=${id}&onDay=${day}`)).body.rows.map(
        (row: { pieces: number; area: string; ageDays: number; bonded: boolean }) =>
          `${row.area} ${row.pieces} ${row.ageDays} ${row.bonded}`,
      )
    expect(await at('2026-03-01')).toEqual([])
    expect(await at('2026-03-02')).toEqual(['A 10000 0 true'])
    expect((await at('2026-04-11')).toSorted()).toEqual(['A 6000 40 true', 'B 2500 40 false'])
    const ages = (await read(zone.keeper, '/overseas-ageing')).body
    expect(ages.buckets[1]).toMatchObject({ fromDays: 31, toDays: 60 })
    expect(ages.buckets[1].pieces).toBeGreaterThanOrEqual(8_500)
    expect(ages.pieces).toBe(ages.buckets.reduce((sum: number, one: { pieces: number }) => sum + one.pieces, 0))
    const movements = (await read(zone.keeper, `/overseas-movements?stockId=${stockId}`)).body.rows
    expect(movements.map((one: { kind: string; delta: number }) => `${one.kind} ${one.delta}`).toSorted()).toEqual([
      'damage -500',
      'in 10000',
      'out -1000',
      'transfer -2500',
    ])
    expect((await read(zone.keeper, `/overseas-stock/${body.stockId}/history`)).status).toBe(200)
    now = before
  })

  it('agrees with the ledger to the piece', async () => {
    const rows = await sql<{ own: number; ledger: number }>`
      select (select coalesce(sum(m.delta), 0) from overseas_movement m where m.stock_id = s.id)::bigint
          - (select coalesce(sum(m.delta), 0) from overseas_movement m where m.to_stock_id = s.id)::bigint as own,
        (a.debits - a.credits)::bigint as ledger
      from overseas_stock s join ledger_account a on a.zone_id = s.zone_id and a.subject_id = s.id::text`.execute(
      server.database.db,
    )
    expect(rows.rows.length).toBeGreaterThan(2)
    for (const { own, ledger } of rows.rows) expect(own).toBe(ledger)
  })

  it('is adjusted to what was counted, by another person than who counted', async () => {
    const warehouseId = await created(server.machine, '/overseas-warehouses', {
      name: `合成仓 ${++count}`,
      country: 'KZ',
      city: 'Shymkent',
      lonDeg: 69.6,
      latDeg: 42.3,
      areas: ['A'],
      bonded: false,
    })
    const { stockId } = await stored({ warehouseId })
    const countId = await created(zone.keeper, '/overseas-counts', { warehouseId })
    const sheet = async () => (await read(zone.keeper, `/overseas-counts/${countId}`)).body
    expect((await sheet()).rows).toEqual([expect.objectContaining({ stockId, book: 10_000, counted: null })])
    const enter = async (lines: readonly object[]) =>
      zone.keeper.put(`${api}/overseas-counts/${countId}/lines`, {
        commandId: crypto.randomUUID(),
        rev: (await sheet()).rev,
        lines,
      })
    expect((await enter([{ stockId: crypto.randomUUID(), counted: 1 }])).body.kind).toBe('field_refused')
    expect((await enter([{ stockId, counted: 9_940, words: '少一捆' }])).status).toBe(200)
    // Goods that went out since the count are not counted twice.
    await created(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(1_000))
    const close = async (client: Client, words: string) =>
      post(client, `/overseas-counts/${countId}/close`, { rev: (await sheet()).rev, words })
    expect((await close(zone.keeper, '少一捆')).body.kind).toBe('same_person')
    expect((await close(zone.second, '')).body.errors[0]).toMatchObject({ field: 'words' })
    expect((await close(zone.second, '少一捆')).body).toMatchObject({ adjusted: 1 })
    expect(await piecesOf(stockId)).toBe(8_940)
    expect((await close(zone.second, '再来')).body.kind).toBe('count_state')
  })

  it('is not counted twice: what moved since the sheet was opened asks for another sheet', async () => {
    const warehouseId = await created(server.machine, '/overseas-warehouses', {
      name: `合成仓 ${++count}`,
      country: 'KZ',
      city: 'Shymkent',
      lonDeg: 69.6,
      latDeg: 42.3,
      areas: ['A'],
      bonded: false,
    })
    const { stockId } = await stored({ warehouseId })
    const countId = await created(zone.keeper, '/overseas-counts', { warehouseId })
    await created(zone.keeper, `/overseas-stock/${stockId}/out`, outOf(1_000))
    const entered = await zone.keeper.put(`${api}/overseas-counts/${countId}/lines`, {
      commandId: crypto.randomUUID(),
      rev: 1,
      lines: [{ stockId, counted: 9_000 }],
    })
    expect(entered.body).toMatchObject({ kind: 'count_moved', meta: { book: 10_000, value: 9_000 } })
    expect(await piecesOf(stockId)).toBe(9_000)
  })

  it('takes damaged and missing pieces as they came, and nothing that was not sent', async () => {
    const id = await crossed()
    await moved(zone.keeper, id, 'arrive', { seals: sealsOf(id), place: '奇姆肯特' })
    const receive = (lots: readonly object[], over: object = {}) =>
      move(zone.keeper, id, 'receive', { area: 'A', document: 'RK-9', ...worth, lots, ...over })
    const lotId = zone.lotId
    expect((await receive([{ lotId, received: 10_001 }])).body).toMatchObject({ kind: 'received_over' })
    expect((await receive([{ lotId, received: 9_000 }], { area: 'Z' })).body.errors[0]).toMatchObject({ field: 'area' })
    expect((await receive([{ lotId, received: 9_000 }], { currency: 'CNY' })).body.errors[0]).toMatchObject({
      field: 'rateMilli',
      value: 7_100,
    })
    expect((await receive([{ lotId, received: 9_900, damaged: 60 }])).status).toBe(200)
    const { rows } = (await read(zone.keeper, `/overseas-stock?shipmentId=${id}`)).body
    expect(rows[0]).toMatchObject({ pieces: 9_900, bonded: true, area: 'A' })
  })
})

describe('commands', () => {
  it('a repeat gets the first answer and does nothing twice; what is stale is refused', async () => {
    const commandId = crypto.randomUUID()
    const body = { commandId, ...bookingOf({ pieces: 100 }) }
    const [one, two] = [
      await post(zone.exporter, '/export-shipments', body),
      await post(zone.exporter, '/export-shipments', body),
    ]
    expect(two.body).toEqual(one.body)
    expect((await post(zone.exporter, '/export-shipments', { ...body, pieces: 200 })).body.kind).toBe('command_reused')

    const { id, rev } = one.body
    const asked = { commandId: crypto.randomUUID(), rev, move: 'document', kind: 'cmr', number: 'C9' }
    const first = await zone.exporter.post(`${api}/export-shipments/${id}/moves`, { move: asked })
    const again = await zone.exporter.post(`${api}/export-shipments/${id}/moves`, { move: asked })
    expect([first.status, again.body]).toEqual([200, first.body])
    const stale = { ...asked, commandId: crypto.randomUUID(), number: 'C10' }
    expect((await zone.exporter.post(`${api}/export-shipments/${id}/moves`, { move: stale })).body.kind).toBe(
      'stale_revision',
    )

    const { stockId } = await stored()
    const out = { commandId: crypto.randomUUID(), ...outOf(10) }
    const took = [
      await post(zone.keeper, `/overseas-stock/${stockId}/out`, out),
      await post(zone.keeper, `/overseas-stock/${stockId}/out`, out),
    ]
    expect(took[1]?.body).toEqual(took[0]?.body)
    expect(await piecesOf(stockId)).toBe(9_990)
  })

  it('every state takes only its own steps', async () => {
    const id = await book()
    const at = { seals: ['S1'], place: '努尔饶尔' }
    expect((await move(zone.dispatcher, id, 'cross', at)).body).toMatchObject({ kind: 'not_in_state' })
    expect((await move(zone.exporter, id, 'complete')).body.kind).toBe('blocked')
    expect((await move(zone.stranger, id, 'complete')).status).toBe(404)
    expect((await move(zone.finance, id, 'complete')).status).toBe(403)
    const waybillId = crypto.randomUUID()
    const unknown = { ...loadOf(id), waybillId }
    expect((await move(zone.exporter, id, 'load', unknown)).body).toMatchObject({ kind: 'waybill_unknown' })
    const future = { pieces: 1, seals: ['S-F'], ...crew, place: 'x', at: now + dayMs }
    expect((await move(zone.exporter, id, 'load', future)).body).toMatchObject({ kind: 'time_refused' })
    const bad = await post(zone.exporter, '/export-shipments', bookingOf({ crossBy: now + dayMs }))
    expect(bad.body.errors[0]).toMatchObject({ field: 'crossBy', rule: 'after_documents' })
  })
})

describe('who sees what', () => {
  it('shows an exporter its own, strangers nothing, staff all', async () => {
    const { id, stockId } = await stored()
    const doors = [
      `/export-contracts/${zone.contractId}`,
      `/export-nurseries/${zone.nurseryId}`,
      `/export-lots/${zone.lotId}`,
      `/export-shipments/${id}`,
      `/export-shipments/${id}/history`,
      `/export-shipments/${id}/process`,
      `/overseas-stock/${stockId}`,
      `/overseas-stock/${stockId}/history`,
      `/export-traces?subject=stock&id=${stockId}`,
      `/export-traces?subject=plot&id=${zone.plotId}`,
    ]
    for (const door of doors) {
      expect([door, (await read(zone.exporter, door)).status]).toEqual([door, 200])
      expect([door, (await read(zone.finance, door)).status]).toEqual([door, 200])
      expect([door, (await read(zone.stranger, door)).status]).toEqual([door, 404])
    }
    for (const list of [
      'export-contracts',
      'export-nurseries',
      'export-lots',
      'export-shipments',
      'overseas-stock',
      'overseas-movements',
    ])
      expect([list, (await read(zone.stranger, `/${list}`)).body.rows]).toEqual([list, []])
    expect((await read(zone.stranger, '/overseas-ageing')).body.pieces).toBe(0)
    expect((await read(zone.exporter, '/overseas-counts')).body.rows).toEqual([])
    expect((await post(zone.exporter, `/overseas-stock/${stockId}/out`, outOf(1))).status).toBe(403)
    expect((await post(zone.stranger, `/overseas-stock/${stockId}/out`, outOf(1))).status).toBe(404)
    expect((await post(zone.stranger, '/export-shipments', bookingOf())).body.errors[0]).toMatchObject({
      field: 'contractId',
    })
    expect((await post(zone.stranger, '/export-contracts', saleOf(zone.exporterId))).status).toBe(403)
  })
})

describe('documents to check', () => {
  it('are told to whoever checks with the first of them, not with each', async () => {
    const id = await book()
    const put = (kind: string) =>
      moved(zone.exporter, id, 'document', {
        kind,
        number: `${kind}-1`,
        validFrom: '2026-02-20',
        validTo: '2026-04-20',
      })
    const told = async () => {
      await server.relay.settle()
      const { rows } = await sql`select from notice
        where object_id = ${id} and title_key = 'crossborder:to_check' and account_id = ${zone.audit.accountId}`.execute(
        server.database.db,
      )
      return rows.length
    }
    await put('commercial_invoice')
    await put('cmr')
    expect(await told()).toBe(1)

    const { documents } = await detail(id)
    for (const { id: documentId } of documents)
      if (documentId !== null) await moved(zone.audit, id, 'check_document', { documentId, verdict: 'checked' })
    await put('cargo_insurance')
    expect(await told()).toBe(2)
  })
})

describe('deadlines', () => {
  it('tells people once a day of warning that a certificate ends before the crossing', async () => {
    const id = await released()
    await certified(id, { validFrom: '2026-02-20', validTo: '2026-03-05' })
    const run = () => server.database.db.transaction().execute((tx) => warnOfDocuments(tx, server.deps))
    const told = async () => {
      const { rows } = await sql<{ title_key: string }>`select title_key from notice
        where object_id = ${id} and title_key like 'crossborder:document_%'`.execute(server.database.db)
      return rows.map((row) => row.title_key)
    }
    await run()
    const first = await told()
    expect(first.length).toBeGreaterThanOrEqual(3)
    expect(new Set(first)).toEqual(new Set(['crossborder:document_ends.phytosanitary_certificate']))
    await run()
    expect(await told()).toHaveLength(first.length)
  })
})
