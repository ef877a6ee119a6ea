import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { figureIds, sources } from '../indicators.ts'
import { appealStates } from '../appeal-contract.ts'
import { moveForms } from './move-forms.tsx'

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

    expect(named.filter((key) => !chinese.has(key))).toEqual([])
  })

  it('name everything that the drawing of the process names', () => {
    const drawing = readFileSync(new URL('../processes/appeal.bpmn', import.meta.url), 'utf8')
    // Messages and the process itself are not drawn.
    const drawn = [...drawing.matchAll(/<(?:\w+:)?(\w+)\b([^>]*)>/g)].flatMap(([, kind = '', attributes = '']) => {
      const id = /\bid="([^"]+)"/.exec(attributes)?.[1]
      return id !== undefined && /\bname="/.test(attributes) && !['message', 'process'].includes(kind) ? [id] : []
    })

    expect(drawn.length).toBeGreaterThan(20)
    expect(drawn.filter((id) => !english.has(`node.${id}`))).toEqual([])
  })

  it('name every state, move and figure', () => {
    const wanted = [
      ...appealStates.flatMap((state) => [`state.${state}`, `state_next.${state}`, `plain.${state}`]),
      ...Object.keys(moveForms).flatMap((move) => [
        `move.${move}`,
        `done.${move}`,
        `consequence.${move}`,
        `did.${move}`,
      ]),
      ...figureIds.flatMap((id) => [`figure.${id}`, `formula.${id}`]),
      ...Object.values(sources).flatMap(({ parts }) => parts.map((part) => `figure_part.${part}`)),
    ]

    expect(wanted.filter((key) => !chinese.has(key))).toEqual([])
  })
})
