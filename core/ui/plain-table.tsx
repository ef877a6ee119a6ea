import type { ReactNode } from 'react'
import { useNarrow } from './media.ts'
import { EmptyState } from './states.tsx'

/**
 * A short table inside a page; cards under 960 px, the first cell as their title. Lists of objects are `ListPage`.
 * @param empty  what is said without rows
 */
export function PlainTable(props: {
  readonly name: string
  readonly head: readonly string[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
  readonly empty: string
}) {
  const { name, head, rows, empty } = props
  const narrow = useNarrow()
  if (rows.length === 0) return <EmptyState title={empty} />
  if (narrow)
    return (
      <ul className="tz-cards" aria-label={name}>
        {rows.map(({ key, cells: [title, ...rest] }) => (
          <li key={key} className="tz-card">
            <div className="tz-card-title">{title}</div>
            <dl>
              {rest.map((cell, index) => (
                <div key={head[index + 1]}>
                  <dt>{head[index + 1]}</dt>
                  <dd>{cell}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    )
  return (
    <div className="tz-table-frame" tabIndex={0} role="region" aria-label={name}>
      <table className="tz-table" aria-label={name}>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <td key={head[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
