import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fill } from '@tingzhou/http'
import appealZh from './locales/appeal.zh-CN.json' with { type: 'json' }
import rulesZh from './locales/rules.zh-CN.json' with { type: 'json' }

const folder = new URL('.', import.meta.url)
const sources = readdirSync(folder)
  .filter((name) => /^(?:moves.*|appeal|lookups)\.ts$/.test(name))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n')
const shown = Object.entries(appealZh).flatMap(([kind, text]) => (text.detail.includes('{rule}') ? [kind] : []))
/** Rules of the kinds whose Chinese text shows the rule, as the code writes them. */
const rules = [
  ...shown.flatMap((kind) => [...sources.matchAll(new RegExp(`kind: '${kind}',[^}]*?rule: '([^']+)'`, 'g'))]),
  ...sources.matchAll(/(?:refused?\(|notFor\(\w+, )'([^']+)'\)/g),
].map(([, rule]) => rule ?? '')

describe('rules that a problem names', () => {
  it('are said in Chinese to a Chinese reader, every one', () => {
    expect(rules.length).toBeGreaterThan(15)
    expect(rules.filter((rule) => !(rule in rulesZh))).toEqual([])
    for (const word of Object.values(rulesZh)) expect(word).toMatch(/^[\p{Script=Han}，、]+$/u)
  })

  it('leave no English in what the text is filled with', () => {
    expect(fill(appealZh.owner_needed.detail, { rule: rulesZh['a new owner for the order'] })).toBe(
      '请为工单选择新的主办部门。',
    )
  })
})
