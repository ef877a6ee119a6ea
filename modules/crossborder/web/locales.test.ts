import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { moveNames } from '../shipment/shipment-contract.ts'
import * as words from '../words.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every word of the lists', () => {
    const wanted = [
      ...['state', 'owner', 'next'].flatMap((prefix) => under(prefix, words.shipmentStates)),
      ...['move', 'move_means', 'move_done'].flatMap((prefix) => under(prefix, moveNames)),
      ...under('open', words.states),
      ...under('goods_class', words.goodsClasses),
      ...under('inspection', words.inspections),
      ...under('document', words.documentKinds),
      ...under('stand', words.documentStands),
      ...under('mark', words.marks),
      ...under('step', words.ruleSteps),
      ...['check', 'finding'].flatMap((prefix) => under(prefix, words.checkCodes)),
      ...under('finding', ['lots_differ', 'counts_equal_none']),
      ...under(
        'finding',
        words.documentStands.filter((stand) => stand !== 'checked').map((stand) => `document_${stand}`),
      ),
      ...under('result', words.checkResults),
      ...under('hold', words.holdReasons),
      ...under('decision', words.holdDecisions),
      ...under('leg_kind', words.legKinds),
      ...under('point', words.handOverPoints),
      ...under('movement_kind', words.movementKinds),
      ...under('reservation', words.reservationStates),
      ...under('count_state', words.countStates),
      ...under('act', ['out', 'reserve', 'transfer', 'damage', 'release']),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
