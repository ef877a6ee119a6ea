import { Due, useText, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { PackageStateTag } from './package-list.tsx'
import { useSay, type Application } from './words.ts'

/** 多地联办: which place and department holds which items, and since when. */
export function PlaceLines({ application, link }: { readonly application: Application; readonly link: boolean }) {
  const t = useText('services')
  const say = useSay()
  if (application.packages.length === 0) return null
  return (
    <>
      <h3>{t('joint.title')}</h3>
      <ul className="services-rows">
        {application.packages.map((one) => (
          <li key={one.id}>
            <div className="services-row">
              <span className="services-row-what">
                {link ? <Link to={`/packages/${one.id}`}>{say(one.place.name)}</Link> : say(one.place.name)}
                <span className="tz-caption services-under">
                  {one.departments.join(t('list_comma'))} ·{' '}
                  {one.items.map(({ name }) => say(name)).join(t('list_comma'))}
                </span>
              </span>
              <PackageStateTag state={one.state} late={link && one.late} />
              {one.receivedAt === null ? (
                <Due at={one.answerDueAt} basis="calendar" />
              ) : (
                <span className="tz-caption">
                  {t('package.received')} <When at={one.receivedAt} />
                </span>
              )}
              <span />
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}
