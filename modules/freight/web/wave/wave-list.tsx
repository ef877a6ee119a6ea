import { formatNumber, inputOf, ListPage, useText, VerbButton, When } from '@tingzhou/ui'
import { waveContract } from '../../wave/wave-contract.ts'
import { api } from '../api.ts'
import { placeOf, waveKinds } from './api.ts'
import { km } from './km.ts'
import { MakeWave, TryDrawer, TryVerb } from './make.tsx'
import { Saved } from './saved.tsx'
import { WaveTag } from './tags.tsx'

const schema = inputOf(waveContract.list)

/** Waves, the latest first; one button makes the next. */
export function WaveList() {
  const t = useText('freight')
  return (
    <>
      <ListPage
        name="freight.waves"
        title={t('wave.title')}
        searchable={false}
        schema={schema}
        source={{ key: api.waves.list.key(), load: (input, signal) => api.waves.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => placeOf.wave(row.id)}
        primary={<MakeWave />}
        verbs={
          <>
            <TryVerb />
            <VerbButton href={placeOf.marks}>{t('mark.title')}</VerbButton>
            <VerbButton href={placeOf.settings}>{t('wave_settings.title')}</VerbButton>
          </>
        }
        columns={[
          { key: 'made', title: t('wave.made'), card: 'title', render: (row) => <When at={row.madeAt} /> },
          { key: 'kind', title: t('field.kind'), card: 'decides', render: (row) => <WaveTag wave={row} /> },
          { key: 'by', title: t('wave.made_by'), render: (row) => row.madeBy },
          {
            key: 'matched',
            title: t('wave.matched'),
            align: 'right',
            card: 'decides',
            render: (row) => `${formatNumber(row.matched)}/${formatNumber(row.trips)}`,
          },
          { key: 'trucks', title: t('wave.trucks'), align: 'right', render: (row) => formatNumber(row.trucks) },
          {
            key: 'empty',
            title: t('wave.empty'),
            unit: 'km',
            align: 'right',
            render: (row) => <span className="tz-number">{km(row.emptyM)}</span>,
          },
          {
            key: 'saved',
            title: t('wave.saved'),
            unit: 'km',
            align: 'right',
            card: 'decides',
            render: (row) => <Saved wave={row} />,
          },
          {
            key: 'waiting',
            title: t('pair_state.proposed'),
            align: 'right',
            render: (row) => formatNumber(row.pairs.proposed),
          },
          { key: 'sent', title: t('pair_state.sent'), align: 'right', render: (row) => formatNumber(row.pairs.sent) },
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'trial',
            label: t('field.kind'),
            options: [
              { value: 'false', label: t('wave.real') },
              { value: 'true', label: t('wave.trial') },
            ],
          },
        ]}
        live={[...waveKinds]}
        empty={{ nothing: t('wave.none'), verb: <MakeWave /> }}
      />
      <TryDrawer />
    </>
  )
}
