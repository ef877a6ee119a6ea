import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { measureNames } from '../measures-contract.ts'
import { moveNames } from '../order-contract.ts'
import * as words from '../words.ts'

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
    const named = [...code.matchAll(/\bt\(\s*'([a-zA-Z0-9_.]*[a-zA-Z0-9_])'|Key: '([a-z_.]+)'/g)].map(
      ([, key, other]) => key ?? other ?? '',
    )

    expect(named.length).toBeGreaterThan(100)
    expect(named.filter((key) => !chinese.has(key))).toEqual([])
  })

  it('name everything that the drawing of the process names', () => {
    const drawing = readFileSync(new URL('../processes/referral.bpmn', import.meta.url), 'utf8')
    // Messages and the process itself are not drawn.
    const drawn = [...drawing.matchAll(/<(?:\w+:)?(\w+)\b([^>]*)>/g)].flatMap(([, kind = '', attributes = '']) => {
      const id = /\bid="([^"]+)"/.exec(attributes)?.[1]
      return id !== undefined && /\bname="/.test(attributes) && !['message', 'process'].includes(kind) ? [id] : []
    })

    expect(drawn.length).toBeGreaterThan(20)
    expect(drawn.filter((id) => !english.has(`node.${id}`))).toEqual([])
  })

  it('name every word of the lists', () => {
    const wanted = [
      ...words.orderStates.flatMap((state) => [`state.${state}`, `next.${state}`]),
      ...moveNames.flatMap((move) => [`move.${move}`, `done.${move}`, `consequence.${move}`, `did.${move}`]),
      ...measureNames.flatMap((name) =>
        ['of', 'unit', 'basis', 'numerator', 'base', 'formula'].map((part) => `measure.${part}.${name}`),
      ),
      ...words.needCodes.map((code) => `need.${code}`),
      ...words.readReasons.map((why) => `why.${why}`),
      ...words.consentScopes.map((scope) => `scope.${scope}`),
      ...words.concludeReasons.map((reason) => `conclude.${reason}`),
      ...words.followUpResults.map((result) => `follow.${result}`),
      ...words.offerAnswers.map((answer) => `answer.${answer}`),
    ]

    expect(wanted.filter((key) => !chinese.has(key))).toEqual([])
  })
})
