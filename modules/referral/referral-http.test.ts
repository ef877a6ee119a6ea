import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantOf } from '@tingzhou/calendar'
import { epochMs, localDate } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { patient } from './testing.ts'

const api = '/api/v1'
let server: TestServer
// A Monday at the opening of the office.
let now: number = instantOf(localDate('2026-03-02'), '10:00')
const minute = 60_000

type Zone = Awaited<ReturnType<typeof enterZone>>
let zone: Zone
beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await enterZone()
})
afterAll(() => server.close())

const command = (body: object) => ({ commandId: crypto.randomUUID(), ...body })

async function created(client: Client, path: string, body: object): Promise<string> {
  const answer = await client.post(`${api}${path}`, command(body))
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id
}

/** An administrator enters a care home with two hospitals on its list; everyone else is given by roles. */
async function enterZone() {
  const admin = await server.actor([{ role: 'admin', partyId: null }])
  const institution = (kind: string, name: string) =>
    created(admin, '/referral-institutions', { kind, name, synthetic: true })
  const home = await institution('care_home', '合成甲养老院')
  const first = await institution('hospital', '合成乙医院')
  const second = await institution('hospital', '合成丙医院')
  for (const [hospitalId, priorityUp] of [
    [first, 1],
    [second, 2],
  ] as const)
    await created(admin, '/referral-agreements', {
      homeId: home,
      hospitalId,
      priorityUp,
      priorityDown: 1,
      validFrom: '2026-01-01',
    })
  const clerk = (partyId: string, name: string) => server.actor([{ role: 'dept_officer', partyId }], { name })
  return {
    admin,
    home,
    first,
    second,
    nurse: await clerk(home, '甲院护士'),
    doctor: await clerk(first, '乙院医生'),
    other: await clerk(second, '丙院医生'),
    coordinator: await server.actor([{ role: 'coordinator', partyId: null }], { name: '协调员' }),
    outsiders: [
      admin,
      await server.actor([{ role: 'auditor', partyId: null }]),
      await server.actor([{ role: 'supervisor', partyId: null }]),
      await server.actor([{ role: 'leader', partyId: null }]),
    ],
  }
}

const send = (over: object = {}) => created(zone.nurse, '/referrals', { ...patient, fromId: zone.home, ...over })
const read = async (id: string, client: Client = zone.coordinator) => (await client.get(`${api}/referrals/${id}`)).body
const move = async (id: string, client: Client, name: string, input: object = {}): Promise<Answer> =>
  client.post(`${api}/referrals/${id}/moves`, {
    move: { commandId: crypto.randomUUID(), rev: (await read(id)).rev, move: name, ...input },
  })
const accept = (id: string, client: Client = zone.doctor, over: object = {}) =>
  move(id, client, 'accept', { bed: '3 区 12 床', readyAt: now + 30 * minute, ...over })
const papers = [
  'referral_form',
  'case_abstract',
  'medication_list',
  'test_results',
  'ability_assessment',
  'consent_form',
]
const bringIn = async (id: string, items: readonly string[] = papers) => {
  await accept(id)
  await move(id, zone.nurse, 'depart')
  await move(id, zone.nurse, 'hand_over', { items })
  return move(id, zone.doctor, 'take_over', { items })
}
const codes = async (client: Client, query = '') =>
  (await client.get(`${api}/referrals?limit=200${query}`)).body.rows.map((row: { id: string }) => row.id)

