import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { drawnIn, screenTexts, under } from '@tingzhou/ui/testing'
import { acceptances, applicationStates, deliveries, materialHows, modes, results } from '../application-contract.ts'
import { itemStates } from '../item-contract.ts'
import { itemKinds, specialStepKinds } from '../item.ts'
import { cutNames, shareNames } from '../measure-contract.ts'
import { promiseStates } from '../promise-contract.ts'
import { revocationCauses, revocationStates } from '../revocation-contract.ts'
import { packageStates } from '../window-contract.ts'
import { moveSpecs } from './move-specs.ts'
import { fieldTypes } from './part-specs.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(300)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name everything that the drawings name', () => {
    const folder = new URL('../processes/', import.meta.url)
    const drawn = readdirSync(folder).flatMap((file) => {
      const { key, ids } = drawnIn(new URL(file, folder))
      return under(`node.${key}`, ids)
    })

    expect(drawn.length).toBeGreaterThan(80)
    expect(texts.lacking(drawn)).toEqual([])
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

    expect(texts.lacking(wanted)).toEqual([])
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
    expect(texts.lacking(under('reason', [...new Set(reasons)]))).toEqual([])
    expect(texts.lacking(complaints.map(([, kind]) => `complaint.${kind}`))).toEqual([])
  })
})
