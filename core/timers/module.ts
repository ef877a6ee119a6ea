import type { Deps } from '@tingzhou/http'
import type { JobHandler } from './job.ts'
import { createTimerRunner, type TimerRunner } from './runner.ts'
import { jobSource, keepRecurring, type TimerSource } from './source.ts'

type Timed = {
  /** Jobs of this package, kept in `scheduled_job`. */
  readonly jobs?: (deps: Deps) => readonly JobHandler[]
  /** Tables of due rows of its own. */
  readonly timers?: (deps: Deps) => readonly TimerSource[]
}
declare module '@tingzhou/http' {
  interface ServerModule extends Timed {}
}

/**
 * Makes the runner of a server: all modules' jobs and sources, recurring jobs in place.
 * @returns a runner to start
 * Source: own. One statement a recurring job.
 */
export async function prepareTimers(deps: Deps, modules: readonly Timed[]): Promise<TimerRunner> {
  const jobs = modules.flatMap((module) => module.jobs?.(deps) ?? [])
  const sources = modules.flatMap((module) => module.timers?.(deps) ?? [])
  await keepRecurring(deps, jobs)
  return createTimerRunner(deps, [...sources, jobSource(deps, jobs)])
}
