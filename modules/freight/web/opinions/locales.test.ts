import { expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { moveNames } from '../../complaint/complaint-contract.ts'
import { complaintEnds, complaintSides, complaintStates } from '../../complaint/words.ts'
import zhCN from '../../complaint/locales/zh-CN.json' with { type: 'json' }
import { ratingSides } from '../../rating/words.ts'
import { decisions } from '../../words.ts'

it('texts of opinions name every word of the lists', () => {
  const { lacking } = screenTexts(new URL('..', import.meta.url))
  const reasons = Object.keys(zhCN.words).flatMap((key) => (key.startsWith('reason.') ? [key.slice(7)] : []))
  const wanted = [
    ...under('rating_side', ratingSides),
    ...under('rating_reason', ['rated_once_signed', 'rated_in_time', 'rated_once', 'not_a_side', 'frozen']),
    ...under('stars', ['1', '2', '3', '4', '5']),
    ...['complaint_state', 'complaint_next'].flatMap((prefix) => under(prefix, complaintStates)),
    ...under('complaint_side', complaintSides),
    ...under('complaint_end', complaintEnds),
    ...under('complaint_decision', decisions),
    ...['complaint_move', 'complaint_done', 'complaint_means', 'complaint_did'].flatMap((prefix) =>
      under(prefix, moveNames),
    ),
    ...under('complaint_reason', [...reasons, 'not_now', 'not_in_state']),
  ]

  expect(reasons.length).toBeGreaterThan(3)
  expect(lacking(wanted)).toEqual([])
})
