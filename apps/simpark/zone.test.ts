import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtInYear, defaultOfficeHours, type Calendar } from '@tingzhou/calendar'
import { repoRoot } from '@tingzhou/db'
import { localDate } from '@tingzhou/kernel'
import { checkUscc } from '@tingzhou/uscc'
import { commandIdOf } from './command-id.ts'
import { inventEnterprises } from './enterprise.ts'
import { chooseFirms } from './firms.ts'
import { chooseHolds } from './holds.ts'
import { englishCategories, needCategories, writeNeed } from './need.ts'
import { drawPicture } from './picture.ts'
import { createQueue } from './queue.ts'
import { randomOf } from './random.ts'
import { raisesOf } from './schedule.ts'
import { chainPlans, departmentPlans } from './zone.ts'

const read = (path: string): unknown => JSON.parse(readFileSync(join(repoRoot(), path), 'utf8'))
const enterprises = inventEnterprises('test')
const calendar: Calendar = {
  version: 'v1',
  days: new Map([2025, 2026].flatMap((year) => builtInYear(year).map(({ date, ...day }) => [date, day] as const))),
  hours: defaultOfficeHours,
}

describe('the invented zone', () => {
  it('is the same for the same seed and another for another', () => {
    expect(inventEnterprises('test')).toEqual(enterprises)
    expect(inventEnterprises('other')[0]?.name).not.toBe(enterprises[0]?.name)
  })

  it('has 2,360 enterprises with names and codes of their own, 97 of them above scale', () => {
    expect(enterprises).toHaveLength(2_360)
    expect(new Set(enterprises.map(({ name }) => name)).size).toBe(2_360)
    expect(new Set(enterprises.map(({ uscc }) => uscc)).size).toBe(2_360)
    expect(enterprises.filter(({ aboveScale }) => aboveScale)).toHaveLength(97)
  })

  it('writes only valid codes, of a region that no place has', () => {
    for (const { uscc } of enterprises) expect(checkUscc(uscc)).toEqual({ kind: 'ok', code: uscc })
    expect(enterprises.every(({ uscc }) => uscc.slice(2, 8) === '990100')).toBe(true)
  })

  it('uses industries of GB/T 4754-2017 only, and 24 chains each with a lead firm', () => {
    const tsv = readFileSync(join(repoRoot(), 'modules/registry/data/gbt4754-2017.tsv'), 'utf8')
    const codes = new Set(tsv.split('\n').map((line) => line.split('\t')[1]))

    expect(enterprises.filter(({ industry }) => !codes.has(industry))).toEqual([])
    expect(chainPlans).toHaveLength(24)
    const leading = enterprises.filter(({ tags }) => tags.includes('链主'))
    expect(new Set(leading.map(({ chain }) => chain.name)).size).toBe(24)
  })

  it('has every department that the default routing rules name', () => {
    const rules = read('modules/needs/data/routing-default.json') as { departments: { code: string }[] }
    const codes = departmentPlans.map(({ code }) => code)

    expect(rules.departments.filter(({ code }) => !codes.includes(code))).toEqual([])
  })
})

describe('what firms write', () => {
  const scene = { road: '云杉一路', area: '云杉片区', product: '变压器' }

  it('has words for every category of the taxonomy', () => {
    const categories = read('modules/needs/data/categories.json') as { code: string }[]
    const second = categories.map(({ code }) => code).filter((code) => code.length === 4)

    expect(needCategories).toEqual(second.toSorted())
  })

  it('leaves no slot open and keeps to the limits of the form', () => {
    for (const category of needCategories)
      for (let i = 0; i < 12; i++) {
        const lang = englishCategories.includes(category) && i % 2 === 0 ? 'en' : 'zh-CN'
        const need = writeNeed(randomOf('words', category, i), category, scene, lang)
        expect(`${need.title}${need.text}${need.wanted}`).not.toMatch(/[{}]|undefined/)
        expect(need.title.length).toBeLessThanOrEqual(60)
        expect(need.text.length).toBeGreaterThan(8)
      }
  })

  it('raises the same needs on the same day, more on working days, of every category within weeks', () => {
    const firms = chooseFirms('test', enterprises, 60)
    const days = (from: number) =>
      Array.from({ length: 30 }, (_, i) => localDate(new Date(Date.UTC(2026, 8, from + i)).toISOString().slice(0, 10)))
    const raised = days(1).flatMap((date) => raisesOf('test', firms, calendar, date, 10))

    expect(raisesOf('test', firms, calendar, localDate('2026-09-02'), 10)).toEqual(
      raisesOf('test', firms, calendar, localDate('2026-09-02'), 10),
    )
    expect(raised.length).toBeGreaterThan(150)
    expect(new Set(raised.map(({ need }) => need.category)).size).toBeGreaterThan(58)
    expect(raisesOf('test', firms, calendar, localDate('2026-09-05'), 10).length).toBeLessThan(4)
  })

  it('leaves cases for visitors at every place of the loop', () => {
    const firms = chooseFirms('test', enterprises, 60)
    const present = Date.UTC(2026, 10, 20, 8)
    const holds = chooseHolds({ seed: 'test', firms, calendar, perDay: 10 }, present as never, 0.4)

    expect(new Set(holds.values()).size).toBe(12)
  })
})

describe('the tools', () => {
  it('gives a command the same id again, in the form of a UUID', () => {
    expect(commandIdOf('a', 1)).toBe(commandIdOf('a', 1))
    expect(commandIdOf('a', 1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(commandIdOf('a', 1)).not.toBe(commandIdOf('a', 2))
  })

  it('takes things in the order of their time, equal ones in the order they came', async () => {
    const queue = createQueue()
    const done: string[] = []
    const random = randomOf('queue')
    for (let i = 0; i < 200; i++) {
      const at = random.int(1, 40)
      queue.add({
        at: at as never,
        run: async () => void done.push(`${String(at).padStart(2, '0')} ${String(i).padStart(3, '0')}`),
      })
    }
    for (let next = queue.take(); next; next = queue.take()) await next.run()

    expect(done).toEqual(done.toSorted())
    expect(done).toHaveLength(200)
  })

  it('draws a picture that is a JPEG, the same for the same wish', async () => {
    const picture = await drawPicture('road', 1, false)

    expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    expect(picture.length).toBeLessThan(60_000)
  })
})
