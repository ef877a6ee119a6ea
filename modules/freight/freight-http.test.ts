import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { epochMs, localDate } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { readTable, writeXlsx } from '@tingzhou/sheets'
import { driverColumns, vehicleColumns } from './import-columns.ts'
import { inventedIdentity, person, truck } from './testing.ts'

const api = '/api/v1'
const now = Date.UTC(2026, 2, 2, 2)
const today = localDateOf(epochMs(now))
const day = (days: number) => addDays(localDate(today), days)
let server: TestServer
let zone: Awaited<ReturnType<typeof enterZone>>
let count = 100

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await enterZone()
})
afterAll(() => server.close())

const command = (body: object) => ({ commandId: crypto.randomUUID(), ...body })
const post = (client: Client, path: string, body: object) => client.post(`${api}${path}`, command(body))
async function created(client: Client, path: string, body: object): Promise<string> {
  const answer = await post(client, path, body)
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id
}
const carrierBody = (name: string) => ({
  kind: 'person',
  name,
  idNumber: inventedIdentity(count++),
  roadLicence: '650000654321',
  synthetic: true,
})
const plate = () => `新A·T${String(count++).padStart(4, '0')}`
const truckOf = (carrierId: string, over: object = {}) => ({ ...truck, plate: plate(), carrierId, ...over })
const driverOf = (carrierId: string, over: object = {}) => ({
  ...person,
  idNumber: inventedIdentity(count++),
  carrierId,
  ...over,
})

/** Two carriers with a boss, a vehicle and a driver each; a dispatcher, the audit, finance and others. */
async function enterZone() {
  const machine = server.machine
  const first = await created(machine, '/freight-carriers', carrierBody('合成甲承运人'))
  const second = await created(machine, '/freight-carriers', carrierBody('合成乙承运人'))
  const role = (name: string, partyId: string | null = null) =>
    server.actor([{ role: name as 'driver', partyId }], { name })
  const boss = await role('carrier', first)
  const other = await role('carrier', second)
  const idNumber = inventedIdentity(count++)
  return {
    first,
    second,
    boss,
    other,
    idNumber,
    dispatcher: await role('freight_dispatcher'),
    audit: await role('freight_audit'),
    finance: await role('finance'),
    leader: await role('leader'),
    vehicle: await created(boss, '/freight-vehicles', truckOf(first)),
    driver: await created(boss, '/freight-drivers', driverOf(first, { idNumber, name: '王甲' })),
    foreign: await created(other, '/freight-drivers', driverOf(second, { name: '李乙' })),
    foreignVehicle: await created(other, '/freight-vehicles', truckOf(second)),
  }
}

const read = async (client: Client, path: string): Promise<Answer> => client.get(`${api}${path}`)
const ids = async (client: Client, what: string): Promise<string[]> =>
  (await read(client, `/freight-${what}?limit=200`)).body.rows.map((row: { id: string }) => row.id)

