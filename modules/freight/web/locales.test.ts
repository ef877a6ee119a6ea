import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { payKinds, roundings, weightRules } from '@tingzhou/settlement'
import papers from '../data/papers.json' with { type: 'json' }
import { breaches, riskResults, riskRules, shapeKinds } from '../risk/words.ts'
import riskFile from '../data/risk-rules.json' with { type: 'json' }
import { dockFields, dockNumberNames, paceBlockers, slotLacks } from '../dock/words.ts'
import { offerOutcomes, positionSources, troubleKinds } from '../desk/words.ts'
import { chainNumbers, chainWays, nextStates, noReturns, tourStates } from '../chain/words.ts'
import { markKinds, pairStates, waveNumbers } from '../wave/words.ts'
import * as words from '../words.ts'
import { deskLists } from './desk/choice.ts'
import { evidenceNames } from './risk/words.ts'
import { loadVerbs } from './carriage/load-rules.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every word of the lists', () => {
    const wanted = [
      ...under('pair_state', pairStates),
      ...under('slot_lack', slotLacks),
      ...under('pace_blocker', paceBlockers),
      ...under('dock_field', dockFields),
      ...under('dock_number', dockNumberNames),
      ...under('dock_end', words.placeEnds),
      ...under('did', ['docks_load', 'docks_unload']),
      ...under('waybill_did', ['move_slot', 'release_slot', 'shift_slot', 'lose_slot']),
      ...under('mark_kind', markKinds),
      ...under('wave_number', waveNumbers),
      ...under('chain_number', chainNumbers),
      ...under('chain_way', chainWays),
      ...under('tour_state', tourStates),
      ...under('next_state', nextStates),
      ...under('next_none', noReturns),
      ...under('did', ['chain_make', 'chain_send', 'chain_book']),
      ...under('state', words.states),
      ...under('stand', [...words.stands, ...words.paperStates]),
      ...under('kind', words.carrierKinds),
      ...words.subjects.map((subject) => `${subject}.one`),
      ...['measure', 'yuan_per', 'per'].flatMap((prefix) => under(prefix, words.measures)),
      ...['load_mode', 'load_mode_extra'].flatMap((prefix) => under(prefix, words.loadModes)),
      ...under('load_state', words.loadStates),
      ...under('bid_state', words.bidStates),
      ...under('bid_kind', words.bidKinds),
      ...under('share_state', words.states),
      ...under(
        'load_verb',
        loadVerbs.filter((verb) => verb !== 'change'),
      ),
      ...under('basis', ['ton', 'ton_km', 'truck', 'm3']),
      ...under('loss_mode', ['none', 'excess', 'whole', 'real']),
      ...under('loss_as', ['money', 'weight']),
      ...under('tolerance', ['rate', 'fixed']),
      ...under('shipper_way', ['same', 'service_rate', 'own']),
      ...under('when_negative', ['refuse', 'carry']),
      ...under('weight', weightRules),
      ...under('rounding', roundings),
      ...under('pay', payKinds),
      ...['audit_rule', 'audit_means'].flatMap((prefix) => under(prefix, riskRules)),
      ...under('audit_result', riskResults),
      ...under('audit_shape', shapeKinds),
      ...under('breach', breaches),
      ...['trouble', 'trouble_since'].flatMap((prefix) => under(prefix, troubleKinds)),
      ...under('desk_offer', offerOutcomes),
      ...under('desk_source', positionSources),
      ...['desk_list', 'desk_none', 'desk_none_text'].flatMap((prefix) => under(prefix, deskLists)),
      ...under('audit_fact', evidenceNames),
      ...under(
        'limit',
        Object.values(riskFile.rules).flatMap(({ limits }) => Object.keys(limits)),
      ),
      ...under(
        'paper_kind',
        papers.kinds.map(({ code }) => code),
      ),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
