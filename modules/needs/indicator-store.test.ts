import { sql } from 'kysely'
import { defaultOfficeHours, type Calendar } from '@tingzhou/calendar'
import { at, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { createParties } from '@tingzhou/parties'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import './extra-tables.ts'
import './kinds.ts'
import './reach.ts'
import { applyFigure, defaultWeights, readFigureRows, readFigures } from './indicator-store.ts'
import type { Span } from './indicator-rows.ts'
import { figureIds } from './indicators.ts'

const zoneId = 'zone'
const day = 86_400_000
const now = epochMs(Date.UTC(2025, 9, 20, 4))
const period = { from: '2025-09-01', to: '2025-09-30', now }
const calendar: Calendar = { version: 'none', days: new Map(), hours: defaultOfficeHours }
const span: Span = { zoneId, period, reader: null }
const [finance, power, area] = [newId(), newId(), newId()]

let test: TestDatabase

beforeAll(async () => {
  test = await testDatabase()
  await createParties(
    test.db,
    zoneId,
    [
      { id: finance, kind: 'department', name: '金融办' },
      { id: power, kind: 'department', name: '供电公司' },
      { id: area, kind: 'area', name: '一片区' },
    ],
    now,
  )
  await fillCheckLine()
})
afterAll(() => test.database.close())

type Given = Record<string, unknown>
const september = (dayOfMonth: number, hour = 4) => epochMs(Date.UTC(2025, 8, dayOfMonth, hour))

async function addAppeal(given: Given = {}): Promise<string> {
  const id = newId()
  const row = {
    zone_id: zoneId,
    id,
    state: 'handling',
    channel: 'web',
    nature: 'help',
    category: '0101',
    title: '诉求',
    body: '正文',
    raised_by: 'someone',
    owner_id: finance,
    area_id: area,
    enterprise_id: newId(),
    received_at: at(september(2)),
    created_at: at(september(2)),
    updated_at: at(september(2)),
    ...given,
  }
  // The columns that the test leaves out have defaults.
  await test.db
    .insertInto('appeal')
    .values(row as never)
    .execute()
  return id
}

async function addOrder(appealId: string, given: Given = {}): Promise<void> {
  const row = {
    zone_id: zoneId,
    id: newId(),
    appeal_id: appealId,
    round: 1,
    owner_id: finance,
    class: 'P2',
    dispatched_at: at(september(3)),
    dispatched_by: 'dispatcher',
    due_sign_at: at(september(3, 8)),
    active: false,
    ...given,
  }
  await test.db
    .insertInto('work_order')
    .values(row as never)
    .execute()
}

async function addCallback(appealId: string, given: Given): Promise<void> {
  const row = {
    zone_id: zoneId,
    id: newId(),
    appeal_id: appealId,
    attempt: 1,
    at: at(september(15)),
    by_account: 'agent',
    reached: true,
    owner_id: finance,
    reopened: false,
    ...given,
  }
  await test.db
    .insertInto('callback')
    .values(row as never)
    .execute()
}

const repeat = <T>(parts: readonly (readonly [number, T])[]): T[] =>
  parts.flatMap(([n, value]) => Array<T>(n).fill(value))

/** 125 appeals with 134 orders, 9 of them returned; 96 callbacks; exactly the check line of casework.md §8. */
async function fillCheckLine(): Promise<void> {
  const contacts = repeat<EpochMs | null>([
    [114, september(4, 3)],
    [6, september(4, 5)],
  ])
  const replies = repeat<EpochMs | null>([
    [101, september(10, 3)],
    [6, september(11)],
    [4, september(13)],
    [1, null],
  ])
  const solved = repeat([
    [78, 'yes'],
    [10, 'partly'],
    [8, 'no'],
  ])
  const ratings = repeat([
    [40, 5],
    [36, 4],
    [10, 3],
    [7, 2],
    [3, 1],
  ])
  for (let i = 0; i < 125; i++) {
    const id = await addAppeal()
    if (i < 9)
      await addOrder(id, {
        return_decision: 'accepted',
        returned_at: at(september(3, 6)),
        dispatched_at: at(september(2, 6)),
        owner_id: power,
      })
    const contacted = contacts[i]
    const replied = replies[i]
    await addOrder(id, {
      round: i < 9 ? 2 : 1,
      due_contact_at: i < 120 ? at(september(4)) : null,
      contacted_at: contacted ? at(contacted) : null,
      due_result_at: i < 112 ? at(september(replied && replied > september(10) ? 12 : 10)) : null,
      original_due_result_at: i < 112 ? at(september(10)) : null,
      replied_at: replied ? at(replied) : null,
      active: true,
    })
    if (i < 96) await addCallback(id, { solved: solved[i], rating: ratings[i] })
  }
}

const figures = async (given: Partial<Span> = {}, by: 'zone' | 'department' | 'area' = 'zone') =>
  readFigures(test.db, { ...span, ...given }, by, {}, calendar, defaultWeights)
const figure = async (id: string, given: Partial<Span> = {}) => {
  const found = (await figures(given)).get('')?.find((one) => one.id === id)
  assert(found, `figure ${id} exists`)
  return found
}

describe('the check line of casework.md §8, from rows', () => {
  it('reproduces every value', async () => {
    const own = (await figures()).get('') ?? []
    const values = Object.fromEntries(own.map(({ id, value }) => [id, value]))

    expect(values).toMatchObject({
      response_rate: 95,
      resolution_rate: 81.25,
      satisfaction_rate: 89.58,
      on_time_rate: 95.54,
      first_on_time_rate: 90.18,
      return_rate: 6.72,
      composite: 86.65,
    })
    expect(own.map(({ id }) => id).toSorted()).toEqual([...figureIds].toSorted())
  })

  it('opens a list behind every part of every figure with exactly as many rows', async () => {
    const own = (await figures()).get('') ?? []
    for (const { id, parts } of own)
      for (const part of parts) {
        const seen = new Set<string>()
        let after: { at: EpochMs; unitId: string } | null = null
        for (;;) {
          const page: Awaited<ReturnType<typeof readFigureRows>> = await readFigureRows(
            test.db,
            { figure: id, part: part.id },
            span,
            {},
            { after, limit: 50 },
          )
          expect(page.total, `${id}.${part.id}`).toBe(part.count)
          for (const row of page.rows) seen.add(row.unitId)
          const last = page.rows.at(-1)
          if (page.rows.length < 50 || !last || last.at === null) break
          after = { at: last.at, unitId: last.unitId }
        }
        expect(seen.size, `${id}.${part.id}`).toBe(part.count)
      }
  })

  it('narrows a list of appeals to those behind a figure', async () => {
    const list = async (name: string) => {
      const query = test.db.selectFrom('appeal as a').where('a.zone_id', '=', zoneId)
      const filter = { figure: name, periodFrom: period.from, periodTo: period.to }
      const rows = await applyFigure(query, zoneId, filter, now).select('a.id').execute()
      return rows.length
    }

    expect(await list('response_rate')).toBe(120)
    expect(await list('response_rate.late')).toBe(6)
    expect(await list('resolution_rate.partly')).toBe(10)
    expect(await list('return_rate')).toBe(125)
    await expect(list('nonsense')).rejects.toMatchObject({ spec: { kind: 'figure_unknown', status: 422 } })
  })

  it('gives a case to its owner at the time, and a department its own figures', async () => {
    const groups = await figures({}, 'department')
    const returned = groups.get(power)?.find(({ id }) => id === 'return_rate')

    expect(returned).toMatchObject({ numerator: 9, denominator: 9, value: 100 })
    expect(groups.get(finance)?.find(({ id }) => id === 'return_rate')).toMatchObject({
      numerator: 0,
      denominator: 125,
    })
    expect(groups.get(finance)?.find(({ id }) => id === 'composite')?.value).toBe(86.65)
  })

  it('gives an area its appeals', async () => {
    const groups = await figures({}, 'area')

    expect([...groups.keys()].filter((key) => key !== '')).toEqual([area])
    expect(groups.get(area)?.find(({ id }) => id === 'response_rate')?.value).toBe(95)
  })

  it('shows a reader only what is within reach, in figures and lists alike', async () => {
    const [first] = await test.db.selectFrom('appeal').select('id').limit(1).execute()
    const head = newId()
    await sql`insert into reach (zone_id, object_kind, object_id, party_id, relation) values (${zoneId}, 'appeal', ${first?.id}, ${head}, 'owner')`.execute(
      test.db,
    )
    const reader = {
      accountId: 'head',
      name: '',
      kind: 'person',
      lang: 'en',
      memberships: [{ role: 'dept_head', partyId: head }],
    } as const

    expect((await figure('response_rate', { reader })).denominator).toBe(1)
    const page = await readFigureRows(
      test.db,
      { figure: 'response_rate', part: 'base' },
      { ...span, reader },
      {},
      { after: null, limit: 50 },
    )
    expect(page.total).toBe(1)
  })
})

describe('what is counted', () => {
  const october = { from: '2025-10-01', to: '2025-10-31', now }
  const inOctober = { period: october }
  const due = epochMs(Date.UTC(2025, 9, 10, 4))

  it('leaves withdrawn and declined appeals out of everything, and merged ones out of orders', async () => {
    for (const state of ['withdrawn', 'declined', 'merged']) {
      const id = await addAppeal({ state, received_at: at(due) })
      await addOrder(id, { due_contact_at: at(due), contacted_at: at(due), dispatched_at: at(due) })
      await addCallback(id, { at: at(due), solved: 'yes', rating: 5 })
    }

    expect((await figure('response_rate', inOctober)).denominator).toBe(0)
    expect((await figure('satisfaction_rate', inOctober)).denominator).toBe(1)
  })

  it('does not call late what is not due yet, nor what waits for the applicant', async () => {
    const before = (await figure('on_time_rate', inOctober)).denominator ?? 0
    const later = await addAppeal()
    await addOrder(later, {
      due_result_at: at(epochMs(now + day)),
      original_due_result_at: at(epochMs(now + day)),
      active: true,
    })
    const waiting = await addAppeal({ state: 'waiting', paused_at: at(due) })
    await addOrder(waiting, { due_result_at: at(due), original_due_result_at: at(due), active: true })
    const late = await addAppeal()
    await addOrder(late, { due_result_at: at(due), original_due_result_at: at(due), active: true })

    const after = await figure('on_time_rate', inOctober)

    expect(after.denominator).toBe(before + 1)
    expect(after.parts).toContainEqual({ id: 'late', count: 1 })
  })

  it('takes the last word of an applicant who rated anew, once', async () => {
    const id = await addAppeal({ state: 'closed', closed_at: at(due), rating: 1 })
    await addCallback(id, { at: at(epochMs(due - day)), solved: 'no', rating: 4, reopened: true })
    await addCallback(id, { at: at(due), solved: 'yes', rating: 5 })

    const { parts } = await figure('satisfaction_rate', inOctober)

    expect(parts).toContainEqual({ id: 'stars4', count: 1 })
    expect(parts).toContainEqual({ id: 'stars1', count: 1 })
    // The 5 of the merged follower above; the second callback's 5 was rated anew.
    expect(parts).toContainEqual({ id: 'stars5', count: 1 })
  })

  it('counts an appeal on the planned list as not closed, and the same need within 90 days as repeated', async () => {
    const september1 = { period: { from: '2025-08-01', to: '2025-08-31', now } }
    const received = epochMs(Date.UTC(2025, 7, 10, 4))
    const closed = { state: 'closed', received_at: at(received), closed_at: at(epochMs(received + day)) }
    const enterprise = newId()
    await addAppeal({ ...closed, enterprise_id: enterprise, category: '0405' })
    await addAppeal({
      state: 'handling',
      received_at: at(epochMs(received + 5 * day)),
      enterprise_id: enterprise,
      category: '0405',
    })
    const planned = await addAppeal(closed)
    await test.db
      .insertInto('planned_item')
      .values({
        zone_id: zoneId,
        id: newId(),
        appeal_id: planned,
        plan: 'p',
        owner_id: finance,
        review_date: '2026-01-01',
        state: 'open',
        created_at: at(now),
        updated_at: at(now),
        rev: 1,
      })
      .execute()

    expect(await figure('closed_loop_rate', september1)).toMatchObject({ numerator: 1, denominator: 3 })
    expect(await figure('repeat_rate', september1)).toMatchObject({ numerator: 1, denominator: 2 })
  })
})
