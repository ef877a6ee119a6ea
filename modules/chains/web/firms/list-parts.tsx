import { useQuery } from '@tanstack/react-query'
import {
  OpenFormButton,
  ProblemAlert,
  rowItem,
  SkeletonLines,
  useMe,
  useOpenRow,
  useText,
  zoneToday,
  type ListColumn,
  type Choice,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import type { ChangeRow } from '../history.tsx'
import { firmsOf, keepsAll } from './api.ts'
import { History } from './parts.tsx'

type Row = { readonly id: string; readonly rev: number }

/** The verbs of a row of these lists, small at its end. @param refusal  why the reader may not keep a row; null: may */
export function verbsOf<R extends Row>(
  t: (key: string) => string,
  refusal: (row: R) => string | null,
  removable: boolean,
): ListColumn<R> {
  return {
    key: 'verbs',
    title: t('firms.verbs'),
    render: (row) => (
      <>
        <OpenFormButton name="edit" item={rowItem(row)} size="small" reason={refusal(row)}>
          {t('firms.change')}
        </OpenFormButton>{' '}
        {removable && (
          <>
            <OpenFormButton name="remove" item={rowItem(row)} size="small" reason={refusal(row)}>
              {t('firms.remove')}
            </OpenFormButton>{' '}
          </>
        )}
        <OpenFormButton name="history" item={rowItem(row)} size="small">
          {t('firms.history')}
        </OpenFormButton>
      </>
    ),
  }
}

type Reads<T> = {
  readonly queryKey: (wish: { readonly input: { readonly id: string } }) => readonly unknown[]
  readonly call: (input: { readonly id: string }, options: { readonly signal: AbortSignal }) => Promise<T>
}

/** What a drawer shows of the row that the address names: as it stands now, or why it cannot be shown. */
export function Chosen<T>({ of, children }: { readonly of: Reads<T>; readonly children: (row: T) => ReactNode }) {
  const { id } = useOpenRow()
  const input = { id }
  const query = useQuery({ queryKey: of.queryKey({ input }), queryFn: ({ signal }) => of.call(input, { signal }) })
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  return query.data === undefined ? <SkeletonLines lines={6} /> : children(query.data)
}

/** What was done to that row. */
export const RowHistory = ({ of }: { readonly of: Reads<{ readonly rows: readonly ChangeRow[] }> }) => (
  <Chosen of={of}>{({ rows }) => <History rows={rows} />}</Chosen>
)

/** Why the reader may not enter or import what firms tell; null: may. */
export function useMayEnter(): string | null {
  const t = useText('chains')
  const me = useMe()
  return keepsAll(me) || firmsOf(me).length > 0 ? null : t('firms.own_only')
}

export const yearFilter = (t: (key: string) => string) =>
  ({ kind: 'choice', key: 'year', label: t('firms.year'), options: yearChoices(zoneToday()) }) as const

/** The years that a list is filtered by: this one, the next, and ten before. */
function yearChoices(today: string): readonly Choice[] {
  const year = Number(today.slice(0, 4))
  return Array.from({ length: 12 }, (_, i) => String(year + 1 - i)).map((value) => ({ value, label: value }))
}
