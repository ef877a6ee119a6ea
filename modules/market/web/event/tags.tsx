import { StateTag, useText } from '@tingzhou/ui'
import type { EventFirmState, EventState, MeetingResult, Outcome } from '../../event/words.ts'
import { WordTag, type Look } from '../word-tag.tsx'
import type { Meeting } from './surface.ts'

const events: Readonly<Record<EventState, Look>> = {
  draft: ['attention', 'ring'],
  open: ['busy', 'dot'],
  planned: ['busy', 'square'],
  held: ['attention', 'diamond'],
  followed: ['good', 'check'],
  cancelled: ['plain', 'cross'],
}

export const EventTag = ({ state }: { readonly state: EventState }) => (
  <WordTag look={events[state]} word={`event.state.${state}`} />
)

const firms: Readonly<Record<EventFirmState, Look>> = {
  invited: ['attention', 'ring'],
  registered: ['good', 'check'],
  withdrawn: ['plain', 'cross'],
}

export const FirmTag = ({ state }: { readonly state: EventFirmState }) => (
  <WordTag look={firms[state]} word={`event.firm_state.${state}`} />
)

const results: Readonly<Record<MeetingResult, Look>> = {
  agreed: ['good', 'check'],
  talks: ['busy', 'dot'],
  nothing: ['plain', 'cross'],
}

export const ResultTag = ({ result }: { readonly result: MeetingResult }) => (
  <WordTag look={results[result]} word={`event.result.${result}`} />
)

const outcomes: Readonly<Record<Outcome, Look>> = {
  delivered: ['good', 'check'],
  partly: ['good', 'dot'],
  talks: ['busy', 'dot'],
  fallen: ['bad', 'cross'],
}

export const OutcomeTag = ({ outcome }: { readonly outcome: Outcome }) => (
  <WordTag look={outcomes[outcome]} word={`event.outcome.${outcome}`} />
)

/** What stands of a meeting: its result, who stayed away, that it is locked, that a side has yet to confirm. */
export function MeetingTags({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('market')
  const { state, result, locked, absentFirm, leftOut, leftOutFirm, buyerConfirmedAt, sellerConfirmedAt } = meeting
  const waits = result !== null && (buyerConfirmedAt === null || sellerConfirmedAt === null)
  return (
    <>
      {locked && (
        <StateTag tone="plain" shape="square">
          {t('event.locked')}
        </StateTag>
      )}
      {state === 'no_show' && (
        <StateTag tone="bad" shape="cross">
          {absentFirm ? t('event.absent', { firm: absentFirm.name }) : t('event.no_show')}
        </StateTag>
      )}
      {result !== null && <ResultTag result={result} />}
      {waits && (
        <StateTag tone="attention" shape="ring">
          {t('event.to_confirm')}
        </StateTag>
      )}
      {leftOut !== null && (
        <StateTag tone="attention" shape="triangle">
          {t(`event.left_out.${leftOut}`, { firm: leftOutFirm?.name ?? '' })}
        </StateTag>
      )}
    </>
  )
}
