import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { clockwork } from '@tingzhou/parties'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { enterEnterprise } from '../posting/testing.ts'
import { askDue, closeFollowed, morningJob } from './follow.ts'
import { eventZone, steelDay, type EventZone } from './testing.ts'
import '../tables.ts'
import './tables.ts'

const dayMs = 86_400_000
// Ten in the morning in Beijing, 2 March 2026; the day is the 12th.
const start = Date.UTC(2026, 2, 2, 2)
const theDay = '2026-03-12'
const onTheDay = start + 10 * dayMs
let now = start
let server: TestServer
let zone: EventZone

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
  zone = await eventZone(server, start)
}, 120_000)
afterAll(() => server.close())

const fields = { ...steelDay, day: theDay, registerBy: '2026-03-11' }
const flour = { text: '特一粉 500 吨', productCode: 'P1702', quantity: '500 吨' } as const
const refusal = ({ status, body }: Answer) => ({
  status,
  kind: body.kind,
  field: body.errors?.[0]?.field,
  rule: body.errors?.[0]?.rule,
})
const path = (id: string, tail = '') => `/market-events/${id}${tail}`
const detail = async (id: string, client: Client = zone.officer) => (await zone.read(client, path(id))).body
const done = (answer: Answer): Answer => {
  if (answer.status > 201) throw new Error(JSON.stringify(answer.body))
  return answer
}
async function prepared(over: object = {}): Promise<string> {
  const answer = await zone.post(zone.officer, '/market-events', { ...fields, synthetic: true, ...over })
  return done(answer).body.id
}
const step = async (id: string, to: string, over: object = {}, client = zone.officer) =>
  zone.post(client, path(id, '/step'), { rev: (await detail(id)).rev, to, ...over })
async function opened(over: object = {}): Promise<string> {
  const id = await prepared(over)
  done(await step(id, 'open'))
  return id
}
const register = (client: Client, id: string, firmId: string, over: object = {}) =>
  zone.post(client, path(id, '/registrations'), { firmId, rev: 0, persons: 2, ...over })
const everybody = () =>
  [
    [zone.buyer, zone.buyerId],
    [zone.other, zone.otherId],
    [zone.steel, zone.steelId],
    [zone.mill, zone.millId],
  ] as const
const plan = async (id: string, client = zone.officer) =>
  zone.post(client, path(id, '/plan'), { rev: (await detail(id)).rev })
const meetings = async (id: string, client: Client = zone.officer, query = '') =>
  (await zone.read(client, path(id, `/meetings?limit=200${query}`))).body.rows
async function planned(over: object = {}): Promise<string> {
  const id = await opened(over)
  for (const [client, firmId] of everybody()) done(await register(client, id, firmId))
  done(await plan(id))
  return id
}
type Row = {
  id: string
  rev: number
  slot: number | null
  table: number | null
  locked: boolean
  buyer: { id: string }
  seller: { id: string }
}
const act = (client: Client, id: string, { id: meetingId, rev }: Row, verb: string, body: object = {}) =>
  zone.post(client, path(id, `/meetings/${meetingId}/${verb}`), { rev, ...body })
const clashes = (rows: readonly Row[]) =>
  rows.flatMap(({ slot, buyer, seller }) => (slot === null ? [] : [`${slot} ${buyer.id}`, `${slot} ${seller.id}`]))
const between = (rows: readonly Row[], buyerId: string, sellerId: string): Row => {
  const row = rows.find(({ buyer, seller }) => buyer.id === buyerId && seller.id === sellerId)
  if (!row) throw new Error('they do not meet')
  return row
}
const notices = async (client: Client) => {
  const rows = await zone.db.selectFrom('notice').select('kind').where('account_id', '=', client.accountId).execute()
  return rows.map(({ kind }) => kind)
}

