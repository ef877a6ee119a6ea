import { implement } from '@orpc/server'
import { localMachineId } from '@tingzhou/access'
import { epochMs } from '@tingzhou/kernel'
import { problem, requireActor, type RequestContext, type ServerModule } from '@tingzhou/http'
import { demoContract } from './contract.ts'
import type { DemoZone, DueWork } from './demo-zone.ts'

const os = implement(demoContract).$context<RequestContext>()

/**
 * What the demo gives the server. Mounted only where the zone is the demo.
 * @param due  the runner of all timers, known once the server has started
 */
export function createDemoModule(zone: DemoZone, due: () => DueWork): ServerModule {
  const router = os.router({
    status: os.status.handler(() => zone.status()),
    moveClock: os.moveClock.handler(async ({ context, input }) => {
      requireMachine(context)
      if (zone.status().live)
        throw problem({
          kind: 'demo_clock_real',
          status: 409,
          area: 'demo',
          field: 'to',
          value: input.to,
          rule: 'real',
        })
      const fired = await zone.move(epochMs(input.to), due())
      return { ...zone.status(), fired }
    }),
    report: os.report.handler(async ({ context, input }) => {
      requireMachine(context)
      await zone.report(input.percent, input.phase)
      return zone.status()
    }),
  })
  return { name: 'demo', contract: demoContract, router }
}

/** Only this machine's own key; no account of a person or of another machine. */
function requireMachine(context: RequestContext): void {
  const { accountId } = requireActor(context)
  if (accountId !== localMachineId || context.identity.by !== 'key')
    throw problem({ kind: 'machine_key_only', status: 403, area: 'demo' })
}