describe('reach', () => {
  it('shows a carrier its own drivers and vehicles, staff all, others none', async () => {
    const { boss, other, dispatcher, audit, finance, leader, driver, foreign, vehicle, foreignVehicle } = zone

    expect(await ids(boss, 'drivers')).toContain(driver)
    expect(await ids(boss, 'drivers')).not.toContain(foreign)
    expect(await ids(other, 'vehicles')).toContain(foreignVehicle)
    expect(await ids(other, 'vehicles')).not.toContain(vehicle)
    for (const staff of [dispatcher, audit, finance])
      expect(await ids(staff, 'drivers')).toEqual(expect.arrayContaining([driver, foreign]))
    expect(await ids(leader, 'drivers')).toEqual([])
    for (const door of ['', '/history'])
      expect((await read(boss, `/freight-drivers/${foreign}${door}`)).status).toBe(404)
    expect((await read(boss, `/freight-drivers?carrierId=${zone.second}`)).body.rows).toEqual([])
    for (const id of [vehicle, crypto.randomUUID()])
      expect((await read(dispatcher, `/freight-drivers/${id}/history`)).status).toBe(404)
    const blocked = `/freight-blockers?carrierId=${zone.first}&driverId=${foreign}&vehicleId=${vehicle}`
    expect((await read(boss, blocked)).status).toBe(404)
  })

  it('shows a driver the own row and lets nothing be written', async () => {
    const mine = await created(zone.boss, '/freight-drivers', driverOf(zone.first))
    const account = await post(server.machine, '/accounts', {
      username: 'freight-driver',
      name: '司机账号',
      password: 'driver-password-7',
      lang: 'zh-CN',
      roles: [],
    })
    expect(
      (await post(zone.dispatcher, `/freight-drivers/${mine}/account`, { username: 'freight-driver' })).status,
    ).toBe(403)
    await created(server.machine, `/freight-drivers/${mine}/account`, { username: 'Freight-Driver' })
    const key = await post(server.machine, '/api-keys', { accountId: account.body.id, name: 'test' })
    const me = server.anyone({ 'x-api-key': key.body.key })

    expect(await ids(me, 'drivers')).toEqual([mine])
    expect(await ids(me, 'vehicles')).toEqual([])
    expect((await read(me, `/freight-drivers/${zone.driver}`)).status).toBe(404)
    const row = (await read(me, `/freight-drivers/${mine}`)).body
    const answer = await me.patch(
      `${api}/freight-drivers/${mine}`,
      command({ ...person, idNumber: undefined, rev: row.rev, state: 'open', why: 'x' }),
    )
    expect(answer.status).toBe(403)
    expect((await post(me, '/freight-vehicles', truckOf(zone.first))).status).toBe(422)
  })

  it('is gone with the last relation, also in the search', async () => {
    const { other, foreign, boss, dispatcher, first } = zone
    const id = await created(dispatcher, '/freight-drivings', { driverId: foreign, carrierId: first, validFrom: today })
    expect(await ids(boss, 'drivers')).toContain(foreign)
    const seen = (await read(boss, `/freight-drivers/${foreign}`)).body
    expect(seen.drivings.map((row: { carrier: { id: string } }) => row.carrier.id)).toEqual([first])
    const found = async (client: Client) =>
      (await read(client, `/search?q=${encodeURIComponent('李乙')}`)).body.rows.map(
        (row: { objectId: string }) => row.objectId,
      )
    expect(await found(boss)).toContain(foreign)

    const begun = (await read(dispatcher, `/freight-drivers/${foreign}`)).body.drivings.find(
      (row: { id: string }) => row.id === id,
    )
    expect(
      (await post(other, `/freight-drivings/${id}/end`, { rev: begun.rev, validTo: today, why: '不是我的' })).status,
    ).toBe(404)
    await server.database.db
      .updateTable('freight_driving')
      .set({ valid_from: day(-3) })
      .where('id', '=', id)
      .execute()
    const ended = await post(boss, `/freight-drivings/${id}/end`, { rev: begun.rev, validTo: day(-1), why: '离职' })

    expect(ended.status).toBe(200)
    expect(await ids(boss, 'drivers')).not.toContain(foreign)
    expect(await found(boss)).not.toContain(foreign)
    expect(await ids(other, 'drivers')).toContain(foreign)
  })

  it('lets nobody write into what another carrier has', async () => {
    const { boss, second, foreignVehicle, leader, audit } = zone
    const row = (await read(zone.other, `/freight-vehicles/${foreignVehicle}`)).body

    expect((await post(boss, '/freight-vehicles', truckOf(second))).status).toBe(422)
    expect(
      (
        await boss.patch(
          `${api}/freight-vehicles/${foreignVehicle}`,
          command({ ...truck, plate: row.plate, rev: 1, state: 'open', why: 'x' }),
        )
      ).status,
    ).toBe(404)
    const paper = {
      subject: 'vehicle',
      subjectId: foreignVehicle,
      kind: 'vehicle_licence',
      paperNumber: 'X1',
      validFrom: today,
      validTo: today,
    }
    expect((await post(boss, '/freight-papers', paper)).status).toBe(422)
    expect((await post(audit, '/freight-papers', paper)).status).toBe(403)
    expect((await post(leader, '/freight-carriers', carrierBody('无权'))).status).toBe(403)
    expect((await post(boss, '/freight-carriers', carrierBody('无权'))).status).toBe(403)
  })
})

