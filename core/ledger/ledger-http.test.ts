import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { newId } from '@tingzhou/db'
import { encodeCursor } from '@tingzhou/http'
import { localDate, type LocalDate } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import { readTable } from '@tingzhou/sheets'
import { problemOf, startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import type { Line } from './line.ts'
import { ledgerZone } from './testing.ts'

const api = '/api/v1'
const move = (debit: string, credit: string, amount: number): Line => ({ kind: 'posted', debit, credit, amount })

let server: TestServer
let zone: Awaited<ReturnType<typeof ledgerZone>>
let finance: Client
let auditor: Client
let ours: Client
let today: LocalDate
const firms = { ours: '', theirs: '' }
const names = { ours: '合成甲运输企业', theirs: '合成乙运输企业' }
const accounts = { bank: '', capital: '', cost: '', ours: '', theirs: '' }
const journals = { both: '', ours: '', theirs: '' }

beforeAll(async () => {
  server = await startTestServer()
  const { deps } = server
  today = localDate(localDateOf(deps.clock()))
  zone = await ledgerZone(server.database, deps.zoneId)
  for (const firm of ['ours', 'theirs'] as const)
    firms[firm] = await createParty(deps.db, deps.zoneId, { kind: 'enterprise', name: names[firm] }, deps.clock())
  finance = await server.actor([{ role: 'finance', partyId: null }])
  auditor = await server.actor([{ role: 'auditor', partyId: null }])
  ours = await server.actor([{ role: 'enterprise', partyId: firms.ours }])
  const payable = {
    code: 'carrier_payable',
    side: 'credit',
    least: 0,
    name: { zh: '应付承运人', en: 'Payable' },
  } as const
  const opened = await zone.open([
    { code: 'bank', least: 0 },
    { code: 'capital', side: 'credit' },
    { code: 'freight_cost', name: { zh: '运费成本', en: 'Cost of freight' } },
    { ...payable, partyId: firms.ours, subject: { kind: 'waybill', id: 'w-ours' } },
    { ...payable, partyId: firms.theirs, subject: { kind: 'waybill', id: 'w-theirs' } },
  ])
  for (const [place, key] of (['bank', 'capital', 'cost', 'ours', 'theirs'] as const).entries())
    accounts[key] = opened[place] ?? ''
  const { bank, capital, cost } = accounts
  const day = addDays(today, -3)
  await booked([move(bank, capital, 1_000_000)], { day })
  journals.both = await booked([move(cost, accounts.ours, 30_000), move(cost, accounts.theirs, 20_007)], {
    day: addDays(today, -2),
    kind: 'settlement',
  })
  journals.ours = await booked([move(accounts.ours, bank, 10_000)], { day: today, kind: 'payment' })
  journals.theirs = await booked([move(accounts.theirs, bank, 5_000)], { day: today, kind: 'payment' })
})
afterAll(() => server.close())

/** Books today, when nothing else is said. */
const booked: typeof zone.booked = (lines, over) => zone.booked(lines, { day: today, ...over })
const bodyOf = async (client: Client, path: string) => {
  const answer = await client.get(`${api}/${path}`)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body
}
const statusOf = async (client: Client, path: string) => (await client.get(`${api}/${path}`)).status
const span = () => `from=${addDays(today, -30)}&until=${today}`

describe('who may', () => {
  it('keep and audit the books: see all; close: finance and administrators; verify: administrators', async () => {
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    const reads = [
      'ledger-books',
      'ledger-accounts',
      `ledger-accounts/${accounts.theirs}`,
      `ledger-accounts/${accounts.theirs}/entries`,
      `ledger-journals/${journals.both}`,
      'ledger-trial-balance?book=freight',
      'ledger-periods?book=freight',
    ]
    for (const path of reads)
      expect([
        path,
        await statusOf(finance, path),
        await statusOf(auditor, path),
        await statusOf(server.machine, path),
        await statusOf(dispatcher, path),
        await statusOf(server.anyone(), path),
      ]).toEqual([path, 200, 200, 200, 403, 401])
    const close = { commandId: newId(), book: 'freight', until: addDays(today, -1) }
    for (const client of [auditor, ours, dispatcher])
      expect(problemOf(await client.post(`${api}/ledger-periods`, close))).toMatchObject({ kind: 'wrong_role' })
    for (const client of [auditor, finance, ours, dispatcher])
      expect(problemOf(await client.post(`${api}/ledger-verifications`))).toMatchObject({ kind: 'wrong_role' })
    expect((await server.anyone().post(`${api}/ledger-verifications`)).status).toBe(401)
  })

  it('an enterprise sees its own account and journals, and of the other end the code only', async () => {
    const list = await bodyOf(ours, 'ledger-accounts')
    expect(list.rows).toMatchObject([
      { id: accounts.ours, code: 'carrier_payable', balance: 20_000, party: { id: firms.ours, name: names.ours } },
    ])
    expect((await bodyOf(ours, 'ledger-books')).rows).toMatchObject([{ key: 'freight', accounts: 1, units: ['CNY'] }])
    const statement = await bodyOf(ours, `ledger-accounts/${accounts.ours}/entries?${span()}`)
    expect(statement).toMatchObject({ opening: 0, closing: 20_000, next: null })
    expect(statement.rows).toMatchObject([
      { kind: 'settlement', side: 'credit', amount: 30_000, after: 30_000 },
      { kind: 'payment', side: 'debit', amount: 10_000, after: 20_000 },
    ])
    expect(statement.rows.map(({ other }: { other: unknown }) => other)).toEqual([
      { id: null, code: 'freight_cost', name: null, party: null },
      { id: null, code: 'bank', name: null, party: null },
    ])
    const both = await bodyOf(ours, `ledger-journals/${journals.both}`)
    expect(both.lines).toMatchObject([
      { line: 1, amount: 30_000, debit: { id: null, code: 'freight_cost', name: null }, credit: { id: accounts.ours } },
    ])
    const whole = JSON.stringify([list, statement, both])
    for (const secret of [accounts.theirs, firms.theirs, names.theirs, '20007', accounts.bank, '运费成本'])
      expect(whole).not.toContain(secret)
  })

  it("another's account, journal and book are not there", async () => {
    for (const path of [
      `ledger-accounts/${accounts.theirs}`,
      `ledger-accounts/${accounts.bank}`,
      `ledger-accounts/${accounts.theirs}/entries`,
      `ledger-accounts/${accounts.theirs}/entries/export.xlsx`,
      `ledger-journals/${journals.theirs}`,
      `ledger-journals/${newId()}`,
    ])
      expect([path, await statusOf(ours, path)]).toEqual([path, 404])
    for (const query of [`party=${firms.theirs}`, 'code=bank', 'q=cost', 'subjectKind=waybill&subjectId=w-theirs'])
      expect((await bodyOf(ours, `ledger-accounts?${query}`)).rows).toEqual([])
    for (const path of ['ledger-trial-balance?book=freight', 'ledger-periods?book=freight'])
      expect([path, await statusOf(ours, path)]).toEqual([path, 403])
    const ofOneFirm = await server.actor([{ role: 'finance', partyId: firms.ours }])
    expect((await bodyOf(ofOneFirm, 'ledger-accounts')).rows).toEqual([])
    expect(await statusOf(ofOneFirm, 'ledger-trial-balance?book=freight')).toBe(403)
    expect(await statusOf(ofOneFirm, `ledger-journals/${journals.ours}`)).toBe(404)
  })
})

describe('accounts', () => {
  it('are listed by book and code, in pages that miss and repeat none', async () => {
    const parties = Array.from({ length: 12 }, (_, n) => `party-${n}`)
    await zone.open(
      parties.map((partyId) => ({ code: 'same', partyId })),
      'stock',
    )
    const all = (await bodyOf(finance, 'ledger-accounts?limit=200')).rows
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 10; page++) {
      const { rows, next } = await bodyOf(finance, `ledger-accounts?limit=5${cursor}`)
      seen.push(...rows.map(({ id }: { id: string }) => id))
      if (next === null) break
      cursor = `&cursor=${next}`
    }
    expect(seen).toEqual(all.map(({ id }: { id: string }) => id))
    expect(new Set(seen).size).toBe(17)
    const found = async (query: string) => (await bodyOf(finance, `ledger-accounts?limit=200&${query}`)).rows.length
    expect(await found('book=stock')).toBe(12)
    expect(await found('show=nonzero')).toBe(5)
    expect(await found('q=%25')).toBe(0)
    expect(await found(`q=${encodeURIComponent('应付')}`)).toBe(2)
    expect(await found('party=party-3')).toBe(1)
    expect(await found('unit=kg')).toBe(0)
  })

  it('show what is set aside, and a journal what became of it', async () => {
    const { bank } = accounts
    const [purse = '', other = ''] = await zone.open([
      { code: 'purse', least: 0 },
      { code: 'deposit', side: 'credit' },
    ])
    const aside = (amount: number): Line => ({ kind: 'pending', debit: other, credit: purse, amount, until: null })
    await booked([move(purse, bank, 900)])
    const held = await booked([aside(300), aside(200), aside(100)])
    const settled = await booked([{ kind: 'settled', of: { journalId: held, line: 1 }, amount: 250 }])
    const voided = await booked([{ kind: 'voided', of: { journalId: held, line: 2 } }])

    expect(await bodyOf(finance, `ledger-accounts/${purse}`)).toMatchObject({
      balance: 650,
      pendingIn: 0,
      pendingOut: 100,
      available: 550,
      least: 0,
    })
    expect(await bodyOf(finance, `ledger-accounts/${other}`)).toMatchObject({
      balance: -250,
      pendingIn: 0,
      pendingOut: 100,
    })
    expect((await bodyOf(finance, `ledger-journals/${held}`)).lines).toMatchObject([
      { kind: 'pending', amount: 300, became: { kind: 'settled', amount: 250, journalId: settled, line: 1 } },
      { kind: 'pending', amount: 200, became: { kind: 'voided', journalId: voided } },
      { kind: 'pending', amount: 100, became: null },
    ])
    expect((await bodyOf(finance, `ledger-journals/${settled}`)).lines).toMatchObject([
      { kind: 'settled', amount: 250, of: { journalId: held, line: 1 }, became: null },
    ])
  })
})

