import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { applicationMoves } from '../application-contract.ts'
import { honourStands } from '../honour-contract.ts'
import { applicationStates, awards, campaignStates, objectionStates } from '../words.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }

type Bundle = { readonly [key: string]: string | Bundle }

const flatten = (bundle: Bundle, prefix = ''): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(bundle).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  )
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted()

const chinese = flatten(zhCN)
const english = flatten(en)

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => {
    expect([...english.keys()].toSorted()).toEqual([...chinese.keys()].toSorted())
    for (const [key, text] of chinese) expect([key, holes(english.get(key) ?? '')]).toEqual([key, holes(text)])
  })

  it('hold every key that a screen names', () => {
    const folder = new URL('.', import.meta.url)
    const code = readdirSync(folder)
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n')
    const named = [...code.matchAll(/\bt\(\s*'([a-zA-Z0-9_.]*[a-zA-Z0-9_])'/g)].map(([, key]) => key ?? '')
    const keys = [...code.matchAll(/(?:labelKey|groupKey): '([a-zA-Z0-9_.]+)'/g)].map(([, key]) => key ?? '')

    expect([...named, ...keys].filter((key) => !chinese.has(key))).toEqual([])
  })

  it('name every state and move', () => {
    const wanted = [
      ...applicationStates.map((state) => `state.${state}`),
      ...campaignStates.map((state) => `campaign_state.${state}`),
      ...awards.map((award) => `award.${award}`),
      ...honourStands.map((stand) => `stand.${stand}`),
      ...objectionStates.map((state) => `objection.state.${state}`),
      ...applicationMoves.flatMap((move) => [`verb.${move}`, `done.${move}`]),
    ]

    expect(wanted.filter((key) => !chinese.has(key))).toEqual([])
  })
})
