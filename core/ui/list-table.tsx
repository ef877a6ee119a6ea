import { CaretDownOutlined, CaretUpOutlined } from '@ant-design/icons'
import type { Dispatch, MouseEvent, ReactNode, SetStateAction } from 'react'
import { Link, useNavigate } from 'react-router'
import { useText } from './i18n.ts'
import type { ListColumn, ListPageResult } from './list-page.tsx'
import { nextSort, readSort } from './list-url.ts'

export type ListBodyProps<Row> = {
  readonly title: string
  readonly columns: readonly ListColumn<Row>[]
  readonly page: ListPageResult<Row> | undefined
  readonly rowKey: (row: Row) => string
  readonly rowHref?: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  readonly selected: ReadonlySet<string>
  readonly onSelect: Dispatch<SetStateAction<ReadonlySet<string>>> | undefined
  readonly sort: string | readonly string[] | undefined
  readonly onSort: (sort: string | null) => void
  readonly late: boolean
}

/** A plain table element: 200 rows render well under 100 ms, screen readers know it, the head sticks. */
export function ListTable<Row>(props: ListBodyProps<Row>) {
  const { columns, page, onSelect, selected } = props
  const t = useText('ui')
  const keys = page?.rows.map(props.rowKey) ?? []
  const all = keys.length > 0 && keys.every((key) => selected.has(key))
  if (page?.rows.length === 0) return null
  return (
    // The region scrolls, so it can be focused and scrolled by keyboard.
    <div className="tz-table-frame" tabIndex={0} role="region" aria-label={props.title}>
      <table className="tz-table" aria-busy={!page}>
        <thead>
          <tr>
            {onSelect && (
              <th className="tz-check-cell">
                <input
                  type="checkbox"
                  aria-label={t('list.select_all')}
                  checked={all}
                  onChange={() => onSelect(all ? new Set() : new Set(keys))}
                />
              </th>
            )}
            {columns.map((column) => (
              <HeadCell
                key={column.key}
                column={column}
                sort={typeof props.sort === 'string' ? props.sort : undefined}
                onSort={props.onSort}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {page
            ? page.rows.map((row) => (
                <TableRow
                  key={props.rowKey(row)}
                  id={props.rowKey(row)}
                  row={row}
                  columns={columns}
                  href={props.rowHref}
                  onOpen={props.onOpen}
                  chosen={selected.has(props.rowKey(row))}
                  onSelect={onSelect && ((id) => onSelect((now) => toggled(now, id)))}
                  selectLabel={t('list.select_row')}
                />
              ))
            : props.late && <Bones columns={columns.length + (onSelect ? 1 : 0)} />}
        </tbody>
        {page && columns.some((column) => column.sum) && (
          <SumRow columns={columns} page={page} check={onSelect !== undefined} />
        )}
      </table>
    </div>
  )
}

export function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected)
  if (!next.delete(id)) next.add(id)
  return next
}

function HeadCell<Row>(props: {
  readonly column: ListColumn<Row>
  readonly sort: string | undefined
  readonly onSort: (sort: string | null) => void
}) {
  const { column, sort } = props
  const sortKey = column.sort === true ? column.key : column.sort
  const now = readSort(sort)
  const active = sortKey && now?.key === sortKey ? now : null
  const label = (
    <span>
      {column.title}
      {column.unit && <span className="tz-unit"> {column.unit}</span>}
    </span>
  )
  return (
    <th
      scope="col"
      className={column.align === 'right' ? 'tz-right' : undefined}
      style={column.width ? { width: column.width } : undefined}
      {...(active ? { 'aria-sort': active.down ? 'descending' : 'ascending' } : {})}
    >
      {sortKey ? (
        <button type="button" className="tz-sort" onClick={() => props.onSort(nextSort(sort, sortKey))}>
          {label}
          <span className="tz-sort-mark" aria-hidden>
            {active?.down ? <CaretDownOutlined /> : <CaretUpOutlined className={active ? undefined : 'tz-faint'} />}
          </span>
        </button>
      ) : (
        label
      )}
    </th>
  )
}

type RowProps<Row> = {
  readonly id: string
  readonly row: Row
  readonly columns: readonly ListColumn<Row>[]
  readonly href: ((row: Row) => string) | undefined
  readonly onOpen: ((row: Row) => void) | undefined
  readonly chosen: boolean
  readonly onSelect: ((id: string) => void) | undefined
  readonly selectLabel: string
}

function TableRow<Row>(props: RowProps<Row>) {
  const { row, columns, id } = props
  const navigate = useNavigate()
  const titleKey = (columns.find((column) => column.card === 'title') ?? columns[0])?.key
  const href = props.href?.(row)
  const open = (event: MouseEvent<HTMLTableRowElement>) => {
    if (isOwnControl(event)) return
    if (props.onOpen) props.onOpen(row)
    else if (href) void navigate(href)
  }
  return (
    <tr
      data-row={id}
      className={props.chosen ? 'tz-chosen' : undefined}
      onClick={href || props.onOpen ? open : undefined}
    >
      {props.onSelect && (
        <td className="tz-check-cell">
          <input
            type="checkbox"
            aria-label={props.selectLabel}
            checked={props.chosen}
            onChange={() => props.onSelect?.(id)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.key} className={column.align === 'right' ? 'tz-right tz-number' : undefined}>
          {column.key === titleKey ? (
            <RowOpener href={href} onOpen={props.onOpen && (() => props.onOpen?.(row))}>
              {column.render(row)}
            </RowOpener>
          ) : (
            column.render(row)
          )}
        </td>
      ))}
    </tr>
  )
}

/** The row's own link or button: what J, K and Enter use. */
export function RowOpener(props: {
  readonly href: string | undefined
  readonly onOpen: (() => void) | undefined
  readonly children: ReactNode
}) {
  if (props.onOpen)
    return (
      <button type="button" className="tz-row-open" data-row-open onClick={props.onOpen}>
        {props.children}
      </button>
    )
  if (props.href === undefined) return props.children
  return (
    <Link className="tz-row-open" data-row-open to={props.href}>
      {props.children}
    </Link>
  )
}

/** A click on a control, or the end of marking text, does not open the row. */
function isOwnControl(event: MouseEvent): boolean {
  const target = event.target
  if (target instanceof Element && target.closest('a,button,input,label,select')) return true
  return (window.getSelection()?.toString() ?? '') !== ''
}

function SumRow<Row>(props: {
  readonly columns: readonly ListColumn<Row>[]
  readonly page: ListPageResult<Row>
  readonly check: boolean
}) {
  const t = useText('ui')
  return (
    <tfoot>
      <tr>
        {props.check && <td />}
        {props.columns.map((column, index) => (
          <td key={column.key} className={column.align === 'right' ? 'tz-right tz-number' : undefined}>
            {index === 0 ? t('list.sum') : column.sum?.(props.page)}
          </td>
        ))}
      </tr>
    </tfoot>
  )
}

function Bones({ columns }: { readonly columns: number }) {
  return Array.from({ length: 8 }, (_, row) => (
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <span className={`tz-bone tz-bone-${(row + column) % 4}`} />
        </td>
      ))}
    </tr>
  ))
}
