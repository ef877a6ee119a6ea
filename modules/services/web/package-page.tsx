import { useQuery } from '@tanstack/react-query'
import { CaseCard, CopyId, formatBytes, ObjectPage, useLive, useText, When } from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api, liveKinds, movedKeys } from './api.ts'
import { AskList } from './ask-list.tsx'
import { DrawingView } from './drawing-view.tsx'
import { MoveDrawer } from './move-drawer.tsx'
import { packageSubject } from './move-subject.ts'
import { MoveVerbs } from './move-verbs.tsx'
import { PackageStateTag } from './package-list.tsx'
import { useSay, type Package } from './words.ts'

const endStates: readonly Package['state'][] = ['delivered', 'rejected', 'ended']

/** 代收件: which window took it in, which authority decides, the list of what was sent with its hashes. */
export function PackagePage() {
  const t = useText('services')
  const say = useSay()
  const { id = '' } = useParams()
  const query = useQuery(api.packages.get.queryOptions({ input: { id } }))
  const process = useQuery(api.packages.process.queryOptions({ input: { id } }))
  useLive({ kinds: liveKinds, keys: movedKeys })
  const found = query.data
  if (!found)
    return (
      <ObjectPage
        title={t('package.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const subject = packageSubject(found, say)
  const ended = endStates.includes(found.state)
  const isDeciders = found.state === 'answer' || found.state === 'decision'
  return (
    <>
      <ObjectPage
        title={say(found.oneThing)}
        {...(found.applicationNo === null ? {} : { id: found.applicationNo })}
        state={<PackageStateTag state={found.state} late={found.late} />}
        primary={<MoveVerbs subject={subject} />}
        strip={
          <CaseCard
            owner={ended ? null : { name: isDeciders ? found.deciding : found.receiving }}
            clock={
              ended
                ? { state: 'done' }
                : {
                    state: found.answerDueAt === null ? 'none' : 'running',
                    dueAt: found.answerDueAt,
                    basis: 'calendar',
                  }
            }
            next={t(found.place === null ? `package_next.${found.state}` : `place_next.${found.state}`)}
          />
        }
        facts={[
          { label: t('column.applicant'), value: found.applicant },
          { label: t('package.receiving'), value: found.receiving },
          { label: t('package.deciding'), value: found.deciding },
          { label: t('joint.direction'), value: t(`direction.${found.direction}`) },
          ...(found.place === null
            ? [{ label: t('package.identity'), value: found.identityChecked ?? '–' }]
            : [
                { label: t('joint.place'), value: say(found.place.name) },
                { label: t('column.department'), value: found.departments.join(t('list_comma')) },
                { label: t('tab.items'), value: found.items.map(({ name }) => say(name)).join(t('list_comma')) },
              ]),
          { label: t('package.sent'), value: found.sentAt === null ? '–' : <When at={found.sentAt} /> },
          { label: t('package.received'), value: found.receivedAt === null ? '–' : <When at={found.receivedAt} /> },
          {
            label: t('application.title'),
            value: <Link to={`/applications/${found.applicationId}`}>{t('verb.open')}</Link>,
          },
        ]}
        tabs={[
          { key: 'manifest', label: t('package.manifest'), children: <Manifest found={found} /> },
          { key: 'process', label: t('tab.process'), children: <DrawingView query={process} /> },
        ]}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        {found.asks.length > 0 && (
          <section className="tz-panel">
            <h2>{t('correction.asked')}</h2>
            <AskList asks={found.asks} />
          </section>
        )}
      </ObjectPage>
      <MoveDrawer subjects={[subject]} />
    </>
  )
}

function Manifest({ found }: { readonly found: Package }) {
  const t = useText('services')
  const { sha256, entries } = found.manifest
  if (entries.length === 0) return <p className="tz-second">{t('package.no_manifest')}</p>
  return (
    <>
      {sha256 !== null && (
        <p>
          {t('package.manifest_hash')} <CopyId value={sha256} />
        </p>
      )}
      <div className="services-scroll" role="region" tabIndex={0} aria-label={t('package.manifest')}>
        <table className="services-table">
          <thead>
            <tr>
              <th>{t('column.file')}</th>
              <th className="services-right">{t('column.size')}</th>
              <th>{t('column.hash')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.name}>
                <td>{entry.name}</td>
                <td className="services-right tz-number">{formatBytes(entry.size)}</td>
                <td>
                  <CopyId value={entry.sha256} short />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
