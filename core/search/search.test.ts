import { assert, integer, nat, property, string } from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantReach, registerObjectKind } from '@tingzhou/access'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { findNamed, fold, indexObjects, initialsOf, removeObjects, search, type SearchEntry } from './index.ts'
import { searchStatement, setsOf, withinReach } from './search.ts'
import { indexTokens, queryTokens } from './tokens.ts'

let test: TestDatabase
const zoneId = 'zone'
const at = (n: number) => epochMs(Date.UTC(2026, 10, 22) + n)
const person = (memberships: Actor['memberships']): Actor => ({
  accountId: 'u',
  name: 'U',
  kind: 'person',
  lang: 'zh-CN',
  memberships,
})
const dispatcher = person([{ role: 'dispatcher', partyId: null }])
const areaLead = person([{ role: 'area_lead', partyId: 'area-1' }])
const kinds = ['found-firm', 'found-complaint']

const firm = (objectId: string, title: string, over: Partial<SearchEntry> = {}): SearchEntry => ({
  objectKind: 'found-firm',
  objectId,
  title,
  updatedAt: at(0),
  ...over,
})
const find = async (q: string, actor: Actor = dispatcher, limit = 20) =>
  (await search(test.db, zoneId, actor, { q, kinds, limit })).map((hit) => hit.objectId)

beforeAll(async () => {
  test = await testDatabase()
  registerObjectKind('found-firm', { zoneWide: ['dispatcher'] })
  registerObjectKind('found-complaint', { zoneWide: ['dispatcher'] })
  await indexObjects(test.db, zoneId, [
    firm('e1', '昌吉新源纺织有限公司', { number: '91652300MA7XXXXX1A', words: ['老新源厂'] }),
    firm('e2', '新源物流有限责任公司', { updatedAt: at(5) }),
    firm('e3', '阜康新能源科技有限公司', { updatedAt: at(9) }),
    firm('e4', 'Ace Logistics 驼运宝分公司', { number: '91652300MA7YYYYY2B' }),
    firm('a1', '车间停电影响生产', { objectKind: 'found-complaint', number: 'SQ202611220001' }),
    firm('a2', '停电赔偿100%_问题', { objectKind: 'found-complaint', number: 'SQ202611220002' }),
  ])
  await grantReach(test.db, zoneId, [{ objectKind: 'found-firm', objectId: 'e2', partyId: 'area-1', relation: 'area' }])
})
afterAll(() => test.database.close())

describe('search', () => {
  it('puts the very name first, then beginnings, then names that contain the words', async () => {
    expect(await find('新源')).toEqual(['e2', 'e1'])
    expect(await find('昌吉新源纺织有限公司')).toEqual(['e1'])
    expect(await find('新源 公司')).toEqual(['e2', 'e1'])
  })

  it('finds by number: the whole, its beginning, in any case and width', async () => {
    expect(await find('SQ202611220002')).toEqual(['a2'])
    expect(await find('sq20261122')).toEqual(['a1', 'a2'])
    expect(await find('SQ202611220001')).toEqual(['a1'])
  })

  it('finds by pinyin initials, from the beginning or the middle', async () => {
    expect(await find('cjxy')).toEqual(['e1'])
    expect(await find('xyfz')).toEqual(['e1'])
    expect(await find('xy')).toEqual(['e2', 'e1'])
  })

  it('finds Latin words by their beginning, and words that are not shown', async () => {
    expect(await find('logi')).toEqual(['e4'])
    expect(await find('老新源')).toEqual(['e1'])
  })

  it('forgives one mistyped character', async () => {
    expect(await find('昌吉新原纺织有限公司')).toEqual(['e1'])
  })

  it('shows only what is within reach, whatever is asked', async () => {
    expect(await find('新源', areaLead)).toEqual(['e2'])
    expect(await find('SQ202611220001', areaLead)).toEqual([])
    expect(await find('昌吉新源纺织有限公司', areaLead)).toEqual([])
  })

  it('keeps to the kinds and the number asked for', async () => {
    expect(
      (await search(test.db, zoneId, dispatcher, { q: '停电', kinds: ['found-complaint'], limit: 1 })).length,
    ).toBe(1)
    expect(await search(test.db, zoneId, dispatcher, { q: '停电', kinds: ['found-firm'], limit: 5 })).toEqual([])
    expect(await search(test.db, zoneId, dispatcher, { q: '停电', kinds: [], limit: 5 })).toEqual([])
  })

  it('follows what changed and forgets what is gone', async () => {
    await indexObjects(test.db, zoneId, [firm('e9', '旧名称商贸'), firm('e8', '木垒商贸')])
    await indexObjects(test.db, zoneId, [firm('e9', '新名称贸易')])
    await removeObjects(test.db, zoneId, 'found-firm', ['e8'])

    expect(await find('旧名称')).toEqual([])
    expect(await find('新名称')).toEqual(['e9'])
    expect(await find('木垒商贸')).toEqual([])
  })

  it.each([
    `'; drop table search_entry; --`,
    '%',
    '_',
    '100%_',
    '\\',
    '"',
    '<script>',
    '\u{1f600}',
    '   ',
    '()',
    'x'.repeat(100),
    '公'.repeat(100),
  ])('answers %j without harm', async (q) => {
    expect(Array.isArray(await find(q))).toBe(true)
  })

  it('finds by name alone for lists of their own, and by the beginning of a number nothing', async () => {
    const named = (q: string, kind = 'found-firm') => findNamed(test.db, zoneId, { q, kind, limit: 200 })
    expect(await named('新源')).toEqual(['e2', 'e1'])
    expect([await named('91652300MA7'), await named('新源', 'found-complaint'), await named(' ')]).toEqual([[], [], []])
  })

  it('asks the index of tokens, not every row, where there are many', async () => {
    const many = Array.from({ length: 3_000 }, (_, i) =>
      firm(`m${i}`, `奇台${String.fromCodePoint(0x4e00 + (i % 500), 0x5e00 + (i % 700))}建材`),
    )
    await indexObjects(test.db, zoneId, many)
    const tokens = queryTokens('新源纺织')
    const statement = searchStatement(
      zoneId,
      withinReach(zoneId, areaLead, kinds),
      '新源纺织',
      tokens,
      setsOf(tokens),
      20,
    )

    const plan = await sql<{ 'QUERY PLAN': string }>`explain ${statement}`.execute(test.db)
    const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n')

    expect(text).toContain('search_entry_tokens')
    expect(text).not.toContain('Seq Scan on search_entry')
  })
})

describe('tokens', () => {
  it('fold width, case and spaces', () => {
    expect(fold('  ABC 公司\n（新）')).toBe('abc 公司 (新)')
  })

  it('of initials leave other characters out', () => {
    expect(initialsOf('昌吉A新源1号')).toBe('cjxyh')
  })

  it('hold no space, with which they are parted on their way', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(indexTokens([text], initialsOf(fold(text))).filter((token) => /\s/u.test(token))).toEqual([])
      }),
    )
  })

  it('of any part of a name are among the tokens of the name', () => {
    const han = string({
      unit: integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCodePoint(code)),
      minLength: 2,
      maxLength: 30,
    })
    assert(
      property(han, nat(), nat(), (name, a, b) => {
        const chars = [...name]
        const from = a % (chars.length - 1)
        const part = chars.slice(from, from + 2 + (b % (chars.length - from - 1))).join('')
        const tokens = new Set(indexTokens([name], initialsOf(name)))
        expect(queryTokens(fold(part)).words.every((token) => tokens.has(token))).toBe(true)
      }),
    )
  })
})
