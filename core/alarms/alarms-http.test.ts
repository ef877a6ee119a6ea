import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { newId } from '@tingzhou/db'
import { createParty } from '@tingzhou/parties'
import {
  addDevice,
  addFix,
  addNode,
  addNodePoints,
  addSample,
  alarmItems,
  fixKind,
  newReadings,
  sampleKind,
  saveProfile,
  type DeviceSettings,
} from '@tingzhou/telemetry'
import { readTable } from '@tingzhou/sheets'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { alarmsOf } from './ports.ts'
import { plainFix, ruleOf } from './testing.ts'

const api = '/api/v1'
const command = () => ({ commandId: newId() })
let server: TestServer
let people: Record<'dispatcher' | 'duty' | 'firm' | 'other' | 'auditor', Client>
let point = 0
let truck = 0
let at = 0
beforeAll(async () => {
  server = await startTestServer()
  const { db, zoneId, clock } = server.deps
  const party = (name: string) => createParty(db, zoneId, { kind: 'enterprise', name }, clock())
  const [mill, paper] = [await party('合成面粉厂'), await party('合成纸厂')]
  const actor = (role: Parameters<TestServer['actor']>[0][number]['role'], partyId: string | null = null) =>
    server.actor([{ role, partyId }], { name: role })
  people = {
    dispatcher: await actor('dispatcher'),
    duty: await actor('duty_officer'),
    firm: await actor('enterprise', mill),
    other: await actor('enterprise', paper),
    auditor: await actor('auditor'),
  }
  const points = [
    ['T', 0.1],
    ['RUN', 1],
  ] as const
  await db.transaction().execute(async (tx) => {
    await saveProfile(
      tx,
      zoneId,
      {
        key: 'motor',
        name: { zh: '电机', en: 'Motor' },
        points: points.map(([key, resolution]) => ({
          key,
          kind: 'analog',
          name: { zh: key, en: key },
          unit: key === 'T' ? 'Cel' : null,
          resolution,
          euLow: 0,
          euHigh: 100,
          sampleMs: 1_000,
          staleAfterS: null,
          counterMax: null,
        })),
      },
      clock(),
    )
    for (const [segment, profileKey] of [
      ['M1', 'motor'],
      ['T1', 'truck'],
    ] as const)
      await addNode(tx, zoneId, {
        id: newId(),
        parentId: null,
        level: 'equipment',
        segment,
        name: { zh: segment, en: segment },
        profileKey,
        partyId: mill,
      })
  })
  const rows = await db.selectFrom('telemetry_point').select(['id', 'code']).where('zone_id', '=', zoneId).execute()
  point = rows.find(({ code }) => code === 'M1.T')?.id ?? 0
  truck = rows.find(({ code }) => code === 'T1.POS')?.id ?? 0
  at = Math.floor(server.deps.telemetry.clock() / 1_000) * 1_000 - 60_000
})
afterAll(() => server.close())

async function send(value: number, where = point) {
  const readings = newReadings(sampleKind)
  addSample(readings, where, (at += 1_000), Math.round(value * 10))
  await server.deps.telemetry.ingest(readings)
  await alarmsOf(server.deps).settle()
}
async function drive(alarm: number) {
  const readings = newReadings(fixKind)
  addFix(readings, truck, { ...plainFix, at: (at += 1_000), alarm })
  await server.deps.telemetry.ingest(readings)
  await alarmsOf(server.deps).settle()
}
const put = (rule: object | null, rev: number, over: object = {}, client = people.dispatcher) =>
  client.put(`${api}/alarm-points/${point}/rules/hi`, {
    ...command(),
    mode: rule === null ? 'off' : 'own',
    rule,
    reason: '试验',
    rev,
    ...over,
  })
const first = async (query = '') => (await people.duty.get(`${api}/alarms${query}`)).body.rows[0]

