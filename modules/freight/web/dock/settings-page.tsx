import { useQuery } from '@tanstack/react-query'
import { NumbersPage, useMe, useText } from '@tingzhou/ui'
import type { DockNumber } from '../../dock/words.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { useDockPlaces, type DockSettings } from './api.ts'

/** What slots are reckoned with. */
export function DockSettingsPage() {
  const t = useText('freight')
  const me = useMe()
  return (
    <NumbersPage<DockNumber, DockSettings>
      title={t('dock_settings.title')}
      intro={t('dock_settings.intro')}
      back={{ href: useDockPlaces().list, label: t('dock.title') }}
      query={useQuery(api.docks.settings.queryOptions())}
      live={{ kind: 'freight_dock_settings', key: api.docks.key() }}
      reason={mayDispatch(me) ? null : t('reason.dispatch')}
      labelOf={(name) => t(`dock_number.${name}`)}
      save={({ flag: _flag, ...wish }) => api.docks.setNumbers.call(wish)}
    />
  )
}
