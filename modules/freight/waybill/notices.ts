import { caseNotices, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { registerNoticeTexts } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import type { WaybillState } from '../words.ts'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }

registerNoticeTexts('freight-waybill', { 'zh-CN': zhCN, en })

type Side = 'driver' | 'carrier' | 'shipper' | 'consignee' | 'dispatcher' | 'audit'
type Line = readonly [side: Side, text: keyof typeof zhCN, needsMe: boolean]

/** Who hears of a waybill that comes into a state, and whether something waits for them. */
const heard: Partial<Record<WaybillState, readonly Line[]>> = {
  offered: [
    ['driver', 'offered', true],
    ['carrier', 'offered_carrier', false],
  ],
  accepted: [['driver', 'accepted', true]],
  unloaded: [['consignee', 'unloaded', true]],
  accident: [
    ['dispatcher', 'accident', true],
    ['carrier', 'accident', true],
    ['shipper', 'accident_shipper', false],
  ],
  signed: [['shipper', 'signed', false]],
  disputed: [
    ['audit', 'disputed', true],
    ['carrier', 'disputed_party', false],
    ['shipper', 'disputed_party', false],
  ],
  paid: [
    ['driver', 'paid', false],
    ['carrier', 'paid', false],
  ],
  transloaded: [['driver', 'transloaded', false]],
  cancelled: [
    ['dispatcher', 'cancelled', true],
    ['driver', 'cancelled_party', false],
    ['carrier', 'cancelled_party', false],
  ],
}
// Said with the payment, before the waybill is in its next state.
const flagged = 'freight.waybill_flagged'
/** Who hears of what happens within a state. */
const heardOf: Readonly<Record<string, readonly Line[]>> = {
  'freight.waybill_late': [
    ['driver', 'late', true],
    ['dispatcher', 'late', true],
  ],
  [flagged]: [['audit', 'flagged', true]],
}

/** Tells people what waits for them on a waybill and how it goes. */
export const noticeHandler = ({ zoneId }: CaseDeps): EventHandler =>
  caseNotices({
    module: 'freight-waybill',
    zoneId,
    types: ['freight.waybill_moved', ...Object.keys(heardOf)],
    about: (tx, event) => aboutWaybill(tx, zoneId, event),
    lines: (tx, { row }, { type }) => {
      const lines = heardOf[type] ?? heard[row.state] ?? []
      return Promise.all(
        lines.map(async ([side, key, needsMe]) => ({ key, needsMe, to: await accountsOf(tx, zoneId, side, row) })),
      )
    },
  })

async function aboutWaybill(tx: Tx, zoneId: string, event: PlacedEvent) {
  const row = await tx
    .selectFrom('freight_waybill')
    .select(['number', 'state', 'goods', 'carrier_id', 'shipper_id', 'consignee_id', 'driver_account_id', 'agreement'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  // A waybill that has moved on since has told its newer state by itself.
  if (!row || (event.type !== flagged && stateOf(event) !== row.state)) return null
  const { number, goods, agreement } = row
  const params = { number, goods, plate: agreement.vehicle.name, from: agreement.from.name }
  return { row, link: `/freight-waybills/${event.objectId}`, params }
}

const stateOf = ({ data }: PlacedEvent): unknown =>
  typeof data === 'object' && data !== null && 'state' in data ? data.state : null

type Concerned = NonNullable<Awaited<ReturnType<typeof aboutWaybill>>>['row']

async function accountsOf(tx: Tx, zoneId: string, side: Side, row: Concerned): Promise<readonly (string | null)[]> {
  switch (side) {
    case 'driver':
      return [row.driver_account_id]
    case 'carrier':
      return accountsWithRole(tx, zoneId, ['carrier'], row.carrier_id)
    case 'shipper':
      return accountsWithRole(tx, zoneId, ['enterprise'], row.shipper_id)
    case 'consignee':
      return row.consignee_id === null ? [] : accountsWithRole(tx, zoneId, ['enterprise'], row.consignee_id)
    case 'dispatcher':
      return accountsWithRole(tx, zoneId, ['freight_dispatcher'], null)
    case 'audit':
      return accountsWithRole(tx, zoneId, ['freight_audit'], null)
  }
}
