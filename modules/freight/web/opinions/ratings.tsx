import { useQuery } from '@tanstack/react-query'
import { FormDrawer, formatTime, OpenFormButton, ProblemAlert, useLive, useText, When } from '@tingzhou/ui'
import { api } from '../api.ts'
import type { WaybillDetail } from '../waybills/api.ts'
import { useChoices } from './choices.ts'
import { RatingForm, type RatingRow } from './rating-form.tsx'
import { RatingText, useRatingSums } from './rating-sum.tsx'

/** The ratings of a waybill that the reader may see, and the own one to give or change. */
export function Ratings({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  const { id } = waybill
  const query = useQuery(api.ratings.ofWaybill.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_rating'], keys: [api.ratings.key()] })
  const ofCarrier = useRatingSums('carrier', [waybill.carrier.id])
  const ofShipper = useRatingSums('shipper', [waybill.shipper.id])
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return null
  const { side, given, rows, reason, until } = query.data
  const own = rows.find((row) => row.isMine) ?? null
  const hidden = given.filter((one) => !rows.some((row) => row.side === one))
  return (
    <section>
      <h3>{t('rating.title')}</h3>
      <p className="tz-second">
        {waybill.carrier.name} <RatingText sum={ofCarrier.get(waybill.carrier.id)} /> · {waybill.shipper.name}{' '}
        <RatingText sum={ofShipper.get(waybill.shipper.id)} />
      </p>
      {rows.length === 0 && (
        <p className="tz-second">{t(reason === 'rated_once_signed' ? 'rating.not_yet' : 'rating.nobody')}</p>
      )}
      {rows.map((row) => (
        <OneRating key={row.id} row={row} />
      ))}
      {hidden.map((one) => (
        <p key={one} role="note" className="tz-second">
          {t('rating.hidden', { side: t(`rating_side.${one}`) })}
        </p>
      ))}
      {side !== null && (
        <>
          <RateVerb own={own} reason={reason} />
          {reason === null && until !== null && (
            <p className="tz-caption">{t('rating.until', { time: formatTime(until) })}</p>
          )}
          <FormDrawer name="rate" title={t(own ? 'rating.change' : 'rating.give')}>
            <RatingForm waybillId={id} side={side} rating={own} reason={reasonOf(own, reason, t)} />
          </FormDrawer>
        </>
      )}
    </section>
  )
}

/** Why the form cannot be sent now. Pure. */
function reasonOf(own: RatingRow | null, reason: string | null, t: (key: string) => string): string | null {
  if (own) return own.changeUntil === null ? t('rating_reason.frozen') : null
  return reason === null ? null : t(`rating_reason.${reason}`)
}

function RateVerb({ own, reason }: { readonly own: RatingRow | null; readonly reason: string | null }) {
  const t = useText('freight')
  return (
    <OpenFormButton name="rate" reason={reasonOf(own, reason, t)}>
      {t(own ? 'rating.change' : 'rating.give')}
    </OpenFormButton>
  )
}

function OneRating({ row }: { readonly row: RatingRow }) {
  const t = useText('freight')
  const { tag } = useChoices()
  return (
    <article>
      <p>
        <strong>{t(`rating_side.${row.side}`)}</strong> {t(`stars.${row.stars}`)}
        {row.tags.length > 0 && ` · ${row.tags.map((code) => tag(row.side, code)).join(t('comma'))}`}
      </p>
      {row.words !== '' && <p>{row.words}</p>}
      <p className="tz-caption">
        {row.author} <When at={row.givenAt} />
        {row.changeUntil !== null && ` · ${t('rating.change_until', { time: formatTime(row.changeUntil) })}`}
      </p>
    </article>
  )
}
