import type { ServerModule } from '@tingzhou/http'
import { noticesContract } from './contract.ts'
import { noticesRouter } from './handlers.ts'
import { mailHandler, mailSource, type MailConfig } from './mail.ts'
import { removeOldNotices } from './notice.ts'

/**
 * What notices give the server: the bell, and letters where mail is configured.
 * @param mail  absent: nothing is sent
 */
export function createNoticesModule(mail?: MailConfig): ServerModule {
  return {
    name: 'notices',
    contract: noticesContract,
    router: noticesRouter,
    eventHandlers: (deps) => (mail ? [mailHandler(deps)] : []),
    timers: (deps) => (mail ? [mailSource(deps, mail)] : []),
    jobs: (deps) => [
      {
        kind: 'notices.remove_old',
        recurs: { dailyAt: '03:20' },
        run: async (tx, job) => void (await removeOldNotices(tx, deps.zoneId, job.now)),
      },
    ],
  }
}
