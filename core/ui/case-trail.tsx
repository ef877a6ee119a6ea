import { i18n, useText } from './i18n.ts'
import { useLate } from './media.ts'
import { ProblemAlert } from './problem-alert.tsx'
import { SkeletonLines } from './skeleton.tsx'
import { Trail } from './trail.tsx'

/** A line of a case's history as the server tells it, the oldest first. */
type CaseLine = {
  readonly seq: number
  readonly at: number
  readonly actor: string
  readonly verb: string
  readonly from: string | null
  readonly to: string | null
  readonly reason: string | null
  readonly hash: string
}

type CaseTrailProps = {
  /** The question for the history, as `useQuery` gives it. */
  readonly query: {
    readonly data: { readonly rows: readonly CaseLine[] } | undefined
    readonly isPending: boolean
    readonly error: unknown
    readonly refetch: () => unknown
  }
  /** Whose words they are, and under which keys verbs and states stand there. */
  readonly module: string
  readonly verbs?: string
  readonly states?: string
}

/** The history of a case, the newest on top; what has no words is shown by its key. */
export function CaseTrail({ query, module, verbs = 'did', states = 'state' }: CaseTrailProps) {
  useText('ui')
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const worded = (prefix: string, key: string): string => {
    const full = `${module}:${prefix}.${key}`
    return i18n.exists(full) ? i18n.t(full) : key
  }
  return (
    <Trail
      entries={query.data.rows.toReversed().map(({ seq, at, actor, verb, from, to, reason, hash }) => ({
        id: String(seq),
        at,
        who: actor,
        verb: worded(verbs, verb),
        from: from && worded(states, from),
        to: to && worded(states, to),
        why: reason,
        hash,
      }))}
    />
  )
}
