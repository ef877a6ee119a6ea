import type { ApiKey } from '@tingzhou/access/contract'
import {
  EmptyState,
  NoRights,
  Page,
  ProblemAlert,
  SecretDialog,
  SkeletonLines,
  toProblem,
  useLate,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { Drawer } from 'antd'
import { useState, type ReactNode } from 'react'

type Listed = {
  readonly data: { readonly rows: readonly ApiKey[] } | undefined
  readonly error: Error | null
  readonly isPending: boolean
  readonly refetch: () => Promise<unknown>
}

/** A page of keys: the list, a form that makes one, and the key itself, which is shown once. */
export function KeysFrame(props: {
  readonly title: string
  readonly about?: ReactNode
  readonly empty: { readonly title: string; readonly text: string }
  readonly query: Listed
  readonly table: (rows: readonly ApiKey[]) => ReactNode
  readonly form: (ends: { readonly onDone: (key: string) => void; readonly onCancel: () => void }) => ReactNode
}) {
  const t = useText('shell')
  const { query, empty } = props
  const [adding, setAdding] = useState(false)
  const [key, setKey] = useState<string | null>(null)
  const late = useLate(query.isPending)
  const rows = query.data?.rows
  const add = (
    <VerbButton type="primary" onClick={() => setAdding(true)} shortcut="c">
      {t('keys_page.new')}
    </VerbButton>
  )
  if (query.error && toProblem(query.error).status === 403) return <NoRights />
  return (
    <Page title={props.title} primary={rows?.length === 0 ? null : add}>
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      {props.about}
      {late && <SkeletonLines lines={5} />}
      {rows?.length === 0 && <EmptyState {...empty} verb={add} />}
      {rows && rows.length > 0 && props.table(rows)}
      <Drawer open={adding} onClose={() => setAdding(false)} title={t('keys_page.new')} size={480} destroyOnHidden>
        {props.form({
          onDone: (made) => {
            setAdding(false)
            setKey(made)
          },
          onCancel: () => setAdding(false),
        })}
      </Drawer>
      <SecretDialog
        title={t('keys_page.made')}
        text={t('keys_page.made_text')}
        secret={key}
        onClose={() => setKey(null)}
      />
    </Page>
  )
}
