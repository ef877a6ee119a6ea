import { useQuery } from '@tanstack/react-query'
import { Due, Panel, ProblemAlert, useText } from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from './api.ts'
import { PackageStateTag } from './package-list.tsx'
import { useSay, type PackageLine } from './words.ts'

const openStates = ['receive', 'answer', 'repair', 'decision', 'deliver'] as const

/** 异地代收代办 and 多地联办 that are not over, in both directions: what comes here and what was sent. */
export function PackageShelves() {
  const t = useText('services')
  return (
    <Panel title={t('package.list')} aside={<Link to="/packages">{t('window.all_packages')}</Link>}>
      {(['incoming', 'outgoing'] as const).map((direction) => (
        <Shelf key={direction} direction={direction} />
      ))}
    </Panel>
  )
}

function Shelf({ direction }: { readonly direction: PackageLine['direction'] }) {
  const t = useText('services')
  const query = useQuery(api.packages.list.queryOptions({ input: { states: [...openStates], direction, limit: 50 } }))
  const rows = query.data?.rows ?? []
  return (
    <section aria-label={t(`direction.${direction}`)}>
      <h3>
        {t(`direction.${direction}`)} <span className="tz-second tz-number">{rows.length}</span>
      </h3>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <p className="tz-second">{t(`direction_none.${direction}`)}</p>}
      <ul className="services-rows">
        {rows.map((row) => (
          <li key={row.id}>
            <Row row={row} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Row({ row }: { readonly row: PackageLine }) {
  const t = useText('services')
  const say = useSay()
  const items = row.items.map(({ name }) => say(name)).join(t('list_comma'))
  return (
    <div className="services-row">
      <span className="services-row-what">
        <Link to={`/packages/${row.id}`}>{say(row.oneThing)}</Link>
        <span className="tz-caption services-under">
          {[row.applicant, `${row.receiving} → ${row.deciding}`, items].filter((part) => part !== '').join(' · ')}
        </span>
      </span>
      <PackageStateTag state={row.state} late={row.late} />
      <Due at={row.answerDueAt} basis="calendar" />
      <span />
    </div>
  )
}
