import { EmptyState, useText } from '@tingzhou/ui'
import { Link } from 'react-router'
import { AppealStateTag } from './tags.tsx'
import type { Detail, State } from './words.ts'

/** Appeals that belong together: the leader and its followers, the parent and its parts, the earlier one on the same matter. */
export function AppealFamily({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const { mergedInto, parent, repeatOf, children, followers } = appeal
  const alone = !mergedInto && !parent && !repeatOf && children.length === 0 && followers.length === 0
  if (alone) return <EmptyState title={t('family.empty')} text={t('family.empty_text')} />
  return (
    <div className="needs-reading">
      {mergedInto && <One title={t('family.merged_into')} text={t('family.merged_text')} party={mergedInto} />}
      {parent && <One title={t('family.parent')} text={t('family.parent_text')} party={parent} />}
      {repeatOf && <One title={t('family.repeat_of')} text={t('family.repeat_text')} party={repeatOf} />}
      {followers.length > 0 && <Several title={t('family.followers', { n: followers.length })} rows={followers} />}
      {children.length > 0 && <Several title={t('family.children', { n: children.length })} rows={children} />}
    </div>
  )
}

function One(props: { readonly title: string; readonly text: string; readonly party: { id: string; name: string } }) {
  return (
    <section className="needs-section">
      <h3>{props.title}</h3>
      <p className="tz-flush">
        <Link to={`/appeals/${props.party.id}`}>{props.party.name}</Link>
      </p>
      <p className="tz-caption">{props.text}</p>
    </section>
  )
}

type Relative = { readonly id: string; readonly no: string | null; readonly title: string; readonly state: State }

function Several({ title, rows }: { readonly title: string; readonly rows: readonly Relative[] }) {
  return (
    <section className="needs-section">
      <h3>{title}</h3>
      <ul className="needs-lines">
        {rows.map((row) => (
          <li key={row.id}>
            <Link to={`/appeals/${row.id}`}>
              <span className="tz-caption tz-mono">{row.no}</span> {row.title}
            </Link>
            <AppealStateTag state={row.state} />
          </li>
        ))}
      </ul>
    </section>
  )
}
