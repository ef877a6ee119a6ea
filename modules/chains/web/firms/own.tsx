import { EmptyState, Page, PlainTable, useMe, useText, VerbButton } from '@tingzhou/ui'
import { Link, Navigate } from 'react-router'
import { firmsOf, usePlaces } from './api.ts'

/** A firm's own people come to its page at once; those of several choose. */
export function OwnFirms() {
  const t = useText('chains')
  const at = usePlaces()
  const firms = firmsOf(useMe())
  const [only, ...others] = firms
  if (only && others.length === 0) return <Navigate to={at.firm(only.id)} replace />
  return (
    <Page title={t('firms.mine')}>
      {only ? (
        <PlainTable
          name={t('firms.mine')}
          empty=""
          head={[t('firms.firm')]}
          rows={firms.map(({ id, name }) => ({
            key: id,
            cells: [
              <Link key="firm" to={at.firm(id)}>
                {name}
              </Link>,
            ],
          }))}
        />
      ) : (
        <EmptyState title={t('firms.no_own')} />
      )}
      <p>
        <VerbButton href={at.imports}>{t('firms.import')}</VerbButton>
      </p>
    </Page>
  )
}
