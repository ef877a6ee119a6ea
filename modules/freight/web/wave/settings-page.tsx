import { useQuery } from '@tanstack/react-query'
import { NumbersPage, useMe, useText } from '@tingzhou/ui'
import type { WaveNumber } from '../../wave/words.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { placeOf, type Settings } from './api.ts'

/** What waves reckon with, and whether the platform makes them by itself. */
export function WaveSettings() {
  const t = useText('freight')
  const me = useMe()
  return (
    <NumbersPage<WaveNumber, Settings>
      title={t('wave_settings.title')}
      intro={t('wave_settings.intro')}
      back={{ href: placeOf.list, label: t('wave.title') }}
      query={useQuery(api.waves.settings.queryOptions())}
      live={{ kind: 'freight_wave_settings', key: api.waves.key() }}
      reason={mayDispatch(me) ? null : t('reason.dispatch')}
      labelOf={(name) => t(`wave_number.${name}`)}
      flag={{
        is: ({ auto }) => auto,
        label: t('wave_settings.auto'),
        means: t('wave_settings.auto_means'),
        on: t('wave_settings.auto_on'),
        off: t('wave_settings.auto_off'),
      }}
      save={({ flag: auto, ...wish }) => api.waves.set.call({ ...wish, auto })}
    />
  )
}