describe('a day', () => {
  it('is prepared by chain officers, and seen by firms when registration opens', async () => {
    const id = await prepared()

    expect(refusal(await zone.post(zone.buyer, '/market-events', fields))).toMatchObject({ status: 403 })
    expect((await zone.read(zone.buyer, path(id))).status).toBe(404)
    done(await step(id, 'open'))
    expect(await detail(id, zone.buyer)).toMatchObject({ state: 'open', slots: 6, registered: 0, mine: [] })
    expect((await zone.read(zone.guide, path(id))).status).toBe(404)
    expect(await detail(id, zone.leader)).toMatchObject({ name: fields.name })
    expect(refusal(await step(id, 'cancel', { why: 'x' }, zone.leader))).toMatchObject({ status: 403 })
  })

  it('is refused with field, value and rule', async () => {
    const said = async (over: object) =>
      refusal(await zone.post(zone.officer, '/market-events', { ...fields, ...over }))
    expect(await said({ to: '09:10' })).toMatchObject({ field: 'to', rule: 'event_one_meeting' })
    expect(await said({ from: '00:00', to: '24:00', meetingMinutes: 5 })).toMatchObject({ field: 'meetingMinutes' })
    expect(await said({ registerBy: '2026-03-13' })).toMatchObject({ field: 'registerBy', rule: `not_after ${theDay}` })
    expect(await said({ day: '2026-02-01', registerBy: '2026-01-30' })).toMatchObject({ field: 'day' })
    expect(await said({ products: ['P9999'] })).toMatchObject({ field: 'products', rule: 'product_known' })
    expect((await zone.post(zone.officer, '/market-events', { ...fields, from: '9 o’clock' })).status).toBe(400)
  })

  it('is not written over by whoever looked at an older one', async () => {
    const id = await prepared()
    const { rev } = await detail(id)
    const change = (over: object) =>
      server.machine.patch(`/api/v1${path(id)}`, {
        ...fields,
        commandId: crypto.randomUUID(),
        rev,
        why: '测试',
        ...over,
      })

    const answers = await Promise.all([change({ tables: 3 }), change({ tables: 4 })])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await detail(id)).toMatchObject({ rev: rev + 1 })
  })
})

describe('registration', () => {
  it('is by the firm or an officer, until the last day; wishes are firms of the day', async () => {
    const id = await opened()

    expect(done(await register(zone.buyer, id, zone.buyerId, { away: [0, 5] })).body).toEqual({ rev: 1, placed: 0 })
    expect(refusal(await register(zone.buyer, id, zone.buyerId))).toMatchObject({ status: 409, kind: 'stale_revision' })
    expect(refusal(await register(zone.steel, id, zone.millId))).toMatchObject({ status: 403 })
    expect(refusal(await register(zone.steel, id, zone.steelId, { wishes: [zone.millId] }))).toMatchObject({
      field: 'wishes',
    })
    expect(refusal(await register(zone.steel, id, zone.steelId, { away: [6] }))).toMatchObject({ field: 'away' })
    expect(refusal(await register(zone.steel, id, zone.steelId, { away: [0, 1, 2, 3, 4, 5] }))).toMatchObject({
      rule: 'event_some_slot',
    })
    expect(refusal(await register(zone.officer, id, 'nobody'))).toMatchObject({ field: 'firmId', rule: 'within_reach' })
    done(await register(zone.officer, id, zone.steelId, { wishes: [zone.buyerId] }))
    now = start + 9.9 * dayMs
    expect(refusal(await register(zone.mill, id, zone.millId))).toMatchObject({
      kind: 'not_open',
      rule: 'event_registration_over',
    })
    done(await register(zone.officer, id, zone.millId))
    now = start
    const seen = (await zone.read(zone.mill, path(id, '/firms'))).body.rows
    expect(seen).toHaveLength(3)
    // When another firm cannot come is its own business.
    const buyer = seen.find(({ firm }: { firm: { id: string } }) => firm.id === zone.buyerId)
    expect(buyer).toMatchObject({ away: [], persons: null })
    expect(buyer.postings[0].text).toContain('钢筋')
  })

  it('is not of an enterprise that has closed, though it was invited before', async () => {
    const id = await opened({ products: ['P1702'] })
    const [stranger, guest] = [
      await enterEnterprise(server, '合成停业贸易公司'),
      await enterEnterprise(server, '合成停产面粉公司'),
    ]
    await zone.posted(guest.people, { ...flour, kind: 'offer', firmId: guest.id })
    done(await zone.post(zone.officer, path(id, '/invitations'), { firmIds: [guest.id] }))
    for (const { close } of [stranger, guest]) await close()

    const late = { status: 422, kind: 'field_refused', field: 'firmId', rule: 'within_reach' }
    for (const client of [stranger.people, zone.officer])
      expect(refusal(await register(client, id, stranger.id))).toEqual(late)
    expect(refusal(await register(guest.people, id, guest.id, { rev: 1 }))).toEqual(late)
  })

  it('follows invitations to firms with open postings of the theme, who are told', async () => {
    const id = await opened()
    const candidates = (await zone.read(zone.officer, path(id, '/candidates'))).body
    expect(candidates).toMatchObject({ total: 4 })
    expect((await zone.read(zone.buyer, path(id, '/candidates'))).status).toBe(403)

    expect(done(await zone.post(zone.officer, path(id, '/invitations'), { firmIds: [zone.steelId] })).body).toEqual({
      invited: 1,
    })
    expect(done(await zone.post(zone.officer, path(id, '/invitations'), { firmIds: null })).body).toEqual({
      invited: 3,
    })
    expect(done(await zone.post(zone.officer, path(id, '/invitations'), { firmIds: null })).body).toEqual({
      invited: 0,
    })
    expect(refusal(await zone.post(zone.officer, path(id, '/invitations'), { firmIds: ['nobody'] }))).toMatchObject({
      rule: 'event_invitable',
    })
    expect((await notices(zone.steel)).filter((kind) => kind === 'market.event_invited')).toHaveLength(1)
    expect(await detail(id, zone.steel)).toMatchObject({ invited: 0, mine: [{ state: 'invited', rev: 1 }] })
    done(await register(zone.steel, id, zone.steelId, { rev: 1 }))
    expect(await detail(id)).toMatchObject({ registered: 1, invited: 3 })
  })

  it('does not invite to another theme', async () => {
    const id = await opened({ products: ['P0101'] })
    expect((await zone.read(zone.officer, path(id, '/candidates'))).body).toMatchObject({ total: 0 })
  })
})

