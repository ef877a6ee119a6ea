import { caseNotices, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { accountsWithRole, type Role } from '@tingzhou/parties'
import type { Complaint } from './case.ts'
import { complaintArea } from './texts.ts'
import type zhCN from './locales/zh-CN.json'
import type { ComplaintState } from './words.ts'

type Whom = 'complainer' | 'other' | 'handler' | 'audit'
type Line = readonly [whom: Whom, text: keyof typeof zhCN.notice, needsMe: boolean]

/** Who hears of a complaint that comes into a state, and whether something waits for them. */
const heard: Readonly<Record<ComplaintState, readonly Line[]>> = {
  opened: [
    ['handler', 'opened', true],
    ['other', 'opened_other', false],
  ],
  accepted: [['complainer', 'accepted', false]],
  answered: [['complainer', 'answered', true]],
  reviewing: [['audit', 'reviewing', true]],
  closed: [
    ['complainer', 'closed', false],
    ['other', 'closed_other', false],
  ],
  withdrawn: [
    ['handler', 'withdrawn', false],
    ['other', 'withdrawn', false],
  ],
}
const late: readonly Line[] = [
  ['audit', 'late', true],
  ['handler', 'late', true],
]
const stated: readonly Line[] = [
  ['handler', 'stated', false],
  ['complainer', 'stated', false],
  ['other', 'stated', false],
]

/** Tells people what waits for them on a complaint and how it goes. */
export const complaintNotices = ({ zoneId }: CaseDeps): EventHandler =>
  caseNotices({
    module: complaintArea,
    zoneId,
    types: ['freight.complaint_moved', 'freight.complaint_late', 'freight.complaint_stated'],
    about: (tx, event) => aboutComplaint(tx, zoneId, event),
    lines: (tx, { row }, event) =>
      Promise.all(
        linesOf(event, row.state).map(async ([whom, key, needsMe]) => ({
          key,
          needsMe,
          to: await accountsOf(tx, zoneId, whom, row),
        })),
      ),
  })

function linesOf({ type }: PlacedEvent, state: ComplaintState): readonly Line[] {
  if (type === 'freight.complaint_late') return late
  return type === 'freight.complaint_stated' ? stated : heard[state]
}

async function aboutComplaint(tx: Tx, zoneId: string, event: PlacedEvent) {
  const row = await tx
    .selectFrom('freight_complaint as c')
    .leftJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'c.zone_id').onRef('w.id', '=', 'c.waybill_id'),
    )
    .select([
      'c.number',
      'c.state',
      'c.side',
      'c.party_id',
      'c.other_party_id',
      'c.other_account_id',
      'c.answered_by',
      'c.accepted_by',
      'w.number as waybill',
    ])
    .where('c.zone_id', '=', zoneId)
    .where('c.id', '=', event.objectId)
    .executeTakeFirst()
  // A complaint that has moved on since has told its newer state by itself.
  if (!row || stateOf(event) !== row.state) return null
  const params = { number: row.number, waybill: row.waybill ?? '' }
  return { row, link: `/freight-complaints/${event.objectId}`, params }
}

const stateOf = ({ data }: PlacedEvent): unknown =>
  typeof data === 'object' && data !== null && 'state' in data ? data.state : null

type Concerned = Pick<
  Complaint,
  'side' | 'party_id' | 'other_party_id' | 'other_account_id' | 'accepted_by' | 'answered_by' | 'state'
>
const isCarried = ({ side }: Concerned): boolean => side === 'shipper' || side === 'consignee'

async function accountsOf(tx: Tx, zoneId: string, whom: Whom, row: Concerned): Promise<readonly (string | null)[]> {
  const withRole = (role: Role, partyId: string | null) => accountsWithRole(tx, zoneId, [role], partyId)
  switch (whom) {
    case 'complainer':
      if (row.side === 'driver') return [row.party_id]
      return withRole(isCarried(row) ? 'enterprise' : 'carrier', row.party_id)
    case 'other': {
      if (row.other_party_id === null) return []
      const people = await withRole(isCarried(row) ? 'carrier' : 'enterprise', row.other_party_id)
      return [row.other_account_id, ...people]
    }
    case 'handler':
      return withRole('freight_dispatcher', null)
    case 'audit': {
      const people = await withRole('freight_audit', null)
      // Of a review only those are told who may do it: administrators where every auditor has handled it.
      if (row.state !== 'reviewing') return people
      const mayReview = (one: string): boolean => one !== row.answered_by && one !== row.accepted_by
      const auditors = people.filter(mayReview)
      return auditors.length > 0 ? auditors : (await withRole('admin', null)).filter(mayReview)
    }
  }
}
