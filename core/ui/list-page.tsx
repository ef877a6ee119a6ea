import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import type * as z from 'zod'
import { usePageTitle } from './announce.tsx'
import { toProblem } from './api.ts'
import { formatNumber } from './format.ts'
import { useText } from './i18n.ts'
import { useKeys } from './keys.ts'
import { ListCards } from './list-cards.tsx'
import { ListFilters } from './list-filters.tsx'
import { ListTable } from './list-table.tsx'
import { ListTools } from './list-tools.tsx'
import { apiQuery, fitInput, listKeys, listParam, readParams, withParams, type ListFilter } from './list-url.ts'
import { ListViews, type ListView } from './list-views.tsx'
import { useLive } from './live.tsx'
import { useLate, useNarrow } from './media.ts'
import { PageHead } from './page.tsx'
import { getPreferences, readStored, usePreferences, writeStored, type Density } from './preferences.ts'
import { ProblemAlert } from './problem-alert.tsx'
import { EmptyState } from './states.tsx'
import { VerbButton } from './verb-button.tsx'

export type ListPageResult<Row> = {
  readonly rows: readonly Row[]
  readonly next: string | null
  readonly total: number | null
  /** Sums over all pages, by column key. */
  readonly sums?: Readonly<Record<string, number>> | undefined
}

export type ListColumn<Row> = {
  readonly key: string
  readonly title: string
  /** Stands in the head, never in the cells. */
  readonly unit?: string
  readonly render: (row: Row) => ReactNode
  /** True sorts by the column key; a text is the name the API sorts by. */
  readonly sort?: boolean | string
  readonly align?: 'left' | 'right'
  readonly width?: number
  /** Under 960 px: the head of the card, or one of the three fields that decide. */
  readonly card?: 'title' | 'decides'
  /** Not shown until chosen. */
  readonly hidden?: boolean
  readonly sum?: (page: ListPageResult<Row>) => ReactNode
}

export type RowKey<Row> = { readonly key: string; readonly label: string; readonly run: (row: Row) => void }

export type ListPageProps<Row, S extends z.ZodType> = {
  readonly name: string
  readonly title: string
  readonly schema: S
  readonly source: {
    readonly key: QueryKey
    readonly load: (input: z.input<S>, signal: AbortSignal) => PromiseLike<ListPageResult<Row>>
  }
  readonly columns: readonly ListColumn<Row>[]
  readonly rowKey: (row: Row) => string
  readonly rowHref?: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  readonly primary?: ReactNode
  readonly verbs?: ReactNode
  readonly filters?: readonly ListFilter[]
  readonly views?: readonly ListView[]
  /** Verbs about the chosen rows. */
  readonly selection?: (rows: readonly Row[], clear: () => void) => ReactNode
  readonly rowKeys?: readonly RowKey<Row>[]
  readonly exportHref?: (query: string) => string
  readonly live?: readonly string[]
  readonly empty: { readonly nothing: string; readonly verb?: ReactNode }
  /** Input that is always sent and not the reader's to change. */
  readonly fixed?: Partial<z.input<S>>
  readonly searchable?: boolean
  /** What the search box finds, such as a number or a name. */
  readonly searchHint?: string
  readonly pageSize?: number
  /** Inside another page: no title row, no page padding. */
  readonly embedded?: boolean
  /** Above the table: figures or a hint. */
  readonly children?: ReactNode
}

