import { useQuery } from '@tanstack/react-query'
import { NumbersPage, useMe, useText } from '@tingzhou/ui'
import type { MatchNumber } from '../../posting/settings-bounds.ts'
import { api } from '../api.ts'
import { isOfficer } from './rights.ts'

/** The points of a match and what a tonne costs on its way. */
export function MatchSettings() {
  const t = useText('market')
  const me = useMe()
  const query = useQuery(api.matches.settings.queryOptions())
  return (
    <NumbersPage<MatchNumber, Awaited<ReturnType<typeof api.matches.settings.call>>>
      title={t('match.settings')}
      intro={t('match.settings_intro')}
      back={{ href: '/market-desk', label: t('posting.desk') }}
      query={query}
      live={{ kind: 'market_settings', key: api.matches.key() }}
      labelOf={(name) => t(`match.number.${name}`)}
      reason={isOfficer(me) ? null : t('match.reason_officer')}
      save={({ commandId, rev, numbers, why }) => api.matches.setSettings.call({ commandId, rev, numbers, why })}
    />
  )
}
