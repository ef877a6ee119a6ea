import { useQuery } from '@tanstack/react-query'
import {
  formatNumber,
  instantOfLocalTime,
  ObjectPage,
  Panel,
  PlainTable,
  useLive,
  useText,
  VerbButton,
  When,
  type Fact,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api } from '../api.ts'
import { km } from '../wave/km.ts'
import { placeOf, type DayDetail } from './api.ts'
import { kmALoad, pct, ratioOf } from './figures.ts'
import { MakeAgain } from './make-day.tsx'

/** One day of dispatch: what it was, what it would have been, lane by lane, and the choices that cost most. */
export function DayPage() {
  const t = useText('freight')
  const { day: wanted = '' } = useParams()
  const query = useQuery(api.dispatchDays.get.queryOptions({ input: { day: wanted } }))
  useLive({ kinds: ['freight_dispatch_day'], keys: [api.dispatchDays.key()] })
  const facts = useFacts(query.data)
  const day = query.data
  const common = { problem: query.error, onRetry: () => void query.refetch() }
  if (!day) return <ObjectPage title={t('dispatch_day.one')} loading={query.isPending} {...common} />
  return (
    <ObjectPage
      title={t('dispatch_day.of', { day: day.day })}
      verbs={
        <>
          <VerbButton href={placeOf.list}>{t('dispatch_day.title')}</VerbButton>
          <MakeAgain day={day.day} />
        </>
      }
      facts={facts}
      {...common}
    >
      <Panel title={t('dispatch_day.choices')}>
        <p className="tz-second">{t('dispatch_day.choices_mean', { minutes: formatNumber(day.windowMinutes) })}</p>
        <Choices day={day} />
      </Panel>
      <Panel title={t('dispatch_day.lanes')}>
        <Lanes day={day} />
      </Panel>
      <Panel title={t('dispatch_day.basis')}>
        <p className="tz-second freight-wrap">
          {t('dispatch_day.basis_said', {
            minutes: formatNumber(day.windowMinutes),
            pct: formatNumber(day.bendPct),
            unknown: formatNumber(day.unknown),
            left: formatNumber(day.leftOut),
          })}
        </p>
      </Panel>
    </ObjectPage>
  )
}

type Way = { readonly matched: number; readonly emptyM: number }

function useFacts(day: DayDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  if (!day) return []
  const way = ({ matched, emptyM }: Way) => t('dispatch_day.way', { matched: formatNumber(matched), km: km(emptyM) })
  const aLoad = (one: Way) => t('dispatch_day.a_load', { km: kmALoad(one) })
  const wayFact = (label: string, one: Way): Fact => ({
    label,
    value: (
      <>
        {aLoad(one)}
        <div className="tz-caption">{way(one)}</div>
      </>
    ),
  })
  const ratio = ratioOf(day.loadedM, day.real.emptyM)
  const bound = ratioOf(day.loadedM, day.boundM)
  return [
    {
      label: t('dispatch_day.ratio'),
      value: (
        <>
          {pct(ratio)}
          <div className="tz-caption">
            {t('dispatch_day.ratio_base', { loaded: km(day.loadedM), all: km(day.loadedM + day.real.emptyM) })}
          </div>
        </>
      ),
    },
    {
      label: t('dispatch_day.bound'),
      value: (
        <>
          {pct(bound)}
          {ratio !== null && bound !== null && (
            <div className="tz-caption">{t('dispatch_day.reached', { pct: pct(ratio / bound) })}</div>
          )}
        </>
      ),
    },
    wayFact(t('dispatch_day.real'), day.real),
    wayFact(t('wave.nearest_first'), day.nearest),
    wayFact(t('dispatch_day.waves'), day.waves),
    { label: t('dispatch_day.trucks'), value: formatNumber(day.trucks) },
    {
      label: t('wave.made_by'),
      value: (
        <>
          {day.madeBy} · <When at={day.madeAt} />
        </>
      ),
    },
  ]
}

function Choices({ day }: { readonly day: DayDetail }) {
  const t = useText('freight')
  return (
    <PlainTable
      name={t('dispatch_day.choices')}
      empty={t('dispatch_day.choices_none')}
      head={[t('waybill.one'), t('dispatch_day.went'), t('dispatch_day.better'), t('dispatch_day.saves')]}
      rows={day.choices.map((choice) => ({
        key: choice.waybill.id,
        cells: [
          <div key="waybill">
            <Link to={placeOf.waybill(choice.waybill.id)} className="tz-mono">
              {choice.waybill.number}
            </Link>
            <div className="tz-caption freight-wrap">
              {choice.from.name} → {choice.to.name} · <When at={choice.takenAt} />
            </div>
          </div>,
          t('dispatch_day.from_km', { plate: choice.vehicle.plate, km: km(choice.emptyM) }),
          <div key="better">
            {t('dispatch_day.from_km', { plate: choice.better.plate, km: km(choice.betterM) })}
            <div className="tz-caption freight-wrap">
              {choice.betterFreeAt <= instantOfLocalTime(`${day.day}T00:00`) ? (
                t('dispatch_day.free_all_day')
              ) : (
                <>
                  {t('dispatch_day.free_since')} <When at={choice.betterFreeAt} />
                </>
              )}
              {' · '}
              {choice.betterNextAt === null ? (
                t('dispatch_day.no_next')
              ) : (
                <>
                  {t('dispatch_day.next_at')} <When at={choice.betterNextAt} />
                </>
              )}
            </div>
          </div>,
          <span key="saves" className="tz-number">
            {km(choice.emptyM - choice.betterM)} km
          </span>,
        ],
      }))}
    />
  )
}

function Lanes({ day }: { readonly day: DayDetail }) {
  const t = useText('freight')
  return (
    <PlainTable
      name={t('dispatch_day.lanes')}
      empty={t('dispatch_day.lanes_none')}
      head={[
        t('dispatch_day.lane'),
        t('wave.trips'),
        t('dispatch_day.ratio'),
        t('dispatch_day.real_km'),
        t('wave.nearest_first'),
        t('dispatch_day.waves'),
      ]}
      rows={day.lanes.map(({ from, to, trips, loadedM, emptyM, nearest, waves }) => ({
        key: `${from.id} ${to.id}`,
        cells: [
          <span key="lane" className="freight-wrap">
            {from.name} → {to.name}
          </span>,
          formatNumber(trips),
          pct(ratioOf(loadedM, emptyM)),
          `${kmALoad({ matched: trips, emptyM })} km`,
          `${kmALoad(nearest)} km`,
          `${kmALoad(waves)} km`,
        ],
      }))}
    />
  )
}
