import './map.css'
import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  Figure,
  formatNumber,
  formatTimeFull,
  ProblemAlert,
  Screen,
  unitWord,
  useLive,
  useText,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { placeOf, type Wall } from './api.ts'
import { figureOf, percentText } from './figure-text.ts'
import { useNamed } from './named.ts'

const refreshMs = 60_000

/** All chains as the control room shows them; every number leads to where it comes from. */
export function ChainWall() {
  const t = useText('chains')
  const query = useQuery({ ...api.industry.wall.queryOptions(), refetchInterval: refreshMs })
  useLive({ kinds: ['chain_run', 'chain_target'], keys: [api.industry.key()] })
  const { data } = query
  return (
    <Screen
      name={t('chain_wall.title')}
      readAt={data?.at ?? null}
      figures={data ? <Figures wall={data} /> : null}
      middle={
        data ? (
          <Middle wall={data} />
        ) : query.error ? (
          <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <p>{t('chain_run.loading')}</p>
        )
      }
      alarms={data ? <Targets wall={data} /> : null}
      trend={data ? <Weakest wall={data} /> : null}
    />
  )
}

/** Whole chains, those that have a figure. */
function completeOf(wall: Wall) {
  const values = wall.chains.flatMap(({ figures }) => figureOf(figures, 'completeness')?.value ?? [])
  return { whole: values.filter((value) => value >= 0.995).length, all: values.length }
}

function Figures({ wall }: { readonly wall: Wall }) {
  const t = useText('chains')
  const { run, weaknesses } = wall
  const { whole, all } = completeOf(wall)
  const common = {
    size: 'screen',
    date: run ? `${run.year} · ${formatTimeFull(run.madeAt)}` : '–',
    source: run ? t('chain_wall.source', { version: run.version.slice(0, 8) }) : t('chain_run.none'),
    href: placeOf.chains,
  } as const
  return (
    <>
      <Figure
        {...common}
        label={t('chain_wall.whole')}
        value={run ? whole : null}
        unit={t('chain_wall.of', { n: all })}
        basis={t('chain_wall.whole_basis')}
      />
      <Figure
        {...common}
        label={t('chain_wall.missing')}
        value={weaknesses?.missing ?? null}
        unit={t('chain_wall.items')}
        basis={t('chain_wall.missing_basis')}
      />
      <Figure
        {...common}
        label={t('chain_wall.risks')}
        value={weaknesses ? weaknesses.risks + weaknesses.hidden : null}
        unit={t('chain_wall.items')}
        basis={t('chain_wall.risks_basis')}
      />
      <Figure
        {...common}
        href="/chain-targets"
        label={t('chain_wall.targets')}
        value={wall.openTargets}
        unit={t('chain_wall.items')}
        date={formatTimeFull(wall.at)}
        source={t('chain_wall.targets')}
        basis={t('chain_wall.targets_basis')}
      />
    </>
  )
}

function Middle({ wall }: { readonly wall: Wall }) {
  const t = useText('chains')
  const named = useNamed()
  const { whole, all } = completeOf(wall)
  const [weakest] = wall.weakest
  const sentence = !wall.run
    ? t('chain_run.none')
    : weakest
      ? t('chain_wall.sentence', { whole, all, product: named(weakest), share: percentText(weakest.sufficiency, 0) })
      : t('chain_wall.sentence_whole', { whole, all })
  return (
    <div className="chain-wall-middle">
      <p className="chain-wall-sentence">{sentence}</p>
      <ul className="chain-wall-grid" aria-label={t('indicator.completeness')}>
        {wall.chains.map((chain) => {
          const value = figureOf(chain.figures, 'completeness')?.value ?? null
          return (
            <li key={chain.code}>
              <Link to={placeOf.chain(chain.code)}>
                {chain.code} {named(chain)}{' '}
                <strong className="tz-number">{value === null ? '–' : percentText(value, 0)}</strong>
                <span className="chain-wall-bar" aria-hidden>
                  <span style={{ width: `${100 * (value ?? 0)}%` }} />
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function Weakest({ wall }: { readonly wall: Wall }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <section aria-label={t('chain_wall.weakest')}>
      <h2 className="chain-wall-head">{t('chain_wall.weakest')}</h2>
      {wall.weakest.length === 0 && <EmptyState title={t(wall.run ? 'chain_wall.no_weakest' : 'chain_run.none')} />}
      <ul className="chain-wall-list">
        {wall.weakest.slice(0, 4).map((product) => (
          <li key={product.code}>
            <Link to={`${placeOf.chain(product.chain.code)}?tab=products`}>
              {named(product)} · {named(product.chain)}
            </Link>
            <span className="tz-number">
              {t('chain_wall.need', {
                share: percentText(product.sufficiency, 0),
                capacity: formatNumber(product.capacity, 0),
                need: formatNumber(product.need, 0),
                unit: unitWord(product.unit),
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Targets({ wall }: { readonly wall: Wall }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <>
      <h2 className="chain-wall-head">{t('chain_wall.targets')}</h2>
      {wall.targets.length === 0 && <EmptyState title={t('chain_wall.no_target')} />}
      <ul className="chain-wall-list">
        {wall.targets.map((target) => (
          <li key={target.id}>
            <Link to={placeOf.target(target.id)}>
              {target.goal} · {named(target.chain)}
            </Link>
            <span className={target.isLate ? 'chain-wall-late' : ''}>
              {t(target.isLate ? 'chain_wall.late' : 'chain_wall.due', { owner: target.owner, day: target.deadline })}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