describe('a statement', () => {
  it('goes on from page to page where many entries have one day', async () => {
    const [till = '', source = ''] = await zone.open([{ code: 'till' }, { code: 'till_source', side: 'credit' }])
    await booked([move(till, source, 1_000)], { day: addDays(today, -10) })
    await booked(
      [1, 2, 3, 4].map((amount) => move(till, source, amount)),
      { day: addDays(today, -5) },
    )
    await booked([move(source, till, 5), move(till, source, 6), move(till, source, 7)], {
      day: addDays(today, -5),
    })
    await booked([move(till, source, 50_000)], { day: today })
    const path = `ledger-accounts/${till}/entries?from=${addDays(today, -9)}&until=${addDays(today, -1)}&limit=3`
    const pages: Awaited<ReturnType<typeof bodyOf>>[] = []
    for (let cursor = ''; ;) {
      const page = await bodyOf(finance, `${path}${cursor}`)
      pages.push(page)
      if (page.next === null) break
      cursor = `&cursor=${page.next}`
    }

    const of = (key: string) => pages.map((page) => page[key])
    expect(of('opening')).toEqual([1_000, 1_006, 1_011])
    expect(of('closing')).toEqual([1_018, 1_018, 1_018])
    expect(pages.flatMap(({ rows }) => rows).map(({ after }) => after)).toEqual([
      1001, 1003, 1006, 1010, 1005, 1011, 1018,
    ])
    expect(pages[0].rows[0]).toMatchObject({
      actor: 'test',
      other: { id: source, code: 'till_source', name: { zh: 'till_source' } },
    })
  })

  it('is exported with what it shows, and refused by name when it is too long', async () => {
    const [many = '', source = ''] = await zone.open([{ code: 'many' }, { code: 'many_source', side: 'credit' }])
    await booked([move(many, source, 123_456)], { reason: '=1+1' })
    const path = `${api}/ledger-accounts/${many}/entries/export.xlsx`
    const sent = await fetch(`${server.url}${path}`, {
      headers: { authorization: `Bearer ${server.token}`, 'accept-language': 'en' },
    })
    expect(sent.status).toBe(200)
    const table = await readTable({ name: 'statement.xlsx', bytes: new Uint8Array(await sent.arrayBuffer()) })
    const written = JSON.stringify(table)
    for (const part of ['many_source', '1234.56', '=1+1', 'Balance']) expect(written).toContain(part)

    const lines = Array.from({ length: 500 }, () => move(many, source, 1))
    for (let n = 0; n < 100; n++) await booked(lines)
    expect(problemOf(await finance.get(path))).toMatchObject({
      status: 422,
      kind: 'export_too_large',
      errors: [{ field: 'from', rule: 'at most 50000 rows' }],
    })
    expect(await statusOf(finance, `ledger-accounts/${many}/entries/export.xlsx?until=${addDays(today, -1)}`)).toBe(200)
  }, 300_000)
})