/** A list: filters, order, page, columns and density live in the address, so that every state is a link. */
export function ListPage<Row, S extends z.ZodType>(props: ListPageProps<Row, S>) {
  const t = useText('ui')
  const narrow = useNarrow()
  const list = useList(props)
  const { page, problem, input } = list
  usePageTitle(props.embedded ? undefined : props.title)
  const late = useLate(list.waiting)
  const filtered = Object.keys(list.params).some((key) => key !== listParam.sort)
  const columns = narrow ? props.columns : list.shownColumns
  const empty = page?.rows.length === 0 && (
    <ListEmpty filtered={filtered} nothing={props.empty.nothing} verb={props.empty.verb} clear={list.clear} />
  )

  const tools = (
    <ListTools
      columns={props.columns}
      shown={list.shownColumns.map((column) => column.key)}
      onColumns={list.chooseColumns}
      density={list.density}
      onDensity={list.chooseDensity}
      onRefresh={list.refresh}
      refreshing={list.refreshing}
      exportHref={props.exportHref?.(exportQuery(input))}
      narrow={narrow}
    />
  )
  const body = { ...props, columns, page, selected: list.selected, onSelect: list.select, density: list.density }
  return (
    <div className={`${props.embedded ? 'tz-embedded' : 'tz-page'} tz-list tz-rows-${list.density}`}>
      {!props.embedded && (
        <PageHead
          title={props.title}
          aside={
            page?.total === null || page?.total === undefined ? null : (
              <span className="tz-second tz-number">{t('list.total', { n: formatNumber(page.total) })}</span>
            )
          }
          primary={props.primary}
          verbs={props.verbs}
        />
      )}
      {props.children}
      <ListViews
        name={props.name}
        views={props.views ?? []}
        load={props.source}
        schema={props.schema}
        fixed={props.fixed}
        own={list.own}
      />
      <ListFilters
        filters={props.filters ?? []}
        params={list.params}
        onChange={list.change}
        onClear={filtered ? list.clear : undefined}
        searchable={props.searchable ?? true}
        hint={props.searchHint}
        tools={tools}
      />
      {problem !== null && toProblem(problem).status !== 403 && (
        <ProblemAlert problem={problem} onRetry={list.refresh} />
      )}
      {problem !== null && toProblem(problem).status === 403 ? (
        <EmptyState title={t('list.no_rights')} text={t('list.no_rights_text')} />
      ) : narrow ? (
        <ListCards {...body} late={late} sort={list.params[listParam.sort]} onSort={list.sortBy} />
      ) : (
        <ListTable {...body} late={late} sort={list.params[listParam.sort]} onSort={list.sortBy} />
      )}
      {empty}
      <ListFoot
        page={page}
        first={list.first}
        hasBefore={list.hasBefore}
        onBefore={list.before}
        onNext={list.next}
        selection={
          list.selected.size > 0 && props.selection ? props.selection(list.selectedRows, list.clearSelection) : null
        }
        selectedCount={list.selected.size}
        onClear={list.clearSelection}
      />
    </div>
  )
}

/** The list without its page: an export takes all of them. */
function exportQuery(input: unknown): string {
  return apiQuery({ ...Object(input), cursor: undefined, limit: undefined })
}

/** Everything the list knows: read from the address, changed through the address. */
function useList<Row, S extends z.ZodType>(props: ListPageProps<Row, S>) {
  const [query, setQuery] = useSearchParams()
  const navigate = useNavigate()
  const location = useLocation()
  const preferences = usePreferences()
  const { schema, source, filters = [], fixed, pageSize = 50, columns, name } = props
  const viewKeys = (props.views ?? []).flatMap((view) => Object.keys(view.params))
  const params = readParams(query, filters, viewKeys)
  const cursor = query.get(listParam.cursor)
  const input = fitInput(schema, { ...params, ...fixed, limit: pageSize, ...(cursor ? { cursor } : {}) })

  const result = useQuery({
    queryKey: [...source.key, 'list-page', input],
    queryFn: ({ signal }) => Promise.resolve(source.load(input, signal)),
    placeholderData: keepPreviousData,
  })
  useLive({ kinds: props.live ?? [], keys: [source.key] })

  const page = result.data
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const signature = JSON.stringify(input)
  useEffect(() => setSelected(new Set()), [signature])
  const selectedRows = useMemo(
    () => (page?.rows ?? []).filter((row) => selected.has(props.rowKey(row))),
    [page, selected, props.rowKey],
  )

  const change = useCallback(
    (changes: Readonly<Record<string, string | readonly string[] | null>>) =>
      setQuery((now) => withParams(now, changes), { replace: true }),
    [setQuery],
  )
  const stack = readStack(location.state)
  const go = (after: string | null, nextStack: readonly string[]) => {
    // The address itself, because a change made a moment ago may not have been rendered yet.
    const search = withParams(new URLSearchParams(window.location.search), { [listParam.cursor]: after }).toString()
    void navigate({ search: search ? `?${search}` : '' }, { state: { stack: nextStack } })
  }
  const shownColumns = useShownColumns(name, columns, query.get(listParam.columns))
  const density = asDensity(query.get(listParam.density)) ?? preferences.density
  useRowKeys(props, page)

  return {
    params,
    own: listKeys(filters, viewKeys),
    input,
    page,
    problem: result.error,
    waiting: result.isPending,
    refreshing: result.isFetching,
    refresh: () => void result.refetch(),
    change,
    clear: () =>
      change(
        Object.fromEntries(
          Object.keys(params)
            .filter((key) => key !== listParam.sort)
            .map((key) => [key, null]),
        ),
      ),
    sortBy: (sort: string | null) => change({ [listParam.sort]: sort }),
    first: stack.length * pageSize,
    hasBefore: cursor !== null,
    before: () => go(stack.at(-2) ?? null, stack.slice(0, -1)),
    next: () => page?.next && go(page.next, [...stack, page.next]),
    shownColumns,
    chooseColumns: (keys: readonly string[]) => {
      writeStored(`tz.columns.${name}`, { keys })
      setQuery((now) => withParams(now, { [listParam.columns]: keys.join(','), [listParam.cursor]: cursor }), {
        replace: true,
      })
    },
    density,
    chooseDensity: (chosen: Density) =>
      setQuery(
        (now) =>
          withParams(now, {
            [listParam.density]: chosen === getPreferences().density ? null : chosen,
            [listParam.cursor]: cursor,
          }),
        { replace: true },
      ),
    selected,
    selectedRows,
    select: props.selection ? setSelected : undefined,
    clearSelection: () => setSelected(new Set()),
  }
}

