import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { moveNames } from '../../target/target-contract.ts'
import * as words from '../../target/words.ts'
import { siteNeeds } from '../../words.ts'

const texts = screenTexts(new URL('..', import.meta.url))

describe('texts of lists, targets and plants', () => {
  it('name every word of the lists', () => {
    const wanted = [
      ...under('target.state', words.targetStates),
      ...['target.move', 'target.move_means', 'target.move_done', 'target.did'].flatMap((prefix) =>
        under(prefix, moveNames),
      ),
      ...under('chain_line.list', words.lists),
      ...under('chain_line.formula_of', words.lists),
      ...under('chain_line.weakness', words.weaknesses),
      ...under('chain_line.rank', words.rankParts),
      ...under('plant.state', words.plantStates),
      ...under('plant.verdict', words.verdicts),
      ...under('plant.need', siteNeeds),
      ...under('target.reason', ['owner_or_officer', 'officer_only', 'no_plant', 'not_in_state']),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
