import { formatNumber, formatTime, useText } from '@tingzhou/ui'
import { km } from '../wave/km.ts'
import type { Leg, PlanDetail, TourRow } from './api.ts'

/** Rows that are drawn; the table below holds the others. */
const drawnMax = 40
const hourMs = 3_600_000

type Kind = 'empty' | 'stand' | 'loaded' | 'rest' | 'wait'
type Part = {
  readonly key: string
  readonly kind: Kind
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Tours over the hours: loaded ways solid, empty ones hollow, rests between; the same stands in the table. */
export function Timeline({ plan }: { readonly plan: PlanDetail }) {
  const t = useText('freight')
  const rows = plan.rows.slice(0, drawnMax)
  const [start, end] = [plan.madeAt, Math.max(plan.madeAt + hourMs, ...rows.map(({ endAt }) => endAt))]
  const share = (at: number) => `${(100 * (at - start)) / (end - start)}%`
  const ticks = ticksOf(start, end)
  return (
    <div
      className="freight-tours"
      role="img"
      tabIndex={0}
      aria-label={t('chain.timeline_said', { n: formatNumber(rows.length) })}
    >
      <div aria-hidden="true">
        <div className="freight-tour freight-tour-head">
          <span />
          <div className="freight-tour-way">
            {ticks.map((at) => (
              <span key={at} className="freight-tour-tick" style={{ insetInlineStart: share(at) }}>
                {formatTime(at)}
              </span>
            ))}
          </div>
        </div>
        {rows.map((tour) => (
          <div key={tour.id} className="freight-tour">
            <span className="freight-tour-name">
              <b>{tour.vehicle.plate}</b> {tour.driver.name}
            </span>
            <div className="freight-tour-way">
              {ticks.map((at) => (
                <span key={at} className="freight-tour-line" style={{ insetInlineStart: share(at) }} />
              ))}
              {partsOf(tour).map(({ key, kind, from, to, text }) => (
                <span
                  key={key}
                  className={`freight-tour-part freight-tour-${kind}`}
                  style={{ insetInlineStart: share(from), inlineSize: `${(100 * (to - from)) / (end - start)}%` }}
                  title={text}
                >
                  {kind === 'loaded' ? text : ''}
                </span>
              ))}
            </div>
          </div>
        ))}
        <ul className="freight-tour-legend">
          {(['loaded', 'empty', 'stand', 'rest'] as const).map((kind) => (
            <li key={kind}>
              <span className={`freight-tour-mark freight-tour-${kind}`} />
              {t(`chain.part_${kind}`)}
            </li>
          ))}
          {plan.rows.length > drawnMax && <li>{t('chain.drawn', { n: formatNumber(drawnMax) })}</li>}
        </ul>
      </div>
    </div>
  )
}

/** Some six full hours between two instants; whole hours of the zone, which is eight hours ahead. */
function ticksOf(start: number, end: number): readonly number[] {
  const hours = Math.max(1, Math.ceil((end - start) / hourMs / 6))
  const first = Math.ceil(start / hourMs) * hourMs
  return Array.from({ length: 7 }, (_, tick) => first + tick * hours * hourMs).filter((at) => at < end)
}

function partsOf({ legs, home, endAt }: TourRow): readonly Part[] {
  const parts = legs.flatMap((leg, place) => partsOfLeg(leg, place))
  const last = legs.at(-1)
  if (home === null || last === undefined) return parts
  return [
    ...parts,
    { key: 'home', kind: 'empty', from: last.doneAt, to: endAt, text: `${home.place.name} ${km(home.emptyM)} km` },
    ...home.rests.map(({ at, until }): Part => ({ key: `home ${at}`, kind: 'rest', from: at, to: until, text: '' })),
  ]
}

function partsOfLeg(leg: Leg, place: number): readonly Part[] {
  const { load, from, to, emptyM, loadedM, leaveAt, arriveAt, loadAt, departAt, unloadAt, doneAt, rests } = leg
  const part = (kind: Kind, begin: number, end: number, text = ''): Part => ({
    key: `${place} ${kind} ${begin}`,
    kind,
    from: begin,
    to: end,
    text,
  })
  return [
    part('empty', leaveAt, arriveAt, `${from.name} ${km(emptyM)} km`),
    part('wait', arriveAt, loadAt),
    part('stand', loadAt, departAt, from.name),
    part('loaded', departAt, unloadAt, `${load.goods} ${km(loadedM)} km`),
    part('stand', unloadAt, doneAt, to.name),
    ...rests.map(({ at, until }) => part('rest', at, until)),
  ].filter((one) => one.to > one.from)
}