describe('reach', () => {
  it('is the two institutions of the moment and the coordinator, for lists, counts, exports and all readings', async () => {
    const id = await send({ urgency: 'emergency' })
    const doors = ['', '/readings', '/history', '/process']
    const look = async (client: Client) => [
      (await codes(client)).includes(id),
      ...(await Promise.all(doors.map((door) => client.get(`${api}/referrals/${id}${door}`)))).map(
        ({ status }) => status === 200,
      ),
      (await client.post(`${api}/referrals/${id}/readings`, command({ why: 'assess' }))).status === 200,
    ]
    const all = [true, true, true, true, true, true]
    const none = all.map(() => false)

    for (const client of [zone.nurse, zone.doctor, zone.coordinator]) expect(await look(client)).toEqual(all)
    for (const client of [zone.other, ...zone.outsiders]) expect(await look(client)).toEqual(none)
    now += 15 * minute
    await server.timers.runDue()

    expect(await look(zone.doctor)).toEqual(none)
    expect(await look(zone.other)).toEqual(all)
    const sheet = await zone.doctor.get(`${api}/referrals.xlsx`)
    expect(sheet.status).toBe(200)
    expect((await zone.doctor.get(`${api}/referral-counts`)).body).toEqual({ mine: 0, open: 0, overdue: 0 })
    expect((await zone.other.get(`${api}/referral-counts`)).body).toMatchObject({ mine: 1, open: 1 })
  })

  it('covers files and search: found by its code only, by who reaches it', async () => {
    const form = new FormData()
    form.append('file', new Blob([new TextEncoder().encode('日期,体温\n周一,38.5\n')]), '体温.csv')
    form.append('purpose', 'evidence')
    const { body: file } = await zone.nurse.send('POST', `${api}/files`, { body: form })
    const id = await send({ fileIds: [file.id] })
    await server.relay.settle()
    const { code } = await read(id)
    const found = async (client: Client, q: string) =>
      (await client.get(`${api}/search?q=${encodeURIComponent(q)}`)).body.rows.length

    expect((await zone.doctor.get(`${api}/files/${file.id}`)).status).toBe(200)
    expect((await zone.other.get(`${api}/files/${file.id}`)).status).toBe(404)
    expect((await zone.admin.get(`${api}/files/${file.id}`)).status).toBe(404)
    expect(await found(zone.doctor, code)).toBe(1)
    expect(await found(zone.other, code)).toBe(0)
    expect(await found(zone.doctor, patient.patientCode)).toBe(0)
    const outside = await zone.nurse.post(
      `${api}/referrals`,
      command({ ...patient, fromId: zone.home, consentScope: ['care'], fileIds: [file.id] }),
    )
    expect(outside).toMatchObject({ status: 422, body: { kind: 'files_outside_consent' } })
  })
})

describe('the clinical part', () => {
  it('is read with each file that is opened: logged one by one, whole, and kept by no browser', async () => {
    const form = new FormData()
    form.append('file', new Blob([new TextEncoder().encode('日期,体温\n周一,38.5\n')]), '体温.csv')
    const { body: file } = await zone.nurse.send('POST', `${api}/files`, { body: form })
    const id = await send({ fileIds: [file.id] })
    const path = `${api}/files/${file.id}`
    const readings = async () => (await zone.nurse.get(`${api}/referrals/${id}/readings`)).body.rows
    expect(await readings()).toEqual([])

    const first = await zone.doctor.get(path)
    const part = await zone.doctor.send('GET', path, { headers: { range: 'bytes=1-3' } })
    await zone.doctor.send('HEAD', path)
    await zone.doctor.get(`${path}/details`)
    for (const outside of [zone.other, zone.admin]) expect((await outside.get(path)).status).toBe(404)
    expect((await zone.doctor.get(`${path}/thumbnail`)).status).toBe(404)

    expect([first.status, part.status]).toEqual([200, 200])
    expect(first.headers.get('cache-control')).toBe('private, no-store')
    expect(first.headers.get('etag')).toBeNull()
    const line = { who: '乙院医生', institution: { id: zone.first, name: '合成乙医院' }, why: 'file', words: '' }
    expect(await readings()).toMatchObject([line, line])
    const trail = (await zone.nurse.get(`${api}/referrals/${id}/history`)).body.rows
    expect(trail.filter(({ verb }: { verb: string }) => verb === 'read')).toHaveLength(2)
    expect((await zone.nurse.get(`${api}/referrals/${id}`)).body.readings).toBe(2)
  })

  it('travels in no list, no order page, no history; each reading is logged with who, when and why', async () => {
    const id = await send({ condition: '秘密的病情描述' })
    const reading = command({ why: 'assess', words: '夜班评估' })
    const first = await zone.doctor.post(`${api}/referrals/${id}/readings`, reading)
    const again = await zone.doctor.post(`${api}/referrals/${id}/readings`, reading)
    now += minute
    await zone.coordinator.post(`${api}/referrals/${id}/readings`, command({ why: 'coordinate' }))

    expect(first.body).toMatchObject({ patientCode: 'A-0417', condition: '秘密的病情描述', needs: patient.needs })
    expect(again.body).toEqual(first.body)
    const log = (await zone.nurse.get(`${api}/referrals/${id}/readings`)).body.rows
    expect(log).toMatchObject([
      { who: '协调员', institution: null, why: 'coordinate', at: now },
      { who: '乙院医生', institution: { id: zone.first, name: '合成乙医院' }, why: 'assess', words: '夜班评估' },
    ])
    for (const path of [`/referrals/${id}`, '/referrals?limit=200', `/referrals/${id}/history`])
      expect(JSON.stringify((await zone.nurse.get(`${api}${path}`)).body)).not.toMatch(/秘密的病情描述|A-0417|1941/)
    const trail = (await zone.nurse.get(`${api}/referrals/${id}/history`)).body.rows
    expect(trail.filter(({ verb }: { verb: string }) => verb === 'read')).toHaveLength(2)
    const stored = await server.deps.db
      .selectFrom('command')
      .select('answer')
      .where('name', '=', 'referral.read')
      .execute()
    expect(JSON.stringify(stored)).not.toContain('秘密的病情描述')
    const without = await zone.doctor.post(`${api}/referrals/${id}/readings`, command({ why: 'curious' }))
    expect(without).toMatchObject({ status: 400, body: { kind: 'invalid_input' } })
  })
})

