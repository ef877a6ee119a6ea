import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { ancestorCodes, indexIndustries, listIndustries, loadIndustries, readIndustries } from './industry.ts'

let test: TestDatabase

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

describe('loadIndustries', () => {
  it('fills the table once', async () => {
    expect(await loadIndustries(test.db)).toBe(1_970)
    expect(await loadIndustries(test.db)).toBe(0)
  })

  it('has 20 sections, 97 divisions, 473 groups and 1,380 classes', () => {
    const counts = [1, 2, 3, 4].map((level) => readIndustries().filter((node) => node.level === level).length)

    expect(counts).toEqual([20, 97, 473, 1_380])
  })
})

describe('listIndustries', () => {
  it('opens the tree level by level', async () => {
    const sections = await listIndustries(test.db, {})
    const below = await listIndustries(test.db, { parent: 'A01' })

    expect(sections.map((section) => section.code).join('')).toBe('ABCDEFGHIJKLMNOPQRST')
    expect(below[0]).toMatchObject({ code: 'A011', parent: 'A01', children: 4 })
    expect(below[0]?.path.map((step) => step.code)).toEqual(['A', 'A01'])
  })

  it('finds by part of a name and by code, and takes % as itself', async () => {
    const found = await listIndustries(test.db, { q: '稻谷' })

    expect(found.map((node) => node.code)).toContain('A0111')
    expect((await listIndustries(test.db, { q: 'a0111' })).map((node) => node.code)).toEqual(['A0111'])
    expect(await listIndustries(test.db, { q: '%' })).toEqual([])
  })
})

describe('indexIndustries', () => {
  const index = indexIndustries(readIndustries())

  it.each([
    ['A0111', 'A0111'],
    ['0111', 'A0111'],
    ['ａ０１１１', 'A0111'],
    ['稻谷种植', 'A0111'],
    ['C', 'C'],
    ['9999', null],
    ["x'; drop table industry;--", null],
  ])('reads %s as %s', (text, code) => {
    expect(index.resolve(text)).toBe(code)
  })
})

it('names the way from the top', () => {
  expect(ancestorCodes('C1511')).toEqual(['C', 'C15', 'C151'])
  expect(ancestorCodes('C')).toEqual([])
})
