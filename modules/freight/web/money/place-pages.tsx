import { useText, VerbButton } from '@tingzhou/ui'
import { useLocation, useSearchParams } from 'react-router'

/** After which line the address shows lines that are read by their place; 0: from the first. */
export function usePlace(): number {
  const [params] = useSearchParams()
  const after = Number(params.get('after') ?? 0)
  return Number.isSafeInteger(after) && after >= 0 ? after : 0
}

/** Back to the first lines, on to the next; nothing where all are shown. */
export function PlacePages({ after, next }: { readonly after: number; readonly next: number | null }) {
  const t = useText('freight')
  const [params] = useSearchParams()
  const { pathname } = useLocation()
  if (after === 0 && next === null) return null
  const hrefOf = (place: number) => {
    const query = new URLSearchParams(params)
    if (place === 0) query.delete('after')
    else query.set('after', String(place))
    return `${pathname}?${query.toString()}`
  }
  return (
    <nav className="tz-pages" aria-label={t('money.pages')}>
      <VerbButton size="small" href={hrefOf(0)} reason={after === 0 ? t('money.first_page') : null}>
        {t('money.to_first')}
      </VerbButton>
      <VerbButton size="small" href={hrefOf(next ?? after)} reason={next === null ? t('money.last_page') : null}>
        {t('money.to_next')}
      </VerbButton>
    </nav>
  )
}
