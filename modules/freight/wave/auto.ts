import { oncePerServer } from '@tingzhou/casework'
import { newId, type CommandReused } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { ok, type Result } from '@tingzhou/kernel'
import { clockwork } from '@tingzhou/parties'
import type { JobHandler } from '@tingzhou/timers'
import type { FreightError } from '../problems.ts'
import { draftWave, keepWave } from './make.ts'
import { sendPairs } from './send.ts'
import { waveSettings } from './settings.ts'
import { autoJob, inTurn, planAuto } from './turn.ts'

type Deps = RequestContext['deps']

/** Makes waves by itself, without holding other timers back. */
export const waveRunnerOf = oncePerServer((deps) => {
  let running: Promise<void> | null = null
  return {
    /** Begins a wave, unless one of this process is still under way. */
    launch: (): void => {
      running ??= autoWave(deps)
        .catch((error: unknown) => deps.log.error({ err: error }, 'a wave could not be made'))
        .finally(() => (running = null))
    },
    /** Waits for what is under way. */
    settled: async (): Promise<void> => void (await running),
  }
})

/** Makes a wave and sends all of it, in one turn. What proposes nothing is not kept. */
async function autoWave(deps: Deps): Promise<void> {
  const made = await inTurn(deps, async (holder): Promise<Result<null, FreightError | CommandReused>> => {
    const drafted = await draftWave(deps, null)
    if (!drafted.ok) return drafted
    if (drafted.value.plan.matched === 0) return ok(null)
    const wish = { commandId: newId(), trial: false, supposed: null, auto: true } as const
    const kept = await keepWave(deps, clockwork, drafted.value, wish, holder)
    if (!kept.ok) return kept
    const send = () => sendPairs(deps, clockwork, { id: kept.value.id, commandId: newId(), pairIds: null })
    let sent = await send()
    while (sent.ok && sent.value.left > 0) sent = await send()
    return sent.ok ? ok(null) : sent
  })
  if (!made.ok) deps.log.info({ refusal: made.error }, 'no wave was made')
}

/** Puts itself forward as long as the settings say so, and begins a wave after the commit. */
export const autoWaveJob = (deps: Deps): JobHandler => ({
  kind: autoJob,
  run: async (tx, { now }) => {
    const { auto, numbers } = await waveSettings(tx, deps.zoneId)
    if (!auto) return
    await planAuto(tx, deps.zoneId, { now, everySeconds: numbers.everySeconds })
    return async () => waveRunnerOf(deps).launch()
  },
})