describe('masking', () => {
  it('shows identity numbers whole to finance and audit only, in lists, details and history', async () => {
    const { boss, dispatcher, finance, audit, driver, idNumber } = zone
    const path = `/freight-drivers/${driver}`
    const texts = async (client: Client) =>
      JSON.stringify(
        await Promise.all(
          ['/freight-drivers?limit=200', path, `${path}/history`, '/search?q=王甲'].map(
            async (one) => (await read(client, encodeURI(one))).body,
          ),
        ),
      )

    for (const client of [boss, dispatcher, server.machine]) expect(await texts(client)).not.toContain(idNumber)
    for (const client of [finance, audit]) {
      expect((await read(client, path)).body.idNumber).toBe(idNumber)
      expect(JSON.stringify((await read(client, `${path}/history`)).body)).not.toContain(idNumber)
    }
    expect((await read(boss, path)).body.idNumber).toBe(`****${idNumber.slice(-4)}`)
  })

  it('exports masked whoever asks', async () => {
    const answer = await fetch(`${server.url}${api}/freight-drivers/export.xlsx?limit=50`, {
      headers: { authorization: `Bearer ${server.token}` },
    })
    const path = `${server.dataDir}/export.xlsx`
    await writeFile(path, new Uint8Array(await answer.arrayBuffer()))
    const table = await readTable({ name: 'export.xlsx', path })
    if (!table.ok) throw new Error(JSON.stringify(table.error))
    const column = table.value.header.indexOf('身份证号')

    expect(table.value.rows.length).toBeGreaterThan(1)
    for (const { cells } of table.value.rows) expect(cells[column]).toMatch(/^\*{4}.{4}$/)
  })

  it('says no number back in a refusal', async () => {
    const wrong = `${inventedIdentity(5).slice(0, 17)}${inventedIdentity(5)[17] === '1' ? '2' : '1'}`
    const again = await post(zone.boss, '/freight-drivers', driverOf(zone.first, { idNumber: zone.idNumber }))
    const bad = await post(zone.boss, '/freight-drivers', driverOf(zone.first, { idNumber: wrong }))
    const long = await post(zone.boss, '/freight-drivers', driverOf(zone.first, { idNumber: '9'.repeat(60) }))

    expect([again.status, again.body.kind]).toEqual([409, 'taken'])
    expect(again.body.errors[0]).toMatchObject({
      field: 'idNumber',
      value: `****${zone.idNumber.slice(-4)}`,
      rule: 'each_once',
    })
    expect(JSON.stringify(again.body)).not.toContain(zone.idNumber)
    expect(bad.body.errors[0]).toMatchObject({ field: 'idNumber', rule: 'identity_check_digit' })
    expect(JSON.stringify(bad.body)).not.toContain(wrong)
    expect(long.status).toBe(400)
    expect(JSON.stringify(long.body)).not.toContain('9'.repeat(20))
  })

  it('never shows an account for payment whole, and lets only the carrier and finance add one', async () => {
    const { first, boss, finance, dispatcher } = zone
    const accountNumber = '6222021234567890123'
    const body = { holder: '合成甲承运人', bankCode: 'ICBK', accountNumber }
    expect((await post(dispatcher, `/freight-carriers/${first}/payees`, body)).status).toBe(403)
    const id = await created(boss, `/freight-carriers/${first}/payees`, body)
    const twice = await post(finance, `/freight-carriers/${first}/payees`, body)
    const bad = await post(finance, `/freight-carriers/${first}/payees`, { ...body, bankCode: 'NOPE' })

    expect([twice.status, twice.body.kind]).toEqual([409, 'taken'])
    expect(bad.body.errors[0]).toMatchObject({ field: 'bankCode', rule: 'known_code bank' })
    for (const client of [boss, finance, zone.audit, server.machine]) {
      const carrier = (await read(client, `/freight-carriers/${first}`)).body
      expect(carrier.payees).toEqual([
        { id, holder: '合成甲承运人', delegated: false, bankCode: 'ICBK', lastFour: '****0123', state: 'open', rev: 1 },
      ])
      const history = (await read(client, `/freight-carriers/${first}/history`)).body
      expect(JSON.stringify([carrier, history, twice.body])).not.toContain(accountNumber)
    }
    const closed = await post(finance, `/freight-carriers/${first}/payees/${id}/closure`, { rev: 1, why: '换卡' })
    expect(closed.status).toBe(200)
  })

  it('opens scans to finance and the audit only', async () => {
    const { boss, vehicle } = zone
    const form = new FormData()
    form.append('purpose', 'evidence')
    form.append('file', new Blob([`%PDF-1.4\n%${'x'.repeat(200)}\n%%EOF`], { type: 'application/pdf' }), '行驶证.pdf')
    const file = (await boss.send('POST', `${api}/files`, { body: form })).body.id
    await created(boss, '/freight-papers', {
      subject: 'vehicle',
      subjectId: vehicle,
      kind: 'carrier_liability_insurance',
      paperNumber: 'P1',
      validFrom: today,
      validTo: day(200),
      fileIds: [file],
    })

    expect((await read(zone.audit, `/files/${file}`)).status).toBe(200)
    for (const client of [zone.other, zone.dispatcher, zone.leader])
      expect((await read(client, `/files/${file}`)).status).toBe(404)
  })
})

