import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import * as words from '../words.ts'
import { bands, figureKinds, indicators } from '../run/words.ts'
import { levels } from './map/level.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every figure with its formula, and every number of one', () => {
    const names = figureKinds.flatMap((kind) => indicators[kind])
    const wanted = [
      ...['indicator', 'formula'].flatMap((prefix) => under(prefix, names)),
      ...under('band', bands),
      ...under('level', levels),
      ...under('stage', words.stages),
      ...under('size', ['0', '1', '2', '3', '4']),
      ...under('chain_run', ['stored', 'unchanged', 'exact', 'estimate']),
      ...under('chain_run.verb', ['make']),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })

  it('name every word of the catalogue', () => {
    const wanted = [
      ...under('catalogue.basis', words.bases),
      ...under('catalogue.stages', words.stages),
      ...under('catalogue.state', words.states),
      ...under('catalogue.word.state', words.wordStates),
      ...under('catalogue.langs', words.langs),
      ...under('catalogue.service', words.serviceKinds),
      ...under('catalogue.site', words.siteNeeds),
      ...under('catalogue.yes', ['true', 'false']),
      ...under('catalogue.did', ['enter', 'change', 'close', 'reopen', 'change_recipe', 'close_recipe']),
      ...under('catalogue.did', ['add_alias', 'change_alias', 'close_alias', 'reopen_alias', ...words.wordDecisions]),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })

  it('name every word of firms, links and lead firms', () => {
    const deeds = [
      'enter',
      'change',
      'remove',
      'end',
      'firm_merged',
      'firm_split',
      'set_aside',
      'firm_unmerged',
      'put_back',
    ]
    const wanted = [
      ...under('firms.did', deeds),
      ...under('firms.roles', words.positionRoles),
      ...under('firms.modes', words.modes),
      ...under('firms.leader_states', words.leaderStates),
      ...under('firms.why_strong', ['above_scale', 'entered']),
      ...under('firms', ['suppliers', 'customers', 'no_suppliers', 'no_customers']),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
