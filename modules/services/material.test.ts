import { localDate } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { planMaterials, type HeldCopy } from './material.ts'
import { item, itemCode, material, oneThing } from './one-thing.fixture.ts'
import { select } from './situation.ts'

const service = 'a/b/c/d/e/f'
const today = localDate('2026-11-28')
const materials = [
  material('handed_in', { reuse: { youngerThan: 'P1Y' }, validFor: 'P2Y' }),
  material('once', { reuse: 'never' }),
  material('licence', { from: { kind: 'licence_store', service }, reuse: 'always' }),
  material('record', { from: { kind: 'data_service', service }, reuse: 'never' }),
  material('output', { from: { kind: 'item', item: itemCode(2) }, reuse: 'always' }),
]
const thing = (always: boolean) =>
  oneThing({
    materials,
    items: [
      item(1, { fields: ['field_a'], materials: materials.map(({ code }) => code), after: [itemCode(2)] }),
      item(2, { always }),
    ],
  })
const ways = (always: boolean, held: readonly HeldCopy[]) => {
  const selection = select(thing(always), {})
  if (!selection.ok) return selection.error
  return Object.fromEntries(planMaterials(selection.value, held, today).map((one) => [one.material.code, one.way]))
}
const copy = (code: string, issuedOn: string, validTo: string | null = null): HeldCopy => ({
  material: code,
  issuedOn: localDate(issuedOn),
  validTo: validTo === null ? null : localDate(validTo),
})

describe('planMaterials', () => {
  it('asks only for what nobody else has', () => {
    expect(ways(true, [])).toEqual({
      handed_in: 'asked',
      once: 'asked',
      licence: 'fetched',
      record: 'fetched',
      output: 'produced',
    })
  })

  it('does not ask for what is held and may be reused', () => {
    const held = [
      copy('handed_in', '2026-01-01'),
      copy('once', '2026-11-27'),
      copy('licence', '2019-01-01', '2030-01-01'),
    ]

    expect(ways(true, held)).toMatchObject({ handed_in: 'held', once: 'asked', licence: 'held' })
  })

  it('asks again for what is too old or has run out', () => {
    expect(ways(true, [copy('handed_in', '2025-11-28')])).toMatchObject({ handed_in: 'asked' })
    expect(ways(true, [copy('handed_in', '2026-06-01', '2026-11-27')])).toMatchObject({ handed_in: 'asked' })
  })

  it('asks for the output of an item that is not selected, unless a copy is held', () => {
    expect(ways(false, [])).toMatchObject({ output: 'asked' })
    expect(ways(false, [copy('output', '2026-01-01')])).toMatchObject({ output: 'held' })
  })
})
