import { sealAllHistory } from '@tingzhou/audit'
import { maintainDatabase } from '@tingzhou/db'
import { cleanOutbox, collectEventHandlers } from '@tingzhou/events'
import type { ServerModule } from '@tingzhou/http'

/**
 * Work that the server does for the packages below it, which know no timers.
 * @param modules  those whose event handlers hold events back
 */
export const createHousekeeping = (modules: readonly ServerModule[]): ServerModule => ({
  name: 'housekeeping',
  jobs: (deps) => [
    {
      kind: 'audit.seal',
      recurs: { everySeconds: 3_600 },
      run: async (tx, job) => void (await sealAllHistory(tx, deps.zoneId, job.now)),
    },
    {
      kind: 'events.clean',
      recurs: { dailyAt: '03:30' },
      run: async (tx, job) => {
        const handlers = collectEventHandlers(modules, deps).map(({ name }) => name)
        await cleanOutbox(tx, deps.zoneId, handlers, job.now)
      },
    },
    {
      kind: 'db.maintain',
      recurs: { everySeconds: 60 },
      // Outside the transaction: a vacuum takes none, and the embedded database has one connection.
      run: async () => async () => void (await maintainDatabase(deps.database)),
    },
  ],
})
