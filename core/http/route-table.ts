import type { AnyContractRouter } from '@orpc/contract'
import { resolveContractProcedures, type AnyRouter } from '@orpc/server'

/** One route of the contract, for answering 405. */
export type RouteEntry = { readonly method: string; readonly pattern: RegExp }

/** Lists the routes of a router. Source: own. O(routes). */
export async function listRoutes(router: AnyContractRouter | AnyRouter): Promise<readonly RouteEntry[]> {
  const entries: RouteEntry[] = []
  await resolveContractProcedures({ router, path: [] }, ({ contract }) => {
    const { method, path } = contract['~orpc'].route
    if (path) entries.push({ method: method ?? 'POST', pattern: patternOf(path) })
  })
  return entries
}

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replaceAll('.', '\\.')
      .replaceAll(/\{\+\w+\}/g, '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+')}/?$`,
  )

/** Methods that the path knows. O(routes). */
export const allowedMethods = (routes: readonly RouteEntry[], path: string): readonly string[] => [
  ...new Set(routes.filter((route) => route.pattern.test(path)).map((route) => route.method)),
]
