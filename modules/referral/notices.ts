import { caseNotices, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { registerNoticeTexts } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }
import type { OrderState } from './words.ts'

registerNoticeTexts('referral', { 'zh-CN': zhCN, en })

type Side = 'sender' | 'receiver' | 'coordinator'

/** Who hears of an order that comes into a state, and whether something waits for them. */
const heard: Partial<Record<OrderState, readonly (readonly [side: Side, text: string, needsMe: boolean])[]>> = {
  offered: [['receiver', 'offered', true]],
  coordinating: [
    ['coordinator', 'coordinating', true],
    ['sender', 'list_empty', false],
  ],
  accepted: [['sender', 'accepted', true]],
  on_the_way: [
    ['sender', 'on_the_way', true],
    ['receiver', 'on_the_way', true],
  ],
  in_care: [['sender', 'in_care', false]],
  returning: [['sender', 'returning', false]],
  summary: [['receiver', 'summary', true]],
  follow_up: [['sender', 'follow_up', true]],
  closed: [
    ['sender', 'closed', false],
    ['receiver', 'closed', false],
  ],
  handed_back: [['sender', 'handed_back', false]],
  cancelled: [
    ['sender', 'cancelled', false],
    ['receiver', 'cancelled', false],
  ],
  unplaced: [['sender', 'unplaced', false]],
}

/** Somebody is late: who must act, and the coordinator. */
const heardLate = (state: OrderState): readonly (readonly [Side, string, boolean])[] => [
  ...(heard[state] ?? []).flatMap(([side, , needsMe]) => (needsMe ? [[side, 'late', true] as const] : [])),
  ['coordinator', 'late', false],
]

/** Tells the institutions and the coordinator what waits for them; a code, never anything about the patient. */
export const noticeHandler = ({ zoneId }: CaseDeps): EventHandler =>
  caseNotices({
    module: 'referral',
    zoneId,
    types: ['referral.order_moved', 'referral.order_late'],
    about: (tx, event) => orderOf(tx, zoneId, event),
    lines: (tx, { order }, { type }) => {
      const heardNow = type === 'referral.order_late' ? heardLate(order.state) : (heard[order.state] ?? [])
      return Promise.all(
        heardNow.map(async ([side, key, needsMe]) => ({ key, needsMe, to: await accountsOf(tx, zoneId, side, order) })),
      )
    },
  })

async function orderOf(tx: Tx, zoneId: string, event: PlacedEvent) {
  const order = await tx
    .selectFrom('referral')
    .select(['code', 'state', 'from_id', 'target_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  // An order that has moved on since has told its newer state by itself.
  if (!order || stateOf(event) !== order.state) return null
  return { order, link: `/referrals/${event.objectId}`, params: { code: order.code } }
}

function stateOf({ data }: PlacedEvent): unknown {
  return data && typeof data === 'object' && 'state' in data ? data.state : null
}

async function accountsOf(
  tx: Tx,
  zoneId: string,
  side: Side,
  order: { readonly from_id: string; readonly target_id: string | null },
): Promise<readonly string[]> {
  if (side === 'coordinator') return accountsWithRole(tx, zoneId, ['coordinator'], null)
  const institution = side === 'sender' ? order.from_id : order.target_id
  return institution === null ? [] : accountsWithRole(tx, zoneId, ['dept_head', 'dept_officer'], institution)
}
