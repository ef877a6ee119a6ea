import { implement } from '@orpc/server'
import { requireActor, type RequestContext, type ServerModule } from '@tingzhou/http'
import { searchContract } from './contract.ts'
import { search } from './search.ts'

const searchable = new Set<string>()

/**
 * Lets the search box find objects of a kind; the kind's row rule is registered with `registerObjectKind`.
 * Source: own. O(1).
 */
export function registerSearchKind(objectKind: string): void {
  searchable.add(objectKind)
}

const os = implement(searchContract).$context<RequestContext>()

/** What search gives the server. */
export const searchModule: ServerModule = {
  name: 'search',
  contract: searchContract,
  router: os.router({
    search: os.search.handler(async ({ context, input }) => {
      const actor = requireActor(context)
      const kinds = (input.kinds ?? [...searchable]).filter((kind) => searchable.has(kind))
      const rows = await search(context.deps.db, context.deps.zoneId, actor, { ...input, kinds })
      return { rows: [...rows] }
    }),
  }),
}
