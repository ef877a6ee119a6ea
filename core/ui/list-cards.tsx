import { Select } from 'antd'
import { useText } from './i18n.ts'
import { RowOpener, toggled, type ListBodyProps } from './list-table.tsx'
import { SkeletonLines } from './skeleton.tsx'

/** Under 960 px: a card a row, its title and the three fields that decide. */
export function ListCards<Row>(props: ListBodyProps<Row>) {
  const t = useText('ui')
  const { columns, page, onSelect, selected } = props
  const title = columns.find((column) => column.card === 'title') ?? columns[0]
  const marked = columns.filter((column) => column.card === 'decides')
  const deciding = (marked.length > 0 ? marked : columns.filter((column) => column !== title && !column.hidden)).slice(
    0,
    3,
  )
  const sortable = columns.flatMap((column) =>
    column.sort ? [{ key: column.sort === true ? column.key : column.sort, title: column.title }] : [],
  )
  if (!page) return props.late ? <SkeletonLines lines={6} /> : null
  if (page.rows.length === 0) return null
  return (
    <>
      {sortable.length > 0 && (
        <Select
          className="tz-card-sort"
          aria-label={t('list.sort')}
          placeholder={t('list.sort')}
          allowClear
          value={typeof props.sort === 'string' ? props.sort : null}
          onChange={(value: string | null | undefined) => props.onSort(value ?? null)}
          options={sortable.flatMap(({ key, title }) => [
            { value: key, label: t('list.sort_up', { title }) },
            { value: `-${key}`, label: t('list.sort_down', { title }) },
          ])}
        />
      )}
      <ul className="tz-cards" aria-label={props.title}>
        {page.rows.map((row) => {
          const id = props.rowKey(row)
          return (
            <li key={id} data-row={id} className={selected.has(id) ? 'tz-card tz-chosen' : 'tz-card'}>
              <div className="tz-card-title">
                {onSelect && (
                  <input
                    type="checkbox"
                    aria-label={t('list.select_row')}
                    checked={selected.has(id)}
                    onChange={() => onSelect(toggled(selected, id))}
                  />
                )}
                <RowOpener href={props.rowHref?.(row)} onOpen={props.onOpen && (() => props.onOpen?.(row))}>
                  {title?.render(row)}
                </RowOpener>
              </div>
              <dl>
                {deciding.map((column) => (
                  <div key={column.key}>
                    <dt>{column.unit ? `${column.title} ${column.unit}` : column.title}</dt>
                    <dd>{column.render(row)}</dd>
                  </div>
                ))}
              </dl>
            </li>
          )
        })}
      </ul>
    </>
  )
}
