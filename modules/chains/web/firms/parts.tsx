import { formatMoney, formatNumber, formatShare, i18n, unitWord, useText } from '@tingzhou/ui'
import { Link as RouterLink } from 'react-router'
import { priceOf } from '../catalogue/parts.tsx'
import { ChangeTrail, type ChangeRow } from '../history.tsx'
import { usePlaces, type Link } from './api.ts'

/** Marks invented rows, so that they are never taken for real ones. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('chains')
  return when ? <span className="tz-caption">{t('firms.synthetic')}</span> : null
}

type Firm = { readonly id: string; readonly name: string; readonly isOutside: boolean }

/** A firm and the way to its page. */
export function FirmLink({ firm, year }: { readonly firm: Firm; readonly year?: number }) {
  const t = useText('chains')
  const at = usePlaces()
  return (
    <>
      <RouterLink to={at.firm(firm.id, year)}>{firm.name}</RouterLink>
      {firm.isOutside && <span className="tz-caption"> {t('firms.outside_mark')}</span>}
    </>
  )
}

/** So much of a product a year. */
export const volumeText = (volume: number, unit: string): string =>
  `${formatNumber(Number(volume.toPrecision(12)))} ${unitWord(unit)}`
export const utilisationText = ({ output, capacity }: { readonly output: number; readonly capacity: number }): string =>
  capacity > 0 ? formatShare(output, capacity) : '–'

/** Volume, price or value of a link, or that only its two firms see it. */
export function Traded({ link, what }: { readonly link: Link; readonly what: 'volume' | 'price' | 'value' }) {
  const t = useText('chains')
  if (link.volume === null || link.priceFen === null || link.valueFen === null)
    return <span className="tz-second">{t('firms.hidden')}</span>
  switch (what) {
    case 'volume':
      return volumeText(link.volume, link.product.unit)
    case 'price':
      return priceOf({ priceFen: link.priceFen, unit: link.product.unit })
    case 'value':
      return formatMoney(link.valueFen)
  }
}

/** How far it is; an estimate is marked. */
export function Way({ link }: { readonly link: Link }) {
  const t = useText('chains')
  const km = `${formatNumber(link.distanceKm)} ${unitWord('km')}`
  return link.isEstimate ? (
    <span title={t('firms.estimate')}>
      ≈ {km} <span className="tz-caption">{t('firms.estimate_mark')}</span>
    </span>
  ) : (
    km
  )
}

/** What was done to a row, field by field, the latest first; figures that two firms keep to themselves are not among it. */
export function History({ rows }: { readonly rows: readonly ChangeRow[] }) {
  const t = useText('chains')
  const fieldName = (field: string) => (i18n.exists(`chains:firms.field.${field}`) ? t(`firms.field.${field}`) : field)
  const shown = (value: unknown) => (value === null || value === '' ? '–' : String(value))
  return (
    <ChangeTrail rows={rows} did="firms.did">
      {({ field, from, to }) => (
        <p key={field} className="tz-flush tz-second">
          {fieldName(field)} {to === '***' ? t('firms.masked') : `${shown(from)} → ${shown(to)}`}
        </p>
      )}
    </ChangeTrail>
  )
}
