import { caseNotices, hasBegun, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import type {} from '@tingzhou/access'
import './tables.ts'
import '../texts.ts'

/** What the owner is told of, by event; what waits for them needs them. */
const toDo: Readonly<Record<string, string>> = {
  'chains.target_remind': 'target_remind',
  'chains.target_step_due': 'target_step_due',
  'chains.target_late': 'target_late',
  'chains.target_look': 'target_look',
  'chains.target_assigned': 'target_assigned',
}

/** Tells the owner what waits for them on a target: that it is theirs, that a day comes near, is there, or is over. */
export const noticeHandler = ({ zoneId }: CaseDeps): EventHandler =>
  caseNotices({
    module: 'chains',
    zoneId,
    types: ['chains.target_moved', ...Object.keys(toDo)],
    about: (tx, event) => aboutTarget(tx, zoneId, event),
    lines: (_tx, { ownerId }, { type }) => [{ key: toDo[type] ?? 'target_opened', needsMe: true, to: [ownerId] }],
  })

async function aboutTarget(tx: Tx, zoneId: string, event: PlacedEvent) {
  // Of moves only the first: the owner makes the others, or sees them on the board.
  if (event.type === 'chains.target_moved' && !hasBegun(event)) return null
  const row = await tx
    .selectFrom('chain_target as t')
    .innerJoin('chain_product as p', (join) =>
      join.onRef('p.zone_id', '=', 't.zone_id').onRef('p.code', '=', 't.product_code'),
    )
    .leftJoin('account as a', (join) => join.onRef('a.zone_id', '=', 't.zone_id').onRef('a.id', '=', 't.owner_id'))
    .select(['t.owner_id', 't.deadline', 't.step', 't.closed_at', 'p.zh', 'p.en', 'a.lang'])
    .where('t.zone_id', '=', zoneId)
    .where('t.id', '=', event.objectId)
    .executeTakeFirst()
  if (!row || row.closed_at !== null) return null
  const { deadline, step, lang } = row
  return {
    ownerId: row.owner_id,
    link: `/chain-targets/${event.objectId}`,
    params: { product: lang === 'en' ? row.en : row.zh, deadline, step: step || '–' },
  }
}
