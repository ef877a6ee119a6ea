import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { acceptances, applicationStates, deliveries, materialHows, modes, results } from '../application-contract.ts'
import { itemStates } from '../item-contract.ts'
import { itemKinds, specialStepKinds } from '../item.ts'
import { cutNames, shareNames } from '../measure-contract.ts'
import { promiseStates } from '../promise-contract.ts'
import { revocationCauses, revocationStates } from '../revocation-contract.ts'
import { packageStates } from '../window-contract.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { moveSpecs } from './move-specs.ts'
import { fieldTypes } from './part-specs.ts'

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
const under = (prefix: string, names: readonly string[]) => names.map((name) => `${prefix}.${name}`)

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
    const listed = [...code.matchAll(/\b(?:labelKey|wordsKey|groupKey): '([^']+)'/g)].map(([, key]) => key ?? '')

    expect(named.length).toBeGreaterThan(300)
    expect([...named, ...listed].filter((key) => !chinese.has(key))).toEqual([])
  })

  it('name everything that the drawings name', () => {
    const folder = new URL('../processes/', import.meta.url)
    const drawn = readdirSync(folder).flatMap((file) => {
      const drawing = readFileSync(new URL(file, folder), 'utf8')
      const key = /<(?:\w+:)?process\b[^>]*\bid="([^"]+)"/.exec(drawing)?.[1] ?? ''
      // Messages, errors and the process itself are not drawn.
      return [...drawing.matchAll(/<(?:\w+:)?(\w+)\b([^>]*)>/g)].flatMap(([, kind = '', attributes = '']) => {
        const id = /\bid="([^"]+)"/.exec(attributes)?.[1]
        const isDrawn =
          id !== undefined && /\bname="/.test(attributes) && !['message', 'process', 'error'].includes(kind)
        return isDrawn ? [`node.${key}.${id}`] : []
      })
    })

    expect(drawn.length).toBeGreaterThan(80)
    expect(drawn.filter((key) => !english.has(key))).toEqual([])
  })

  it('name every state, move, kind and figure of the contract', () => {
    const wanted = [
      ...under('state', applicationStates),
      ...under('plain', applicationStates),
      ...under('next', applicationStates),
      ...under('item_state', itemStates),
      ...under('item_next', itemStates),
      ...under('acceptance', acceptances),
      ...under('result', results),
      ...under('mode', modes),
      ...under('delivery', deliveries),
      ...under('how', materialHows),
      ...under('item_kind', itemKinds),
      ...under('special_kind', specialStepKinds),
      ...under('cut', cutNames),
      ...under('share', shareNames),
      ...under('share_basis', shareNames),
      ...under('promise_state', promiseStates),
      ...under('revocation_state', revocationStates),
      ...under('revocation_cause', revocationCauses),
      ...under('package_state', packageStates),
      ...under('package_next', packageStates),
      ...under('field_type', fieldTypes),
      ...Object.entries(moveSpecs).flatMap(([kind, moves]) => under(`move.${kind}`, Object.keys(moves))),
      ...Object.values(moveSpecs).flatMap((moves) =>
        Object.values(moves).flatMap((fields) => fields.map(({ name }) => `field.${name}`)),
      ),
    ]

    expect(wanted.filter((key) => !chinese.has(key))).toEqual([])
  })

  it('word every complaint and every refusal that the server may name', () => {
    const folder = new URL('..', import.meta.url)
    const server = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    const reasons = server.flatMap((text) =>
      [...text.matchAll(/\bonly\([^)]*'([a-z_]+)'\)/g)].map(([, key]) => key ?? ''),
    )
    const complaints = [
      ...readFileSync(new URL('../complaint.ts', import.meta.url), 'utf8').matchAll(/kind: '([a-z_]+)'/g),
    ]

    expect(reasons.length).toBeGreaterThan(5)
    expect(complaints.length).toBeGreaterThan(15)
    expect(under('reason', [...new Set(reasons)]).filter((key) => !chinese.has(key))).toEqual([])
    expect(complaints.map(([, kind]) => `complaint.${kind}`).filter((key) => !chinese.has(key))).toEqual([])
  })
})