describe('what nobody means', () => {
  it('is refused by name, and nothing breaks', async () => {
    const account = `ledger-accounts/${accounts.bank}/entries`
    const cursors = [
      'x',
      encodeCursor(['not-an-id', 'bank', 'not-an-id']),
      encodeCursor([newId(), "'; drop table ledger_account; --", newId()]),
      encodeCursor([newId(), '\u0000', newId()]),
    ]
    for (const cursor of cursors)
      expect(problemOf(await finance.get(`${api}/ledger-accounts?cursor=${cursor}`))).toMatchObject({
        status: 400,
        kind: 'invalid_cursor',
      })
    for (const cursor of [
      ['2026-02-30', 1],
      ['now()', 1],
      ['2026-01-01', 1.5],
      ['2026-01-01', 1e300],
      [1, 1],
    ])
      expect(problemOf(await finance.get(`${api}/${account}?cursor=${encodeCursor(cursor)}`))).toMatchObject({
        status: 400,
        kind: 'invalid_cursor',
      })
    expect(
      problemOf(await finance.get(`${api}/ledger-periods?book=freight&cursor=${encodeCursor(['infinity'])}`)),
    ).toMatchObject({ status: 400, kind: 'invalid_cursor' })
    expect(problemOf(await finance.get(`${api}/${account}?from=${today}&until=2026-01-01`))).toMatchObject({
      status: 422,
      kind: 'span_empty',
      errors: [{ field: 'until', value: '2026-01-01', rule: '>= from' }],
    })
    for (const path of [
      `${account}?from=2026-02-30`,
      `${account}?limit=201`,
      'ledger-accounts/1',
      'ledger-accounts?unit=BTC',
      `ledger-accounts?book=${encodeURIComponent("freight' or 1=1")}`,
      'ledger-journals/null',
      'ledger-trial-balance',
      'ledger-trial-balance?book=freight&day=0001-01-01',
    ])
      expect([path, await statusOf(finance, path)]).toEqual([path, 400])
    expect(problemOf(await finance.get(`${api}/ledger-trial-balance?book=nothing`))).toMatchObject({
      status: 404,
      kind: 'book_unknown',
    })
  })
})

