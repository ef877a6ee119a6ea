import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useCommand,
  useLate,
  useMe,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Link, useNavigate } from 'react-router'
import { api } from './api.ts'
import { DepartmentSelect } from './pickers.tsx'
import { mayRule } from './roles.ts'

const looks = {
  draft: { tone: 'attention', shape: 'ring' },
  published: { tone: 'good', shape: 'check' },
  retired: { tone: 'plain', shape: 'ring' },
} as const

export function TableStateTag({ state }: { readonly state: keyof typeof looks }) {
  const t = useText('needs')
  return <StateTag {...looks[state]}>{t(`routing.state.${state}`)}</StateTag>
}

/** The versions of the routing table, and the offices that its rules lead to. */
export function RoutingList() {
  const t = useText('needs')
  const me = useMe()
  const navigate = useNavigate()
  const query = useQuery(api.routing.list.queryOptions())
  const late = useLate(query.isPending)
  const draft = useCommand({
    run: api.routing.draft.call,
    invalidate: [api.routing.key()],
    success: ({ skipped }: Awaited<ReturnType<typeof api.routing.draft.call>>) =>
      skipped.length === 0 ? t('routing.drafted') : t('routing.drafted_skipped', { n: skipped.length }),
    done: ({ version }) => void navigate(`/routing/${version}`),
  })
  const refused = mayRule(me) ? null : t('reason.rule_role')
  const rows = query.data?.rows ?? []
  const published = query.data?.published ?? null
  return (
    <Page
      title={t('routing.title')}
      primary={
        <VerbButton
          type="primary"
          reason={refused}
          loading={draft.pending}
          onClick={() => void draft.run({ from: published === null ? 'default' : 'published' })}
        >
          {t(published === null ? 'routing.draft_default' : 'routing.draft')}
        </VerbButton>
      }
      verbs={
        published !== null && (
          <VerbButton reason={refused} onClick={() => void draft.run({ from: 'default' })}>
            {t('routing.draft_default')}
          </VerbButton>
        )
      }
    >
      <p className="tz-second needs-reading">{t('routing.intro')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={5} />}
      {query.data && rows.length === 0 && <EmptyState title={t('routing.empty')} text={t('routing.empty_text')} />}
      {rows.length > 0 && (
        <Panel title={t('routing.versions')}>
          <div className="needs-scroll" tabIndex={0} role="region" aria-label={t('routing.versions')}>
            <table className="needs-edit-table">
              <thead>
                <tr>
                  <th scope="col">{t('routing.version')}</th>
                  <th scope="col">{t('column.state')}</th>
                  <th scope="col">{t('routing.rules')}</th>
                  <th scope="col">{t('field.note')}</th>
                  <th scope="col">{t('routing.made')}</th>
                  <th scope="col">{t('routing.published')}</th>
                  <th scope="col">{t('verbs')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.version}>
                    <th scope="row">
                      <Link to={`/routing/${row.version}`}>{t('routing.version_n', { n: row.version })}</Link>
                    </th>
                    <td>
                      <TableStateTag state={row.state} />
                    </td>
                    <td className="tz-number">{row.rules}</td>
                    <td>{row.note || '–'}</td>
                    <td>
                      {row.createdBy} · <When at={row.createdAt} />
                    </td>
                    <td>
                      {row.publishedAt === null ? (
                        '–'
                      ) : (
                        <>
                          {row.publishedBy} · <When at={row.publishedAt} />
                        </>
                      )}
                    </td>
                    <td>
                      <VerbButton
                        size="small"
                        reason={refused}
                        loading={draft.pending}
                        onClick={() => void draft.run({ from: row.version })}
                      >
                        {t('routing.copy')}
                      </VerbButton>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
      <Offices refused={refused} />
    </Page>
  )
}

type OfficeRow = {
  readonly key: string
  readonly name: string
  readonly areaId: string | null
  readonly chain: string | null
  readonly office: { readonly id: string; readonly name: string } | null
}

/** The office of each area and chain, which rules name without naming a department. */
function Offices({ refused }: { readonly refused: string | null }) {
  const t = useText('needs')
  const query = useQuery(api.routing.offices.queryOptions())
  const set = useCommand({ run: api.routing.setOffice.call, invalidate: [api.routing.key()], success: t('saved') })
  const rows: readonly OfficeRow[] = [
    ...(query.data?.areas ?? []).map(({ area, office }) => ({
      key: area.id,
      name: area.name,
      areaId: area.id,
      chain: null,
      office,
    })),
    ...(query.data?.chains ?? []).map(({ chain, office }) => ({
      key: `chain ${chain ?? ''}`,
      name: chain === null ? t('routing.other_chains') : t('routing.chain', { name: chain }),
      areaId: null,
      chain,
      office,
    })),
  ]
  return (
    <Panel title={t('routing.offices')}>
      <p className="tz-caption">{t('routing.offices_text')}</p>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <EmptyState title={t('routing.no_offices')} />}
      <ul className="needs-lines">
        {rows.map((row) => (
          <li key={row.key}>
            <span>{row.name}</span>
            {refused === null ? (
              <span className="needs-office">
                <DepartmentSelect
                  id={`office-${row.key}`}
                  label={row.name}
                  allowClear
                  value={row.office?.id ?? null}
                  onChange={(departmentId) =>
                    void set.run({ areaId: row.areaId, chain: row.chain, departmentId: departmentId ?? null })
                  }
                />
              </span>
            ) : (
              <span>{row.office?.name ?? '–'}</span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
