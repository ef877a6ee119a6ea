import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor, Lang } from '@tingzhou/parties'
import type { Deps } from './deps.ts'

/** How a request says who it is: `stale` is a session that has ended. */
export type Identity =
  | { readonly by: 'session' | 'key'; readonly actor: Actor }
  | { readonly by: 'stale' | 'none'; readonly actor: null }

/** What a handler gets beside its input: `implement(contract).$context<RequestContext>()`. */
export type RequestContext = {
  readonly deps: Deps
  readonly actor: Actor | null
  readonly identity: Identity
  readonly requestId: string
  readonly lang: Lang
  /** For handlers that set cookies or read headers. */
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/**
 * The reader's language: `Accept-Language` first, then the account's, then Chinese.
 * @param header  the header's text, such as `en-GB,en;q=0.9,zh;q=0.5`
 * Source: RFC 9110 section 12.5.4, language ranges compared by their first subtag. O(length).
 */
export function chooseLang(header: string | undefined, actor: Actor | null): Lang {
  const wishes = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((wish) => {
      const [range, weight] = wish
        .trim()
        .toLowerCase()
        .split(/;\s*q=/)
      return { range: range?.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter((wish) => (wish.range === 'zh' || wish.range === 'en') && wish.weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  if (wishes[0]) return wishes[0].range === 'en' ? 'en' : 'zh-CN'
  return actor?.lang ?? 'zh-CN'
}
