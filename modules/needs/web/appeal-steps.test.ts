import { expect, it } from 'vitest'
import { appealSteps } from './appeal-steps.ts'
import type { Detail, Texts } from './words.ts'

// The steps read the state, the orders, the replies and the callbacks only.
const order = { dispatchedAt: 0, signedAt: null, contactedAt: null } as unknown as Detail['orders'][number]
const appeal = (orders: readonly Partial<Detail['orders'][number]>[]) =>
  ({
    state: 'handling',
    receivedAt: 1,
    orders: orders.map((part) => ({ ...order, ...part })),
    replies: [],
    callbacks: [],
  }) as unknown as Detail
const t = ((key: string) => key) as unknown as Texts
const timesOf = (detail: Detail) => Object.fromEntries(appealSteps(detail, t).map(({ key, at }) => [key, at ?? null]))

it('shows a round that began again in the order of its times', () => {
  const again = appeal([
    { dispatchedAt: 10, signedAt: 20, contactedAt: 30 },
    { dispatchedAt: 90, signedAt: 20, contactedAt: 30 },
  ])

  expect(timesOf(again)).toMatchObject({ registered: 1, dispatched: 10, signed: 20, handling: 30 })
})

it('shows the new order of an appeal that another department got', () => {
  const elsewhere = appeal([
    { dispatchedAt: 10, signedAt: null },
    { dispatchedAt: 50, signedAt: 60, contactedAt: 70 },
  ])

  expect(timesOf(elsewhere)).toMatchObject({ dispatched: 50, signed: 60, handling: 70 })
})
