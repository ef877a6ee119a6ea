import { expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import * as words from '../../money/words.ts'

const texts = screenTexts(new URL('..', import.meta.url))

// What judge.ts and receive.ts say of an entry that they refuse.
const bankRules =
  'payment_unknown with_bank same_sum sum_named serial_named serial_once paid_once not_booked_before booked_before not_tried_again one_change'

it('names every word of money', () => {
  const tiles = ['due', 'prepared', 'approved', 'sent', 'again', 'refused']
  const steps = ['prepared', 'approved', 'sent', 'done']
  const wanted = [
    ...under('payment_state', words.paymentStates),
    ...under('payment_means', words.paymentMeans),
    ...under('batch_state', [...words.batchStates, 'done']),
    ...under('batch_next', ['prepared', 'approved', 'sent']),
    ...under('batch_step', steps),
    ...under('bank_kind', words.reportKinds),
    ...under('bank_says', words.bankSays),
    ...under('bank_outcome', words.entryOutcomes),
    ...under('bank_rule', bankRules.split(' ')),
    ...under('bank_unread', ['encoding', 'size']),
    ...['statement_state', 'statement_next'].flatMap((prefix) => under(prefix, words.statementStates)),
    ...under('statement_line', ['settlement', 'reversal']),
    ...['money_figure', 'money_basis'].flatMap((prefix) => under(prefix, tiles)),
    ...under('money_next', ['refused', 'approved', 'prepared', 'due', 'without', 'sent', 'nothing']),
    ...under('invoice', ['vatBp', 'netFen', 'taxFen']),
    ...under('did', ['prepare', 'approve', 'reject', 'send', 'issue', 'confirm', 'request_invoice', 'receive']),
  ]

  expect(texts.lacking(wanted)).toEqual([])
})
