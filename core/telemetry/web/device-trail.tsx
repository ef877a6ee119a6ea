import { ProblemAlert, Trail, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { changedOf, textOf } from './device-changes.ts'
import { isRecord } from './record.ts'

const verbs: ReadonlySet<string> = new Set([
  'add',
  'set',
  'retire',
  'replaced',
  'replaces',
  'renew',
  'propose',
  'confirm',
  'withdraw',
])

/** What was done to the device, by whom and why; the newest first. */
export function DeviceTrail({ id }: { readonly id: string }) {
  const t = useText('telemetry')
  const trail = useQuery(api.deviceTrail.queryOptions({ input: { id, order: 'desc' } }))
  const changes = (data: unknown): Pick<Parameters<typeof Trail>[0]['entries'][number], 'from' | 'to'> => {
    if (!isRecord(data)) return {}
    const { before, after, by, byIdentity, insteadIdentity, identity } = data
    if (isRecord(before) && isRecord(after)) return changedOf(before, after)
    if (typeof by === 'string') return { from: textOf(identity), to: textOf(byIdentity) }
    if (insteadIdentity !== undefined) return { from: textOf(insteadIdentity), to: textOf(identity) }
    return {}
  }
  return (
    <>
      <ProblemAlert problem={trail.error} onRetry={() => void trail.refetch()} />
      <Trail
        entries={(trail.data?.rows ?? []).map(({ seq, at, verb, actor, reason, hash, data }) => ({
          id: String(seq),
          at,
          who: actor,
          verb: verbs.has(verb) ? t(`trail.${verb}`) : verb,
          why: reason,
          hash,
          ...changes(data),
        }))}
      />
    </>
  )
}
