import type { ApiKey } from '@tingzhou/access/contract'
import { formatTime, StateTag, useNow, useText, VerbButton, When } from '@tingzhou/ui'
import type { ReactNode } from 'react'

type Column = { readonly key: 'account' | 'roles' | 'may'; readonly cell: (row: ApiKey) => ReactNode }

/** Keys with their state and when they were used last; what they are for stands in `columns`. */
export function KeyTable({
  rows,
  columns,
  revoke,
}: {
  readonly rows: readonly ApiKey[]
  readonly columns: readonly Column[]
  readonly revoke: (id: string) => void
}) {
  const t = useText('shell')
  const heads = ['name', ...columns.map(({ key }) => key), 'hint', 'state', 'last_used', 'expires']
  return (
    <div className="tz-table-frame" tabIndex={0} role="region" aria-label={t('keys_page.title')}>
      <table className="tz-table">
        <thead>
          <tr>
            {heads.map((column) => (
              <th key={column} scope="col">
                {t(`keys_page.${column}`)}
              </th>
            ))}
            <th scope="col">
              <span className="tz-hidden">{t('keys_page.verbs')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{row.name}</td>
              {columns.map(({ key, cell }) => (
                <td key={key}>{cell(row)}</td>
              ))}
              <td className="tz-mono">{row.hint}…</td>
              <td>
                <KeyState row={row} />
              </td>
              <td>{row.lastUsedAt === null ? '–' : <When at={row.lastUsedAt} relative />}</td>
              <td>{row.expiresAt === null ? t('keys_page.never') : <When at={row.expiresAt} />}</td>
              <td className="tz-right">
                <VerbButton
                  size="small"
                  danger
                  reason={
                    row.revokedAt === null ? null : t('keys_page.is_revoked', { time: formatTime(row.revokedAt) })
                  }
                  confirm={{
                    title: t('keys_page.confirm', { name: row.name }),
                    text: t('keys_page.confirm_text'),
                    verb: t('keys_page.revoke'),
                  }}
                  onClick={() => revoke(row.id)}
                >
                  {t('keys_page.revoke')}
                </VerbButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function KeyState({ row }: { readonly row: ApiKey }) {
  const t = useText('shell')
  const now = useNow()
  if (row.revokedAt !== null)
    return (
      <StateTag tone="plain" shape="cross">
        {t('keys_page.revoked')}
      </StateTag>
    )
  if (row.expiresAt !== null && row.expiresAt < now)
    return <StateTag tone="attention">{t('keys_page.expired')}</StateTag>
  return <StateTag tone="good">{t('keys_page.works')}</StateTag>
}
