import { caseNotices, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { accountsWithRole } from '@tingzhou/parties'
import type { ShipmentState } from '../words.ts'
import type zhCN from '../locales/zh-CN.json'
import '../tables.ts'
import '../texts.ts'

type Side = 'exporter' | 'dispatcher' | 'checker' | 'keeper'
type Line = readonly [side: Side, text: keyof typeof zhCN.notice, needsMe: boolean]

/** Who hears of a shipment that comes into a state, and whether something waits for them. */
const heard: Partial<Record<ShipmentState, readonly Line[]>> = {
  booked: [['dispatcher', 'booked', false]],
  documents: [['dispatcher', 'documents', true]],
  declared: [['dispatcher', 'declared', true]],
  released: [
    ['dispatcher', 'released', true],
    ['exporter', 'released', false],
  ],
  crossed: [
    ['keeper', 'crossed', true],
    ['exporter', 'crossed', false],
  ],
  arrived: [['keeper', 'arrived', true]],
  received: [['exporter', 'received', false]],
  delivered: [['exporter', 'delivered', false]],
  held: [
    ['checker', 'held', true],
    ['dispatcher', 'held', false],
    ['exporter', 'held', false],
  ],
  returned: [
    ['exporter', 'returned', true],
    ['dispatcher', 'returned', false],
  ],
  cancelled: [['dispatcher', 'cancelled', false]],
}
const toCheck: readonly Line[] = [['checker', 'to_check', true]]
const late: readonly Line[] = [
  ['exporter', 'late', true],
  ['dispatcher', 'late', true],
]

const linesOf: Readonly<Record<string, readonly Line[]>> = {
  'crossborder.shipment_late': late,
  'crossborder.shipment_document': toCheck,
}

/** Tells people what waits for them on a shipment and how it goes. */
export const noticeHandler = ({ zoneId }: CaseDeps): EventHandler =>
  caseNotices({
    module: 'crossborder',
    zoneId,
    types: ['crossborder.shipment_moved', 'crossborder.shipment_late', 'crossborder.shipment_document'],
    about: (tx, event) => aboutShipment(tx, zoneId, event),
    lines: (tx, { row }, { type }) => {
      const lines = linesOf[type] ?? heard[row.state] ?? []
      return Promise.all(
        lines.map(async ([side, key, needsMe]) => ({ key, needsMe, to: await accountsOf(tx, zoneId, side, row) })),
      )
    },
  })

async function aboutShipment(tx: Tx, zoneId: string, event: PlacedEvent) {
  const row = await tx
    .selectFrom('export_shipment')
    .select(['number', 'state', 'goods', 'pieces', 'exporter_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  // A shipment that has moved on since has told its newer state by itself.
  if (!row || stateOf(event) !== row.state) return null
  const { number, goods, pieces } = row
  return { row, link: `/export-shipments/${event.objectId}`, params: { number, goods, pieces } }
}

const stateOf = ({ data }: PlacedEvent): unknown =>
  typeof data === 'object' && data !== null && 'state' in data ? data.state : null

async function accountsOf(
  tx: Tx,
  zoneId: string,
  side: Side,
  row: { readonly exporter_id: string },
): Promise<readonly string[]> {
  switch (side) {
    case 'exporter':
      return accountsWithRole(tx, zoneId, ['enterprise'], row.exporter_id)
    case 'dispatcher':
      return accountsWithRole(tx, zoneId, ['freight_dispatcher'], null)
    case 'checker':
      return accountsWithRole(tx, zoneId, ['freight_audit'], null)
    case 'keeper':
      return accountsWithRole(tx, zoneId, ['overseas_keeper'], null)
  }
}