describe('commands', () => {
  it('answer a repeat as the first time and write once', async () => {
    const body = command(truckOf(zone.first))
    const [one, two] = [
      await zone.boss.post(`${api}/freight-vehicles`, body),
      await zone.boss.post(`${api}/freight-vehicles`, body),
    ]

    expect(two.body).toEqual(one.body)
    expect((await read(zone.boss, `/freight-vehicles/${one.body.id}/history`)).body.rows.length).toBe(1)
  })

  it('let one of many writers have a plate', async () => {
    const body = truckOf(zone.first)
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(zone.boss, '/freight-vehicles', body)))

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 409)])
  })

  it('refuse what is stale, and a plate that another has', async () => {
    const taken = plate()
    await created(zone.boss, '/freight-vehicles', truckOf(zone.first, { plate: taken }))
    const id = await created(zone.boss, '/freight-vehicles', truckOf(zone.first))
    const change = (over: object) =>
      zone.boss.patch(
        `${api}/freight-vehicles/${id}`,
        command({ ...truck, plate: plate(), rev: 1, state: 'open', why: '更正', ...over }),
      )
    const plain = await change({ plate: taken.replace('·', '') })
    const done = await change({})
    const stale = await change({})

    expect([plain.status, plain.body.kind]).toEqual([409, 'taken'])
    expect(done.body.rev).toBe(2)
    expect([stale.status, stale.body.kind]).toEqual([409, 'stale_revision'])
  })

  it('warn and do not block what looks unusual, and take hostile texts as texts', async () => {
    const answer = await post(
      zone.boss,
      '/freight-vehicles',
      truckOf(zone.first, { plate: 'KZ 123 ABC', vin: 'ABC', remark: "'; drop table freight_vehicle; -- <script>" }),
    )
    const huge = await post(zone.boss, '/freight-vehicles', truckOf(zone.first, { grossKg: 1e12 }))
    const fraction = await post(zone.boss, '/freight-vehicles', truckOf(zone.first, { ratedLoadKg: 1.5 }))

    expect(answer.status).toBe(201)
    expect(answer.body.warnings.map(({ rule }: { rule: string }) => rule)).toEqual(['unusual_plate', 'vin_shape'])
    expect([huge.status, fraction.status]).toEqual([400, 400])
    expect((await read(zone.boss, `/freight-vehicles/${answer.body.id}`)).body.remark).toContain('<script>')
  })
})

