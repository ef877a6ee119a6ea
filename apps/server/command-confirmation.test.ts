import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { createParty } from '@tingzhou/parties'
import { openCommands } from '@tingzhou/telemetry'
import { startTestServer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let [dispatcher, other, admin, firm]: Client[] = []
beforeAll(async () => {
  server = await startTestServer({ environment: { JT808_PORT: 'off' } })
  const person = (name: string) => server.actor([{ role: 'dispatcher', partyId: null }], { name })
  dispatcher = await person('甲')
  other = await person('乙')
  admin = await server.actor([{ role: 'admin', partyId: null }])
  const party = { kind: 'enterprise', name: '车主' } as const
  const partyId = await createParty(server.database.db, server.deps.zoneId, party, server.deps.clock())
  firm = await server.actor([{ role: 'enterprise', partyId }])
})
afterAll(() => server.close())

let devices = 0
async function newTruck(protocol = 'jt808'): Promise<string> {
  const identity = String(13_900_000_000 + devices++)
  const truck = { protocol, identity, name: identity, profileKey: 'truck', segment: `C${identity}` }
  return (await dispatcher!.post('/api/v1/devices', { commandId: newId(), ...truck })).body.id
}

const lock = { kind: 'vehicle_control', body: { lock: true }, reason: '停车场' }
const propose = async (device: string, more: object = {}) =>
  (await dispatcher!.post(`/api/v1/devices/${device}/commands`, { commandId: newId(), ...lock, ...more })).body
const decide = (who: Client, device: string, id: string, what = 'confirmation', commandId = newId()) =>
  who.post(`/api/v1/devices/${device}/commands/${id}/${what}`, { commandId })
const heardOf = async (device: string) => {
  const now = server.deps.telemetry.clock()
  return (await openCommands(server.database.db, server.deps.zoneId, [device], now)).map(({ id, state }) => [id, state])
}
const shownIn = async (device: string) => (await dispatcher!.get(`/api/v1/devices/${device}`)).body.commands

/** As when a command was proposed so long ago: the clock of a gateway is not to be moved. */
const age = (id: string, seconds: number) =>
  server.database.exec(`
    update telemetry_command set created_at = created_at - interval '${seconds} s', confirm_until = confirm_until - interval '${seconds} s',
      expires_at = expires_at - interval '${seconds} s' where id = '${id}'`)

describe('a command that moves something', () => {
  it('is proposed, heard of by no device, and goes to it once its person has confirmed it, as it was', async () => {
    const device = await newTruck()
    const before = server.deps.telemetry.clock()
    const asked = await propose(device, { expiresS: 300 })

    expect(asked).toMatchObject({
      state: 'proposed',
      confirm: { needsOther: false, kind: 'vehicle_control', body: { lock: true } },
    })
    expect(asked.confirm.until - before).toBeGreaterThan(59_000)
    expect(asked.confirm.until - before).toBeLessThan(90_000)
    expect(await heardOf(device)).toEqual([])

    const commandId = newId()
    const answers = [
      await decide(dispatcher!, device, asked.id, 'confirmation', commandId),
      await decide(dispatcher!, device, asked.id, 'confirmation', commandId),
      await decide(dispatcher!, device, asked.id),
    ]

    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [200, { id: asked.id, state: 'queued' }]),
    )
    expect(await heardOf(device)).toEqual([[asked.id, 'queued']])
    const [shown] = await shownIn(device)
    expect(shown).toMatchObject({
      state: 'queued',
      actorName: '甲',
      decidedByName: '甲',
      confirmUntil: asked.confirm.until,
      body: { lock: true },
    })
    expect(shown.expiresAt - shown.decidedAt).toBe(300_000)
    const { rows } = (await dispatcher!.get(`/api/v1/devices/${device}/trail`)).body
    expect(rows.slice(1)).toMatchObject([
      { verb: 'propose', actor: '甲', reason: '停车场', data: { command: asked.id, kind: 'vehicle_control' } },
      { verb: 'confirm', actor: '甲', data: { command: asked.id, proposedBy: '甲', body: { lock: true } } },
    ])
  })

  it('that only asks needs no confirmation, and has none', async () => {
    const device = await newTruck()
    const asked = await propose(device, { kind: 'query_position', body: {} })

    expect(asked).toEqual({ id: asked.id, state: 'queued', confirm: null })
    expect(await heardOf(device)).toEqual([[asked.id, 'queued']])
    expect((await decide(dispatcher!, device, asked.id)).body).toMatchObject({ status: 404, kind: 'command_not_found' })
    expect((await decide(dispatcher!, device, newId())).body).toMatchObject({ status: 404, kind: 'command_not_found' })
  })

  it('is refused with a reason when its time is over, also before that is noted', async () => {
    const device = await newTruck()
    const asked = await propose(device)
    await age(asked.id, 61)

    const late = await decide(dispatcher!, device, asked.id)

    expect(late.body).toMatchObject({
      status: 409,
      kind: 'confirmation_over',
      errors: [{ field: 'command', rule: 'before its time is over' }],
    })
    expect(late.body.detail).toContain('没有及时确认')
    expect(await heardOf(device)).toEqual([])
    expect((await decide(dispatcher!, await newTruck(), asked.id)).status).toBe(404)
  })

  it('is confirmed or taken back once, whoever is first', async () => {
    const device = await newTruck()
    const [one, two] = [await propose(device), await propose(device)]

    expect((await decide(other!, device, one.id, 'withdrawal')).body).toEqual({ id: one.id, state: 'withdrawn' })
    expect((await decide(other!, device, one.id, 'withdrawal')).body).toEqual({ id: one.id, state: 'withdrawn' })
    expect((await decide(dispatcher!, device, one.id)).body).toMatchObject({
      status: 409,
      kind: 'command_not_proposed',
    })
    const race = await Promise.all([
      decide(dispatcher!, device, two.id),
      decide(dispatcher!, device, two.id, 'withdrawal'),
      decide(dispatcher!, device, two.id),
    ])

    const [shown] = await shownIn(device)
    expect(['queued', 'withdrawn']).toContain(shown.state)
    expect(race.filter(({ status, body }) => status === 200 && body.state === shown.state).length).toBeGreaterThan(0)
    expect(race.every(({ status, body }) => status === 409 || body.state === shown.state)).toBe(true)
    expect(await heardOf(device)).toEqual(shown.state === 'queued' ? [[two.id, 'queued']] : [])
  })

  it('is confirmed by who proposed it and nobody else, by nobody at all when its device is retired', async () => {
    const device = await newTruck()
    const asked = await propose(device)

    expect((await decide(other!, device, asked.id)).body).toMatchObject({ status: 403, kind: 'confirmed_by_other' })
    expect((await decide(firm!, device, asked.id)).status).toBe(403)
    expect((await decide(firm!, device, asked.id, 'withdrawal')).status).toBe(403)
    await dispatcher!.post(`/api/v1/devices/${device}/retirement`, { commandId: newId(), reason: '报废' })
    expect((await decide(dispatcher!, device, asked.id)).body).toMatchObject({ status: 409, kind: 'device_not_active' })
    expect(await heardOf(device)).toEqual([])
  })
})