function useShownColumns<Row>(
  name: string,
  columns: readonly ListColumn<Row>[],
  asked: string | null,
): readonly ListColumn<Row>[] {
  const stored = useMemo(() => readStored(`tz.columns.${name}`)['keys'], [name])
  const keys = asked ? asked.split(',') : Array.isArray(stored) ? stored : null
  const chosen = keys && columns.filter((column) => keys.includes(column.key))
  return chosen && chosen.length > 0 ? chosen : columns.filter((column) => !column.hidden)
}

/** J and K move between rows, Enter opens (the row's own link does that), further keys act on the row with focus. */
function useRowKeys<Row, S extends z.ZodType>(
  props: ListPageProps<Row, S>,
  page: ListPageResult<Row> | undefined,
): void {
  const t = useText('ui')
  const verbs = (props.rowKeys ?? []).map((verb) => ({
    keys: verb.key,
    label: verb.label,
    run: () => {
      const key = document.activeElement?.closest('[data-row]')?.getAttribute('data-row')
      const row = page?.rows.find((candidate) => props.rowKey(candidate) === key)
      if (row) verb.run(row)
    },
  }))
  useKeys([
    { keys: 'j', label: t('keys.next_row'), run: () => moveRow(1) },
    { keys: 'k', label: t('keys.previous_row'), run: () => moveRow(-1) },
    ...verbs,
  ])
}

function moveRow(step: 1 | -1): void {
  const links = Array.from(document.querySelectorAll<HTMLElement>('[data-row-open]'))
  const row = document.activeElement?.closest('[data-row]')
  const at = links.findIndex((link) => row?.contains(link))
  const target =
    links[at < 0 ? (step === 1 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)]
  target?.focus()
  target?.scrollIntoView({ block: 'nearest' })
}

function readStack(state: unknown): readonly string[] {
  const stack = typeof state === 'object' && state !== null && 'stack' in state ? state.stack : []
  return Array.isArray(stack) ? stack.filter((cursor) => typeof cursor === 'string') : []
}

function asDensity(value: string | null): Density | null {
  return value === 'compact' || value === 'normal' || value === 'easy' ? value : null
}

function ListEmpty(props: {
  readonly filtered: boolean
  readonly nothing: string
  readonly verb: ReactNode
  readonly clear: () => void
}) {
  const t = useText('ui')
  if (!props.filtered) return <EmptyState title={props.nothing} text={t('list.nothing_yet')} verb={props.verb} />
  return (
    <EmptyState
      title={t('list.no_match')}
      text={t('list.no_match_text')}
      verb={<VerbButton onClick={props.clear}>{t('list.clear')}</VerbButton>}
    />
  )
}

function ListFoot<Row>(props: {
  readonly page: ListPageResult<Row> | undefined
  readonly first: number
  readonly hasBefore: boolean
  readonly onBefore: () => void
  readonly onNext: () => void
  readonly selection: ReactNode
  readonly selectedCount: number
  readonly onClear: () => void
}) {
  const t = useText('ui')
  const { page, selectedCount } = props
  if (selectedCount > 0 && props.selection)
    return (
      <div className="tz-selection" role="toolbar" aria-label={t('list.selection')}>
        <span>{t('list.selected', { n: selectedCount })}</span>
        {props.selection}
        <VerbButton type="text" onClick={props.onClear}>
          {t('list.unselect')}
        </VerbButton>
      </div>
    )
  if (!page || (page.next === null && !props.hasBefore)) return null
  return (
    <nav className="tz-pages" aria-label={t('list.pages')}>
      <span className="tz-second tz-number">
        {t('list.range', { from: formatNumber(props.first + 1), to: formatNumber(props.first + page.rows.length) })}
      </span>
      <VerbButton size="small" onClick={props.onBefore} reason={props.hasBefore ? null : t('list.first_page')}>
        {t('list.before')}
      </VerbButton>
      <VerbButton size="small" onClick={props.onNext} reason={page.next ? null : t('list.last_page')}>
        {t('list.next')}
      </VerbButton>
    </nav>
  )
}
