import { describe, expect, it } from 'vitest'
import { refusalOf, verbsOf, type LoadStand, type Reader } from './load-rules.ts'

const now = 1_000
const load: LoadStand = {
  state: 'published',
  mode: 'assign',
  bidKind: null,
  bidUntil: null,
  loadUntil: 9_000,
  quantity: 100_000,
  taken: 0,
}
const shipper: Reader = { side: 'shipper', keeps: true, dispatches: false }
const dispatcher: Reader = { side: 'platform', keeps: true, dispatches: true }
const auditor: Reader = { side: 'platform', keeps: false, dispatches: false }
const carrier: Reader = { side: 'carrier', keeps: false, dispatches: false }

describe('the verbs of a load', () => {
  it('are those of its mode and of the reader’s side', () => {
    expect(verbsOf('assign', 'platform')).toEqual(['publish', 'share', 'assign', 'change', 'close', 'withdraw'])
    expect(verbsOf('bid', 'shipper')).toEqual(['publish', 'award', 'change', 'close', 'withdraw'])
    expect(verbsOf('bid', 'carrier')).toEqual(['bid'])
    expect(verbsOf('grab', 'carrier')).toEqual(['grab'])
    expect(verbsOf('standing', 'carrier')).toEqual([])
  })

  it.each([
    ['publish', { state: 'draft' }, shipper, null],
    ['publish', {}, shipper, 'load_draft'],
    ['publish', { state: 'draft' }, auditor, 'keep_loads'],
    ['change', {}, dispatcher, 'load_draft'],
    ['withdraw', {}, shipper, null],
    ['withdraw', { taken: 1 }, shipper, 'load_taken'],
    ['withdraw', { state: 'closed' }, shipper, 'load_over'],
    ['close', { taken: 1 }, shipper, null],
    ['close', { state: 'draft' }, shipper, 'load_published'],
    ['share', {}, dispatcher, null],
    ['share', {}, auditor, 'dispatch'],
    ['share', { taken: 100_000 }, dispatcher, 'nothing_left'],
    ['assign', { loadUntil: 1_000 }, dispatcher, 'loading_over'],
    ['grab', { mode: 'grab' }, carrier, null],
    ['grab', { mode: 'grab', state: 'expired' }, carrier, 'load_over'],
    ['bid', { mode: 'bid', bidUntil: 2_000 }, carrier, null],
    ['bid', { mode: 'bid', bidUntil: 1_000 }, carrier, 'bidding_over'],
    ['award', { mode: 'bid', bidUntil: 2_000 }, dispatcher, 'bidding_open'],
    ['award', { mode: 'bid', bidUntil: 1_000 }, dispatcher, null],
  ] as const)('%s of %o is refused by %o: %s', (verb, part, reader, reason) => {
    expect(refusalOf(verb, { ...load, ...part }, reader, now)).toBe(reason)
  })
})