describe('bad input', () => {
  it('a late answer, an older view and a finished order are 409 with the state', async () => {
    const id = await send({ urgency: 'emergency' })
    now += 15 * minute
    await server.timers.runDue()

    const late = await accept(id)
    expect(late).toMatchObject({
      status: 409,
      body: { kind: 'offer_over', meta: { state: 'offered', answer: 'expired' } },
    })
    expect(late.body.detail).toContain('逾期未答')
    const stale = await zone.other.post(`${api}/referrals/${id}/moves`, {
      move: command({ rev: 1, move: 'decline', reason: 'no_bed' }),
    })
    expect(stale).toMatchObject({
      status: 409,
      body: { kind: 'stale_revision', meta: { state: 'offered', actual: 2 } },
    })
    await move(id, zone.nurse, 'cancel', { words: '病情好转' })
    const over = await move(id, zone.nurse, 'cancel', { words: '再次取消' })
    expect(over).toMatchObject({ status: 409, body: { kind: 'not_in_state', meta: { state: 'cancelled' } } })
  })

  it('eight accept at once: one success, seven 409', async () => {
    const id = await send()
    const { rev } = await read(id)

    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        zone.doctor.post(`${api}/referrals/${id}/moves`, {
          move: command({ rev, move: 'accept', bed: '1 床', readyAt: now }),
        }),
      ),
    )

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)])
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect(body).toMatchObject({ kind: 'stale_revision', meta: { state: 'accepted' } })
  })

  it('a wrong institution finds nothing; the wrong side may not', async () => {
    const id = await send()

    expect(await accept(id, zone.other)).toMatchObject({ status: 404, body: { kind: 'not_found' } })
    expect(await accept(id, zone.nurse)).toMatchObject({ status: 403, body: { kind: 'not_allowed' } })
    expect(await accept(id, zone.doctor, { rev: 'x' })).toMatchObject({ status: 400 })
  })

  it('script in a text field stays a text', async () => {
    const script = '<script>alert(1)</script>"; drop table referral; --'
    const id = await send({ reason: script, condition: script, needsWords: script })
    await accept(id, zone.doctor, { bed: script.slice(0, 40), words: script })

    const { body, headers } = await zone.doctor.post(`${api}/referrals/${id}/readings`, command({ why: 'assess' }))
    expect(headers.get('content-type')).toContain('application/json')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(body).toMatchObject({ reason: script, condition: script, needsWords: script })
    expect(await read(id)).toMatchObject({ bed: script.slice(0, 40), offers: [{ words: script }] })
    expect((await zone.coordinator.get(`${api}/referrals?q=${encodeURIComponent("%' or 1=1 --")}`)).body.rows).toEqual(
      [],
    )
  })

  it('a name in place of the code, half a form and a guessed id are refused by name', async () => {
    const post = (over: object) =>
      zone.nurse.post(`${api}/referrals`, command({ ...patient, fromId: zone.home, ...over }))

    expect((await post({ patientCode: '张三' })).body.errors).toMatchObject([{ field: 'patientCode' }])
    expect((await post({ abilityLevel: 9, birthYear: 2027 })).body.errors).toMatchObject([{ field: 'abilityLevel' }])
    expect(await post({ birthYear: 2027 })).toMatchObject({ status: 422, body: { kind: 'birth_year_ahead' } })
    expect(await zone.nurse.get(`${api}/referrals/${crypto.randomUUID()}`)).toMatchObject({ status: 404 })
    expect(await post({ fromId: zone.first })).toMatchObject({ status: 403, body: { kind: 'not_your_institution' } })
  })
})