describe('rules over HTTP', () => {
  it('are tried on what was measured before they count', async () => {
    for (const value of [70, 85, 70, 85, 60]) await send(value)
    const tried = await people.dispatcher.post(`${api}/alarm-rule-trials`, { point, rule: ruleOf({}), hours: 1 })

    expect(tried.body).toMatchObject({ values: 5, alarms: 2, quiet: 0, activeS: 2 })
    expect((await people.dispatcher.get(`${api}/alarm-history`)).body.rows).toEqual([])
  })

  it('are refused at the field, and by whoever may not make them', async () => {
    const unfit = await put(ruleOf({ condition: { kind: 'bit', bit: 3 } }), 0)
    expect(unfit.body).toMatchObject({
      status: 422,
      kind: 'condition_unfit',
      errors: [{ field: 'rule.condition.kind', value: 'bit' }],
    })
    const unknown = await put(ruleOf({ suppress: { point: 'NONE', is: 'eq', value: 0 } }), 0)
    expect(unknown.body).toMatchObject({ status: 422, kind: 'point_unknown' })
    expect((await put(ruleOf({ key: 'lo' }), 0)).body).toMatchObject({ kind: 'rule_key_differs' })
    expect((await put({ ...ruleOf({}), level: 5 }, 0)).status).toBe(400)
    expect(
      (await put({ ...ruleOf({}), condition: { kind: 'limit', side: 'hi', limit: 'DROP TABLE' } }, 0)).status,
    ).toBe(400)
    expect((await put({ ...ruleOf({}), onDelayS: -1 }, 0)).status).toBe(400)
    expect((await put(ruleOf({}), 0, {}, people.firm)).status).toBe(403)
    expect(
      (
        await people.dispatcher.put(`${api}/alarm-points/16777215/rules/hi`, {
          ...command(),
          mode: 'own',
          rule: ruleOf({}),
          reason: 'x',
          rev: 0,
        })
      ).status,
    ).toBe(404)
  })

  it('count at once; of two who change one, the second is told', async () => {
    const rule = ruleOf({
      level: 1,
      needsAction: true,
      condition: { kind: 'limit', side: 'hi', limit: 80, deadband: 2 },
    })
    expect((await put(rule, 0)).body).toEqual({ rev: 1 })
    expect((await put(rule, 0)).body).toMatchObject({ status: 409, kind: 'rule_changed' })
    expect((await people.firm.get(`${api}/alarm-points/${point}`)).body.views).toMatchObject([
      { key: 'hi', from: 'point', rev: 1 },
    ])
    expect((await people.other.get(`${api}/alarm-points/${point}`)).status).toBe(404)
  })

  it('are made anew under the name of one that the point no longer says, by one person only', async () => {
    const rule = ruleOf({ key: 'lo', condition: { kind: 'limit', side: 'lo', limit: 5, deadband: 2 } })
    const say = async (mode: 'own' | 'inherit', rev: number) => {
      const said = { ...command(), mode, rule: mode === 'own' ? rule : null, reason: '试验', rev }
      return (await people.dispatcher.put(`${api}/alarm-points/${point}/rules/lo`, said)).body
    }
    const keys = async () => {
      const { views } = (await people.dispatcher.get(`${api}/alarm-points/${point}`)).body
      return views.map(({ key }: { readonly key: string }) => key)
    }
    expect(await say('own', 0)).toEqual({ rev: 1 })
    expect(await say('inherit', 1)).toEqual({ rev: 2 })
    expect(await keys()).toEqual(['hi'])

    expect(await say('own', 0)).toEqual({ rev: 3 })
    expect(await say('own', 0)).toMatchObject({ status: 409, kind: 'rule_changed' })
    expect(await say('inherit', 3)).toEqual({ rev: 4 })
  })
})