describe('the timetable', () => {
  it('gives matched firms a table and a time, nobody two at once, and tells them', async () => {
    const id = await opened()
    for (const [client, firmId] of everybody())
      done(await register(client, id, firmId, firmId === zone.buyerId ? { away: [0] } : {}))

    const answer = done(await plan(id))

    // Two buyers and two sellers: four meetings, two at a time.
    expect(answer.body).toMatchObject({ planned: 4, leftOut: 0 })
    const rows: Row[] = await meetings(id)
    expect(new Set(clashes(rows)).size).toBe(8)
    expect(rows.filter(({ buyer, slot }) => buyer.id === zone.buyerId && slot === 0)).toEqual([])
    expect(rows[0]).toMatchObject({ from: '09:00', score: expect.any(Number), need: { number: expect.any(String) } })
    expect(await detail(id)).toMatchObject({ state: 'planned', planned: 4, slotsBound: 3 })
    expect(await notices(zone.mill)).toContain('market.event_planned')
    const own = await meetings(id, zone.buyer)
    expect(own).toHaveLength(2)
    expect((await zone.read(zone.guide, path(id, '/meetings'))).status).toBe(404)
    expect(refusal(await plan(id, zone.buyer))).toMatchObject({ status: 403 })
  })

  it('says who is left out and why; a wish goes before a match', async () => {
    const id = await opened({ to: '09:15', tables: 1 })
    for (const [client, firmId] of everybody()) done(await register(client, id, firmId))
    done(await register(zone.mill, id, zone.millId, { rev: 1, wishes: [zone.otherId] }))

    expect(done(await plan(id)).body).toMatchObject({ planned: 1, leftOut: 3 })

    const rows = await meetings(id)
    expect(rows[0]).toMatchObject({ buyer: { id: zone.otherId }, seller: { id: zone.millId }, wishedBy: [zone.millId] })
    expect(
      rows
        .slice(1)
        .map(({ leftOut }: { leftOut: string }) => leftOut)
        .toSorted(),
    ).toEqual(['firm_full', 'firm_full', 'tables_full'])
    expect(await meetings(id, zone.officer, '&leftOut=true')).toHaveLength(3)
    expect(await meetings(id, zone.buyer)).toEqual([])
  })

  it('refuses a clash naming who and when, and keeps what is locked when it is planned anew', async () => {
    const id = await planned()
    const rows: Row[] = await meetings(id)
    const [moved] = rows
    const busy = rows.find(({ slot, buyer }) => slot !== moved!.slot && buyer.id === moved!.buyer.id)!

    const refused = await act(zone.officer, id, moved!, 'move', { slot: busy.slot, why: '测试' })
    expect(refusal(refused)).toMatchObject({
      status: 409,
      kind: 'taken',
      field: 'slot',
      rule: expect.stringMatching(/^event_meets_then \d\d:\d\d/),
    })
    expect(JSON.stringify(refused.body)).toContain('合成')

    done(await act(zone.officer, id, moved!, 'move', { slot: 5, table: 2, why: '企业要求' }))
    expect(refusal(await act(zone.officer, id, moved!, 'move', { slot: 4, why: '测试' }))).toMatchObject({
      kind: 'stale_revision',
    })
    done(await plan(id))
    const after: Row[] = await meetings(id)
    expect(after.find((row) => row.id === moved!.id)).toMatchObject({ slot: 5, table: 2, locked: true })
    expect(new Set(clashes(after)).size).toBe(8)
    // Pairs that stay pairs are the same rows.
    expect(after.map((row) => row.id).toSorted()).toEqual(rows.map((row) => row.id).toSorted())
    const third = after.find((row) => row.id !== moved!.id)!
    expect(refusal(await act(zone.officer, id, third, 'move', { slot: 5, table: 2, why: '测试' }))).toMatchObject({
      status: 409,
    })
    expect(refusal(await act(zone.officer, id, third, 'move', { slot: 6, why: '测试' }))).toMatchObject({
      field: 'slot',
      rule: 'at_most 6',
    })
    expect(refusal(await act(zone.buyer, id, third, 'move', { slot: 4, why: '测试' })).status).toBeGreaterThanOrEqual(
      403,
    )
  })

  it('lets a meeting be taken off and put back', async () => {
    const id = await planned()
    const [row] = (await meetings(id)) as Row[]
    done(await act(zone.officer, id, row!, 'move', { slot: null, why: '测试' }))
    const [off] = await meetings(id, zone.officer, '&leftOut=true')
    expect(off).toMatchObject({ id: row!.id, leftOut: 'removed', locked: false })
    done(await act(zone.officer, id, off, 'move', { slot: 4, why: '测试' }))
    expect((await meetings(id)).find(({ id: meetingId }: Row) => meetingId === row!.id)).toMatchObject({
      slot: 4,
      locked: true,
    })
  })

  it('gives one of two officers who move at once, and never a firm two tables', async () => {
    const id = await planned()
    const rows: Row[] = await meetings(id)
    const ofBuyer = rows.filter(({ buyer }) => buyer.id === zone.buyerId)
    expect(ofBuyer).toHaveLength(2)

    const answers = await Promise.all(
      ofBuyer.map((row) => act(zone.officer, id, row, 'move', { slot: 4, why: '测试' })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const same = await Promise.all(
      [3, 5].map((slot) =>
        act(
          server.machine,
          id,
          rows.find(({ buyer }) => buyer.id === zone.otherId)!,
          'move',
          { slot, why: '测试' },
        ),
      ),
    )
    expect(same.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(clashes(await meetings(id))).size).toBe(8)
  })

  it('is one plan however often it is asked for at once', async () => {
    const id = await opened()
    for (const [client, firmId] of everybody()) done(await register(client, id, firmId))
    const { rev } = await detail(id)
    const commandId = crypto.randomUUID()
    const ask = (own: string) => zone.officer.post(`/api/v1${path(id, '/plan')}`, { rev, commandId: own })

    const [first, again, other] = await Promise.all([ask(commandId), ask(commandId), ask(crypto.randomUUID())])

    expect([first, again, other].filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1)
    expect(await meetings(id)).toHaveLength(4)
    expect((await detail(id)).rev).toBe(rev + 1)
  })

  it('cannot hold a firm in two places, whatever is written into the database', async () => {
    const id = await planned()
    const [one, two] = ((await meetings(id)) as Row[]).filter(({ buyer }) => buyer.id === zone.buyerId)
    const update = zone.db
      .updateTable('market_event_meeting')
      .set({ slot: one!.slot, table_no: 9 })
      .where('id', '=', two!.id)
    // Its seats move with it, and a seat is there once.
    await expect(update.execute()).rejects.toMatchObject({ constraint: 'market_event_seat_once' })
    const seat = { zone_id: zone.zoneId, event_id: id, slot: one!.slot!, firm_id: zone.buyerId, meeting_id: two!.id }
    await expect(zone.db.insertInto('market_event_seat').values(seat).execute()).rejects.toThrow()
  })

  it('finds free slots for whoever registers late, and frees those of whoever withdraws', async () => {
    const id = await opened()
    for (const [client, firmId] of everybody().slice(0, 3)) done(await register(client, id, firmId))
    done(await plan(id))
    const before: Row[] = await meetings(id)
    expect(before).toHaveLength(2)

    expect(done(await register(zone.mill, id, zone.millId)).body).toEqual({ rev: 1, placed: 2 })

    const rows: Row[] = await meetings(id)
    expect(rows).toHaveLength(4)
    expect(rows.filter(({ id: one }) => before.some((row) => row.id === one))).toEqual(before)
    expect(new Set(clashes(rows)).size).toBe(8)
    const away = between(rows, zone.buyerId, zone.millId).slot!
    const busy = await register(zone.mill, id, zone.millId, { rev: 1, away: [away] })
    expect(refusal(busy)).toMatchObject({ field: 'away', rule: 'event_meets_in_slot' })
    done(await zone.post(zone.buyer, path(id, '/withdrawals'), { firmId: zone.buyerId, rev: 1, why: '临时有事' }))
    expect(await meetings(id)).toHaveLength(2)
    expect(await notices(zone.officer)).toContain('market.event_withdrawn')
    expect((await zone.read(zone.officer, path(id, '/firms?state=withdrawn'))).body.rows).toHaveLength(1)
  })

  it('follows its firm when two entries of the register become one, and goes back when that is undone', async () => {
    const id = await planned()
    const { body: entry } = await zone.post(server.machine, '/enterprises', {
      name: '合成河畔钢铁集团',
      areaId: (await zone.read(server.machine, `/enterprises/${zone.steelId}`)).body.area.id,
      synthetic: true,
    })
    const revOf = async (firm: string) => (await zone.read(server.machine, `/enterprises/${firm}`)).body.rev
    const keeper = await server.actor([{ role: 'enterprise', partyId: entry.id }])
    const merge = { into: entry.id, rev: await revOf(zone.steelId), intoRev: await revOf(entry.id), why: '重复登记' }
    const merged = done(await zone.post(server.machine, `/enterprises/${zone.steelId}/merges`, merge))

    const rows = await meetings(id, keeper)
    expect(rows.map(({ seller }: Row) => seller.id)).toEqual([entry.id, entry.id])
    const seats = await zone.db.selectFrom('market_event_seat').select('firm_id').where('event_id', '=', id).execute()
    expect(seats.filter(({ firm_id }) => firm_id === entry.id)).toHaveLength(2)
    done(await zone.post(server.machine, `/merges/${merged.body.id}/undo`, { why: '不是同一家' }))
    expect(await meetings(id, zone.steel)).toHaveLength(2)
    expect(await meetings(id, keeper)).toEqual([])
  })

  it('is printed and exported', async () => {
    const id = await planned()
    const pdf = await zone.read(zone.buyer, path(id, `/timetable.pdf?firmId=${zone.buyerId}`))
    expect(pdf.status).toBe(200)
    expect(pdf.headers.get('content-type')).toContain('pdf')
    const sheet = await zone.read(zone.officer, path(id, '/export'))
    expect(sheet.status).toBe(200)
    expect(sheet.headers.get('content-disposition')).toContain('.xlsx')
    expect((await zone.read(zone.buyer, path(id, '/export'))).status).toBe(403)
    expect((await zone.read(zone.guide, path(id, '/timetable.pdf'))).status).toBe(404)
  })
})

describe('the day itself and after', () => {
  it('goes from check-in to results, a deal, 30 and 90 days, and what came true', async () => {
    now = start
    const id = await planned()
    const rows: Row[] = await meetings(id)
    const [agreed, talks, none, missed] = [
      between(rows, zone.buyerId, zone.steelId),
      between(rows, zone.buyerId, zone.millId),
      between(rows, zone.otherId, zone.steelId),
      between(rows, zone.otherId, zone.millId),
    ]
    const said = { took: 'held', result: 'agreed', quantity: '200 吨', amountFen: 66_000_000 }

    const early = await act(zone.buyer, id, agreed, 'result', said)
    expect(refusal(early)).toMatchObject({ field: 'took', rule: `event_not_before_the_day ${theDay}` })
    now = onTheDay
    done(await zone.post(zone.officer, path(id, '/arrivals'), { firmId: zone.buyerId, rev: 1, here: true }))
    expect(
      refusal(await zone.post(zone.buyer, path(id, '/arrivals'), { firmId: zone.buyerId, rev: 2, here: false })),
    ).toMatchObject({ status: 403 })
    expect(refusal(await act(zone.mill, id, agreed, 'result', said))).toMatchObject({ status: 404 })
    expect(refusal(await act(zone.buyer, id, agreed, 'result', { ...said, quantity: '200 方' }))).toMatchObject({
      field: 'quantity',
    })
    expect(refusal(await act(zone.buyer, id, agreed, 'result', { ...said, result: 'talks' }))).toMatchObject({
      rule: 'event_agreed_only',
    })

    done(await act(zone.buyer, id, agreed, 'result', said))
    const entered = between(await meetings(id), zone.buyerId, zone.steelId)
    expect(entered).toMatchObject({
      result: 'agreed',
      quantityText: '200 t',
      enteredBy: 'buyer',
      sellerConfirmedAt: null,
    })
    expect(refusal(await act(zone.buyer, id, entered, 'confirmation'))).toMatchObject({
      rule: 'event_not_confirmed_yet',
    })
    done(await act(zone.steel, id, entered, 'confirmation'))
    const confirmed = between(await meetings(id), zone.buyerId, zone.steelId)
    expect(refusal(await act(zone.buyer, id, confirmed, 'result', said))).toMatchObject({
      rule: 'event_not_confirmed_yet',
    })
    done(await act(zone.officer, id, talks, 'result', { took: 'held', result: 'talks' }))
    done(await act(zone.other, id, none, 'result', { took: 'held', result: 'nothing' }))
    done(await act(zone.officer, id, missed, 'result', { took: 'no_show', absentFirmId: zone.millId }))
    // The third firm sees nothing of what others agreed.
    expect(JSON.stringify(await meetings(id, zone.mill))).not.toContain('66000000')

    // A split hands a posting to a firm that was not at the table.
    const { need_id: needId, offer_id: offerId } = await zone.db
      .selectFrom('market_event_meeting')
      .select(['need_id', 'offer_id'])
      .where('id', '=', confirmed.id)
      .executeTakeFirstOrThrow()
    const handOver = (postingId: string | null, firmId: string) =>
      zone.db.updateTable('market_posting').set({ firm_id: firmId }).where('id', '=', postingId).execute()
    for (const [field, postingId, own, stranger] of [
      ['needId', needId, zone.buyerId, zone.otherId],
      ['offerId', offerId, zone.steelId, zone.millId],
    ] as const) {
      await handOver(postingId, stranger)
      expect(refusal(await act(zone.buyer, id, confirmed, 'deal'))).toMatchObject({
        field,
        rule: 'event_posting_of_its_side',
      })
      await handOver(postingId, own)
    }
    const deal = done(await act(zone.buyer, id, confirmed, 'deal')).body
    const row = await zone.db
      .selectFrom('market_deal')
      .selectAll()
      .where('id', '=', deal.dealId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      state: 'proposed',
      source: 'event',
      source_id: id,
      buyer_said: 'yes',
      seller_said: null,
      quantity: 200_000_000,
    })
    expect(row).toMatchObject({ price_milli_fen: 330_000_000, price_per: 't' })
    expect(refusal(await act(zone.buyer, id, { ...confirmed, rev: deal.rev }, 'deal'))).toMatchObject({
      rule: 'event_without_deal',
    })

    done(await step(id, 'hold'))
    const open = async (view: string, client = zone.officer) =>
      (await zone.read(client, `/market-follow-ups?view=${view}&eventId=${id}`)).body
    expect(await open('today')).toMatchObject({ total: 0 })
    expect(await open('open')).toMatchObject({ total: 4 })
    const follow = (client: Client, meetingId: string, days: number, body: object, rev = 1) =>
      zone.post(client, path(id, `/meetings/${meetingId}/follow-ups`), { days, rev, ...body })
    const partly = { outcome: 'partly', valueFen: 33_000_000 }
    expect(refusal(await follow(zone.buyer, agreed.id, 30, partly))).toMatchObject({ rule: 'not_before 2026-04-11' })

    now = onTheDay + 30 * dayMs
    const asked = await zone.db.transaction().execute((tx) => askDue(tx, server.deps))
    expect(asked).toBeGreaterThanOrEqual(2)
    expect(await zone.db.transaction().execute((tx) => askDue(tx, server.deps))).toBe(0)
    expect(await notices(zone.buyer)).toContain('market.event_follow')
    expect(await notices(zone.officer)).toContain('market.event_follow_officer')
    expect(await open('today')).toMatchObject({
      total: 2,
      rows: [{ days: 30, due: '2026-04-11', isLate: false, mayAnswer: true }, {}],
    })
    expect(await open('today', zone.mill)).toMatchObject({ total: 1 })
    expect((await open('today', zone.other)).total).toBe(0)
    expect(refusal(await follow(zone.buyer, agreed.id, 30, { outcome: 'partly' }))).toMatchObject({ field: 'valueFen' })
    done(await follow(zone.buyer, agreed.id, 30, partly))
    expect(refusal(await follow(zone.steel, agreed.id, 30, partly))).toMatchObject({ kind: 'stale_revision' })
    expect(refusal(await follow(zone.other, agreed.id, 30, partly, 2))).toMatchObject({ status: 404 })
    expect(refusal(await follow(zone.officer, talks.id, 30, { outcome: 'fallen' }))).toMatchObject({ field: 'reason' })
    now = onTheDay + 38 * dayMs
    expect(await open('overdue')).toMatchObject({ total: 1, rows: [{ isLate: true }] })
    done(await follow(zone.officer, talks.id, 30, { outcome: 'talks' }))

    now = onTheDay + 90 * dayMs
    done(await follow(zone.officer, agreed.id, 90, { outcome: 'delivered', valueFen: 60_000_000 }))
    expect(await detail(id)).toMatchObject({ state: 'held' })
    expect(
      await zone.db
        .transaction()
        .execute((tx) =>
          closeFollowed(tx, server.deps, { accountId: 'x', name: 'x', kind: 'machine', lang: 'en', memberships: [] }),
        ),
    ).toBe(0)
    done(await follow(zone.mill, talks.id, 90, { outcome: 'fallen', reason: '价格谈不拢' }))
    expect(await detail(id)).toMatchObject({ state: 'followed' })
    expect(refusal(await follow(zone.mill, talks.id, 90, { outcome: 'talks' }, 2))).toMatchObject({
      rule: 'event_until_followed',
    })

    expect((await zone.read(zone.leader, path(id, '/report'))).body).toEqual({
      firmsRegistered: 4,
      firmsArrived: { part: 1, of: 4 },
      meetingsPlanned: 4,
      meetingsHeld: { part: 3, of: 4 },
      noShows: { part: 1, of: 4 },
      leftOut: 0,
      agreements: { part: 1, of: 3 },
      talks: { part: 1, of: 3 },
      confirmed: { part: 1, of: 1 },
      statedFen: 66_000_000,
      statedOf: { part: 1, of: 1 },
      deals: 1,
      follow: [
        {
          days: 30,
          asked: 2,
          answered: { part: 2, of: 2 },
          delivered: { part: 1, of: 2 },
          fallen: { part: 0, of: 2 },
          valueFen: 33_000_000,
        },
        {
          days: 90,
          asked: 2,
          answered: { part: 2, of: 2 },
          delivered: { part: 1, of: 2 },
          fallen: { part: 1, of: 2 },
          valueFen: 60_000_000,
        },
      ],
      cameTrue: { valueFen: 60_000_000, statedFen: 66_000_000, meetings: 1 },
    })
    expect((await zone.read(zone.buyer, path(id, '/report'))).status).toBe(403)
    expect((await zone.read(zone.buyer, path(id, '/history'))).status).toBe(403)
    const verbs = (await zone.read(zone.officer, path(id, '/history'))).body.rows.map(
      ({ verb }: { verb: string }) => verb,
    )
    expect(verbs).toEqual(
      expect.arrayContaining([
        'enter',
        'open',
        'register',
        'plan',
        'arrive',
        'result',
        'confirm',
        'deal',
        'hold',
        'follow',
        'followed',
      ]),
    )
    now = start
  })

  it('proposes no pieces for grams, nor what is proposed already', async () => {
    now = start
    const [baker, miller] = [
      await enterEnterprise(server, '合成面包公司'),
      await enterEnterprise(server, '合成磨坊公司'),
    ]
    const need = { ...flour, kind: 'need', text: '求购特一粉', quantity: '', firmId: baker.id }
    const { id: needId } = await zone.posted(baker.people, need)
    const { id: offerId } = await zone.posted(miller.people, { ...flour, kind: 'offer', firmId: miller.id })
    const id = await opened({ products: ['P1702'] })
    for (const { id: firmId, people } of [baker, miller]) done(await register(people, id, firmId))
    done(await plan(id))
    const meeting = async () => between(await meetings(id), baker.id, miller.id)
    const agree = async (quantity: string) =>
      done(await act(baker.people, id, await meeting(), 'result', { took: 'held', result: 'agreed', quantity }))
    const deal = async () => act(baker.people, id, await meeting(), 'deal')
    now = onTheDay

    // The need names no quantity, so that any unit is heard.
    await agree('5 台')
    expect(refusal(await deal())).toMatchObject({ status: 422, field: 'quantity', rule: 'same_dimension' })

    await agree('5 吨')
    const wish = { needId, offerId, quantity: 5_000_000, priceMilliFen: null, pricePer: null }
    const proposed = done(await zone.post(miller.people, '/market-deals', wish)).body
    const twin = await deal()
    expect(refusal(twin)).toMatchObject({ status: 409, kind: 'taken', field: 'offerId', rule: 'proposed_once' })
    expect(twin.body.errors[0].value).toBe(proposed.number)
    done(await zone.post(miller.people, `/market-deals/${proposed.id}/cancellation`, { rev: 1, why: '在会上谈' }))
    expect((await deal()).status).toBe(200)
    now = start
  })

  it('is followed when its own questions are answered, and no other day with it', async () => {
    now = start
    const [talked, quiet] = [await planned(), await planned()]
    now = onTheDay
    for (const id of [talked, quiet]) {
      for (const [place, row] of ((await meetings(id)) as Row[]).entries()) {
        const result = id === talked && place === 0 ? 'talks' : 'nothing'
        done(await act(zone.officer, id, row, 'result', { took: 'held', result }))
      }
      done(await step(id, 'hold'))
    }
    now = onTheDay + 90 * dayMs
    const talk = (await meetings(talked)).find(({ result }: { result: string }) => result === 'talks')
    const answer = { outcome: 'fallen', reason: '价格谈不拢', rev: 1 }
    for (const days of [30, 90])
      done(await zone.post(zone.officer, path(talked, `/meetings/${talk.id}/follow-ups`), { ...answer, days }))

    expect(await detail(talked)).toMatchObject({ state: 'followed' })
    expect(await detail(quiet)).toMatchObject({ state: 'held' })
    const job = morningJob(server.deps)
    await zone.db
      .transaction()
      .execute((tx) => job.run(tx, { id: job.kind, payload: {}, dueAt: epochMs(now), now: epochMs(now) }))
    expect(await detail(quiet)).toMatchObject({ state: 'followed' })
    const [last] = (await zone.read(zone.officer, path(quiet, '/history'))).body.rows
    expect(last).toMatchObject({ verb: 'followed', actorName: clockwork.name })
    now = start
  })

  it('is called off with a reason, and everybody who comes is told', async () => {
    const id = await planned()
    expect(refusal(await step(id, 'cancel'))).toMatchObject({ field: 'why' })
    done(await step(id, 'cancel', { why: '场地停电' }))
    expect(await notices(zone.mill)).toContain('market.event_cancelled')
    expect(refusal(await plan(id))).toMatchObject({ kind: 'posting_state' })
    expect(refusal(await register(zone.buyer, id, zone.buyerId, { rev: 1 }))).toMatchObject({
      rule: 'event_registration_open',
    })
  })

  it('proposes for the firm into which the one at the table was merged since', async () => {
    now = start
    const id = await planned()
    const row = between(await meetings(id), zone.otherId, zone.steelId)
    now = onTheDay
    done(
      await act(zone.other, id, row, 'result', { took: 'held', result: 'agreed', quantity: '50 吨', amountFen: 100 }),
    )
    done(await act(zone.steel, id, between(await meetings(id), zone.otherId, zone.steelId), 'confirmation'))
    const revOf = async (firm: string) => (await zone.read(server.machine, `/enterprises/${firm}`)).body.rev
    // Both are registered, so the meeting stays with the one that goes.
    const merge = {
      into: zone.buyerId,
      rev: await revOf(zone.otherId),
      intoRev: await revOf(zone.buyerId),
      why: '重复登记',
    }
    const merged = done(await zone.post(server.machine, `/enterprises/${zone.otherId}/merges`, merge))

    const agreed = between(await meetings(id), zone.otherId, zone.steelId)
    const { dealId } = done(await act(zone.steel, id, agreed, 'deal')).body
    const deal = await zone.db
      .selectFrom('market_deal')
      .select(['buyer_id', 'seller_id'])
      .where('id', '=', dealId)
      .executeTakeFirstOrThrow()
    expect(deal).toEqual({ buyer_id: zone.buyerId, seller_id: zone.steelId })
    done(await zone.post(server.machine, `/merges/${merged.body.id}/undo`, { why: '不是同一家' }))
    now = start
  })

  it('cannot be closed before it took place', async () => {
    const id = await planned()
    expect(refusal(await step(id, 'hold'))).toMatchObject({ rule: `event_not_before_the_day ${theDay}` })
  })
})

describe('a firm outside the zone', () => {
  it('is found by its name among those to invite, those who come, and in its meetings', async () => {
    const mill = { name: '合成区外钢厂', country: 'CN', place: '河南', lonDeg: 113.6, latDeg: 34.7, industry: '3130' }
    const { body: made } = done(await zone.post(server.machine, '/chain-outside-firms', { ...mill, synthetic: true }))
    await zone.offer(zone.officer, made.id)
    const id = await opened()
    const asked = async (list: string, query: string) =>
      (await zone.read(zone.officer, path(id, `/${list}?${query}`))).body
    const said = (words: string) => `q=${encodeURIComponent(words)}`

    expect(await asked('candidates', said('区外'))).toMatchObject({
      total: 1,
      rows: [{ firm: { id: made.id, name: mill.name, isOutside: true }, needs: 0, offers: 1 }],
    })
    const first = await asked('candidates', 'limit=3')
    const second = await asked('candidates', `limit=3&cursor=${encodeURIComponent(first.next)}`)
    const candidates = [...first.rows, ...second.rows].map(({ firm }: { firm: { id: string } }) => firm.id)
    expect([candidates.length, new Set(candidates).size, second.next]).toEqual([5, 5, null])

    for (const [client, firmId] of everybody()) done(await register(client, id, firmId))
    done(await register(zone.officer, id, made.id))
    expect(await asked('firms', said('区外'))).toMatchObject({ total: 1, rows: [{ firm: { name: mill.name } }] })
    done(await plan(id))
    const own = await asked('meetings', said('区外'))
    expect(own.rows.map(({ seller }: Row) => seller.id)).toEqual([made.id, made.id])
    const { number } = own.rows[0].need
    const about = await asked('meetings', said(number))
    expect(new Set(about.rows.map(({ need }: { need: { number: string } }) => need.number))).toEqual(new Set([number]))
    expect((await asked('meetings', said('桥梁'))).rows.map(({ buyer }: Row) => buyer.id)).toContain(zone.buyerId)
    expect(await asked('meetings', said('没有的'))).toMatchObject({ total: 0, rows: [] })
  })
})
