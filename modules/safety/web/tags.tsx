import { StateTag, useText } from '@tingzhou/ui'
import type { Award } from '../ranking.ts'
import type { ApplicationState, CampaignState } from '../words.ts'
import { applicationLooks, campaignLooks } from './words.ts'

export function ApplicationTag({ state }: { readonly state: ApplicationState }) {
  const t = useText('safety')
  return <StateTag {...applicationLooks[state]}>{t(`state.${state}`)}</StateTag>
}

export function CampaignTag({ state }: { readonly state: CampaignState }) {
  const t = useText('safety')
  return <StateTag {...campaignLooks[state]}>{t(`campaign_state.${state}`)}</StateTag>
}

export function AwardTag({ award }: { readonly award: Award | null }) {
  const t = useText('safety')
  if (award === null) return <span className="tz-second">–</span>
  return (
    <StateTag tone="good" shape={award === 'model' ? 'diamond' : 'ring'}>
      {t(`award.${award}`)}
    </StateTag>
  )
}

/** Says that a row was invented for a demonstration. */
export function SyntheticMark({ when }: { readonly when: boolean }) {
  const t = useText('safety')
  return when ? <span className="safety-mark">{t('synthetic')}</span> : null
}
