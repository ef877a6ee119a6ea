import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { serviceKinds } from '@tingzhou/text'
import * as days from '../event/words.ts'
import { matchBounds } from '../posting/settings-bounds.ts'
import { desks, periods } from '../posting/words.ts'
import * as words from '../words.ts'

const texts = screenTexts(new URL('.', import.meta.url))
const ruleNames = [
  'service_after',
  'service_before',
  'recycled',
  'negated',
  'other_thing',
  'compound',
  'actor',
  'purpose',
  'modifier',
  'supplier',
  'part_of_a_name',
  'unknown_before',
]

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(60)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every word of the lists of postings', () => {
    const wanted = [
      ...['posting.kind', 'posting.kind_verb', 'match.title', 'match.none'].flatMap((prefix) =>
        under(prefix, words.postingKinds),
      ),
      ...under('posting.subject', words.subjects),
      ...under('posting.state', words.postingStates),
      ...under('posting.visibility', words.visibilities),
      ...under('posting.each', periods),
      ...under('posting.desk_of', desks),
      ...under('posting.certainty', ['sure', 'guess', 'none']),
      ...under('posting.personal', ['phone', 'identity', 'mail']),
      ...under('posting.service', serviceKinds),
      ...under('posting.rule', ruleNames),
      ...under('posting.did', ['post', 'draft', 'open', 'change', 'withdraw', 'close', 'prolong', 'expire']),
      ...under('posting.did', ['take_back', 'reserve', 'give_back']),
      ...under('deal.did', ['propose', 'agree', 'cancel', 'deliver', 'signed', 'lapse', 'carry']),
      ...['accept', 'refuse'].flatMap((said) => under('deal.did', [`${said}_buyer`, `${said}_seller`])),
      ...under('deal.did', ['ask', 'answer', 'close', 'close_unanswered', 'award', 'make', 'send']),
      ...under('deal.state', words.dealStates),
      ...under('deal.source', words.dealSources),
      ...['deal.side', 'deal.step'].flatMap((prefix) => under(prefix, ['buyer', 'seller'])),
      ...under('rfq.state', words.rfqStates),
      ...under('rfq.known', words.knownBys),
      ...under('proposal.state', ['made', 'sent']),
      ...under('deal.saving', ['missing_mass', 'missing_points']),
      ...under('match.number', Object.keys(matchBounds)),
      ...under('match.part', ['product', 'spec', 'cost', 'quantity', 'lead', 'record', 'local']),
      ...under('match.nearness', ['same', 'family', 'sibling', 'text']),
      ...under('match.verdict', ['equal', 'tolerance', 'unknown', 'conflict']),
      ...under('match.cap', ['spec_conflict', 'text_only']),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })

  it('name every word of the lists of matchmaking days', () => {
    const wanted = [
      ...under('event.state', days.eventStates),
      ...under('event.firm_state', days.firmStates),
      ...under('event.left_out', days.leftOuts),
      ...under('event.result', days.results),
      ...under('event.outcome', days.outcomes),
      ...under('event.view', days.followViews),
      ...under('event.did', [
        'enter',
        'change',
        ...days.eventSteps,
        'register',
        'change_registration',
        'withdraw',
        'invite',
      ]),
      ...under('event.did', ['arrive', 'not_here', 'plan', 'move', 'take_off', 'lock', 'unlock']),
      ...under('event.did', ['result', 'confirm', 'deal', 'follow', 'followed']),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
