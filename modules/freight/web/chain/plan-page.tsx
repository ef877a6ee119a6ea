import { useQuery } from '@tanstack/react-query'
import {
  formatNumber,
  ObjectPage,
  Panel,
  useLive,
  useText,
  VerbButton,
  When,
  type Fact,
  HistoryTrail,
} from '@tingzhou/ui'
import { useParams } from 'react-router'
import { commitMax } from '../../chain/words.ts'
import { api } from '../api.ts'
import { km } from '../wave/km.ts'
import { LeftOut } from '../wave/left-out.tsx'
import { chainKinds, placeOf, type PlanDetail } from './api.ts'
import { CommitDue } from './make.tsx'
import { Ratio } from './ratio.tsx'
import { Timeline } from './timeline.tsx'
import { Tours } from './tours.tsx'

/** One plan: how much is driven empty and how little could be, who does what when, and what was left out. */
export function PlanPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  // Those that must start soon come first.
  const query = useQuery(api.chains.get.queryOptions({ input: { id, limit: commitMax } }))
  const history = useQuery(api.chains.history.queryOptions({ input: { id } }))
  useLive({ kinds: [...chainKinds], keys: [api.chains.key()] })
  const facts = useFacts(query.data)
  const plan = query.data
  if (!plan)
    return (
      <ObjectPage
        title={t('chain.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <ObjectPage
      title={t('chain.of', { served: formatNumber(plan.served), used: formatNumber(plan.used) })}
      primary={<CommitDue plan={plan} />}
      verbs={
        <>
          <VerbButton href={placeOf.plans}>{t('chain.title')}</VerbButton>
          <VerbButton href={placeOf.nexts}>{t('next.title')}</VerbButton>
        </>
      }
      facts={facts}
      problem={query.error}
      onRetry={() => void query.refetch()}
    >
      {plan.rows.length > 0 && (
        <Panel title={t('chain.timeline')}>
          <Timeline plan={plan} />
        </Panel>
      )}
      <Panel title={t('chain.tours')}>
        <Tours plan={plan} />
      </Panel>
      <Panel title={t('chain.unserved')}>
        <LeftOut name={t('chain.unserved')} empty={t('chain.unserved_none')} rows={plan.unserved} />
      </Panel>
      <Panel title={t('wave.history')}>
        <HistoryTrail
          did="freight:did"
          rows={(history.data?.rows ?? []).map((row) => ({ ...row, verb: `chain_${row.verb}` }))}
        />
      </Panel>
    </ObjectPage>
  )
}

function useFacts(plan: PlanDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  if (!plan) return []
  const { nearestFirst, bound } = plan
  return [
    { label: t('chain.ratio'), value: <Ratio loadedM={plan.loadedM} emptyM={plan.emptyM} /> },
    {
      label: t('chain.ratio_bound'),
      value:
        bound === null ? (
          '–'
        ) : (
          <>
            <Ratio loadedM={plan.loadedM} emptyM={bound.emptyM} />
            <div className="tz-caption freight-wrap">{t('chain.bound_means', { km: km(bound.emptyM) })}</div>
          </>
        ),
    },
    {
      label: t('chain.hand'),
      value: (
        <>
          <Ratio loadedM={nearestFirst.loadedM} emptyM={nearestFirst.emptyM} />
          <div className="tz-caption freight-wrap">
            {t('chain.hand_said', {
              served: formatNumber(nearestFirst.served),
              used: formatNumber(nearestFirst.used),
              km: km(nearestFirst.emptyM),
            })}
          </div>
        </>
      ),
    },
    {
      label: t('wave.empty'),
      value: `${km(plan.emptyM)} km${plan.served > 0 ? ` · ${t('wave.mean', { km: km(plan.emptyM / plan.served) })}` : ''}`,
    },
    {
      label: t('chain.served'),
      value: t('chain.served_said', { served: formatNumber(plan.served), trips: formatNumber(plan.trips) }),
    },
    {
      label: t('chain.used'),
      value: t('chain.used_said', {
        used: formatNumber(plan.used),
        free: formatNumber(plan.freeTrucks),
        busy: formatNumber(plan.busyTrucks),
      }),
    },
    { label: t('chain.horizon'), value: t('chain.hours', { n: formatNumber(plan.horizonHours) }) },
    { label: t('chain.way'), value: t(`chain_way.${plan.way}`) },
    { label: t('wave.basis'), value: plan.basis.replace('great_circle', t('chain.great_circle')) },
    {
      label: t('wave.took'),
      value: t('wave.took_ms', { read: formatNumber(plan.readMs), solve: formatNumber(plan.solveMs) }),
    },
    {
      label: t('wave.made_by'),
      value: (
        <>
          {plan.madeBy} · <When at={plan.madeAt} />
        </>
      ),
    },
  ]
}
