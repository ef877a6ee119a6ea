import { useQuery } from '@tanstack/react-query'
import { holdsRole, NumbersPage, useMe, useText } from '@tingzhou/ui'
import { keepingRoles } from '../roles.ts'
import type { ChainNumber } from '../settings/words.ts'
import { api } from './api.ts'

type Settings = Awaited<ReturnType<typeof api.settings.get.call>>

/** What the zone's chains are reckoned with. */
export function ChainSettingsPage() {
  const t = useText('chains')
  const me = useMe()
  return (
    <NumbersPage<ChainNumber, Settings>
      title={t('chain_settings.title')}
      intro={t('chain_settings.intro')}
      back={{ href: '/industry-chains', label: t('chain_settings.back') }}
      query={useQuery(api.settings.get.queryOptions())}
      live={{ kind: 'chain_settings', key: api.settings.key() }}
      reason={holdsRole(me, keepingRoles) ? null : t('chain_settings.reason')}
      labelOf={(name) => t(`chain_number.${name}`)}
      save={({ flag: _flag, ...wish }) => api.settings.set.call(wish)}
    />
  )
}
