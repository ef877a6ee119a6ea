import {
  EmptyState,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useLive,
  useText,
  When,
  type Shape,
  type Tone,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api, type Crossing } from './api.ts'

const looks: Readonly<Record<Crossing['kind'], readonly [Tone, Shape]>> = {
  entry: ['busy', 'dot'],
  exit: ['plain', 'ring'],
  dwell: ['attention', 'pause'],
  speeding: ['bad', 'diamond'],
}

/** What a vehicle did, as a word with a shape. */
export function CrossingTag({ kind }: { readonly kind: Crossing['kind'] }) {
  const t = useText('geography')
  const [tone, shape] = looks[kind]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`kind.${kind}`)}
    </StateTag>
  )
}

type Filter = { readonly fence?: string; readonly device?: string }

/** The last events, newest first, kept up to date by what the server tells. */
export function CrossingItems(props: {
  readonly filter: Filter
  readonly limit: number
  readonly onPick?: (crossing: Crossing) => void
}) {
  const t = useText('geography')
  const { filter, limit, onPick } = props
  const found = useQuery(api.crossings.queryOptions({ input: { ...filter, limit } }))
  useLive({ kinds: ['geofence_event'], keys: [api.crossings.key()] })
  if (found.isPending) return <SkeletonLines lines={3} />
  return (
    <>
      <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
      {found.data?.rows.length === 0 && <EmptyState title={t('events.empty')} />}
      <ol className="tz-crossings" aria-label={t('nav.events')}>
        {found.data?.rows.map((crossing) => (
          <li key={crossing.id}>
            <Item crossing={crossing} onPick={onPick} />
          </li>
        ))}
      </ol>
    </>
  )
}

function Item({
  crossing,
  onPick,
}: {
  readonly crossing: Crossing
  readonly onPick: ((crossing: Crossing) => void) | undefined
}) {
  const t = useText('geography')
  const { vehicle, kind, fenceName, at, late } = crossing
  const content = (
    <>
      <CrossingTag kind={kind} />
      <strong>{vehicle}</strong>
      <span>{fenceName}</span>
      <span className="tz-second">
        <When at={at} />
        {late && ` · ${t('events.late')}`}
      </span>
    </>
  )
  return onPick ? (
    <button type="button" onClick={() => onPick(crossing)}>
      {content}
    </button>
  ) : (
    <span className="tz-crossing">{content}</span>
  )
}
