import { moment } from '../format.ts'
import { useText } from '../i18n.ts'
import type { WaybillState } from '../trip.ts'
import type { SlotFacts } from '../views.ts'

/** At which end a state still has its slot before it. */
const endsOf: Partial<Record<WaybillState, readonly SlotFacts['end'][]>> = {
  offered: ['load', 'unload'],
  accepted: ['load', 'unload'],
  at_load: ['load', 'unload'],
  loaded: ['unload'],
  in_transit: ['unload'],
  accident: ['unload'],
  at_unload: ['unload'],
}

/** The slots of what is still to be done: when they begin, when to leave, and where the truck stands while it waits. */
export function Slots({ slots, state }: { readonly slots: readonly SlotFacts[]; readonly state: WaybillState }) {
  const ends = endsOf[state] ?? []
  return slots
    .filter(({ end }) => ends.includes(end))
    .map((slot) => <Slot key={slot.end} slot={slot} isNext={slot.end === ends[0]} />)
}

function Slot({ slot, isNext }: { readonly slot: SlotFacts; readonly isNext: boolean }) {
  const t = useText()
  const { end, place, startsAt, lack, leaveAt, arrivedAt, queue } = slot
  return (
    <section className="card">
      <h2>{t(`slot.${end}`)}</h2>
      <p className={isNext ? 'route' : ''}>
        {startsAt === null ? t(`slot.lack.${lack ?? 'full'}`) : moment(startsAt)} · {place.name}
      </p>
      {isNext && arrivedAt === null && leaveAt !== null && <p>{t('slot.leave', { at: moment(leaveAt) })}</p>}
      {isNext && queue && (
        <p>{queue.isServed ? t('slot.served') : t('slot.queue', { n: queue.ahead, at: moment(queue.startAt) })}</p>
      )}
    </section>
  )
}
