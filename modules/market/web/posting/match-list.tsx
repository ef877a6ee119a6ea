import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  formatNumber,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useLive,
  useText,
  type Tone,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { matchVerbs } from '../posting-tabs.tsx'
import { useMarket } from './surface.ts'
import type { Match, PostingDetail } from './types.ts'
import { Invented, useWords } from './words.tsx'

const shown = 10

/** Who could serve a need, or which needs an offer could serve: each with its reasons. */
export function MatchList({ posting }: { readonly posting: PostingDetail }) {
  const t = useText('market')
  const query = useQuery(api.matches.list.queryOptions({ input: { id: posting.id, limit: shown } }))
  useLive({ kinds: ['market_posting'], keys: [api.matches.key()] })
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonLines lines={6} />
  const { candidates, isOwn } = query.data
  return (
    <>
      {!isOwn && <p className="tz-second">{t('match.own_only')}</p>}
      {candidates.length === 0 ? (
        <EmptyState title={t(`match.none.${posting.kind}`)} />
      ) : (
        <ol className="market-matches">
          {candidates.map((match) => (
            <li key={match.posting.id}>
              <MatchCard posting={posting} match={match} />
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

const tones = { equal: 'good', tolerance: 'busy', unknown: 'attention', conflict: 'bad' } as const satisfies Record<
  string,
  Tone
>

/** One candidate: what decided, in words. */
function MatchCard({ posting, match }: { readonly posting: PostingDetail; readonly match: Match }) {
  const t = useText('market')
  const at = useMarket()
  const { posting: other, score, explanation, next } = match
  return (
    <article className="market-match" aria-label={`${other.firm.name} ${formatNumber(score)}`}>
      <header className="market-match-head">
        <h3>
          <Link to={at.one(other.id)}>{other.firm.name}</Link> <Invented when={other.synthetic} />
        </h3>
        <span className="market-score">{t('match.score', { score: formatNumber(score, 1) })}</span>
      </header>
      <p className="market-text tz-second">{other.text.slice(0, 200)}</p>
      <Reasons posting={posting} match={match} />
      {explanation.cap && (
        <p>
          <StateTag tone="attention">
            {t(`match.cap.${explanation.cap.rule}`, { points: explanation.cap.points })}
          </StateTag>
        </p>
      )}
      {matchVerbs.length > 0 && (
        <div className="market-verbs">
          {matchVerbs.map((Verb, i) => (
            <Verb key={i} posting={posting} match={match} />
          ))}
        </div>
      )}
      <details>
        <summary>{t('match.points')}</summary>
        <PlainTable
          name={t('match.points')}
          empty=""
          head={[t('match.part_head'), t('match.points_head')]}
          rows={explanation.parts.map(({ part, points, of }) => ({
            key: part,
            cells: [t(`match.part.${part}`), `${formatNumber(points, 1)} / ${formatNumber(of)}`],
          }))}
        />
        {next.length > 0 && <p>{t('match.next')}</p>}
        <ul>
          {next.map((one) => (
            <li key={one.id}>
              {one.firmName} {t('match.score', { score: formatNumber(one.score, 1) })}
              {one.lacks.length > 0 &&
                t('match.lacks', {
                  parts: one.lacks
                    .map(({ part, points }) => `${t(`match.part.${part}`)} −${formatNumber(points, 1)}`)
                    .join(t('posting.and')),
                })}
            </li>
          ))}
        </ul>
      </details>
    </article>
  )
}

function Reasons({ posting, match }: { readonly posting: PostingDetail; readonly match: Match }) {
  const t = useText('market')
  const say = useWords()
  const { posting: other, explanation } = match
  const [need, offer] = posting.kind === 'need' ? [posting, other] : [other, posting]
  const { path, aliases, specs, quantity, cost, leadDays, isSure } = explanation
  const amount = need.quantity ?? offer.quantity
  const names = [...new Set([...aliases.need, ...aliases.offer])]
  const unit = need.product?.unit ?? cost.unitPrice?.per ?? ''
  const isLate = leadDays.offered !== null && leadDays.allowed !== null && leadDays.offered > leadDays.allowed
  const lead = `${leadDays.offered === null ? t('match.unsaid') : t('match.days', { days: leadDays.offered })}${
    leadDays.allowed === null ? '' : t('match.allowed', { days: leadDays.allowed })
  }`
  return (
    <dl>
      <dt>{t('match.product')}</dt>
      <dd>
        {other.product ? say.path(other.product) : t('posting.unclassified')}（{t(`match.nearness.${path.nearness}`)}
        {isSure.need && isSure.offer ? '' : `${t('posting.and')}${t('posting.certainty.guess')}`}）
        {names.length > 0 && (
          <span className="tz-second"> {t('match.names', { names: names.join(t('posting.and')) })}</span>
        )}
      </dd>
      {specs.length > 0 && (
        <>
          <dt>{t('match.spec')}</dt>
          <dd>
            <ul className="market-chips">
              {specs.map(({ axis, verdict, wanted, offered }) => (
                <li key={`${axis} ${wanted}`}>
                  <StateTag tone={tones[verdict]}>
                    {say.axis(axis)} {wanted}
                    {offered === null ? '' : ` → ${offered}`} {t(`match.verdict.${verdict}`)}
                  </StateTag>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      <dt>{t('match.quantity')}</dt>
      <dd>
        {amount && quantity.free !== null && quantity.isComparable && quantity.needed !== null
          ? t('match.free_of_needed', {
              free: say.count(quantity.free, amount),
              needed: say.count(quantity.needed, amount),
            })
          : other.quantity && other.left !== null
            ? say.amount({ ...other.quantity, value: other.left })
            : t('match.unsaid')}
      </dd>
      <dt>{t('match.price')}</dt>
      <dd>{cost.unitPrice ? say.money(cost.unitPrice.milliFen, cost.unitPrice.per) : t('match.unsaid')}</dd>
      {cost.freight && (
        <>
          <dt>{t('match.freight')}</dt>
          <dd>
            {t('match.freight_is', {
              km: formatNumber(cost.freight.km),
              money: say.money(cost.freight.milliFenPerTonne, 't'),
            })}
          </dd>
        </>
      )}
      {cost.deliveredMilliFen !== null && unit !== '' && (
        <>
          <dt>{t('match.delivered')}</dt>
          <dd>
            {say.money(cost.deliveredMilliFen, unit)}
            {cost.bestMilliFen !== null && cost.bestMilliFen < cost.deliveredMilliFen
              ? t('match.best', { money: say.money(cost.bestMilliFen, unit) })
              : ''}
          </dd>
        </>
      )}
      <dt>{t('match.lead')}</dt>
      <dd>
        {isLate ? (
          <StateTag tone="bad">
            {lead} {t('match.late')}
          </StateTag>
        ) : (
          lead
        )}
      </dd>
    </dl>
  )
}
