import { Due, formatMoney, useNarrow, useText, VerbButton, When, EmptyState } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api } from './api.ts'
import { usePlaces } from './forms.tsx'
import { AwardTag } from './tags.tsx'
import { points, type Campaign, type Ranked } from './words.ts'

/** The ranked list with its prizes and, while it is public, the time that is left for objections. */
export function Ranking({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const { list } = campaign
  if (!list) return <EmptyState title={t('ranking.empty')} text={t('ranking.empty_text')} />
  return (
    <>
      <Publicity campaign={campaign} />
      <Table campaign={campaign} list={list} />
      <Recompute campaign={campaign} />
    </>
  )
}

function Publicity({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const { publicityUntil: until, publicityFrom: from, state } = campaign
  if (until === null || from === null) return <p className="tz-second">{t('ranking.not_public')}</p>
  return (
    <p className="safety-countdown" role="status">
      {state === 'publicised' ? (
        <>
          <strong>{t('publicity.open')}</strong>{' '}
          <Due at={until} leftSeconds={campaign.publicityLeftSeconds} basis="calendar" />
        </>
      ) : (
        <>
          {t('publicity.over')} <When at={from} /> – <When at={until} />
        </>
      )}
    </p>
  )
}

function Table({ campaign, list }: { readonly campaign: Campaign; readonly list: NonNullable<Campaign['list']> }) {
  const t = useText('safety')
  const places = usePlaces()
  const narrow = useNarrow()
  const sum = list.rows.reduce((all, { prizeFen }) => all + prizeFen, 0)
  if (narrow)
    return (
      <>
        <ol className="safety-cards">
          {list.rows.map((row) => (
            <Card key={row.id} row={row} />
          ))}
        </ol>
        <p>
          {t('ranking.sum', { pool: formatMoney(campaign.poolFen) })} <strong>{formatMoney(sum)}</strong>
        </p>
      </>
    )
  return (
    <div className="safety-scroll" tabIndex={0} role="region" aria-label={t('ranking.title')}>
      <table className="safety-table safety-ranking">
        <thead>
          <tr>
            <th scope="col" className="safety-number">
              {t('column.rank')}
            </th>
            <th scope="col">{t('column.team')}</th>
            <th scope="col">{t('column.enterprise')}</th>
            <th scope="col">{t('column.award')}</th>
            <th scope="col" className="safety-number">
              {t('score.composite')}
              <span className="safety-reason">{t('ranking.levels_head')}</span>
            </th>
            <th scope="col" className="safety-number safety-wide">
              {t('score.inflation')}
            </th>
            <th scope="col" className="safety-number">
              {t('column.prize')}
            </th>
          </tr>
        </thead>
        <tbody>
          {list.rows.map((row) => (
            <tr key={row.id}>
              <td className="safety-number">{row.rank}</td>
              <th scope="row">
                {places.counter ? row.team : <Link to={places.application(row.id)}>{row.team}</Link>}
                <span className="safety-reason">{row.no}</span>
              </th>
              <td>
                {row.enterprise.name}
                <span className="safety-reason">{row.area.name}</span>
              </td>
              <td>
                {row.award ? <AwardTag award={row.award} /> : <span className="tz-second">{t(`why.${row.why}`)}</span>}
              </td>
              <td className="safety-number">
                <strong>{points(row.compositeCenti)}</strong>
                <span className="safety-reason">
                  {[row.selfCenti, row.countyCenti, row.prefectureCenti].map(points).join(' / ')}
                </span>
              </td>
              <td className="safety-number safety-wide">{points(row.selfCenti - row.prefectureCenti)}</td>
              <td className="safety-number">
                {formatMoney(row.prizeFen)}
                {row.prizeFen > 0 && (
                  <span className="safety-reason">{t('ranking.leader_part', { sum: formatMoney(row.leaderFen) })}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={4}>
              {t('ranking.sum', { pool: formatMoney(campaign.poolFen) })}
            </th>
            <td />
            <td className="safety-wide" />
            <td className="safety-number">{formatMoney(sum)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

/** A row on a phone: the place, the award, the score, the prize. */
function Card({ row }: { readonly row: Ranked }) {
  const t = useText('safety')
  return (
    <li>
      <p>
        <span className="tz-number">{row.rank}</span> <strong>{row.team}</strong>{' '}
        {row.award ? <AwardTag award={row.award} /> : <span className="tz-second">{t(`why.${row.why}`)}</span>}
      </p>
      <p className="tz-second">
        {row.enterprise.name} · {row.area.name}
      </p>
      <p>
        {t('score.composite')} <strong className="tz-number">{points(row.compositeCenti)}</strong>
        {row.prizeFen > 0 && ` · ${t('column.prize')} ${formatMoney(row.prizeFen)}`}
      </p>
      <p className="tz-caption">
        {t('ranking.levels', {
          self: points(row.selfCenti),
          county: points(row.countyCenti),
          prefecture: points(row.prefectureCenti),
        })}
      </p>
    </li>
  )
}

/** Computes the list again from the stored marks and says whether it is the same, byte for byte. */
function Recompute({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const query = useQuery({
    ...api.reviewCampaigns.recompute.queryOptions({ input: { id: campaign.id } }),
    enabled: false,
  })
  return (
    <p className="safety-recompute">
      <VerbButton size="small" loading={query.isFetching} onClick={() => void query.refetch()}>
        {t('recompute.verb')}
      </VerbButton>
      <span className="tz-caption" role="status">
        {query.data
          ? t(query.data.same ? 'recompute.same' : 'recompute.different', { version: query.data.version })
          : t('recompute.hint', { version: campaign.list?.version ?? 0 })}
        {query.data && <span className="tz-mono"> {query.data.computedSha256.slice(0, 12)}</span>}
      </span>
    </p>
  )
}