describe('papers', () => {
  const addPaper = (subject: string, subjectId: string, kind: string, validTo: string, validFrom: string = day(-100)) =>
    created(server.machine, '/freight-papers', { subject, subjectId, kind, paperNumber: 'N1', validFrom, validTo })

  it('block a dispatch by name until all of them cover the day', async () => {
    const { first, driver, vehicle } = zone
    const reasons = async (onDay = today, vehicleId = vehicle) => {
      const { rows } = (
        await read(
          zone.boss,
          `/freight-blockers?carrierId=${first}&driverId=${driver}&vehicleId=${vehicleId}&onDay=${onDay}`,
        )
      ).body
      return rows.map((row: { subject: string; reason: string; paperKind: string | null }) =>
        [row.subject, row.reason, row.paperKind].filter(Boolean).join(' '),
      )
    }
    expect(await reasons()).toEqual([
      'carrier missing carrier_identity_card',
      'carrier missing road_transport_licence',
      'driver missing driving_licence',
      'driver missing identity_card',
      'driver missing qualification',
      'vehicle missing compulsory_insurance',
      'vehicle missing transport_permit',
      'vehicle missing vehicle_licence',
    ])
    await addPaper('carrier', first, 'carrier_identity_card', '2999-12-31')
    await addPaper('carrier', first, 'road_transport_licence', day(400))
    for (const kind of ['driving_licence', 'identity_card']) await addPaper('driver', driver, kind, day(400))
    await addPaper('driver', driver, 'qualification', day(10))
    await addPaper('vehicle', vehicle, 'vehicle_licence', day(400), day(5))
    await addPaper('vehicle', vehicle, 'transport_permit', day(-1))
    await addPaper('vehicle', vehicle, 'compulsory_insurance', today)

    expect(await reasons()).toEqual(['vehicle expired transport_permit', 'vehicle not_yet_valid vehicle_licence'])
    expect(await reasons(day(11))).toEqual([
      'driver expired qualification',
      'vehicle expired compulsory_insurance',
      'vehicle expired transport_permit',
    ])
    const again = await addPaper('vehicle', vehicle, 'transport_permit', day(300))
    await addPaper('vehicle', vehicle, 'vehicle_licence', day(4))
    expect(await reasons()).toEqual([])
    expect((await post(zone.boss, `/freight-papers/${again}/withdrawal`, { rev: 1, why: '作废' })).status).toBe(200)
    expect(await reasons()).toEqual(['vehicle expired transport_permit'])
  })

  it('ask no permit and no certificate for a light vehicle, and name a driver of somebody else', async () => {
    const light = {
      ...truck,
      grossKg: 4_500,
      ratedLoadKg: 1_500,
      transportPermit: '',
      owner: '甲',
      useCharacter: '货运',
      vin: 'V1',
      issuer: '示例',
      registeredOn: today,
      issuedOn: today,
      typeCode: 'H31',
    }
    const vehicleId = await created(zone.boss, '/freight-vehicles', { ...light, plate: plate(), carrierId: zone.first })
    const path = `/freight-blockers?carrierId=${zone.first}&driverId=${zone.foreign}&vehicleId=${vehicleId}`
    const { rows } = (await read(zone.dispatcher, path)).body
    const kinds = rows.map((row: { reason: string; paperKind: string | null }) => row.paperKind ?? row.reason)

    expect(kinds).toContain('not_driving_for')
    expect(kinds).not.toContain('transport_permit')
    expect(kinds).not.toContain('qualification')
    const unknown = (
      await read(
        zone.dispatcher,
        `/freight-blockers?carrierId=${zone.second}&driverId=${crypto.randomUUID()}&vehicleId=${vehicleId}`,
      )
    ).body.rows
    expect(unknown.map((row: { subject: string; reason: string }) => `${row.subject} ${row.reason}`)).toEqual(
      expect.arrayContaining(['driver unknown', 'vehicle not_of_carrier']),
    )
  })

  it('are required as the audit says, by revision', async () => {
    const path = `${api}/freight-paper-kinds/carrier_liability_insurance`
    const body = { required: true, lightExempt: false, warnDays: [7, 30, 7], why: '合同要求' }
    expect((await zone.boss.patch(path, command({ ...body, rev: 1 }))).status).toBe(403)
    expect((await zone.audit.patch(path, command({ ...body, rev: 1 }))).status).toBe(200)
    expect((await zone.audit.patch(path, command({ ...body, rev: 1 }))).body.kind).toBe('stale_revision')
    const { rows } = (await read(zone.boss, '/freight-paper-kinds')).body
    const kind = rows.find(({ code }: { code: string }) => code === 'carrier_liability_insurance')

    expect(kind).toMatchObject({ required: true, warnDays: [30, 7], rev: 2 })
    expect((await zone.audit.patch(path, command({ ...body, required: false, rev: 2 }))).status).toBe(200)
  })
})

