import { randomUUID } from 'node:crypto'
import { epochMs, localDate } from '@tingzhou/kernel'
import type { Tx } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addWorkingDays,
  builtInYear,
  createCalendarStore,
  daysOfYear,
  defaultOfficeHours,
  findOfficeHours,
  findYear,
  listVersions,
  listYears,
  loadBuiltInYears,
  loadCalendar,
  loadYear,
  prepareCalendar,
  saveOfficeHours,
  type YearDay,
} from './index.ts'

const stamp = { at: epochMs(1_795_300_000_000), by: 'administrator' }
const invented = (year: number): readonly YearDay[] =>
  daysOfYear(year).map((date) => ({ date, kind: 'work', name: null, nameEn: null }))

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const inTransaction = <T>(body: (tx: Tx) => Promise<T>) => test.db.transaction().execute(body)
const newZone = async (): Promise<string> => {
  const zoneId = randomUUID()
  await inTransaction((tx) => prepareCalendar(tx, zoneId, stamp.at))
  return zoneId
}

describe('prepareCalendar', () => {
  it('loads 2004 to 2026 and the default hours, once', async () => {
    const zoneId = await newZone()
    const before = await loadCalendar(test.db, zoneId)

    await inTransaction((tx) => prepareCalendar(tx, zoneId, stamp.at))

    const years = await listYears(test.db, zoneId)
    expect(years).toHaveLength(23)
    expect(years.at(-1)).toEqual({ year: 2026, workDays: 248, offDays: 117, sources: ['chinese-days 1.5.7'] })
    expect(await findOfficeHours(test.db, zoneId)).toEqual(defaultOfficeHours)
    expect(await loadCalendar(test.db, zoneId)).toEqual(before)
    expect(addWorkingDays(before, localDate('2025-09-26'), 5)).toEqual({ ok: true, value: '2025-10-10' })
  })

  it('keeps what an administrator loaded', async () => {
    const zoneId = randomUUID()
    await inTransaction((tx) =>
      loadYear(tx, zoneId, { year: 2026, days: invented(2026), source: 'own', replace: false }, stamp),
    )

    const loaded = await inTransaction((tx) => loadBuiltInYears(tx, zoneId, stamp))

    expect(loaded).not.toContain(2026)
    expect((await listYears(test.db, zoneId)).at(-1)).toMatchObject({ year: 2026, workDays: 365, sources: ['own'] })
  })

  it('loads once when two servers start together', async () => {
    const zoneId = randomUUID()

    await Promise.all([1, 2].map(() => inTransaction((tx) => prepareCalendar(tx, zoneId, stamp.at))))

    expect(await listVersions(test.db, zoneId, 10)).toHaveLength(2)
  })
})

