import { formatNumber, inputOf, ListPage, useText, VerbButton } from '@tingzhou/ui'
import { dispatchDayContract } from '../../ratio/day-contract.ts'
import { api } from '../api.ts'
import { placeOf } from './api.ts'
import { kmALoad, pct, ratioOf } from './figures.ts'
import { DayDrawer, MakeDay } from './make-day.tsx'

const schema = inputOf(dispatchDayContract.list)

/** Days of dispatch, the latest first. */
export function DayList() {
  const t = useText('freight')
  const number = (text: string) => <span className="tz-number">{text}</span>
  return (
    <>
      <ListPage
        name="freight.dispatch-days"
        title={t('dispatch_day.title')}
        searchable={false}
        schema={schema}
        source={{
          key: api.dispatchDays.list.key(),
          load: (input, signal) => api.dispatchDays.list.call(input, { signal }),
        }}
        rowKey={(row) => row.day}
        rowHref={(row) => placeOf.day(row.day)}
        primary={<MakeDay />}
        verbs={<VerbButton href={placeOf.waves}>{t('wave.title')}</VerbButton>}
        columns={[
          { key: 'day', title: t('dispatch_day.day'), card: 'title', render: (row) => number(row.day) },
          { key: 'trips', title: t('wave.trips'), align: 'right', render: (row) => formatNumber(row.trips) },
          {
            key: 'ratio',
            title: t('dispatch_day.ratio'),
            align: 'right',
            card: 'decides',
            render: (row) => number(pct(ratioOf(row.loadedM, row.real.emptyM))),
          },
          {
            key: 'bound',
            title: t('dispatch_day.bound'),
            align: 'right',
            render: (row) => number(pct(ratioOf(row.loadedM, row.boundM))),
          },
          {
            key: 'real',
            title: t('dispatch_day.real_km'),
            unit: 'km',
            align: 'right',
            card: 'decides',
            render: (row) => number(kmALoad(row.real)),
          },
          {
            key: 'nearest',
            title: t('wave.nearest_first'),
            unit: 'km',
            align: 'right',
            render: (row) => number(kmALoad(row.nearest)),
          },
          {
            key: 'waves',
            title: t('dispatch_day.waves'),
            unit: 'km',
            align: 'right',
            card: 'decides',
            render: (row) => number(kmALoad(row.waves)),
          },
        ]}
        filters={[]}
        live={['freight_dispatch_day']}
        empty={{ nothing: t('dispatch_day.none'), verb: <MakeDay /> }}
      />
      <DayDrawer />
    </>
  )
}
