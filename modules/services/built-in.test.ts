import { describe, expect, it } from 'vitest'
import { builtInDrawings, builtInOneThings } from './built-in.ts'
import { checkOneThing } from './check-one-thing.ts'
import { askTable } from './decision-table.ts'
import { seedDepartments } from './departments.ts'
import { fieldsOf, formOf } from './form.ts'
import { jointClockOf } from './joint-clock.ts'
import type { OneThing } from './one-thing.ts'
import { questionsFor, select, type Answers } from './situation.ts'

const all = builtInOneThings()
const surroundings = {
  departments: new Set(seedDepartments.map(({ code }) => code)),
  processes: new Set(['onething', 'item-case', ...builtInDrawings.map(({ key }) => key)]),
}
const han = /\p{Script=Han}/u
const everyItem = (oneThing: OneThing) => new Set(oneThing.items.map(({ code }) => code))

/** Sets of answers that between them choose every option once. */
function answersOf(oneThing: OneThing): readonly Answers[] {
  const options = Math.max(1, ...oneThing.questions.map((question) => question.options.length))
  return Array.from({ length: options }, (_, at) => {
    const answers: Record<string, readonly string[]> = {}
    for (let open = questionsFor(oneThing, answers); open.some(({ code }) => !(code in answers));) {
      for (const { code, options: choices } of open) answers[code] ??= [choices[at % choices.length]?.code ?? '']
      open = questionsFor(oneThing, answers)
    }
    return answers
  })
}

/** Everything in both languages, wherever it stands. */
function wordsIn(value: unknown): readonly { readonly zh: string; readonly en: string }[] {
  if (typeof value !== 'object' || value === null) return []
  if ('zh' in value && 'en' in value) return [{ zh: String(value.zh), en: String(value.en) }]
  return Object.values(value).flatMap(wordsIn)
}

describe('the thirteen one-things', () => {
  it('are the State Council’s thirteen, eight for enterprises and five for persons', () => {
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    expect(all.filter(({ target }) => target === 'enterprise')).toHaveLength(8)
    expect(all.filter(({ target }) => target === 'person')).toHaveLength(5)
    expect(all.map(({ name }) => name.zh)).toEqual([
      '企业信息变更',
      '开办运输企业',
      '开办餐饮店',
      '水电气网联合报装',
      '信用修复',
      '企业上市合法合规信息核查',
      '企业破产信息核查',
      '企业注销登记',
      '新生儿出生',
      '教育入学',
      '社会保障卡居民服务',
      '残疾人服务',
      '退休',
    ])
  })

  it.each(all.map((oneThing) => [oneThing.code, oneThing] as const))('%s can be published', (_code, oneThing) => {
    expect(checkOneThing(oneThing, surroundings)).toEqual({ ok: true, value: undefined })
  })

  // Items (listed by the places that are named, plus what our own rows add), joint days, sum of promised days.
  it.each([
    ['enterprise_change', 8, 3, 15],
    ['transport_company', 7, 6, 11],
    ['restaurant', 5, 13, 48],
    ['utilities', 12, 5, 27],
    ['credit_repair', 4, 4, 10],
    ['listing_check', 41, 4, 121],
    ['bankruptcy_check', 7, 3, 21],
    ['deregistration', 7, 12, 16],
    ['newborn', 9, 5, 11],
    ['school_entry', 7, 8, 16],
    ['social_security_card', 8, 5, 10],
    ['disability', 5, 15, 30],
    ['retirement', 9, 10, 26],
  ])('%s has %i items, takes %i days together and %i one by one', (code, items, days, sumDays) => {
    const oneThing = all.find((one) => one.code === code)
    const clock = oneThing && jointClockOf(oneThing, everyItem(oneThing))

    expect(oneThing?.items).toHaveLength(items)
    expect(oneThing?.jointPromise.days).toBe(days)
    expect(clock).toMatchObject({ ok: true, value: { days, sumDays } })
  })

  it('lead every answer to items, each with a form that is signed', () => {
    for (const oneThing of all)
      for (const answers of answersOf(oneThing)) {
        const selection = select(oneThing, answers)
        expect(selection).toMatchObject({ ok: true })
        if (!selection.ok) continue
        const types = fieldsOf(formOf(oneThing, selection.value)).map(({ type }) => type)
        expect(types).toEqual(expect.arrayContaining(['declaration', 'signature', 'signed_on']))
      }
  })

  it('say everything in Chinese and in English', () => {
    const words = all.flatMap(wordsIn)

    expect(words.length).toBeGreaterThan(1_000)
    expect(words.filter(({ zh }) => !han.test(zh))).toEqual([])
    expect(words.filter(({ en }) => han.test(en))).toEqual([])
  })

  it('name an item the same wherever it is used', () => {
    const names = new Map<string, Set<string>>()
    for (const { code, name, department, kind } of all.flatMap(({ items }) => items))
      names.set(code, (names.get(code) ?? new Set()).add(`${name.zh} ${department} ${kind}`))

    expect([...names].filter(([, uses]) => uses.size > 1)).toEqual([])
    expect(names.size).toBeGreaterThan(100)
  })

  it('put the department’s number first in an item’s code', () => {
    const numbers = new Map(seedDepartments.map(({ code, number }) => [code, number]))
    const items = all.flatMap((oneThing) => oneThing.items)

    expect(items.filter(({ code, department }) => code.slice(0, 3) !== numbers.get(department))).toEqual([])
  })

  it('leave a case of which nothing is known to a person', () => {
    const answers = all.flatMap(({ tables }) => tables.map((table) => [table.code, askTable(table, {})] as const))

    expect(answers).toHaveLength(17)
    expect(answers.filter(([, answer]) => !answer.ok || answer.value !== 'manual')).toEqual([])
  })
})