describe('rules of a type over HTTP', () => {
  const putType = (body: object, client = people.dispatcher, template = 'RUN') =>
    client.put(`${api}/alarm-types/motor/${template}/rules/hi`, {
      ...command(),
      mode: 'own',
      rule: ruleOf({ condition: { kind: 'limit', side: 'hi', limit: 99 } }),
      reason: '说明书',
      rev: 0,
      ...body,
    })

  it('count at every point of the type, are read as they were written, and are switched off again', async () => {
    expect(await putType({})).toMatchObject({ status: 200, body: { rev: 1 } })

    const { rows } = (await people.dispatcher.get(`${api}/alarm-types?ruled=yes&q=motor`)).body
    expect(rows).toMatchObject([{ profileKey: 'motor', template: 'RUN', rules: 1, points: 1 }])
    const shown = (await people.dispatcher.get(`${api}/alarm-types/motor/RUN`)).body
    expect(shown.samples).toMatchObject([{ code: 'M1.RUN' }])
    expect(shown.views).toMatchObject([{ key: 'hi', rule: { condition: { limit: 99 } }, rev: 1, otherwise: 0 }])
    const seen = (await people.firm.get(`${api}/alarm-points/${shown.samples[0].point}`)).body
    expect(seen.views).toMatchObject([{ key: 'hi', from: 'type', rule: { condition: { limit: 99 } } }])

    expect(await putType({ mode: 'off', rule: null, rev: 1 })).toMatchObject({ status: 200, body: { rev: 2 } })
    expect((await people.dispatcher.get(`${api}/alarm-types/motor/RUN`)).body.views).toMatchObject([
      { key: 'hi', rule: null, reason: '说明书' },
    ])
  })

  it('are refused with a name that the type does not have, when somebody was quicker, and to the enterprise', async () => {
    const rule = ruleOf({ suppress: { point: 'NOPE', is: 'eq', value: 0 } })
    const named = await putType({ rule, rev: 2 })

    expect(named).toMatchObject({ status: 422, body: { kind: 'point_unknown' } })
    expect(named.body.errors).toMatchObject([{ field: 'rule.suppress.point', value: 'NOPE' }])
    expect(await putType({ rev: 1 })).toMatchObject({ status: 409, body: { kind: 'rule_changed' } })
    expect((await putType({ rev: 2 }, people.firm)).status).toBe(403)
    expect((await people.firm.get(`${api}/alarm-types`)).status).toBe(403)
    expect((await people.firm.get(`${api}/alarm-types/motor/RUN`)).status).toBe(403)
    expect((await putType({}, people.dispatcher, 'NONE')).status).toBe(404)
    expect((await people.dispatcher.get(`${api}/alarm-types/motor/NONE`)).status).toBe(404)
  })
})

