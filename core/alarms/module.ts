import { caseDeps } from '@tingzhou/casework'
import type { ServerModule } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import { schedule, type JobHandler } from '@tingzhou/timers'
import type { Deps } from '@tingzhou/http'
import * as z from 'zod'
import { caseOpener } from './case-open.ts'
import { alarmCaseHost } from './case.ts'
import { alarmsContract } from './contract.ts'
import { alarmsRouter } from './handlers.ts'
import { alarmNotices } from './notices.ts'
import { endShelving, unshelveKind } from './people.ts'
import { alarmsOf, startAlarms } from './ports.ts'
import './reach.ts'

const Shelf = z.object({ point: z.int(), rule: z.string() })

/** A shelving ends with its time. */
const unshelve = (deps: Deps): JobHandler => ({
  kind: unshelveKind,
  run: async (tx, job) => {
    const { point, rule } = Shelf.parse(job.payload)
    const { zoneId } = deps
    const engine = alarmsOf(deps)
    const people = { zoneId, now: engine.clock(), timerNow: job.now, isSuppressed: engine.isSuppressed }
    const until = await endShelving(tx, people, point, rule)
    // The clock of timers was moved ahead of that of devices.
    if (until !== null)
      await schedule(tx, zoneId, {
        id: job.id,
        kind: unshelveKind,
        dueAt: epochMs(job.now + (until - people.now)),
        payload: { point, rule },
      })
  },
})

/** Alarms: what watches, what people do about it, the cases that come of it. */
export const alarmsModule: ServerModule = {
  name: 'alarms',
  contract: alarmsContract,
  router: alarmsRouter,
  start: startAlarms,
  jobs: (deps) => [unshelve(deps)],
  eventHandlers: (deps) => [caseOpener(caseDeps(deps)), alarmNotices(caseDeps(deps))],
  processHosts: (deps) => [alarmCaseHost(caseDeps(deps))],
}