describe('the trial balance', () => {
  it('sums codes by unit, and closes on every day', async () => {
    const [coal = '', yard = ''] = await zone.open([
      { code: 'coal', unit: 'kg' },
      { code: 'yard', unit: 'kg', side: 'credit' },
    ])
    await booked([move(coal, yard, 49_000)], { day: addDays(today, -2) })
    const at = (day: string) => bodyOf(auditor, `ledger-trial-balance?book=freight&day=${day}`)

    const now = await at(today)
    expect(now.totals.map(({ unit, difference }: { unit: string; difference: number }) => [unit, difference])).toEqual([
      ['CNY', 0],
      ['kg', 0],
    ])
    expect(now.rows).toContainEqual({
      code: 'carrier_payable',
      name: { zh: '应付承运人', en: 'Payable' },
      unit: 'CNY',
      side: 'credit',
      accounts: 2,
      debits: 15_000,
      credits: 50_007,
      balance: 35_007,
    })
    const before = await at(addDays(today, -3))
    expect(before.rows.find(({ code }: { code: string }) => code === 'coal')).toMatchObject({ debits: 0, balance: 0 })
    expect(before.rows.find(({ code }: { code: string }) => code === 'bank')).toMatchObject({ balance: 1_000_000 })
    expect((await at(addDays(today, -400))).totals).toContainEqual({
      unit: 'CNY',
      debits: 0,
      credits: 0,
      difference: 0,
    })
  })

  it('of more codes than a reader can take in is refused by name', async () => {
    for (let part = 0; part < 3; part++)
      await zone.open(
        Array.from({ length: part === 2 ? 1 : 500 }, (_, n) => ({ code: `c${part}_${n}` })),
        'stock',
      )
    expect(problemOf(await finance.get(`${api}/ledger-trial-balance?book=stock`))).toMatchObject({
      status: 422,
      kind: 'trial_too_large',
    })
  })
})

