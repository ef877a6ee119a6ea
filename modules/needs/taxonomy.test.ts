import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import './extra-tables.ts'
import { addCategory, changeCategory, isUsableCategory, listCategories, loadCategories } from './taxonomy.ts'

let test: TestDatabase
const deps = { zoneId: 'zone', clock: () => epochMs(1_795_300_000_000) }
const admin: Actor = {
  accountId: 'admin',
  name: '管理员',
  kind: 'person',
  lang: 'zh-CN',
  memberships: [{ role: 'admin', partyId: null }],
}
const inTx = <T>(work: (tx: Parameters<typeof addCategory>[0]) => Promise<T>): Promise<T> =>
  test.db.transaction().execute(work)
const change = (code: string, rev: number, fields: Parameters<typeof changeCategory>[3]['change']) =>
  inTx((tx) => changeCategory(tx, deps, admin, { code, rev, why: 'test', change: fields }))

beforeAll(async () => {
  test = await testDatabase()
  await loadCategories(test.db, 'zone')
})
afterAll(() => test.database.close())

describe('the built-in taxonomy', () => {
  it('has 11 first-level and 63 second-level categories, named in both languages', async () => {
    const all = await listCategories(test.db, 'zone')

    expect(all.filter((one) => one.parent === null)).toHaveLength(11)
    expect(all.filter((one) => one.parent !== null)).toHaveLength(63)
    expect(all.every((one) => one.nameZh !== '' && one.nameEn !== '')).toBe(true)
    expect(all.every((one) => one.parent === null || all.some((parent) => parent.code === one.parent))).toBe(true)
  })

  it('is loaded once: what an administrator renamed stays', async () => {
    await change('0101', 1, { nameEn: 'Loans' })

    await loadCategories(test.db, 'zone')

    const all = await listCategories(test.db, 'zone')
    expect(all).toHaveLength(74)
    expect(all.find((one) => one.code === '0101')).toMatchObject({ nameEn: 'Loans', rev: 2 })
  })
})

describe('changes', () => {
  it('retires a category without taking its code away, and never gives a code twice', async () => {
    const retired = await change('1005', 1, { retired: true })
    const again = await inTx((tx) =>
      addCategory(tx, deps, admin, { code: '1005', nameZh: '甲', nameEn: 'A', hint: '', public: false }),
    )

    expect(retired).toMatchObject({ ok: true, value: { retired: true, rev: 2 } })
    expect(await isUsableCategory(test.db, 'zone', '1005')).toBe(false)
    expect(again).toEqual({ ok: false, error: { kind: 'category_exists', code: '1005' } })
  })

  it('refuses to retire the unclassified category or a first level that is in use', async () => {
    expect(await change('1199', 1, { retired: true })).toMatchObject({ error: { kind: 'category_indispensable' } })
    expect(await change('11', 1, { retired: true })).toMatchObject({ error: { kind: 'category_indispensable' } })
    expect(await change('02', 1, { retired: true })).toMatchObject({
      error: { kind: 'category_has_children', children: ['0201', '0202', '0203', '0204', '0205'] },
    })
  })

  it('refuses a stale revision and names the one that stands', async () => {
    expect(await change('0101', 1, { nameEn: 'X' })).toEqual({
      ok: false,
      error: { kind: 'stale_revision', expected: 1, actual: 2 },
    })
  })

  it('adds a category under a first level that exists, with any text unharmed', async () => {
    const nameZh = `'); drop table appeal; -- <script>`
    const added = await inTx((tx) =>
      addCategory(tx, deps, admin, { code: '0408', nameZh, nameEn: 'Cold', hint: '', public: true }),
    )
    const orphan = await inTx((tx) =>
      addCategory(tx, deps, admin, { code: '7701', nameZh: '甲', nameEn: 'A', hint: '', public: false }),
    )

    expect(added.ok).toBe(true)
    expect((await listCategories(test.db, 'zone')).find((one) => one.code === '0408')).toMatchObject({ nameZh })
    expect(orphan).toMatchObject({ error: { kind: 'category_parent_missing', parent: '77' } })
  })
})