describe('loadYear', () => {
  it('makes 2027 known, under a new version that says who and from where', async () => {
    const zoneId = await newZone()
    const load = { year: 2027, days: invented(2027), source: '国办发明电〔2026〕7号', replace: false }

    const loaded = await inTransaction((tx) => loadYear(tx, zoneId, load, stamp))

    const calendar = await loadCalendar(test.db, zoneId)
    expect(loaded).toEqual({ ok: true, value: { version: calendar.version } })
    expect(addWorkingDays(calendar, localDate('2026-12-31'), 1)).toEqual({ ok: true, value: '2027-01-01' })
    const [last] = await listVersions(test.db, zoneId, 1)
    const { at: loadedAt, by: loadedBy } = stamp
    expect(last).toMatchObject({ change: 'year_loaded', subject: '2027', source: load.source, loadedBy, loadedAt })
  })

  it('replaces a year only when asked', async () => {
    const zoneId = await newZone()
    const load = { year: 2026, days: invented(2026), source: 'own', replace: false }

    const refused = await inTransaction((tx) => loadYear(tx, zoneId, load, stamp))
    const replaced = await inTransaction((tx) => loadYear(tx, zoneId, { ...load, replace: true }, stamp))

    expect(refused).toEqual({ ok: false, error: { kind: 'year_exists', year: 2026 } })
    expect(replaced.ok).toBe(true)
    expect(await findYear(test.db, zoneId, 2026)).toEqual(invented(2026))
    expect(await findYear(test.db, zoneId, 2025)).toEqual(builtInYear(2025))
  })

  it.each([
    ['day_missing', '2028-02-29', 'days', invented(2028).filter(({ date }) => date !== '2028-02-29')],
    ['day_repeated', '2028-01-01', 'days.366.date', [...invented(2028), ...invented(2028).slice(0, 1)]],
    ['day_outside_year', '2029-01-01', 'days.366.date', [...invented(2028), ...invented(2029).slice(0, 1)]],
  ])('refuses %s, naming %s', async (kind, value, field, days) => {
    const zoneId = await newZone()

    const refused = await inTransaction((tx) =>
      loadYear(tx, zoneId, { year: 2028, days, source: 'own', replace: false }, stamp),
    )

    expect(refused).toMatchObject({ ok: false, error: { kind, value, field } })
    expect(await findYear(test.db, zoneId, 2028)).toEqual([])
  })

  it('stores script and quotes in a name as text', async () => {
    const zoneId = await newZone()
    const name = `'); drop table calendar_day; -- <script>alert(1)</script>`
    const days = invented(2027).map((day) => (day.date === '2027-01-01' ? { ...day, name } : day))

    await inTransaction((tx) => loadYear(tx, zoneId, { year: 2027, days, source: name, replace: false }, stamp))

    expect((await findYear(test.db, zoneId, 2027))[0]?.name).toBe(name)
  })
})

describe('createCalendarStore', () => {
  it('reads again only after a change, inside and outside the transaction that made it', async () => {
    const zoneId = await newZone()
    const store = createCalendarStore({ zoneId })
    const first = await store.current(test.db)
    expect(await store.current(test.db)).toBe(first)

    const inside = await inTransaction(async (tx) => {
      await loadYear(tx, zoneId, { year: 2027, days: invented(2027), source: 'own', replace: false }, stamp)
      return store.current(tx)
    })

    expect(inside.days.has(localDate('2027-06-01'))).toBe(true)
    expect(await store.current(test.db)).toBe(inside)
  })

  it('does not mix up a version that was rolled back with the one that got its number', async () => {
    const zoneId = await newZone()
    const store = createCalendarStore({ zoneId })
    const undone = inTransaction(async (tx) => {
      await loadYear(tx, zoneId, { year: 2027, days: invented(2027), source: 'own', replace: false }, stamp)
      await store.current(tx)
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')

    await inTransaction((tx) =>
      loadYear(tx, zoneId, { year: 2028, days: invented(2028), source: 'own', replace: false }, stamp),
    )

    const calendar = await store.current(test.db)
    expect(calendar.days.has(localDate('2027-06-01'))).toBe(false)
    expect(calendar.days.has(localDate('2028-06-01'))).toBe(true)
  })

  it('answers every question with an error for a zone whose calendar was never loaded', async () => {
    const calendar = await createCalendarStore({ zoneId: randomUUID() }).current(test.db)

    expect(calendar.version).toBe('v0')
    expect(addWorkingDays(calendar, localDate('2025-09-26'), 1).ok).toBe(false)
  })
})

describe('saveOfficeHours', () => {
  it('replaces the hours under a new version, and refuses a gap without touching them', async () => {
    const zoneId = await newZone()
    const allYear = [{ fromMonthDay: '01-01', toMonthDay: '12-31', spans: [{ from: '09:30', to: '13:30' }] }]
    const gap = [{ fromMonthDay: '01-01', toMonthDay: '12-30', spans: [{ from: '09:30', to: '13:30' }] }]

    const saved = await inTransaction((tx) => saveOfficeHours(tx, zoneId, allYear, 'notice', stamp))
    const refused = await inTransaction((tx) => saveOfficeHours(tx, zoneId, gap, 'notice', stamp))

    expect(saved.ok).toBe(true)
    expect(refused).toMatchObject({ ok: false, error: { kind: 'season_missing', value: '12-31' } })
    expect((await loadCalendar(test.db, zoneId)).hours).toEqual(allYear)
  })
})
