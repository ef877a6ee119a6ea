import { caseDeps } from '@tingzhou/casework'
import type { Deps, ServerModule } from '@tingzhou/http'
import type { JobHandler } from '@tingzhou/timers'
import * as z from 'zod'
import { caseOpener } from './case-open.ts'
import { alarmCaseHost } from './case.ts'
import { alarmsContract } from './contract.ts'
import { alarmsRouter } from './handlers.ts'
import { alarmNotices } from './notices.ts'
import { endShelving, unshelveKind } from './people.ts'
import { peopleDeps, startAlarms } from './ports.ts'
import './reach.ts'

const Shelf = z.object({ point: z.int(), rule: z.string() })

/** A shelving ends with its time. */
const unshelve = (deps: Deps): JobHandler => ({
  kind: unshelveKind,
  run: async (tx, job) => {
    const { point, rule } = Shelf.parse(job.payload)
    await endShelving(tx, peopleDeps(deps, job.now), point, rule)
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