describe('closing a period', () => {
  const close = (until: string, client = finance, commandId = newId()) =>
    client.post(`${api}/ledger-periods`, { commandId, book: 'freight', until })

  it('is done once, for days that are over, whoever is first', async () => {
    const yesterday = addDays(today, -1)
    const dayBefore = addDays(today, -2)
    expect(problemOf(await close(today))).toMatchObject({
      status: 422,
      kind: 'day_not_over',
      errors: [{ field: 'until', value: today }],
    })
    const path = `ledger-accounts/${accounts.ours}/entries?${span()}`
    const statement = await bodyOf(finance, path)
    const trial = await bodyOf(finance, `ledger-trial-balance?book=freight&day=${dayBefore}`)

    const commandId = newId()
    const first = await close(dayBefore, finance, commandId)
    expect(first).toMatchObject({
      status: 201,
      body: { until: dayBefore, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(await close(dayBefore, finance, commandId)).toMatchObject({ status: 201, body: first.body })
    expect(problemOf(await close(yesterday, finance, commandId))).toMatchObject({ status: 409, kind: 'command_reused' })
    // Somebody whose page still shows the book open.
    expect(problemOf(await close(addDays(today, -3), server.machine))).toMatchObject({
      status: 409,
      kind: 'closed_already',
      errors: [{ field: 'until', value: addDays(today, -3) }],
    })
    const both = await Promise.all([close(yesterday), close(yesterday, server.machine)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])

    expect(await bodyOf(finance, path)).toEqual(statement)
    expect(await bodyOf(finance, `ledger-trial-balance?book=freight&day=${dayBefore}`)).toEqual({
      ...trial,
      closedUntil: yesterday,
    })
    expect(await zone.post([move(accounts.bank, accounts.capital, 1)], { day: yesterday })).toMatchObject({
      error: { kind: 'period_closed', until: yesterday },
    })
    const periods = await bodyOf(auditor, 'ledger-periods?book=freight&limit=1')
    expect(periods.rows).toMatchObject([{ until: yesterday }])
    const older = await bodyOf(auditor, `ledger-periods?book=freight&limit=1&cursor=${periods.next}`)
    expect(older).toMatchObject({ rows: [{ until: dayBefore, transfers: first.body.transfers }], next: null })
  })
})

describe('POST /ledger-verifications', () => {
  it('reckons the ledger anew, one at a time', async () => {
    const ask = () => server.machine.post(`${api}/ledger-verifications`)
    const both = await Promise.all([ask(), ask()])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)?.body.kind).toBe('verification_running')

    const whole = await ask()
    expect(whole).toMatchObject({ status: 200, body: { periods: 2, faults: [] } })
    expect(whole.body.transfers).toBeGreaterThan(50_000)
  }, 300_000)
})