describe('the rule of a zone', () => {
  it('is set by an administrator, against what they saw; another person then confirms', async () => {
    const device = await newTruck()
    const before = await propose(device)
    const rule = (await dispatcher!.get('/api/v1/command-confirmation')).body
    expect(rule).toEqual({ confirmS: 60, needsOther: false, rev: 0 })
    const set = (who: Client, change: object) =>
      who.put('/api/v1/command-confirmation', { commandId: newId(), ...rule, ...change })

    expect((await set(dispatcher!, { needsOther: true })).status).toBe(403)
    expect((await set(admin!, { confirmS: 5 })).body).toMatchObject({ status: 400, errors: [{ field: 'confirmS' }] })
    const answers = await Promise.all([0, 1].map(() => set(admin!, { confirmS: 120, needsOther: true })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])

    const asked = await propose(device)
    expect(asked.confirm.needsOther).toBe(true)
    expect((await decide(dispatcher!, device, asked.id)).body).toMatchObject({ status: 403, kind: 'confirmed_by_same' })
    expect((await decide(other!, device, asked.id)).body).toEqual({ id: asked.id, state: 'queued' })
    expect((await shownIn(device))[0]).toMatchObject({ actorName: '甲', decidedByName: '乙', needsOther: true })
    const { rows } = (await dispatcher!.get(`/api/v1/devices/${device}/trail`)).body
    expect(rows.at(-1)).toMatchObject({ verb: 'confirm', actor: '乙', data: { proposedBy: '甲' } })
    // What was proposed before keeps its rule.
    expect((await decide(dispatcher!, device, before.id)).status).toBe(200)
  })
})
