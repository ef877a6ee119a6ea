import {
  EmptyState,
  FormDrawer,
  holdsRole,
  OpenFormButton,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useLate,
  useMe,
  useOpenForm,
  useText,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'

type Row = { readonly state: 'open' | 'closed' }

/** Rows that an administrator adds and changes in a drawer: what each says, whether it is open, a figure. */
export function SettingList<R extends Row>(props: {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly add: string
  readonly edit: string
  readonly empty: string
  readonly query: {
    readonly data: readonly R[] | undefined
    readonly isPending: boolean
    readonly error: Error | null
    readonly refetch: () => unknown
  }
  readonly keyOf: (row: R) => string
  readonly what: (row: R) => ReactNode
  readonly figure: (row: R) => ReactNode
  /** The form of the row that was chosen; null: a new one. */
  readonly form: (found: R | null, scene: { readonly reason: string | null; readonly close: () => void }) => ReactNode
}) {
  const { name, query, keyOf } = props
  const t = useText('services')
  const me = useMe()
  const { item, close } = useOpenForm()
  const late = useLate(query.isPending)
  const reason = holdsRole(me, ['admin']) ? null : t('reason.admin_only')
  const rows = query.data ?? []
  const found = rows.find((row) => keyOf(row) === item) ?? null
  return (
    <Page
      title={props.title}
      primary={
        <OpenFormButton name={name} primary reason={reason}>
          {props.add}
        </OpenFormButton>
      }
    >
      <p className="tz-second">{props.about}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={5} />}
      {query.data && rows.length === 0 && <EmptyState title={props.empty} />}
      {rows.length > 0 && (
        <Panel title={props.title}>
          <ul className="services-rows">
            {rows.map((row) => (
              <li key={keyOf(row)}>
                <div className="services-row">
                  <span className="services-row-what">{props.what(row)}</span>
                  <StateTag tone={row.state === 'open' ? 'good' : 'plain'}>{t(`sources.${row.state}`)}</StateTag>
                  <span className="tz-number">{props.figure(row)}</span>
                  <OpenFormButton name={name} item={keyOf(row)} size="small" reason={reason}>
                    {props.edit}
                  </OpenFormButton>
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <FormDrawer name={name} title={found ? props.edit : props.add}>
        <div key={item ?? ''}>{props.form(found, { reason, close })}</div>
      </FormDrawer>
    </Page>
  )
}
