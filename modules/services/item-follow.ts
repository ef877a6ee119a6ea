import type { Tx } from '@tingzhou/db'
import { flushBatch } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { feed } from '@tingzhou/process'
import { openDossier, say, type ServicesDeps } from './dossier.ts'
import { stoppedClock } from './item-clock.ts'
import { itemHost } from './item-host.ts'
import { instanceOf, runtimeOf } from './move.ts'

/** What follows when people moved the clock of an item beside its drawing. */
export const itemFollowers = (deps: ServicesDeps): readonly EventHandler[] => [
  {
    name: 'services.clock_follows',
    types: ['services.item_clock_moved'],
    handle: (tx, event) => followClock(tx, deps, event.objectId, event.type),
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
