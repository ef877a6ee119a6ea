import { useQuery } from '@tanstack/react-query'
import {
  formatNumber,
  ObjectPage,
  Panel,
  PlainTable,
  StateTag,
  useLive,
  useText,
  VerbButton,
  When,
  type Fact,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api } from '../api.ts'
import { placeOf, waveKinds, type WaveDetail } from './api.ts'
import { km } from './km.ts'
import { LeftOut } from './left-out.tsx'
import { MarkDrawer } from './mark-form.tsx'
import { Pairs } from './pairs.tsx'
import { Saved } from './saved.tsx'
import { SendAll } from './send.tsx'
import { WaveTag } from './tags.tsx'
import { WhyNotAsk } from './why-not.tsx'

/** One wave: what it saves and how that is proved, who goes where and why, and what was left out. */
export function WavePage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  // The pairs are a list of their own.
  const query = useQuery(api.waves.get.queryOptions({ input: { id, limit: 1 } }))
  const history = useQuery(api.waves.history.queryOptions({ input: { id } }))
  useLive({ kinds: [...waveKinds], keys: [api.waves.key()] })
  const facts = useFacts(query.data)
  const wave = query.data
  if (!wave)
    return (
      <ObjectPage
        title={t('wave.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={t('wave.of', { matched: formatNumber(wave.matched), trips: formatNumber(wave.trips) })}
        state={<WaveTag wave={wave} />}
        primary={wave.trial ? null : <SendAll wave={wave} />}
        verbs={
          <>
            <VerbButton href={placeOf.list}>{t('wave.title')}</VerbButton>
            <VerbButton href={placeOf.marks}>{t('mark.title')}</VerbButton>
          </>
        }
        facts={facts}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        <Panel title={t('wave.pairs')}>
          <Pairs wave={wave} />
        </Panel>
        <Panel title={t('wave.unserved')}>
          <LeftOut name={t('wave.unserved')} empty={t('wave.unserved_none')} rows={wave.unserved} />
        </Panel>
        {!wave.trial && (
          <Panel title={t('why_not.title')}>
            <WhyNotAsk waveId={wave.id} />
          </Panel>
        )}
        {wave.worth.length > 0 && (
          <Panel title={t('wave.worth')}>
            <p className="tz-second">{t('wave.worth_means')}</p>
            <PlainTable
              name={t('wave.worth')}
              empty={t('wave.worth_none')}
              head={[t('wave.place'), t('wave.saves')]}
              rows={wave.worth.map(({ placeId, place, savesM }) => ({
                key: placeId,
                cells: [place, `${km(savesM)} km`],
              }))}
            />
          </Panel>
        )}
        {wave.idlePins.length > 0 && (
          <Panel title={t('wave.idle_pins')}>
            <ul>
              {wave.idlePins.map(({ loadId, number, vehicleId, plate, text }) => (
                <li key={`${loadId} ${vehicleId}`}>
                  <Link to={placeOf.load(loadId)} className="tz-mono">
                    {number}
                  </Link>{' '}
                  <b>{plate}</b> · {text}
                </li>
              ))}
            </ul>
          </Panel>
        )}
        <Panel title={t('wave.history')}>
          <HistoryTrail
            did="freight:did"
            rows={(history.data?.rows ?? []).map((row) => ({ ...row, verb: `wave_${row.verb}` }))}
          />
        </Panel>
      </ObjectPage>
      <MarkDrawer />
    </>
  )
}

function useFacts(wave: WaveDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  if (!wave) return []
  const { certificate } = wave
  return [
    { label: t('wave.saved'), value: <Saved wave={wave} unit="km" /> },
    {
      label: t('wave.empty'),
      value: `${km(wave.emptyM)} km${wave.matched > 0 ? ` · ${t('wave.mean', { km: km(wave.emptyM / wave.matched) })}` : ''}`,
    },
    {
      label: t('wave.nearest_first'),
      value: t('wave.nearest_said', {
        matched: formatNumber(wave.nearestFirst.matched),
        km: km(wave.nearestFirst.emptyM),
      }),
    },
    {
      label: t('wave.certificate'),
      value: (
        <>
          <StateTag
            tone={certificate.isOptimal ? 'good' : 'attention'}
            shape={certificate.isOptimal ? 'check' : 'triangle'}
          >
            {t(certificate.isOptimal ? 'wave.is_optimal' : 'wave.is_unproved')}
          </StateTag>
          <div className="tz-caption freight-wrap">
            {certificate.isOptimal
              ? t('wave.optimal_means', { arcs: formatNumber(certificate.arcs) })
              : t('wave.unproved_means', { n: formatNumber(certificate.unproved) })}
          </div>
        </>
      ),
    },
    { label: t('wave.trucks'), value: formatNumber(wave.trucks) },
    { label: t('wave.loads'), value: formatNumber(wave.loads) },
    { label: t('wave.basis'), value: t('wave.basis_said', { pct: formatNumber(wave.numbers.bendPct) }) },
    {
      label: t('wave.took'),
      value: t('wave.took_ms', { read: formatNumber(wave.readMs), solve: formatNumber(wave.solveMs) }),
    },
    {
      label: t('wave.made_by'),
      value: (
        <>
          {wave.madeBy} · <When at={wave.madeAt} />
        </>
      ),
    },
  ]
}