describe('an alarm that needs action', () => {
  it('is listed, told to the watch and the owner, and opens a case', async () => {
    await send(90)
    await server.relay.settle()

    expect(await first()).toMatchObject({
      code: 'M1.T',
      level: 1,
      state: 'unack_active',
      startedValue: 90,
      limit: 80,
      case: { state: 'responding' },
    })
    expect((await people.other.get(`${api}/alarms`)).body.rows).toEqual([])
    expect((await people.firm.get(`${api}/alarms`)).body.rows).toHaveLength(1)
    for (const who of [people.dispatcher, people.firm]) {
      const bell = await who.get(`${api}/notices`)
      expect(JSON.stringify(bell.body)).toContain('M1')
    }
    expect((await server.anyone().get(`${api}/alarms`)).status).toBe(401)
  })

  it('is acknowledged once, however many press at once', async () => {
    const { id } = await first()
    const missing = newId()
    const answers = await Promise.all(
      [people.duty, people.dispatcher, people.firm].map((who) =>
        who.post(`${api}/alarm-acknowledgements`, { ...command(), ids: [id, missing], comment: '已派人' }),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(answers.flatMap(({ body }) => body.done)).toEqual([id])
    expect(
      answers.filter(({ body }) => body.left.some((one: { reason: string }) => one.reason === 'acknowledged')),
    ).toHaveLength(2)
    expect((await people.other.post(`${api}/alarm-acknowledgements`, { ...command(), ids: [id] })).body).toMatchObject({
      done: [],
      left: [{ reason: 'not_found' }],
    })
    expect((await people.auditor.post(`${api}/alarm-acknowledgements`, { ...command(), ids: [id] })).status).toBe(403)
    expect((await people.duty.post(`${api}/alarm-acknowledgements`, { ...command(), ids: [] })).status).toBe(400)
    expect(
      (
        await people.duty.post(`${api}/alarm-acknowledgements`, {
          ...command(),
          ids: Array.from({ length: 201 }, newId),
        })
      ).status,
    ).toBe(400)
    expect(
      (await people.duty.post(`${api}/alarm-acknowledgements`, { ...command(), ids: ["'; drop table alarm"] })).status,
    ).toBe(400)
    const { body } = await people.duty.get(`${api}/alarms/${id}`)
    expect(body.events.map(({ verb }: { verb: string }) => verb)).toEqual(['raised', 'acknowledged'])
  })

  it('that comes again attaches to its open case, which says when it is over and stays', async () => {
    await send(70)
    await send(91)
    await server.relay.settle()
    const { case: found } = await first()
    expect((await people.duty.get(`${api}/alarm-cases`)).body.rows).toMatchObject([
      { id: found.id, alarms: 2, clearedAt: null },
    ])
    await send(70)
    await server.relay.settle()

    const shown = (await people.duty.get(`${api}/alarm-cases/${found.id}`)).body
    expect(shown).toMatchObject({ state: 'responding', alarms: 2 })
    expect(shown.clearedAt).not.toBeNull()
    expect(shown.trail.map(({ verb }: { verb: string }) => verb)).toEqual(['open', 'cleared', 'reopened', 'cleared'])
    expect(shown.members).toHaveLength(2)
  })

  it('is closed with proof by somebody else than who responded', async () => {
    const { id } = (await people.duty.get(`${api}/alarm-cases`)).body.rows[0]
    const move = async (who: Client, input: object) => {
      const { rev } = (await people.duty.get(`${api}/alarm-cases/${id}`)).body
      return who.post(`${api}/alarm-cases/${id}/moves`, { id, move: { ...command(), rev, ...input } })
    }

    expect((await move(people.other, { move: 'respond', words: '冒名' })).status).toBe(404)
    expect((await move(people.duty, { move: 'respond', words: '更换轴承', fileIds: [newId()] })).status).toBe(422)
    expect((await move(people.duty, { move: 'respond', words: '' })).status).toBe(400)
    expect((await move(people.duty, { move: 'respond', words: '更换轴承' })).body).toMatchObject({ state: 'verifying' })
    expect((await move(people.duty, { move: 'verify' })).status).toBe(403)
    expect((await move(people.firm, { move: 'verify' })).status).toBe(403)
    expect((await move(people.dispatcher, { move: 'redo', words: '没有照片' })).body).toMatchObject({
      state: 'responding',
    })
    expect((await move(people.firm, { move: 'respond', words: '已补照片' })).body).toMatchObject({ state: 'verifying' })
    const stale = await people.dispatcher.post(`${api}/alarm-cases/${id}/moves`, {
      id,
      move: { ...command(), rev: 1, move: 'verify' },
    })
    expect(stale.status).toBe(409)
    expect((await move(people.dispatcher, { move: 'verify' })).body).toMatchObject({ state: 'closed' })

    await send(95)
    await server.relay.settle()
    expect((await people.duty.get(`${api}/alarm-cases`)).body.rows).toHaveLength(2)
    expect((await people.duty.get(`${api}/alarm-cases/${id}/process`)).body.visited).toContain('closed')
  })
})

describe('what is kept quiet', () => {
  it('is shelved for a time with a reason, by one person, and comes up again when the time is over', async () => {
    const seat = { point, rule: 'hi' }
    expect(
      (await people.duty.post(`${api}/alarm-shelvings`, { ...command(), ...seat, hours: 9, reason: '检修' })).status,
    ).toBe(400)
    expect(
      (await people.duty.post(`${api}/alarm-shelvings`, { ...command(), ...seat, hours: 1, reason: ' ' })).status,
    ).toBe(400)
    expect(
      (
        await people.duty.post(`${api}/alarm-shelvings`, {
          ...command(),
          point,
          rule: 'none',
          hours: 1,
          reason: '检修',
        })
      ).status,
    ).toBe(404)
    expect(
      (await people.other.post(`${api}/alarm-shelvings`, { ...command(), ...seat, hours: 1, reason: '检修' })).status,
    ).toBe(404)
    const both = await Promise.all(
      [people.duty, people.dispatcher].map((who) =>
        who.post(`${api}/alarm-shelvings`, { ...command(), ...seat, hours: 1, reason: '检修' }),
      ),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await first('?show=quiet')).toMatchObject({ state: 'shelved', hold: { reason: '检修' } })

    await server.database.db
      .updateTable('alarm_hold')
      .set({ until: new Date(at) })
      .execute()
    await server.timers.runDue((server.deps.clock() + 3_600_001) as never)

    expect(await first()).toMatchObject({ state: 'unack_active', hold: null })
  })

  it('is out of service until somebody puts it back', async () => {
    const seat = { point, rule: 'hi' }
    expect(
      (await people.firm.post(`${api}/alarm-service-stops`, { ...command(), ...seat, reason: '更换传感器' })).status,
    ).toBe(200)
    await send(60)
    await send(99)
    expect(await first('?show=all')).toMatchObject({ state: 'out_of_service' })
    expect((await people.firm.post(`${api}/alarm-unshelvings`, { ...command(), ...seat })).body).toMatchObject({
      kind: 'not_held',
    })
    expect((await people.duty.post(`${api}/alarm-service-returns`, { ...command(), ...seat })).status).toBe(200)
    expect(await first()).toMatchObject({ state: 'unack_active' })
  })
})

describe('the record of alarms', () => {
  it('is filtered, exported, and cannot be changed', async () => {
    await drive(1)
    await drive(0)
    const all = (await people.duty.get(`${api}/alarm-history`)).body.rows
    const trucks = (await people.duty.get(`${api}/alarm-history?place=T1&level=1`)).body.rows

    expect(trucks).toMatchObject([{ ruleKey: 'sos', isMoving: true, startedValue: null }])
    expect(all.length).toBeGreaterThan(4)
    expect((await people.duty.get(`${api}/alarm-history?since=2001-01-01&until=2001-01-02`)).body.rows).toEqual([])
    expect((await people.duty.get(`${api}/alarm-history?since=1 or 1=1`)).status).toBe(400)
    const sheet = await people.duty.get(`${api}/alarm-history/export.xlsx?level=1`)
    expect(sheet.headers.get('content-type')).toContain('spreadsheetml')
    await expect(server.database.db.updateTable('alarm_event').set({ verb: 'x' }).execute()).rejects.toThrow(
      'append-only',
    )
    await expect(server.database.db.deleteFrom('alarm_event').execute()).rejects.toThrow('append-only')
  })

  it('that stand is exported as the list shows it, in the reader’s language, and refused by name when it is too long', async () => {
    const table = async (path: string, lang = 'zh-CN') => {
      const sent = await fetch(`${server.url}${api}/${path}`, {
        headers: { authorization: `Bearer ${server.token}`, 'accept-language': lang },
      })
      const read = await readTable({ name: 'alarms.xlsx', bytes: new Uint8Array(await sent.arrayBuffer()) })
      if (!read.ok) throw new Error(JSON.stringify(read.error))
      return read.value
    }
    const listed = (await people.duty.get(`${api}/alarms?show=all`)).body.rows
    expect(listed.length).toBeGreaterThan(0)
    const all = await table('alarms/export.xlsx?show=all')
    expect(all.header).toEqual(expect.arrayContaining(['级别', '责任岗位', '搁置/停用人']))
    expect(all.rows).toHaveLength(listed.length)
    expect(await table('alarms/export.xlsx?show=all&place=NONE', 'en')).toMatchObject({ rows: [] })
    expect((await table('alarms/export.xlsx?show=all', 'en')).header).toContain('Kept quiet by')

    await sql`insert into alarm (zone_id, id, point_id, node_id, party_id, rule_key, rule, level, owner, state, started_at, recorded_at)
      select a.zone_id, gen_random_uuid(), a.point_id, a.node_id, a.party_id, 'many_' || n, a.rule, 4, a.owner, 'unack_active',
        a.started_at, a.recorded_at from (select * from alarm limit 1) a, generate_series(1, 50001) n`.execute(
      server.database.db,
    )
    const refusals = await Promise.all(
      (['zh-CN', 'en'] as const).flatMap((lang) =>
        ['alarms', 'alarm-history'].map((path) =>
          people.duty.send('GET', `${api}/${path}/export.xlsx?level=4`, { lang }),
        ),
      ),
    )
    await sql`delete from alarm where rule_key like 'many_%'`.execute(server.database.db)

    const refused = (detail: string) => ({ status: 422, kind: 'export_too_large', detail })
    const [zh, en] = ['一次最多导出 50000 行，请缩小范围。', 'At most 50000 rows at once; narrow the filter.']
    expect(refusals.map(({ body }) => body)).toMatchObject([zh, zh, en, en].map(refused))
  }, 120_000)

  it('says how alarms do their work', async () => {
    for (let time = 0; time < 6; time++) {
      await send(99)
      await send(60)
    }
    const now = server.deps.telemetry.clock()
    const { body } = await people.auditor.get(`${api}/alarm-performance?from=${now - 3_600_000}&until=${now + 60_000}`)

    expect(body.positions).toMatchObject([{ owner: 'dispatcher' }])
    expect(body.positions[0].worstTenMinutes).toBeGreaterThan(5)
    expect(body.top[0]).toMatchObject({ code: 'M1.T', ruleKey: 'hi' })
    expect(body.chattering[0].chatters).toBeGreaterThan(2)
    expect(body.levels.reduce((sum: number, { alarms }: { alarms: number }) => sum + alarms, 0)).toBe(body.alarms)
    expect((await people.duty.get(`${api}/alarm-performance?from=2&until=1`)).status).toBe(422)
    expect((await people.duty.get(`${api}/alarm-performance?from=0&until=${now}`)).status).toBe(422)
  })
})

describe('an alarm of a terminal that says more of it', () => {
  it('tells which area was crossed and how, and of others nothing', async () => {
    const { db, zoneId, telemetry } = server.deps
    const { node_id: nodeId } = await db
      .selectFrom('telemetry_point')
      .select('node_id')
      .where('id', '=', truck)
      .executeTakeFirstOrThrow()
    const keys = [alarmItems.crossingWay, alarmItems.crossingPlace, alarmItems.crossingArea]
    const entry = { unit: null, resolution: 1, euLow: null, euHigh: null, sampleMs: null, staleAfterS: null } as const
    await db.transaction().execute((tx) =>
      addNodePoints(
        tx,
        zoneId,
        nodeId,
        keys.map((key) => ({ key, kind: 'discrete', name: { zh: key, en: key }, counterMax: null, ...entry })),
      ),
    )
    await telemetry.catalog.refresh()
    const ids = await db
      .selectFrom('telemetry_point')
      .select(['id', 'template'])
      .where('node_id', '=', nodeId)
      .execute()
    const say = async (values: readonly (readonly [key: string, value: number])[]) => {
      const readings = newReadings(sampleKind)
      for (const [key, value] of values)
        addSample(readings, ids.find(({ template }) => template === key)?.id ?? 0, at, value)
      await telemetry.ingest(readings)
    }
    const rule = ruleOf({ key: 'area_in_out', condition: { kind: 'bit', bit: 20 }, level: 3 })
    const given = { ...command(), mode: 'own', rule, reason: '试验', rev: 0 }
    expect((await people.dispatcher.put(`${api}/alarm-points/${truck}/rules/area_in_out`, given)).status).toBe(200)
    await drive(0)
    // Of an area that was crossed before.
    await say([[alarmItems.crossingArea, 7]])
    await drive(2 ** 20 + 2)
    await say([
      [alarmItems.crossingPlace, 3],
      [alarmItems.crossingArea, 12],
      [alarmItems.crossingWay, 1],
    ])

    const detailsOf = async (ruleKey: string) => {
      const { rows } = (await people.duty.get(`${api}/alarm-history?ruleKey=${ruleKey}`)).body
      return (await people.duty.get(`${api}/alarms/${rows[0].id}`)).body.details
    }
    const crossed = [
      { key: 'CROSSING-PLACE', value: 3 },
      { key: 'CROSSING-AREA', value: 12 },
      { key: 'CROSSING-WAY', value: 1 },
    ]
    expect(await detailsOf('area_in_out')).toMatchObject(crossed)
    await telemetry.store.flush(true)
    expect(await detailsOf('area_in_out')).toMatchObject(crossed)
    expect(await detailsOf('sos')).toEqual([])
    await drive(0)
  })
})

describe('a terminal that holds an alarm until it hears that a person knows of it', () => {
  const orders = () =>
    server.database.db.selectFrom('telemetry_command').select(['device_id', 'kind', 'body', 'state']).execute()
  const addTerminal = (settings: DeviceSettings) =>
    server.database.db.transaction().execute(async (tx) => {
      const { zoneId } = server.deps
      const { node_id: nodeId } = await tx
        .selectFrom('telemetry_point')
        .select('node_id')
        .where('id', '=', truck)
        .executeTakeFirstOrThrow()
      const device = { id: newId(), protocol: 'jt808', name: 'T1', nodeId, secret: null, settings } as const
      const added = await addDevice(tx, zoneId, { ...device, identity: newId().slice(-12).replaceAll(/[a-f]/g, '1') })
      return added.ok ? added.value.id : ''
    })
  const acknowledgeTruck = async () => {
    const { body } = await people.duty.get(`${api}/alarms?show=unacknowledged`)
    const ids = body.rows
      .filter(({ ruleKey }: { ruleKey: string }) => ['sos', 'gnss_fault'].includes(ruleKey))
      .map(({ id }: { id: string }) => id)
    expect(ids.length).toBeGreaterThan(0)
    const acknowledge = () => people.duty.post(`${api}/alarm-acknowledgements`, { ...command(), ids })
    return [await acknowledge(), await acknowledge()].map(({ body: { done } }) => done.length)
  }

  it('is told once, and of no alarm that it does not hold so', async () => {
    const devices = [await addTerminal({ version: '2019' }), await addTerminal({ version: '2011' })]
    await drive(1)

    expect((await acknowledgeTruck())[1]).toBe(0)

    const order = { kind: 'confirm_alarm', body: { alarmSerial: 0, alarmBits: 1 }, state: 'queued' }
    const told = await orders()
    expect(told).toHaveLength(2)
    for (const id of devices) expect(told).toContainEqual({ device_id: id, ...order })
  })

  it('is told of a door that was opened illegally by an order of its own', async () => {
    const before = await orders()
    await drive(2 ** 31 + 1)

    const { body } = await people.duty.get(`${api}/alarms?show=unacknowledged`)
    const ids = body.rows.filter(({ isMoving }: { isMoving: boolean }) => isMoving).map(({ id }: { id: string }) => id)
    await people.duty.post(`${api}/alarm-acknowledgements`, { ...command(), ids })

    const bits = (await orders())
      .filter((one) => !before.some(({ device_id, body: said }) => device_id === one.device_id && said === one.body))
      .map(({ body: said }) => (said as { alarmBits: number }).alarmBits)
    expect(bits.filter((one) => one === 2 ** 31)).toHaveLength(2)
    await drive(0)
  })

  it('is not told when its alarm is over already', async () => {
    await drive(0)
    await drive(1)
    await drive(0)
    const before = await orders()
    await acknowledgeTruck()

    expect(await orders()).toEqual(before)
  })
})
