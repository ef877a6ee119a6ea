import { formatNumber, PageNumbers, useText } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { pointsPerPage } from './poll-rule.ts'

/** A page of rows, and the way to the others, which the address names; nothing more where all are on one. */
export function usePointPage<T>(rows: readonly T[], key: string): { shown: readonly T[]; pages: ReactNode } {
  const t = useText('telemetry')
  const [query, setQuery] = useSearchParams()
  const pagesMax = Math.max(1, Math.ceil(rows.length / pointsPerPage))
  const asked = Number(query.get(key) ?? 1)
  const page = Number.isInteger(asked) && asked >= 1 ? Math.min(asked, pagesMax) : 1
  const turn = (next: number) =>
    setQuery((now) => {
      const params = new URLSearchParams(now)
      if (next === 1) params.delete(key)
      else params.set(key, String(next))
      return params
    })
  const shown = rows.slice((page - 1) * pointsPerPage, page * pointsPerPage)
  if (pagesMax === 1) return { shown, pages: null }
  return {
    shown,
    pages: (
      <nav className="tz-point-pages" aria-label={t('point.pages')}>
        <span className="tz-caption">{t('point.total', { n: formatNumber(rows.length) })}</span>
        <PageNumbers page={page} perPage={pointsPerPage} total={rows.length} onTurn={turn} />
      </nav>
    ),
  }
}
