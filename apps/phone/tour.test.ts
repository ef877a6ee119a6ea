import { expect, it } from 'vitest'
import { inTourOrder, isOnOther, isUnloadedLast, nextStop } from './tour.ts'
import { withWaiting, type WaybillState } from './trip.ts'
import type { TourFacts } from './views.ts'

const stop = (kind: 'load' | 'unload', waybillId: string) =>
  ({
    kind,
    waybillId,
    place: `place of ${waybillId}`,
    goods: 'coal',
    plan: 8_000,
    measure: 'ton',
    arriveAt: 0,
  }) as const
const tour: TourFacts = {
  id: 'T',
  stops: [stop('load', 'a'), stop('load', 'b'), stop('unload', 'b'), stop('unload', 'a')],
}
const next = (states: Readonly<Record<string, WaybillState>>) => {
  const found = nextStop(tour, (id) => states[id])
  return found && [found.at, found.of, found.stop.kind, found.stop.waybillId]
}

it('says which stop comes next, also when a load was not accepted', () => {
  expect(next({ a: 'offered', b: 'offered' })).toEqual([1, 4, 'load', 'a'])
  expect(next({ a: 'in_transit', b: 'at_load' })).toEqual([2, 4, 'load', 'b'])
  expect(next({ a: 'in_transit', b: 'in_transit' })).toEqual([3, 4, 'unload', 'b'])
  expect(next({ a: 'at_unload', b: 'unloaded' })).toEqual([4, 4, 'unload', 'a'])
  expect(next({ a: 'cancelled', b: 'accepted' })).toEqual([1, 2, 'load', 'b'])
  expect(next({ a: 'signed', b: 'signed' })).toBeNull()
  expect(next({})).toBeNull()
})

const row = (id: string, state: WaybillState, of: TourFacts | null) => ({ trip: { id, tour: of }, state })

it('shows the waybills of a tour together, by their next stop', () => {
  const rows = [row('a', 'in_transit', tour), row('x', 'accepted', null), row('b', 'in_transit', tour)]
  expect(inTourOrder(rows).map((group) => group.rows.map(({ trip }) => trip.id))).toEqual([['b', 'a'], ['x']])
})

it('has a trip wait for another that runs, also by what was not sent yet, but not for its own tour', () => {
  const rows = [row('a', 'in_transit', tour), row('b', 'offered', tour), row('x', 'offered', null)]
  expect(rows.map(({ trip }) => isOnOther(rows, trip))).toEqual([false, false, true])
  expect(isOnOther([row('x', 'accepted', null), row('y', 'offered', null)], { id: 'y' })).toBe(true)
  const trips = [
    { id: 'x', state: 'at_unload', tour: null },
    { id: 'y', state: 'offered', tour: null },
  ] as const
  const blocked = (waiting: Parameters<typeof withWaiting>[1], id: string) =>
    isOnOther(withWaiting(trips, waiting), { id })
  expect(blocked([], 'y')).toBe(true)
  expect(blocked([{ waybillId: 'x', move: 'unload' }], 'y')).toBe(false)
  expect(blocked([{ waybillId: 'y', move: 'accept' }], 'x')).toBe(true)
})

it('looks ahead from the load that is unloaded last', () => {
  const last = (rows: readonly ReturnType<typeof row>[]) =>
    rows.flatMap(({ trip }) => (isUnloadedLast(rows, trip) ? [trip.id] : []))
  // `a` is unloaded after `b`.
  expect(last([row('a', 'in_transit', tour), row('b', 'in_transit', tour)])).toEqual(['a'])
  expect(last([row('a', 'cancelled', tour), row('b', 'in_transit', tour)])).toEqual(['a', 'b'])
  expect(last([row('x', 'in_transit', null), row('y', 'offered', null)])).toEqual(['x', 'y'])
})
