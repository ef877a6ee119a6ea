import type { LonLat } from '@tingzhou/geo'
import { err, ok, type Result } from '@tingzhou/kernel'
import * as z from 'zod'
import { createBreaker } from './breaker.ts'
import type { SkipReason } from './distance-basis.ts'

export const routeEngines = ['osrm', 'valhalla'] as const
export type RouteEngine = (typeof routeEngines)[number]

export type RouteServiceConfig = {
  readonly engine: RouteEngine
  /** Without a path of the engine: `http://localhost:5000`. */
  readonly url: string
  readonly timeoutMs: number
}

/** A way by road as a service found it. */
export type ServedRoute = {
  readonly distanceM: number
  readonly durationS: number
  /** From the places to the road; null when the service does not tell. */
  readonly fromSnapM: number | null
  readonly toSnapM: number | null
}

/** Asks a routing service. A service that is slow or gone is left alone for a while. */
export type RouteService = {
  readonly name: string
  readonly route: (from: LonLat, to: LonLat) => Promise<Result<ServedRoute, SkipReason>>
}

const failuresMax = 5
const restMs = 30_000
const togetherMax = 16
const answerBytesMax = 1_048_576

type Engine = {
  readonly name: string
  readonly ask: (url: string, from: LonLat, to: LonLat) => readonly [address: string, init: RequestInit]
  /** What an answer says; null when it is none of the engine's. */
  readonly read: (body: unknown) => Result<ServedRoute, 'no_route'> | null
}

/**
 * Makes the client of a routing service.
 * Source: OSRM HTTP API v1 (route), Valhalla turn-by-turn API (route, truck).
 */
export function createRouteService({ engine, url, timeoutMs }: RouteServiceConfig): RouteService {
  const { name, ask, read } = engines[engine]
  const breaker = createBreaker(failuresMax, restMs, () => performance.now())
  let together = 0

  const fetchRoute = async (from: LonLat, to: LonLat): Promise<Result<ServedRoute, SkipReason>> => {
    const [address, init] = ask(url.replace(/\/+$/, ''), from, to)
    try {
      const response = await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
      const body = await readJson(response)
      const answer = read(body)
      // An engine that finds no way says so with a status of 400: it works.
      if (answer) breaker.succeeded()
      else breaker.failed()
      return answer ?? err('malformed_answer')
    } catch (error) {
      breaker.failed()
      if (error instanceof SyntaxError || error instanceof TooLong) return err('malformed_answer')
      return err(error instanceof DOMException && error.name === 'TimeoutError' ? 'timed_out' : 'unreachable')
    }
  }
  return {
    name,
    route: async (from, to) => {
      if (together >= togetherMax) return err('service_busy')
      if (!breaker.mayAsk()) return err('service_resting')
      together++
      try {
        return await fetchRoute(from, to)
      } finally {
        together--
      }
    },
  }
}

class TooLong extends Error {}

async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new TooLong()
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

const Figure = z.number().min(0).max(20_000_000)

const OsrmAnswer = z.object({
  code: z.string(),
  routes: z.array(z.object({ distance: Figure, duration: Figure })).optional(),
  waypoints: z.array(z.object({ distance: Figure.optional() })).optional(),
})
const osrmNoRoute: ReadonlySet<string> = new Set(['NoRoute', 'NoSegment'])

const ValhallaAnswer = z.union([
  z.object({
    trip: z.object({
      status: z.literal(0),
      units: z.string().optional(),
      summary: z.object({ length: Figure, time: Figure }),
    }),
  }),
  z.object({ error_code: z.int() }),
])
// 171: no edges near a place; 442: no path; 154: farther than the service goes.
const valhallaNoRoute: ReadonlySet<number> = new Set([154, 170, 171, 442])
const metresPerMile = 1_609.344

const engines: Readonly<Record<RouteEngine, Engine>> = {
  osrm: {
    name: 'OSRM',
    ask: (url, from, to) => [
      `${url}/route/v1/driving/${from.lon},${from.lat};${to.lon},${to.lat}?overview=false&steps=false&alternatives=false`,
      { method: 'GET' },
    ],
    read: (body) => {
      const { success, data } = OsrmAnswer.safeParse(body)
      if (!success) return null
      if (osrmNoRoute.has(data.code)) return err('no_route')
      const [route] = data.routes ?? []
      if (data.code !== 'Ok' || !route) return null
      const [fromSnapM = null, toSnapM = null] = (data.waypoints ?? []).map(({ distance }) => distance ?? null)
      return ok({ distanceM: route.distance, durationS: route.duration, fromSnapM, toSnapM })
    },
  },
  valhalla: {
    name: 'Valhalla',
    ask: (url, from, to) => [
      `${url}/route`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          locations: [from, to].map(({ lon, lat }) => ({ lon, lat })),
          costing: 'truck',
          units: 'kilometers',
          directions_type: 'none',
        }),
      },
    ],
    read: (body) => {
      const { success, data } = ValhallaAnswer.safeParse(body)
      if (!success) return null
      if ('error_code' in data) return valhallaNoRoute.has(data.error_code) ? err('no_route') : null
      const { units, summary } = data.trip
      const metresPerUnit = units === 'miles' ? metresPerMile : 1_000
      return ok({ distanceM: summary.length * metresPerUnit, durationS: summary.time, fromSnapM: null, toSnapM: null })
    },
  },
}
