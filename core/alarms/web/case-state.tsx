import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'

type Shown = { readonly state: 'responding' | 'verifying' | 'closed'; readonly overdue: boolean }
const looks: Readonly<Record<Shown['state'], readonly [Tone, Shape]>> = {
  responding: ['attention', 'triangle'],
  verifying: ['busy', 'dot'],
  closed: ['good', 'check'],
}

/** Where the case of an alarm stands, and whether it is late. */
export function CaseState({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  const [tone, shape] = looks[shown.state]
  return (
    <>
      <StateTag tone={tone} shape={shape}>
        {t(`case_state.${shown.state}`)}
      </StateTag>
      {shown.overdue && shown.state !== 'closed' && <StateTag tone="bad">{t('case.overdue')}</StateTag>}
    </>
  )
}
