import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert } from '@tingzhou/kernel'
import { restaurantZone, type Zone } from './restaurant.fixture.ts'
import { settingContract } from './setting-contract.ts'
import { settingChanges, settingNames, settingSpecs, type SettingValues } from './setting-rules.ts'
import { readSettings, saveSettings, settingHistory } from './setting-store.ts'
import { settingOf } from './setting.ts'

const defaults = Object.fromEntries(settingNames.map((name) => [name, settingSpecs[name].byDefault])) as SettingValues

describe('what a saved form changes', () => {
  it('is only what differs, in the order of the list', () => {
    expect(settingChanges(defaults, { sampledShare: 0.1, urgeDays: 1, rateDays: 7 })).toEqual({
      ok: true,
      value: [
        { name: 'rateDays', before: 5, after: 7 },
        { name: 'sampledShare', before: 0.05, after: 0.1 },
      ],
    })
  })

  it('is refused when nothing differs', () => {
    expect(settingChanges(defaults, { urgeDays: 1 })).toMatchObject({ error: { kind: 'nothing_changed' } })
  })

  it('is refused by field outside the bounds', () => {
    const input = settingContract.save['~orpc'].inputSchema
    assert(input && 'safeParse' in input, 'the route has a schema')
    const parsed = (
      input as typeof input & { safeParse: (value: unknown) => { error?: { issues: { path: unknown }[] } } }
    ).safeParse({
      commandId: newId(),
      rev: 1,
      values: { urgeDays: 0, sampledShare: 1.5, rateDays: 2.5 },
      basis: '文件',
    })
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([
      ['values', 'rateDays'],
      ['values', 'urgeDays'],
      ['values', 'sampledShare'],
    ])
  })
})

describe('settings on rows', () => {
  let test: TestDatabase
  let zone: Zone
  beforeAll(async () => {
    test = await testDatabase()
    zone = await restaurantZone(test.database)
  })
  afterAll(() => test.database.close())

  const save = (values: Partial<SettingValues>, rev: number, commandId = newId()) =>
    saveSettings(zone.services, zone.people.admin, { commandId, rev, values, basis: '示例文件〔2025〕1号' })

  it('begin as invented defaults', async () => {
    const { rev, settings } = await readSettings(zone.services)
    expect(rev).toBe(1)
    expect(settings.map(({ name, value, basis }) => [name, value, basis])).toEqual(
      settingNames.map((name) => [name, settingSpecs[name].byDefault, null]),
    )
  })

  it('are changed on a basis, by somebody, once for a command; two at once: one is told to look again', async () => {
    const commandId = newId()
    const [first, second] = await Promise.all([
      save({ urgeDays: 2, sampledShare: 0.1 }, 1, commandId),
      save({ urgeDays: 3 }, 1),
    ])
    const won = first.ok ? { urgeDays: 2, changes: 2 } : { urgeDays: 3, changes: 1 }
    expect([first.ok, second.ok].filter(Boolean)).toHaveLength(1)
    expect(first.ok ? second : first).toMatchObject({ error: { kind: 'stale_revision' } })
    expect(await settingOf(test.db, zone.services)).toMatchObject({ urgeDays: won.urgeDays })
    if (first.ok) expect(await save({ urgeDays: 2, sampledShare: 0.1 }, 1, commandId)).toEqual(first)

    const { settings } = await readSettings(zone.services)
    expect(settings.find(({ name }) => name === 'urgeDays')).toMatchObject({
      value: won.urgeDays,
      basis: '示例文件〔2025〕1号',
      changedAt: zone.now(),
      changedBy: zone.people.admin.name,
    })
    const history = await settingHistory(zone.services, { limit: 50 })
    expect(history.rows).toHaveLength(won.changes)
    expect(await settingHistory(zone.services, { name: 'urgeDays', limit: 50 })).toMatchObject({
      rows: [{ name: 'urgeDays', before: 1, after: won.urgeDays }],
      next: null,
    })
  })
})
