import { describe, expect, it } from 'vitest'
import { departmentChoices } from './department-choices.ts'
import { specialSpecs } from './part-specs.ts'

const t = (key: string) => key
const body = {
  lead: 'market',
  questions: [
    { code: 'sign', text: { zh: '招牌？', en: 'A sign?' }, options: [{ code: 'yes', name: { zh: '是', en: 'Yes' } }] },
    { code: 'area', text: { zh: '面积', en: 'Area' }, options: [{ code: 'big', name: { zh: '大', en: 'Big' } }] },
  ],
  items: [{ department: 'market' }, { department: 'closed_one' }, { department: 'nobody' }],
  joint: { places: [{ departments: [{ of: 'market', by: 'away' }] }] },
}
const whole = { body, lang: 'en', departments: [], drawings: [] } as const

describe('a special step', () => {
  it('may hang on an answer: any question, and the options of the one that was chosen', () => {
    const [spec] = specialSpecs(t, whole, { when: { question: 'area', options: [] } }).filter(
      ({ path }) => path[0] === 'when',
    )

    expect(spec).toMatchObject({
      kind: 'switch',
      inside: [
        { options: [{ value: 'sign' }, { value: 'area' }], clears: ['when', 'options'] },
        { options: [{ value: 'big', label: 'Big' }] },
      ],
    })
  })
})

describe('the departments to choose from', () => {
  it('are the open ones of the register, and what the draft names besides with a note', () => {
    const register = [
      { code: 'market', name: '市场监管局', state: 'open' },
      { code: 'closed_one', name: '旧局', state: 'closed' },
      { code: 'tax', name: '税务局', state: 'open' },
    ]

    expect(departmentChoices(body, register, [{ code: 'away', name: '异地局' }], '(none)')).toEqual([
      { value: 'market', label: '市场监管局' },
      { value: 'tax', label: '税务局' },
      { value: 'closed_one', label: '旧局 (none)' },
      { value: 'nobody', label: 'nobody (none)' },
      { value: 'away', label: '异地局 (none)' },
    ])
  })
})
