import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unitOf } from '@tingzhou/text'
import { addTexts, i18n, startI18n } from './i18n.ts'
import en from './locales/en.json' with { type: 'json' }
import zh from './locales/zh-CN.json' with { type: 'json' }
import { unitWord } from './unit-word.ts'

describe('the word for a unit', () => {
  beforeAll(async () => {
    await startI18n('zh-CN', [])
    addTexts('ui', 'en', en)
  })
  // Test files share one i18n.
  afterAll(() => i18n.changeLanguage('zh-CN'))

  it('is in the reader’s language, and what has none stands for itself', async () => {
    const units = ['t', 'pcs', 'm3', '°C', 'mg/m³', '']

    await i18n.changeLanguage('zh-CN')
    const inChinese = units.map(unitWord)
    await i18n.changeLanguage('en')
    const inEnglish = units.map(unitWord)

    expect(inChinese).toEqual(['吨', '件', '立方米', '°C', 'mg/m³', ''])
    expect(inEnglish).toEqual(['t', 'pcs', 'm³', '°C', 'mg/m³', ''])
  })

  it('is read as the unit that it stands for, where a quantity is typed', () => {
    const misread = [zh, en].flatMap(({ unit }) =>
      Object.entries(unit).filter(([code, word]) => unitOf(code)?.unit === code && unitOf(word)?.unit !== code),
    )

    expect(misread).toEqual([])
  })
})
