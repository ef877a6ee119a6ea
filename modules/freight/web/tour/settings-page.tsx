import { useQuery } from '@tanstack/react-query'
import { NumbersPage, useMe, useText } from '@tingzhou/ui'
import type { TourNumber } from '../../tour/words.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { placeOf, type Settings } from './api.ts'

/** What tours are planned with. */
export function TourSettings() {
  const t = useText('freight')
  const me = useMe()
  return (
    <NumbersPage<TourNumber, Settings>
      title={t('tour_settings.title')}
      intro={t('tour_settings.intro')}
      back={{ href: placeOf.list, label: t('tour.title') }}
      query={useQuery(api.tours.settings.queryOptions())}
      live={{ kind: 'freight_tour_settings', key: api.tours.key() }}
      reason={mayDispatch(me) ? null : t('reason.dispatch')}
      labelOf={(name) => t(`tour_number.${name}`)}
      save={({ flag: _flag, ...wish }) => api.tours.set.call(wish)}
    />
  )
}
