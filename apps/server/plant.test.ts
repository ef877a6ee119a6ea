import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { createParty } from '@tingzhou/parties'
import { addSample, newReadings, openCatalog, quality, sampleKind } from '@tingzhou/telemetry'
import { startTestServer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let dispatcher: Client
let supervisor: Client
let firm: Client
let stranger: Client
let partyId: string
beforeAll(async () => {
  server = await startTestServer()
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  supervisor = await server.actor([{ role: 'supervisor', partyId: null }])
  const { database, deps } = server
  const newParty = (name: string) => createParty(database.db, deps.zoneId, { kind: 'enterprise', name }, deps.clock())
  partyId = await newParty('面粉厂')
  firm = await server.actor([{ role: 'enterprise', partyId }])
  stranger = await server.actor([{ role: 'enterprise', partyId: await newParty('造纸厂') }])
})
afterAll(() => server.close())

const name = (zh: string) => ({ zh, en: `${zh} en` })
const entry = (key: string, change: object = {}) => ({
  key,
  kind: 'analog',
  name: name(key),
  unit: 'A',
  resolution: 0.1,
  euLow: 0,
  euHigh: 60,
  sampleMs: 1_000,
  staleAfterS: 30,
  counterMax: null,
  ...change,
})
const api = '/api/v1'
const saveType = (key: string, points: readonly object[], rev = 0, change: object = {}, who = dispatcher) =>
  who.put(`${api}/equipment-profiles/${key}`, { commandId: newId(), rev, name: name('磨粉机'), points, ...change })
const add = (wish: object, who = dispatcher) =>
  who.post(`${api}/plant-nodes`, { commandId: newId(), parentId: null, name: name('节点'), ...wish })
const node = async (id: string, who = dispatcher) => (await who.get(`${api}/plant-nodes/${id}`)).body
const children = async (query: string, who = dispatcher) => (await who.get(`${api}/plant-nodes?${query}`)).body
const pointsOf = async (id: string, query = '') =>
  (await dispatcher.get(`${api}/plant-nodes/${id}/points${query}`)).body.rows
const codes = (rows: readonly { code: string }[]) => rows.map(({ code }) => code)
const verbs = async (path: string) =>
  (await dispatcher.get(`${api}${path}/trail`)).body.rows.map(({ verb }: { verb: string }) => verb)

let count = 0
/** A site with an area, a line and a piece of equipment of a type of its own. */
async function newPlant(points: readonly object[] = [entry('I'), entry('T', { unit: 'Cel' })], owner = partyId) {
  count++
  const key = `roll_${count}`
  expect((await saveType(key, points)).status).toBe(200)
  const site = (await add({ level: 'site', segment: `S${count}`, partyId: owner })).body
  const area = (await add({ level: 'area', segment: 'A', parentId: site.id })).body
  const line = (await add({ level: 'line', segment: 'L1', parentId: area.id })).body
  const roll = (await add({ level: 'equipment', segment: 'B1', parentId: line.id, profileKey: key })).body
  expect(roll.code).toBe(`S${count}.A.L1.B1`)
  return { key, site, area, line, roll }
}
async function measure(point: number, value: number) {
  const { telemetry } = server.deps
  const readings = newReadings(sampleKind)
  addSample(readings, point, telemetry.clock(), value, quality.good)
  await telemetry.ingest(readings)
  await telemetry.store.flush(true)
}

describe('the tree', () => {
  it('grows from the site down to equipment with the points of its type, told level by level and by words', async () => {
    const { site, area, line, roll, key } = await newPlant()

    expect(await children(`parentId=${site.id}`)).toMatchObject({
      rows: [{ id: area.id, segment: 'A', level: 'area', hasChildren: true, points: 0 }],
      next: null,
    })
    expect((await children(`parentId=${line.id}`)).rows).toMatchObject([
      { id: roll.id, profileKey: key, hasChildren: false, points: 2 },
    ])
    expect(codes((await children(`q=${roll.code.toLowerCase()} 节点`)).rows)).toEqual([roll.code])
    expect((await node(roll.id)).path.map(({ id }: { id: string }) => id)).toEqual([site.id, area.id, line.id])
    expect(await pointsOf(roll.id)).toMatchObject([
      { code: `${roll.code}.I`, unit: 'A', resolution: 0.1, own: [], profileKey: key, last: null },
      { code: `${roll.code}.T`, unit: 'Cel' },
    ])
    expect(await verbs(`/plant-nodes/${roll.id}`)).toEqual(['add'])
  })

  it('is read page by page', async () => {
    const { line } = await newPlant()
    for (const segment of ['B2', 'B3', 'B4']) await add({ level: 'equipment', segment, parentId: line.id })

    const first = await children(`parentId=${line.id}&limit=3`)
    const rest = await children(`parentId=${line.id}&limit=3&cursor=${encodeURIComponent(first.next)}`)

    expect(codes([...first.rows, ...rest.rows])).toEqual(['B1', 'B2', 'B3', 'B4'].map((one) => `${line.code}.${one}`))
    expect(rest.next).toBeNull()
  })

  it('names field, value and rule of what cannot stand so', async () => {
    const { line, roll } = await newPlant()
    const refused = async (wish: object) => (await add({ level: 'equipment', segment: 'X', ...wish })).body

    expect(await refused({ segment: 'b 1' })).toMatchObject({
      status: 400,
      errors: [{ field: 'segment', value: 'b 1' }],
    })
    expect(await refused({ level: 'area', parentId: line.id })).toMatchObject({
      status: 422,
      kind: 'level_not_below',
      errors: [{ field: 'level', value: 'area' }],
    })
    expect(await refused({ parentId: newId() })).toMatchObject({ status: 422, errors: [{ field: 'parentId' }] })
    expect(await refused({ profileKey: 'nothing' })).toMatchObject({ status: 422, errors: [{ field: 'profileKey' }] })
    expect(await refused({ partyId: 'nobody' })).toMatchObject({ status: 422, errors: [{ field: 'partyId' }] })
    expect(await refused({ parentId: line.id, segment: 'B1' })).toMatchObject({
      status: 409,
      kind: 'code_taken',
      errors: [{ field: 'segment', value: roll.code, rule: expect.any(String) }],
    })
  })

  it('is changed by those who keep it and read by those whom it belongs to', async () => {
    const { site, area, roll } = await newPlant()

    expect((await add({ level: 'site', segment: 'NO' }, supervisor)).status).toBe(403)
    expect((await add({ level: 'site', segment: 'NO' }, firm)).status).toBe(403)
    expect((await saveType('no_type', [], 0, {}, firm)).status).toBe(403)
    expect(codes((await children('', firm)).rows)).toContain(site.code)
    expect((await node(roll.id, firm)).owner).toEqual({ id: partyId, name: '面粉厂' })
    expect((await node(area.id, stranger)).status).toBe(404)
    expect(codes((await children('', stranger)).rows)).toEqual([])
    expect((await stranger.get(`${api}/plant-nodes/${roll.id}/points`)).status).toBe(404)
  })

  it('begins for an enterprise at what it owns', async () => {
    const { database } = server
    const { site, area } = await newPlant()
    await database.db.updateTable('telemetry_node').set({ party_id: null }).where('id', '=', site.id).execute()

    expect(codes((await children('limit=200', firm)).rows)).toContain(area.code)
    expect((await node(area.id, firm)).path).toEqual([])
  })

  it('takes a repeat of a command once and another content under its id not at all', async () => {
    const wish = { commandId: newId(), level: 'site', segment: 'TWICE', parentId: null, name: name('一次') }
    const post = (change: object = {}) => dispatcher.post(`${api}/plant-nodes`, { ...wish, ...change })

    const [one, two] = await Promise.all([post(), post()])

    expect(one.body).toEqual(two.body)
    expect((await post({ segment: 'OTHER' })).body).toMatchObject({ status: 409, kind: 'command_reused' })
  })
})

describe('a place', () => {
  const set = (id: string, change: object) =>
    dispatcher.put(`${api}/plant-nodes/${id}`, { commandId: newId(), name: name('新名'), profileKey: null, ...change })
  const move = (id: string, change: object) =>
    dispatcher.post(`${api}/plant-nodes/${id}/relocation`, { commandId: newId(), rev: 1, ...change })
  const retire = (id: string, rev: number) =>
    dispatcher.post(`${api}/plant-nodes/${id}/retirement`, { commandId: newId(), rev, reason: '拆除' })

  it('is called otherwise by one of two who saw the same', async () => {
    const { area } = await newPlant()

    const both = await Promise.all([set(area.id, { rev: 1 }), set(area.id, { rev: 1, name: name('另名') })])

    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({
      kind: 'stale_revision',
      errors: [{ field: 'rev', value: 1 }],
    })
    expect(await verbs(`/plant-nodes/${area.id}`)).toEqual(['add', 'set'])
  })

  it('of another type keeps the points of the one before as its own and gets those of the new one', async () => {
    const { roll } = await newPlant()
    const other = await newPlant([entry('V', { unit: 'mm/s' })])

    expect((await set(roll.id, { rev: 1, profileKey: other.key })).status).toBe(200)

    expect(
      (await pointsOf(roll.id)).map((one: { key: string; profileKey: string }) => [one.key, one.profileKey]),
    ).toEqual([
      ['I', null],
      ['T', null],
      ['V', other.key],
    ])
    const heard: string[] = []
    const stop = server.deps.telemetry.hearPoints(({ code }) => void heard.push(code))
    expect((await set(roll.id, { rev: 2 })).status).toBe(200)
    stop()
    // Also those that followed no type: what their place is of decides which rules of alarms they have.
    expect(heard.toSorted()).toEqual(['I', 'T', 'V'].map((key) => `${roll.code}.${key}`))
  })

  it('moves with the codes of all below; points keep their numbers', async () => {
    const { site, area, line, roll } = await newPlant()
    const other = await newPlant()
    const before = await pointsOf(roll.id)

    const moved = await move(line.id, { parentId: other.site.id, segment: 'L9' })

    expect(moved.body).toEqual({ code: `${other.site.code}.L9`, rev: 2, nodes: 2 })
    const after = await pointsOf(roll.id)
    expect(codes(after)).toEqual([`${other.site.code}.L9.B1.I`, `${other.site.code}.L9.B1.T`])
    expect(after.map(({ point }: { point: number }) => point)).toEqual(
      before.map(({ point }: { point: number }) => point),
    )
    expect(server.deps.telemetry.catalog.find(before[0].point)?.code).toBe(`${other.site.code}.L9.B1.I`)
    expect((await children(`parentId=${area.id}`)).rows).toEqual([])
    expect((await move(other.site.id, { parentId: site.id, segment: 'X' })).body).toMatchObject({
      kind: 'level_not_below',
    })
    expect((await move(area.id, { parentId: area.id, segment: 'X' })).body).toMatchObject({ kind: 'level_not_below' })
    expect((await move(roll.id, { rev: 2, parentId: other.line.id, segment: 'B1' })).body).toMatchObject({
      status: 409,
      errors: [{ field: 'segment', value: `${other.line.code}.B1` }],
    })
    expect(await verbs(`/plant-nodes/${line.id}`)).toEqual(['add', 'move'])
  })

  it('and what it stands in may move at once: every code says where it is in the end', async () => {
    const { database } = server
    const one = await newPlant()
    const two = await newPlant()

    const answers = await Promise.all([
      move(one.line.id, { parentId: two.area.id, segment: 'LX' }),
      move(two.site.id, { parentId: null, segment: `${two.site.code}-NEW` }),
      move(two.area.id, { parentId: two.site.id, segment: 'AX' }),
      add({ level: 'equipment', segment: 'B7', parentId: one.line.id, profileKey: one.key }),
    ])

    // Who came after a move saw another revision of what moved along.
    expect(answers.map(({ status }) => status).filter((status) => ![200, 201, 409].includes(status))).toEqual([])
    const nodes = await database.db
      .selectFrom('telemetry_node as n')
      .innerJoin('telemetry_node as a', 'a.id', 'n.parent_id')
      .select(['n.code', 'a.code as above'])
      .execute()
    const points = await database.db
      .selectFrom('telemetry_point as p')
      .innerJoin('telemetry_node as n', 'n.id', 'p.node_id')
      .select(['p.code', 'n.code as above'])
      .execute()
    for (const { code, above } of [...nodes, ...points]) expect(code.slice(0, code.lastIndexOf('.'))).toBe(above)
  })

  it('goes out of use only when it is empty, with its points', async () => {
    const { line, roll, key } = await newPlant()
    const wish = { protocol: 'jt808', identity: '13911110001', name: '车', profileKey: key, segment: 'CAR' }
    const device = await dispatcher.post(`${api}/devices`, { commandId: newId(), ...wish, parentId: line.id })
    expect(device.body.code).toBe(`${line.code}.CAR`)

    expect((await retire(line.id, 1)).body).toMatchObject({
      status: 409,
      kind: 'node_not_empty',
      errors: [{ field: 'id', value: line.code }],
      meta: { nodes: 2, devices: 0 },
    })
    const [car] = (await children(`q=${line.code}.CAR`)).rows
    expect((await retire(car.id, 1)).body).toMatchObject({ kind: 'node_not_empty', meta: { nodes: 0, devices: 1 } })
    expect((await retire(roll.id, 1)).status).toBe(200)
    expect(await pointsOf(roll.id)).toEqual([])
    expect(codes(await pointsOf(roll.id, '?retired=1'))).toEqual([`${roll.code}.I`, `${roll.code}.T`])
    expect(codes((await children(`parentId=${line.id}`)).rows)).toEqual([`${line.code}.CAR`])
    expect((await add({ level: 'equipment', segment: 'X', parentId: roll.id })).body).toMatchObject({
      errors: [{ field: 'parentId' }],
    })
    expect((await set(roll.id, { rev: 2 })).body).toMatchObject({ status: 409, kind: 'node_retired' })
  })
})

describe('a type of equipment', () => {
  it('changes the points that were made from it, but for what they say themselves, and makes what is new', async () => {
    const { database, deps } = server
    const { key, roll } = await newPlant()
    const elsewhere = await openCatalog(database.db, deps.zoneId)
    const [current] = await pointsOf(roll.id)
    const own = { name: name('一号电流'), unit: 'A', euLow: 0, euHigh: 60, sampleMs: 1_000, staleAfterS: 90 }
    const put = await dispatcher.put(`${api}/points/${current.point}`, {
      commandId: newId(),
      rev: 1,
      ...own,
      counterMax: null,
    })
    expect(put.status).toBe(200)

    const saved = await saveType(
      key,
      [entry('I', { euHigh: 80, staleAfterS: 20 }), entry('T', { unit: 'Cel', name: name('轴承') }), entry('P')],
      1,
    )

    expect(saved.body).toEqual({ rev: 2, made: 1, changed: 2, freed: 0 })
    expect(await pointsOf(roll.id)).toMatchObject([
      { key: 'I', name: name('一号电流'), own: ['name', 'staleAfterS'], euHigh: 80, staleAfterS: 90 },
      { key: 'P', own: [] },
      { key: 'T', name: name('轴承'), own: [] },
    ])
    expect((await dispatcher.get(`${api}/equipment-profiles/${key}`)).body).toMatchObject({
      rev: 2,
      nodes: 1,
      points: [{ key: 'I', made: 1 }, { key: 'T' }, { key: 'P', made: 1 }],
    })
    await elsewhere.refresh()
    expect(elsewhere.find(current.point)).toMatchObject({ euHigh: 80, staleAfterS: 90 })
    const { rows } = (await dispatcher.get(`${api}/equipment-profiles/${key}/trail`)).body
    expect(rows.map(({ verb }: { verb: string }) => verb)).toEqual(['add', 'set'])
    const told = (list: readonly { readonly key: string }[]) => list.map((one) => one.key)
    expect([told(rows[1].data.before.points), told(rows[1].data.after.points)]).toEqual([
      ['I', 'T'],
      ['I', 'T', 'P'],
    ])
  })

  it('says in its history which entries were changed, and of those that stayed nothing', async () => {
    const { key } = await newPlant([entry('I'), entry('T'), entry('P')])

    expect((await saveType(key, [entry('I'), entry('T', { euHigh: 80 }), entry('P')], 1)).status).toBe(200)

    const { rows } = (await dispatcher.get(`${api}/equipment-profiles/${key}/trail`)).body
    expect(rows.find(({ verb }: { verb: string }) => verb === 'set').data).toMatchObject({
      before: { points: [{ key: 'T', euHigh: 60 }] },
      after: { points: [{ key: 'T', euHigh: 80 }] },
    })
    const { before, after } = rows.find(({ verb }: { verb: string }) => verb === 'set').data
    expect([before.points.length, after.points.length]).toEqual([1, 1])
  })

  it('says for how many days readings are kept; its points follow, but for one that says otherwise', async () => {
    const { key, roll } = await newPlant()
    const [current] = await pointsOf(roll.id)
    const { name: called, unit, euLow, euHigh, sampleMs, staleAfterS, counterMax } = current
    const says = { name: called, unit, euLow, euHigh, sampleMs, staleAfterS, counterMax }
    const put = (rawDays: number) =>
      dispatcher.put(`${api}/points/${current.point}`, { commandId: newId(), rev: 1, ...says, rawDays })

    expect((await put(1)).body).toMatchObject({ status: 400, errors: [{ field: 'rawDays', value: 1 }] })
    expect((await put(36_501)).body).toMatchObject({ status: 400, errors: [{ field: 'rawDays' }] })
    expect((await put(5)).status).toBe(200)
    expect((await saveType(key, [entry('I'), entry('T', { unit: 'Cel', rawDays: 30 })], 1)).body).toMatchObject({
      changed: 1,
    })

    expect(await pointsOf(roll.id)).toMatchObject([
      { key: 'I', own: ['rawDays'], rawDays: 5 },
      { key: 'T', own: [], rawDays: 30 },
    ])
  })

  it('saved again as it is changes nothing and costs no numbers of points', async () => {
    const { database } = server
    const points = [entry('I'), entry('T', { unit: 'Cel' })]
    const { key } = await newPlant(points)
    const last = () => database.db.selectFrom('telemetry_point').select('id').orderBy('id', 'desc').executeTakeFirst()
    const before = await last()

    expect((await saveType(key, points, 1)).body).toEqual({ rev: 2, made: 0, changed: 0, freed: 0 })

    await newPlant([entry('I')])
    expect((await last())?.id).toBe((before?.id ?? 0) + 1)
  })

  it('cannot change the kind and resolution of points that are there', async () => {
    const { key } = await newPlant()

    expect((await saveType(key, [entry('T'), entry('I', { resolution: 0.01 })], 1)).body).toMatchObject({
      status: 422,
      kind: 'template_fixed',
      errors: [{ field: 'points.1.resolution', value: 0.01, rule: '0.1' }],
    })
    expect((await saveType(key, [entry('I', { kind: 'counter' })], 1)).body).toMatchObject({
      errors: [{ field: 'points.0.kind', value: 'counter', rule: 'analog' }],
    })
  })

  it('without an entry leaves its points to their equipment', async () => {
    const { key, roll } = await newPlant()

    expect((await saveType(key, [entry('I')], 1)).body).toMatchObject({ freed: 1 })

    expect(await pointsOf(roll.id)).toMatchObject([
      { key: 'I', profileKey: key },
      { key: 'T', profileKey: null, retired: false },
    ])
  })

  it('is refused by field: keys, ranges, decimals, another’s key, an older view', async () => {
    const { key } = await newPlant()
    const refused = async (points: readonly object[], rev = 1) => (await saveType(key, points, rev)).body

    expect(await refused([entry('I'), entry('I')])).toMatchObject({ status: 400, errors: [{ field: 'points.1.key' }] })
    expect(await refused([entry('I', { euLow: 5, euHigh: 5 })])).toMatchObject({
      status: 400,
      errors: [{ field: 'points.0.euHigh' }],
    })
    expect(await refused([entry('a b')])).toMatchObject({ errors: [{ field: 'points.0.key' }] })
    expect(await refused([entry('I', { resolution: 1 / 3 })])).toMatchObject({
      errors: [{ field: 'points.0.resolution' }],
    })
    expect(await refused([entry('I')], 0)).toMatchObject({ status: 409, errors: [{ field: 'key', value: key }] })
    expect(await refused([entry('I')], 7)).toMatchObject({ status: 409, errors: [{ field: 'rev', value: 7 }] })
    expect((await saveType('Bad Key', [])).body).toMatchObject({ status: 400, errors: [{ field: 'key' }] })
  })

  it('does not cross a limit that a point has of its own', async () => {
    const { key, roll } = await newPlant()
    const [current] = await pointsOf(roll.id)
    const own = { name: current.name, unit: 'A', euLow: 50, euHigh: 60, sampleMs: 1_000, staleAfterS: 30 }
    await dispatcher.put(`${api}/points/${current.point}`, { commandId: newId(), rev: 1, ...own, counterMax: null })

    expect((await saveType(key, [entry('I', { euHigh: 40 })], 1)).body).toMatchObject({
      status: 422,
      kind: 'range_crossed',
      errors: [{ field: 'points.0.euHigh', value: 40, rule: '> 50' }],
      meta: { code: `${roll.code}.I` },
    })
  })

  it('gives its new point also to equipment that is added at the same time', async () => {
    const { key, line } = await newPlant()

    const [saved, ...added] = await Promise.all([
      saveType(key, [entry('I'), entry('T', { unit: 'Cel' }), entry('P')], 1),
      ...['C1', 'C2', 'C3'].map((segment) => add({ level: 'equipment', segment, parentId: line.id, profileKey: key })),
    ])

    expect(saved?.status).toBe(200)
    for (const one of added)
      expect((await pointsOf(one.body.id)).map((point: { key: string }) => point.key)).toEqual(['I', 'P', 'T'])
  })
})

describe('a point', () => {
  const says = {
    name: name('电流'),
    unit: 'A',
    euLow: 0,
    euHigh: 60,
    sampleMs: 1_000,
    staleAfterS: 30,
    counterMax: null,
  }
  const put = (point: number, change: object) =>
    dispatcher.put(`${api}/points/${point}`, { commandId: newId(), rev: 1, ...says, ...change })
  const deed = (point: number, what: string, change: object) =>
    dispatcher.post(`${api}/points/${point}/${what}`, { commandId: newId(), rev: 1, ...change })

  it('says itself what differs from its type, and follows it again when it is reset', async () => {
    const { roll } = await newPlant()
    const [{ point }] = await pointsOf(roll.id)

    expect((await put(point, { euHigh: 45 })).body).toEqual({ rev: 2 })
    expect((await pointsOf(roll.id))[0]).toMatchObject({ own: ['name', 'euHigh'], euHigh: 45, rev: 2 })
    expect((await put(point, {})).body).toMatchObject({ status: 409, errors: [{ field: 'rev' }] })
    expect((await deed(point, 'reset', { rev: 2 })).body).toEqual({ rev: 3 })
    expect((await pointsOf(roll.id))[0]).toMatchObject({ own: [], euHigh: 60, name: name('I') })
    expect(await verbs(`/points/${point}`)).toEqual(['set', 'reset'])
  })

  it('whose readings are kept gets another unit only with a reason; a first unit needs none', async () => {
    const { roll } = await newPlant([entry('I'), entry('N', { unit: null })])
    const [current, plain] = await pointsOf(roll.id)
    await measure(current.point, 123)
    await measure(plain.point, 5)

    expect((await put(current.point, { unit: 'mA' })).body).toMatchObject({
      status: 422,
      kind: 'unit_unconfirmed',
      errors: [{ field: 'unit', value: 'mA' }],
    })
    expect((await put(current.point, { unit: 'mA', reason: '铭牌为毫安' })).status).toBe(200)
    expect((await put(plain.point, { unit: 'mm/s' })).status).toBe(200)
    expect((await pointsOf(roll.id))[0]).toMatchObject({ unit: 'mA', own: ['name', 'unit'], last: { value: 12.3 } })
  })

  it('whose type gets another unit is told so only with a reason', async () => {
    const { key, roll } = await newPlant([entry('I')])
    const [{ point }] = await pointsOf(roll.id)
    await measure(point, 123)

    expect((await saveType(key, [entry('I', { unit: 'mA' })], 1)).body).toMatchObject({
      kind: 'unit_unconfirmed',
      errors: [{ field: 'points.0.unit', value: 'mA' }],
    })
    expect((await saveType(key, [entry('I', { unit: 'mA' })], 1, { reason: '核对铭牌' })).body).toMatchObject({
      changed: 1,
    })
  })

  it('goes out of use and into use again, each once', async () => {
    const { roll } = await newPlant()
    const [{ point }] = await pointsOf(roll.id)
    const reason = '传感器拆除'

    const both = await Promise.all([
      deed(point, 'retirement', { reason }),
      deed(point, 'retirement', { reason: '另一个理由' }),
    ])

    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(codes(await pointsOf(roll.id))).toEqual([`${roll.code}.T`])
    expect((await put(point, { rev: 2 })).body).toMatchObject({ status: 409, kind: 'point_retired' })
    expect((await deed(point, 'restoration', { rev: 2, reason })).status).toBe(200)
    expect(codes(await pointsOf(roll.id))).toEqual([`${roll.code}.I`, `${roll.code}.T`])
    expect(await verbs(`/points/${point}`)).toEqual(['retire', 'restore'])
  })

  it('is refused by field and rule, and to who may not', async () => {
    const { roll } = await newPlant()
    const [{ point }] = await pointsOf(roll.id)

    expect((await put(point, { euLow: 70 })).body).toMatchObject({ status: 400, errors: [{ field: 'euHigh' }] })
    expect((await put(point, { staleAfterS: 0 })).body).toMatchObject({ errors: [{ field: 'staleAfterS', value: 0 }] })
    expect((await put(point, { counterMax: 10 })).body).toMatchObject({
      status: 422,
      errors: [{ field: 'counterMax', value: 10, rule: 'counter' }],
    })
    expect((await put(16_000_000, {})).status).toBe(404)
    const body = { commandId: newId(), rev: 1, ...says }
    for (const who of [firm, supervisor]) expect((await who.put(`${api}/points/${point}`, body)).status).toBe(403)
    expect((await stranger.get(`${api}/points/${point}/trail`)).status).toBe(404)
    expect((await firm.get(`${api}/points/${point}/trail`)).status).toBe(200)
  })
})
