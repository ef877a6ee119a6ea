import { ProblemAlert, useText, VerbButton, When, isNowhere } from '@tingzhou/ui'
import type { Desk, Truck, TripWay } from './api.ts'
import { WaybillStateTag } from '../waybills/tags.tsx'

/** What is known of the trip that was chosen, and the way to its waybill. */
export function ChosenTrip(props: {
  readonly id: string
  readonly desk: Desk
  readonly truck: Truck | undefined
  readonly way: TripWay | undefined
  readonly problem: Error | null
}) {
  const t = useText('freight')
  const { id, desk, truck, problem } = props
  const row = truck ?? [...desk.running.rows, ...desk.troubles.rows].find((one) => one.id === id)
  return (
    <section className="freight-desk-chosen-box" aria-label={t('desk.chosen')}>
      <header>
        <h2>{row ? `${row.plate} ${row.driver}` : t('desk.chosen')}</h2>
        <VerbButton size="small" href={`/freight-waybills/${id}`}>
          {t('desk.open_waybill')}
        </VerbButton>
      </header>
      {row && (
        <p className="tz-flush">
          <WaybillStateTag state={row.state} /> {row.number} · {row.goods} · {row.from.name} → {row.to.name}
        </p>
      )}
      {/* A trip that is over is on the map no longer. */}
      {problem &&
        (isNowhere(problem) ? <p className="tz-second">{t('desk.trip_over')}</p> : <ProblemAlert problem={problem} />)}
      {!problem && (
        <p className="tz-second tz-flush">
          {truck ? (
            <>
              {t(`desk_source.${truck.source}`)} <When at={truck.at} relative />
              {truck.speedKmh !== null && ` · ${t('desk.speed', { speed: Math.round(truck.speedKmh) })}`}
            </>
          ) : (
            t('desk.no_position')
          )}
        </p>
      )}
    </section>
  )
}