describe('institutions and agreements', () => {
  it('are entered by an administrator only, once each', async () => {
    for (const client of [zone.nurse, zone.coordinator])
      expect(
        await client.post(`${api}/referral-institutions`, command({ kind: 'hospital', name: '合成庚医院' })),
      ).toMatchObject({ status: 403 })
    const again = await zone.admin.post(
      `${api}/referral-institutions`,
      command({ kind: 'hospital', name: '合成乙医院' }),
    )
    expect(again).toMatchObject({ status: 409, body: { kind: 'name_taken' } })
    const terms = { priorityUp: 1, priorityDown: 1, validFrom: '2026-01-01' }
    const sign = (body: object) => zone.admin.post(`${api}/referral-agreements`, command({ ...terms, ...body }))
    expect(await sign({ homeId: zone.home, hospitalId: zone.first })).toMatchObject({ body: { kind: 'pair_exists' } })
    expect(await sign({ homeId: zone.first, hospitalId: zone.home })).toMatchObject({ body: { kind: 'wrong_side' } })
    expect(await sign({ homeId: zone.home, hospitalId: zone.second, validTo: '2025-12-31' })).toMatchObject({
      body: { kind: 'term_backwards' },
    })
    const list = (await zone.nurse.get(`${api}/referral-agreements?homeId=${zone.home}`)).body.rows
    expect(list).toMatchObject([
      { hospital: { name: '合成乙医院' }, priorityUp: 1, validFrom: '2026-01-01', validTo: null, inForce: true },
      { hospital: { name: '合成丙医院' }, priorityUp: 2 },
    ])
  })

  it('let an account act from the moment it becomes a member until it is one no longer', async () => {
    const clerk = await server.actor([], { name: '新护士' })
    const { username } = await server.deps.db
      .selectFrom('account')
      .select('username')
      .where('id', '=', clerk.accountId)
      .executeTakeFirstOrThrow()
    const mine = async () => (await clerk.get(`${api}/referrals?limit=1`)).body.total
    expect(await mine()).toBe(0)

    await created(zone.admin, `/referral-institutions/${zone.home}/members`, { username, role: 'dept_officer' })
    expect(await mine()).toBeGreaterThan(0)
    const { members } = (await zone.admin.get(`${api}/referral-institutions/${zone.home}`)).body
    const held = members.find((member: { accountId: string }) => member.accountId === clerk.accountId)
    await zone.admin.post(
      `${api}/referral-institutions/${zone.home}/members/${held.membershipId}/end`,
      command({ why: '离岗' }),
    )
    expect(await mine()).toBe(0)
    expect((await zone.coordinator.get(`${api}/referral-institutions/${zone.home}`)).body.members).toBeNull()
  })

  it('cannot be closed while a patient is under way', async () => {
    await send()
    const { rev } = (await zone.admin.get(`${api}/referral-institutions/${zone.home}`)).body

    expect(
      await zone.admin.patch(
        `${api}/referral-institutions/${zone.home}`,
        command({ rev, state: 'closed', why: '停业' }),
      ),
    ).toMatchObject({ status: 409, body: { kind: 'has_open_orders' } })
  })
})

