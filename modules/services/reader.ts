import type { RequestContext } from '@tingzhou/http'
import { problem, requireActor } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import type { ServicesDeps } from './dossier.ts'
import { servicesDeps } from './runtime.ts'
import type { Words } from './words.ts'

/** Who reads, when, in which language. */
export type Reader = {
  readonly deps: ServicesDeps
  readonly actor: Actor
  readonly now: EpochMs
  readonly lang: Lang
}

export function readerOf(context: RequestContext): Reader {
  const deps = servicesDeps(context.deps)
  return { deps, actor: requireActor(context), now: deps.clock(), lang: context.lang }
}

/** Out of reach and not existing look the same from outside. */
export function outOfReach(id: string, field = 'id'): never {
  throw problem({ kind: 'not_found', status: 404, field, value: id })
}

export const inLanguage = ({ zh, en }: Words, lang: Lang): string => (lang === 'en' ? en : zh)

/** A clock as the reader sees it; null when none runs. */
export function clockView(
  { now }: Pick<Reader, 'now'>,
  clock: {
    readonly startedAt: EpochMs | null
    readonly dueAt: EpochMs | null
    readonly days: number | null
    readonly paused?: boolean
  },
) {
  if (clock.startedAt === null && clock.dueAt === null) return null
  const paused = clock.paused ?? false
  return {
    startedAt: clock.startedAt,
    dueAt: paused ? null : clock.dueAt,
    leftSeconds: paused || clock.dueAt === null ? null : Math.round((clock.dueAt - now) / 1_000),
    days: clock.days ?? 0,
    paused,
    overdue: !paused && clock.dueAt !== null && clock.dueAt < now,
  }
}
