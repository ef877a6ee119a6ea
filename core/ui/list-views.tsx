import { DeleteOutlined, PushpinOutlined } from '@ant-design/icons'
import { useQueries, type QueryKey } from '@tanstack/react-query'
import { Button, Input, Popover } from 'antd'
import { useMemo, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type * as z from 'zod'
import { formatNumber } from './format.ts'
import { useText } from './i18n.ts'
import type { ListPageResult } from './list-page.tsx'
import { fitInput, viewAddress, viewQuery, type SavedView } from './list-url.ts'
import { readStored, writeStored } from './preferences.ts'

/** A view the module gives to everyone. */
export type ListView = {
  readonly key: string
  readonly label: string
  readonly params: Readonly<Record<string, string | readonly string[]>>
  /** The number beside it, when the module already knows all of them from one answer; left out, the list is asked for its total. */
  readonly count?: number | null | undefined
}

type Source<S extends z.ZodType> = {
  readonly key: QueryKey
  readonly load: (input: z.input<S>, signal: AbortSignal) => PromiseLike<ListPageResult<unknown>>
}

/** Named filters as links, a count beside each; own ones can be added under the present filters. */
export function ListViews<S extends z.ZodType>(props: {
  readonly name: string
  readonly views: readonly ListView[]
  readonly load: Source<S>
  readonly schema: S
  readonly fixed: Partial<z.input<S>> | undefined
  /** The names in the address that are the list's. */
  readonly own: ReadonlySet<string>
}) {
  const t = useText('ui')
  const [query] = useSearchParams()
  const [own, setOwn] = useOwnViews(props.name)
  const now = viewQuery(query, props.own)
  const address = (view: string) => viewAddress(query, props.own, view)
  const fixedViews = props.views.map((view) => ({ key: view.key, name: view.label, query: toQuery(view.params) }))
  const counts = useViewCounts(
    props,
    fixedViews.map((view) => view.query),
  )
  const known = [...fixedViews, ...own].some((view) => view.query === now)
  if (props.views.length === 0 && own.length === 0 && now === '') return null
  return (
    <nav className="tz-views" aria-label={t('views.title')}>
      <ViewLink name={t('views.all')} to={address('')} active={now === ''} count={null} />
      {fixedViews.map((view, index) => (
        <ViewLink
          key={view.key}
          name={view.name}
          to={address(view.query)}
          active={view.query === now}
          count={props.views[index]?.count ?? counts[index] ?? null}
        />
      ))}
      {own.map((view) => (
        <span key={view.name} className="tz-own-view">
          <ViewLink name={view.name} to={address(view.query)} active={view.query === now} count={null} />
          {view.query === now && (
            <Button
              type="text"
              size="small"
              aria-label={t('views.remove', { name: view.name })}
              icon={<DeleteOutlined />}
              onClick={() => setOwn(own.filter((other) => other.name !== view.name))}
            />
          )}
        </span>
      ))}
      {!known && now !== '' && (
        <SaveView onSave={(name) => setOwn([...own.filter((view) => view.name !== name), { name, query: now }])} />
      )}
    </nav>
  )
}

function ViewLink(props: {
  readonly name: string
  readonly to: string
  readonly active: boolean
  readonly count: number | null
}) {
  return (
    <Link className="tz-view" to={props.to} {...(props.active ? { 'aria-current': 'page' as const } : {})}>
      {props.name}
      {props.count !== null && <span className="tz-count"> {formatNumber(props.count)}</span>}
    </Link>
  )
}

function SaveView({ onSave }: { readonly onSave: (name: string) => void }) {
  const t = useText('ui')
  const [open, setOpen] = useState(false)
  const save = (name: string) => {
    if (name.trim() === '') return
    onSave(name.trim())
    setOpen(false)
  }
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      content={
        <Input.Search
          autoFocus
          maxLength={30}
          aria-label={t('views.name')}
          placeholder={t('views.name')}
          enterButton={t('views.save')}
          onSearch={save}
        />
      }
      destroyOnHidden
    >
      <Button type="link" size="small" icon={<PushpinOutlined />}>
        {t('views.save_this')}
      </Button>
    </Popover>
  )
}

function toQuery(params: ListView['params']): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(params))
    for (const item of typeof value === 'string' ? [value] : value) query.append(key, item)
  query.sort()
  return query.toString()
}

function useViewCounts<S extends z.ZodType>(
  props: {
    readonly views: readonly ListView[]
    readonly load: Source<S>
    readonly schema: S
    readonly fixed: Partial<z.input<S>> | undefined
  },
  queries: readonly string[],
): readonly (number | null)[] {
  return useQueries({
    queries: props.views.map((view, index) => {
      if ('count' in view)
        return {
          queryKey: [...props.load.key, 'view-given', view.key],
          queryFn: () => Promise.resolve(view.count ?? null),
          enabled: false,
        }
      const input = fitInput(props.schema, { ...view.params, ...props.fixed, limit: 1 })
      return {
        queryKey: [...props.load.key, 'view-count', queries[index]],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          Promise.resolve(props.load.load(input, signal)).then((page) => page.total),
        staleTime: 60_000,
        enabled: !('count' in view),
      }
    }),
    combine: (results) => results.map((result) => result.data ?? null),
  })
}

function useOwnViews(name: string): readonly [readonly SavedView[], (views: readonly SavedView[]) => void] {
  const key = `tz.views.${name}`
  const [turn, setTurn] = useState(0)
  const views = useMemo(() => {
    const stored = readStored(key)['views']
    return Array.isArray(stored) ? stored.filter(isSavedView) : []
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, turn])
  return [
    views,
    (next) => {
      writeStored(key, { views: next })
      setTurn(turn + 1)
    },
  ]
}

function isSavedView(value: unknown): value is SavedView {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'query' in value &&
    typeof value.name === 'string' &&
    typeof value.query === 'string'
  )
}
