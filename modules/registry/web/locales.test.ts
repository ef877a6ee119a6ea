import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { BatchKind, MergeBatchState, MergePairState } from '../bulk/merge-batch-contract.ts'
import { Confidence, PeriodKind, Qualifier } from '../figure/figure-contract.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every word of the lists', () => {
    const wanted = [
      ...['batch_state', 'batch_means'].flatMap((prefix) => under(prefix, MergeBatchState.options)),
      ...under('batch_kind', BatchKind.options),
      ...under('pair_state', MergePairState.options),
      ...under('qualifier', Qualifier.options),
      ...under('confidence', Confidence.options),
      ...under('period_kind', PeriodKind.options),
      ...under('figure_state', ['stands', 'withdrawn']),
      ...under('figure', ['withdraw', 'withdraw_done', 'withdraw_means', 'choose', 'choose_done', 'choose_means']),
      ...under('history', [
        'figure_entered',
        'figure_changed',
        'figure_withdrawn',
        'figure_restored',
        'figure_chosen',
        'figures_imported',
        'split',
        'split_off',
        'split_undone',
      ]),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