describe('measures', () => {
  it('are the counts of the lists behind them, for each reader', async () => {
    // A month of its own: what the tests before left open runs out in March.
    for (const day of ['2026-03-20', '2026-03-25']) {
      now = instantOf(localDate(day), '10:00')
      await server.timers.runDue()
    }
    now = instantOf(localDate('2026-04-01'), '10:00')
    const one = await send()
    now += 10 * minute
    await bringIn(one)
    await move(one, zone.doctor, 'ready', { condition: '平稳', abilityLevel: 2 })
    const back = (await read(one)).returnedBy[0].id
    await accept(back, zone.nurse)
    await move(back, zone.doctor, 'depart')
    await move(back, zone.doctor, 'hand_over', { items: papers })
    await move(back, zone.nurse, 'take_over', { items: papers.slice(1) })
    await server.relay.settle()
    const two = await send({ urgency: 'emergency' })
    now += 15 * minute
    await server.timers.runDue()
    await accept(two, zone.other)
    const period = 'from=2026-04-01&to=2026-04-30'
    const board = async (client: Client) =>
      Object.fromEntries(
        (await client.get(`${api}/referral-measures?${period}`)).body.measures.map(
          (one: { measure: string; value: number; numerator: number; base: number }) => [
            one.measure,
            [one.value, one.numerator, one.base],
          ],
        ),
      )

    expect(await board(zone.coordinator)).toEqual({
      // Three accepted (there, back, second), one expired.
      accept_rate: [75, 3, 4],
      // 10, 0 and 0 minutes.
      minutes_to_accept: [0, 3, 3],
      up_down: [null, 2, 2],
      returned_share: [100, 1, 1],
      complete_papers: [50, 1, 2],
    })
    // The first hospital is out of the second order, but its own unanswered offer is its own.
    expect(await board(zone.doctor)).toMatchObject({ accept_rate: [66.7, 2, 3], up_down: [null, 1, 1] })
    for (const client of [zone.coordinator, zone.doctor, zone.admin])
      for (const [measure, [, numerator, base]] of Object.entries(await board(client)) as [string, number[]][])
        for (const [part, n] of [
          ['numerator', numerator],
          ['base', base],
        ]) {
          const rows = (await client.get(`${api}/referral-measures/${measure}/rows?${period}&part=${part}`)).body
          expect([measure, part, rows.rows.length, rows.total]).toEqual([measure, part, n, n])
        }
    const expired = (await zone.doctor.get(`${api}/referral-measures/accept_rate/rows?${period}`)).body.rows
    expect(expired.find((row: { counted: boolean }) => !row.counted)).toMatchObject({ orderId: null })
  })
})

describe('the loop over HTTP', () => {
  it('ends: the patient is back, the summary is written, the follow-up is done', async () => {
    const id = await send()
    await bringIn(id)
    await move(id, zone.doctor, 'ready', { condition: '平稳', abilityLevel: 2 })
    expect(await read(id)).toMatchObject({ state: 'returning' })
    const back = (await read(id)).returnedBy[0]
    expect(await read(back.id)).toMatchObject({ isReturn: true, returnOf: { id }, target: { id: zone.home } })
    await move(back.id, zone.doctor, 'cancel', { words: '病情反复' })
    await server.relay.settle()
    expect(await read(id)).toMatchObject({ state: 'in_care' })
    await move(id, zone.doctor, 'ready', { condition: '平稳', abilityLevel: 2 })
    const second = (await read(id)).returnedBy[1].id
    await accept(second, zone.nurse)
    await move(second, zone.doctor, 'depart')
    await move(second, zone.doctor, 'hand_over', { items: [] })
    await move(second, zone.nurse, 'take_over', { items: [] })
    await server.relay.settle()
    expect(await read(id)).toMatchObject({ state: 'summary', careEnd: 'returned' })
    await move(id, zone.doctor, 'summarise', { text: '好转出院' })
    await server.relay.settle()
    await move(id, zone.nurse, 'follow_up', { result: 'stable', text: '平稳' })

    expect(await read(id)).toMatchObject({ state: 'closed', moves: [] })
    expect((await zone.doctor.post(`${api}/referrals/${id}/readings`, command({ why: 'check' }))).body).toMatchObject({
      careSummary: '好转出院',
      followUpResult: 'stable',
      followUpWords: '平稳',
    })
    await server.relay.settle()
    const bell = (await zone.nurse.get(`${api}/notices?limit=200`)).body.rows
    expect(bell.map((row: { title: string }) => row.title).join('\n')).toMatch(/请随访：ZZ\d{13}/)
    expect(JSON.stringify(bell)).not.toMatch(/A-0417|好转出院/)
  })
})
