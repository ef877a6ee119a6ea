import type { Step, StepState } from '@tingzhou/ui'
import type { OrderState } from '../words.ts'
import type { Detail } from './api.ts'

type Texts = (key: string) => string
const there = ['offered', 'accepted', 'on_the_way', 'in_care', 'returning', 'summary', 'follow_up', 'closed'] as const
const back = ['offered', 'accepted', 'on_the_way', 'handed_back'] as const
type Place = (typeof there)[number] | (typeof back)[number]

/** Which step a side state stands at. */
const placeOf: Partial<Record<OrderState, Place>> = { coordinating: 'offered', unplaced: 'offered' }

/** The main path of an order with the present state in its place; a way back is shorter. Pure. */
export function orderSteps(order: Detail, t: Texts): readonly Step[] {
  const path: readonly Place[] = order.isReturn ? back : skipped(order)
  const over = order.state === 'closed' || order.state === 'handed_back'
  const place = order.state === 'cancelled' ? reached(order) : (placeOf[order.state] ?? order.state)
  const now = over ? path.length : path.findIndex((key) => key === place)
  return path.map((key, index) => ({
    key,
    label: index === now && order.state !== key ? t(`state.${order.state}`) : t(`state.${key}`),
    state: stepState(order.state, index, now),
    at: index <= now ? timeOf(order, key) : null,
  }))
}

/** A stay that was concluded had no way back; without consent nobody follows up. */
const skipped = (order: Detail): readonly Place[] =>
  there.filter(
    (key) =>
      !(key === 'returning' && order.careEnd === 'concluded') &&
      !(key === 'follow_up' && !order.consentScope.includes('follow_up')),
  )

function stepState(state: OrderState, index: number, now: number): StepState {
  if (index < now) return 'done'
  if (index > now) return 'later'
  return state === 'cancelled' || state === 'unplaced' ? 'stopped' : 'now'
}

/** How far a cancelled order had come. */
function reached(order: Detail): Place {
  if (order.departedAt !== null) return 'on_the_way'
  return order.acceptedAt === null ? 'offered' : 'accepted'
}

function timeOf(order: Detail, step: Place): number | null {
  const times: Partial<Record<Place, number | null>> = {
    offered: order.createdAt,
    accepted: order.acceptedAt,
    on_the_way: order.departedAt,
    in_care: order.arrivedAt,
    summary: order.careEndedAt,
    closed: order.closedAt,
    handed_back: order.closedAt,
  }
  return times[step] ?? null
}
