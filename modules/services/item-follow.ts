import type { Tx } from '@tingzhou/db'
import { flushBatch } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { feed } from '@tingzhou/process'
import { openDossier, say, type ServicesDeps } from './dossier.ts'
import { stoppedClock } from './item-clock.ts'
import { itemHost } from './item-host.ts'
import { instanceOf, message, runtimeOf } from './move.ts'

/** What follows when people moved the clock of an item beside its drawing, or let a suspended one go on. */
export const itemFollowers = (deps: ServicesDeps): readonly EventHandler[] => [
  {
    name: 'services.clock_follows',
    types: ['services.item_clock_moved'],
    handle: (tx, event) => followClock(tx, deps, event.objectId, event.type),
  },
  {
    name: 'services.catch_up',
    types: ['services.item_resumed'],
    handle: (tx, event) => catchUp(tx, deps, event.objectId, event.type),
  },
]

/** The timer of the drawing follows the clock of the row; telling it twice changes nothing. */
async function followClock(tx: Tx, deps: ServicesDeps, id: string, cause: string): Promise<void> {
  const dossier = await openDossier(tx, deps, 'item_case', id, { by: 'event', type: cause })
  const instanceId = dossier && (await instanceOf(tx, dossier))
  if (!dossier || !instanceId) return
  const vars = dossier.row.paused_at === null ? { promisedDueAt: dossier.row.due_at } : stoppedClock
  // Nobody reads of a timer that follows.
  say(dossier, { verb: 'clock_follows', internal: true })
  const played = await feed(tx, runtimeOf(deps), itemHost(deps), dossier, instanceId, ({ status }) =>
    status === 'active' || status === 'suspended' ? { kind: 'set_vars', vars } : null,
  )
  assert(played.ok, `variables are written, got ${JSON.stringify(played)}`)
  if (played.value) await flushBatch(tx, dossier.batch)
}

/** What came while the case was suspended reaches it now: what the applicant supplied, a promise that was broken. */
async function catchUp(tx: Tx, deps: ServicesDeps, id: string, cause: string): Promise<void> {
  const row = await tx
    .selectFrom('item_case as i')
    .leftJoin('service_supplement as s', (join) =>
      join.onRef('s.zone_id', '=', 'i.zone_id').onRef('s.id', '=', 'i.supplement_id'),
    )
    .leftJoin('tolerance_promise as p', (join) =>
      join.onRef('p.zone_id', '=', 'i.zone_id').onRef('p.application_id', '=', 'i.application_id'),
    )
    .select(['i.state', 's.state as list', 'p.state as promise'])
    .where('i.zone_id', '=', deps.zoneId)
    .where('i.id', '=', id)
    .executeTakeFirst()
  if (row?.promise === 'broken') {
    await message(tx, deps, itemHost(deps), 'item_case', id, cause, 'promise-broken', () => ({}))
    return
  }
  if (row?.state === 'supplement' && row.list === 'supplied')
    await message(tx, deps, itemHost(deps), 'item_case', id, cause, 'supplied', (dossier) => {
      say(dossier, { verb: 'supplied' })
      return {}
    })
}
