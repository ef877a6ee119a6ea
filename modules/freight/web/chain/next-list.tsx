import { inputOf, ListPage, useText, VerbButton, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { nextContract } from '../../chain/next-contract.ts'
import { nextStates } from '../../chain/words.ts'
import { api } from '../api.ts'
import { km } from '../wave/km.ts'
import { chainKinds, placeOf } from './api.ts'
import { EndNext, NextVerbs } from './returns.tsx'
import { NextTag } from './tags.tsx'

const schema = inputOf(nextContract.list)

/** Next loads of trucks on a trip, the latest first; wishes wait for a dispatcher. */
export function NextList() {
  const t = useText('freight')
  return (
    <>
      <ListPage
        name="freight.nexts"
        title={t('next.title')}
        searchable={false}
        schema={schema}
        source={{ key: api.nexts.list.key(), load: (input, signal) => api.nexts.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        verbs={<VerbButton href={placeOf.plans}>{t('chain.title')}</VerbButton>}
        columns={[
          {
            key: 'truck',
            title: t('driving.vehicle'),
            card: 'title',
            render: ({ vehicle, driver }) => (
              <>
                <b>{vehicle.plate}</b> {driver}
              </>
            ),
          },
          {
            key: 'after',
            title: t('next.after'),
            render: ({ after }) => (
              <Link to={placeOf.waybill(after.id)} className="tz-mono">
                {after.number}
              </Link>
            ),
          },
          {
            key: 'load',
            title: t('load.one'),
            card: 'decides',
            render: ({ load }) => (
              <>
                <Link to={placeOf.load(load.id)} className="tz-mono">
                  {load.number}
                </Link>
                <div className="tz-caption">
                  {load.goods} · {load.from.name} → {load.to.name}
                </div>
              </>
            ),
          },
          {
            key: 'empty',
            title: t('wave.empty'),
            unit: 'km',
            align: 'right',
            render: (row) => <span className="tz-number">{km(row.emptyM)}</span>,
          },
          { key: 'there', title: t('next.there'), card: 'decides', render: (row) => <When at={row.expectedAt} /> },
          {
            key: 'state',
            title: t('field.state'),
            card: 'decides',
            render: ({ state, flagText, endText, waybill }) => (
              <>
                <NextTag state={state} />
                {waybill && (
                  <div>
                    <Link to={placeOf.waybill(waybill.id)} className="tz-mono">
                      {waybill.number}
                    </Link>
                  </div>
                )}
                {flagText && <div className="tz-caption tz-tone-bad freight-wrap">{flagText}</div>}
                {endText && <div className="tz-caption freight-wrap">{endText}</div>}
              </>
            ),
          },
          {
            key: 'verbs',
            title: t('field.verbs'),
            render: (row) => (
              <span className="freight-verbs">
                <NextVerbs next={row} />
              </span>
            ),
          },
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: nextStates.map((state) => ({ value: state, label: t(`next_state.${state}`) })),
          },
        ]}
        live={[...chainKinds]}
        empty={{ nothing: t('next.none') }}
      />
      <EndNext />
    </>
  )
}