describe('an import', () => {
  const heads = (specs: object) => Object.keys(specs)
  async function upload(
    client: Client,
    specs: object,
    rows: readonly Readonly<Record<string, string>>[],
  ): Promise<string> {
    const columns = heads(specs).map((key) => ({
      header: key,
      value: (row: Readonly<Record<string, string>>) => row[key] ?? null,
    }))
    const bytes = await writeXlsx(columns, rows, { sheetName: 'a', notesSheet: { name: 'b', lines: [] } })
    const form = new FormData()
    form.append('purpose', 'attachment')
    form.append('file', new Blob([new Uint8Array(bytes)]), 'rows.xlsx')
    return (await client.send('POST', `${api}/files`, { body: form })).body.id
  }
  const run = (client: Client, kind: string, fileId: string, preview: boolean, carrierId = zone.first) =>
    post(client, '/freight-imports', { kind, fileId, carrierId, preview })

  it('keeps the good rows and names row and column of the others', async () => {
    const good = (i: number) => ({
      plate: `新C·T${String(i).padStart(4, '0')}`,
      plateColour: '黄色',
      typeCode: 'H17',
      energy: 'diesel',
      ratedLoadKg: '18,000',
      grossKg: '31000',
      transportPermit: '650000111111',
    })
    const rows = [good(1), { ...good(2), energy: '核能' }, good(1), { ...good(3), transportPermit: '' }, good(4)]
    const file = await upload(zone.boss, vehicleColumns, rows)
    const preview = (await run(zone.boss, 'vehicle', file, true)).body
    const before = await ids(zone.boss, 'vehicles')
    const written = (await run(zone.boss, 'vehicle', file, false)).body
    const again = (await run(zone.boss, 'vehicle', file, false)).body

    expect(preview).toMatchObject({ rows: 5, good: 2, written: false })
    expect(preview.faults.map((fault: { row: number; column: string }) => [fault.row, fault.column])).toEqual([
      [3, '能源类型'],
      [4, '车牌号'],
      [5, '道路运输证号'],
    ])
    expect(written).toMatchObject({ good: 2, written: true })
    expect((await ids(zone.boss, 'vehicles')).length).toBe(before.length + 2)
    expect(again).toMatchObject({ good: 0 })
    expect((await run(zone.other, 'vehicle', file, false)).status).toBe(422)
  })

  it('takes a thousand drivers and not one more, and says no number back', async () => {
    const row = (i: number) => ({
      name: `合成${i}`,
      idNumber: inventedIdentity(i).replace('999000', '999111'),
      phone: '99900000001',
      licenceClass: 'A2',
      licenceIssuer: '示例',
      licenceFrom: '2020-01-01',
      licenceTo: '长期',
      qualification: '1',
    })
    const wrong = await upload(zone.boss, driverColumns, [row(1)])
    const refused = await run(zone.boss, 'driver', wrong, true)
    expect(refused.body.faults[0]).toMatchObject({ row: 2, column: '身份证号' })
    expect(JSON.stringify(refused.body)).not.toContain('999111')
    const many = Array.from({ length: 1_000 }, (_, i) => ({ ...row(i), idNumber: inventedIdentity(i, '1980') }))
    const written = await run(zone.boss, 'driver', await upload(zone.boss, driverColumns, many), false)
    const over = await run(zone.boss, 'driver', await upload(zone.boss, driverColumns, [...many, row(1)]), true)

    expect(written.body).toMatchObject({ rows: 1_000, good: 1_000, faults: [] })
    expect(over.status).toBe(422)
  })

  it('belongs to those who keep the carrier', async () => {
    const file = await upload(zone.other, vehicleColumns, [])
    expect((await run(zone.other, 'vehicle', file, true)).status).toBe(422)
    expect((await run(zone.audit, 'vehicle', file, true)).status).toBe(403)
  })
})
