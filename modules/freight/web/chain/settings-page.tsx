import { useQuery } from '@tanstack/react-query'
import { NumbersPage, useMe, useText } from '@tingzhou/ui'
import type { ChainNumber } from '../../chain/words.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { placeOf, type ChainSettings } from './api.ts'

/** What return loads and plans of tours reckon with, and whether drivers take assigned return loads themselves. */
export function ChainSettingsPage() {
  const t = useText('freight')
  const me = useMe()
  return (
    <NumbersPage<ChainNumber, ChainSettings>
      title={t('chain_settings.title')}
      intro={t('chain_settings.intro')}
      back={{ href: placeOf.plans, label: t('chain.title') }}
      query={useQuery(api.nexts.settings.queryOptions())}
      live={{ kind: 'freight_chain_settings', key: api.nexts.key() }}
      reason={mayDispatch(me) ? null : t('reason.dispatch')}
      labelOf={(name) => t(`chain_number.${name}`)}
      flag={{
        is: ({ driversChoose }) => driversChoose,
        label: t('chain_settings.choose'),
        means: t('chain_settings.choose_means'),
        on: t('chain_settings.choose_on'),
        off: t('chain_settings.choose_off'),
      }}
      save={({ flag: driversChoose, ...wish }) => api.nexts.set.call({ ...wish, driversChoose })}
    />
  )
}
