import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  formatNumber,
  formatTime,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useLive,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { Link, useSearchParams } from 'react-router'
import { api } from './api.ts'
import { TaskLine } from './desk.tsx'
import type { Row } from './words.ts'

const pageSize = 200
/** Beyond this the board says that it shows a part; a zone with more late cases has other worries. */
const rowsMax = 1000

type Late = { readonly rows: readonly Row[]; readonly complete: boolean }

/** Every open appeal that is late or under supervision, within the reader's reach. */
export async function loadLate(signal: AbortSignal): Promise<Late> {
  const [overdue, supervised] = await Promise.all([
    loadAll({ overdue: true }, signal),
    loadAll({ supervised: true }, signal),
  ])
  const rows = new Map([...overdue.rows, ...supervised.rows].map((row) => [row.id, row]))
  return { rows: [...rows.values()].toSorted(byUrgency), complete: overdue.complete && supervised.complete }
}

/** Every row of a filtered list, up to the most a board shows. */
export async function loadAll(
  filter: { overdue?: true; supervised?: true; open?: true },
  signal: AbortSignal,
): Promise<Late> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const input = { ...filter, sort: 'dueAt', order: 'asc', limit: pageSize, ...(cursor ? { cursor } : {}) } as const
    const page: Awaited<ReturnType<typeof api.appeals.list.call>> = await api.appeals.list.call(input, { signal })
    rows.push(...page.rows)
    cursor = page.next
  } while (cursor !== null && rows.length < rowsMax)
  return { rows, complete: cursor === null }
}

/** The highest level first, then what is late for longest. */
export function byUrgency(a: Row, b: Row): number {
  return b.supervisionLevel - a.supervisionLevel || (a.clock?.dueAt ?? Infinity) - (b.clock?.dueAt ?? Infinity)
}

export const lateKey = [...api.appeals.list.key(), 'late'] as const

const columns = ['overdue', '1', '2', '3'] as const
type Column = (typeof columns)[number]

const inColumn = (row: Row, column: Column): boolean =>
  column === 'overdue' ? (row.clock?.overdue ?? false) : row.supervisionLevel === Number(column)

/** What is late and who answers for it: by department and level, each number opening its rows below. */
export function SupervisionBoard() {
  const t = useText('needs')
  const [query, setQuery] = useSearchParams()
  const late = useQuery({ queryKey: lateKey, queryFn: ({ signal }) => loadLate(signal) })
  useLive({ kinds: ['appeal'], keys: [api.appeals.key()] })
  const waiting = useLate(late.isPending)
  const owner = query.get('owner')
  const column = columns.find((key) => key === query.get('column')) ?? null
  const rows = late.data?.rows ?? []
  const chosen = rows.filter(
    (row) => (owner === null || ownerId(row) === owner) && (column === null || inColumn(row, column)),
  )
  const pick = (nextOwner: string | null, nextColumn: Column | null) =>
    setQuery(
      {
        ...(nextOwner === null ? {} : { owner: nextOwner }),
        ...(nextColumn === null ? {} : { column: nextColumn }),
      },
      { replace: true },
    )
  return (
    <Page
      title={t('supervision.title')}
      verbs={<VerbButton href="/appeals?supervised=true">{t('supervision.list')}</VerbButton>}
    >
      {late.error && <ProblemAlert problem={late.error} onRetry={() => void late.refetch()} />}
      {waiting && <SkeletonLines lines={8} />}
      {late.data && rows.length === 0 && <EmptyState title={t('supervision.none')} text={t('supervision.none_text')} />}
      {rows.length > 0 && (
        <>
          <Panel
            title={t('supervision.by_owner')}
            aside={<span className="tz-caption">{t('as_of', { time: formatTime(late.dataUpdatedAt) })}</span>}
          >
            {!late.data?.complete && <p className="tz-second">{t('supervision.part', { n: formatNumber(rowsMax) })}</p>}
            <div className="needs-scroll" tabIndex={0} role="region" aria-label={t('supervision.by_owner')}>
              <Matrix rows={rows} owner={owner} column={column} pick={pick} />
            </div>
          </Panel>
          <Panel
            title={t('supervision.rows', { n: formatNumber(chosen.length) })}
            aside={
              (owner !== null || column !== null) && (
                <VerbButton size="small" onClick={() => pick(null, null)}>
                  {t('supervision.show_all')}
                </VerbButton>
              )
            }
          >
            <ul className="needs-tasks">
              {chosen.map((row) => (
                <li key={row.id}>
                  <TaskLine row={row} />
                </li>
              ))}
            </ul>
          </Panel>
        </>
      )}
    </Page>
  )
}

const ownerId = (row: Row): string => row.owner?.id ?? 'none'

type MatrixProps = {
  readonly rows: readonly Row[]
  readonly owner: string | null
  readonly column: Column | null
  readonly pick: (owner: string | null, column: Column | null) => void
}

function Matrix({ rows, owner, column, pick }: MatrixProps) {
  const t = useText('needs')
  const owners = [...new Map(rows.map((row) => [ownerId(row), row.owner?.name ?? t('owner_none')]))]
  const count = (of: string | null, key: Column) =>
    rows.filter((row) => (of === null || ownerId(row) === of) && inColumn(row, key)).length
  const sorted = owners.toSorted(([a], [b]) => count(b, 'overdue') - count(a, 'overdue'))
  const cell = (of: string | null, key: Column) => {
    const n = count(of, key)
    if (n === 0) return <span className="tz-second">0</span>
    const active = owner === of && column === key
    return (
      <button type="button" className="tz-row-open tz-number" aria-pressed={active} onClick={() => pick(of, key)}>
        {formatNumber(n)}
      </button>
    )
  }
  return (
    <table className="needs-board-table">
      <thead>
        <tr>
          <th scope="col">{t('column.owner')}</th>
          {columns.map((key) => (
            <th key={key} scope="col">
              {t(key === 'overdue' ? 'view.overdue' : `supervision.level_short.${key}`)}{' '}
              <span>{t('unit.cases_head')}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted.map(([id, name]) => (
          <tr key={id}>
            <th scope="row">{id === 'none' ? name : <Link to={`/appeals?open=true&ownerId=${id}`}>{name}</Link>}</th>
            {columns.map((key) => (
              <td key={key}>{cell(id, key)}</td>
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('total')}</th>
          {columns.map((key) => (
            <td key={key}>{cell(null, key)}</td>
          ))}
        </tr>
      </tfoot>
    </table>
  )
}
