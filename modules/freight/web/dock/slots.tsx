import { useText, When, type Fact } from '@tingzhou/ui'
import { Link } from 'react-router'
import { useDockPlaces, type Slot } from './api.ts'

/** The slots of a waybill as facts of its page. */
export function useSlotFacts(slots: readonly Slot[]): readonly Fact[] {
  const t = useText('freight')
  return slots.map((slot) => ({ label: t(`dock.slot_${slot.end}`), value: <SlotText slot={slot} /> }))
}

function SlotText({ slot }: { readonly slot: Slot }) {
  const t = useText('freight')
  const at = useDockPlaces()
  const { startsAt, lack, etaAt, leaveAt, arrivedAt, moves, queue, place } = slot
  return (
    <>
      <Link to={at.board(place.id)}>
        {startsAt === null ? t(`slot_lack.${lack ?? 'full'}`) : <When at={startsAt} />}
      </Link>
      {moves > 0 && <span className="tz-caption"> {t('dock.moved', { n: moves })}</span>}
      {arrivedAt === null && etaAt !== null && (
        <div className="tz-caption">
          {t('dock.eta')} <When at={etaAt} />
        </div>
      )}
      {arrivedAt === null && leaveAt !== null && (
        <div className="tz-caption">
          {t('dock.leave')} <When at={leaveAt} />
        </div>
      )}
      {queue && (
        <div className="tz-caption">
          {queue.isServed ? t('dock.served') : t('dock.ahead', { n: queue.ahead })} · {t('dock.start')}{' '}
          <When at={queue.startAt} />
        </div>
      )}
    </>
  )
}
