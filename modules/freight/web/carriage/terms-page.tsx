import { useQuery } from '@tanstack/react-query'
import {
  CopyId,
  FactList,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  Panel,
  useLive,
  useMe,
  useText,
  When,
  HistoryTrail,
} from '@tingzhou/ui'
import { parseRules } from '@tingzhou/settlement'
import { useParams } from 'react-router'
import { api } from '../api.ts'
import { SyntheticMark } from '../tags.tsx'
import type { TermsVersion } from './api.ts'
import { mayDeal } from './rights.ts'
import { NewVersion } from './terms-form.tsx'
import { sayRules } from './terms-words.ts'

/** One set of rules: what its versions say, the latest first. */
export function TermsPage() {
  const t = useText('freight')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.terms.get.queryOptions({ input: { id } }))
  const history = useQuery(api.terms.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_terms'], objectId: id, keys: [api.terms.key()] })
  const latest = query.data?.versions[0]
  if (!query.data || !latest)
    return (
      <ObjectPage
        title={t('terms.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const rules = parseRules(latest.rules)
  return (
    <>
      <ObjectPage
        title={latest.name}
        state={<SyntheticMark when={latest.synthetic} />}
        primary={
          <OpenFormButton
            name="version"
            primary
            reason={!mayDeal(me) ? t('reason.deal') : rules.ok ? null : t('terms.unreadable')}
          >
            {t('terms.add_version')}
          </OpenFormButton>
        }
        // Rules that a zone begins with were written by nobody, and have no history yet.
        trail={<HistoryTrail did="freight:did" rows={history.data?.rows} />}
        problem={query.error}
      >
        {query.data.versions.map((version) => (
          <Version key={version.version} version={version} />
        ))}
      </ObjectPage>
      {rules.ok && (
        <FormDrawer name="version" title={t('terms.add_version')}>
          <NewVersion latest={latest} rules={rules.value} />
        </FormDrawer>
      )}
    </>
  )
}

function Version({ version }: { readonly version: TermsVersion }) {
  const t = useText('freight')
  const rules = parseRules(version.rules)
  return (
    <Panel title={t('terms.version_n', { n: String(version.version), name: version.name })}>
      {rules.ok ? <FactList facts={sayRules(t, rules.value, version.vatBp)} /> : <p>{t('terms.unreadable')}</p>}
      <p className="tz-caption">
        <When at={version.createdAt} /> {version.createdBy} {version.why === '-' ? '' : version.why} SHA-256{' '}
        <CopyId value={version.sha256} short />
      </p>
    </Panel>
  )
}
