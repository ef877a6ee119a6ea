import type { Clock } from '@tingzhou/kernel'
import type { Db } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import type { Telemetry } from '@tingzhou/telemetry'
import { repeat } from '@tingzhou/timers'
import { createDistances, type Distances } from './distance.ts'
import { createRouteService, type RouteServiceConfig } from './route-service.ts'
import { openFenceWatch, type FenceWatch } from './watch.ts'

export type GeographyDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  readonly telemetry: Telemetry
  /** Called when something was told that screens and modules wait for. */
  readonly wake: () => void
}

/** Fences and distances, as one process holds them. */
export type Geography = {
  readonly fences: FenceWatch
  readonly distances: Distances
  readonly close: () => Promise<void>
}

const roundMs = 1_000

/**
 * Opens the geography of a zone. Open it before anything is heard of vehicles: what the journal holds is heard then.
 * @param background  whether stays that last and what came late are looked at by itself
 * @throws Error when the database cannot be read
 */
export async function openGeography(
  deps: GeographyDeps,
  service: RouteServiceConfig | null = null,
  background = true,
): Promise<Geography> {
  const { db, zoneId, clock, log, telemetry, wake } = deps
  const fences = await openFenceWatch({ db, zoneId, telemetry, onKept: wake })
  const onError = (error: unknown) => log.error({ err: error }, 'fences could not be watched')
  const stop = background ? repeat(roundMs, () => fences.round(), onError) : async () => {}
  return {
    fences,
    distances: createDistances({ db, zoneId, clock }, service ? createRouteService(service) : null),
    close: async () => {
      await stop()
      await fences.close()
    },
  }
}

declare module '@tingzhou/http' {
  interface Deps {
    readonly geography: Geography
  }
}
