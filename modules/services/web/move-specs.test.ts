import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { ApplicationMove } from '../application-contract.ts'
import { ItemMove } from '../item-contract.ts'
import { PromiseMove } from '../promise-contract.ts'
import { RevocationMove } from '../revocation-contract.ts'
import { PackageMove } from '../window-contract.ts'
import { readMove, withMove } from './move-address.ts'
import { moveOrder, moveSpecs } from './move-specs.ts'

const contracts = {
  application: ApplicationMove,
  item: ItemMove,
  promise: PromiseMove,
  revocation: RevocationMove,
  package: PackageMove,
} as const

type Member = { readonly shape: Readonly<Record<string, z.ZodType>> }
const membersOf = (union: { readonly options: readonly Member[] }) =>
  union.options.map(({ shape }) => {
    const move = shape['move']
    // The discriminator of every member is a literal.
    const [name] = move && 'values' in move ? [...(move.values as Set<string>)] : []
    return { name: name ?? '', fields: Object.keys(shape).filter((key) => !['move', 'rev', 'commandId'].includes(key)) }
  })

// These are sent from the page itself, not from a form in the drawer.
const sentElsewhere = ['submit', 'corrected', 'judge_materials']

describe('forms of moves', () => {
  it.each(['application', 'item', 'promise', 'revocation', 'package'] as const)(
    'ask for exactly the fields of each %s move of the contract',
    (kind) => {
      const wanted = membersOf(contracts[kind]).filter(({ name }) => !sentElsewhere.includes(name))

      expect(Object.keys(moveSpecs[kind]).toSorted()).toEqual(wanted.map(({ name }) => name).toSorted())
      for (const { name, fields } of wanted)
        expect([name, (moveSpecs[kind][name] ?? []).map((field) => field.name).toSorted()]).toEqual([
          name,
          fields.toSorted(),
        ])
      expect(moveOrder[kind].toSorted()).toEqual(wanted.map(({ name }) => name).toSorted())
    },
  )

  it('keep the open form in the address beside what else is there', () => {
    const query = withMove(new URLSearchParams('tab=items'), { move: 'refuse', on: 'a1' })

    expect(query.toString()).toBe('tab=items&do=refuse&on=a1')
    expect(readMove(query)).toEqual({ move: 'refuse', on: 'a1' })
    expect(withMove(query, null).toString()).toBe('tab=items')
  })
})
